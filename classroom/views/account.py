"""Teachers' accounts: sign-up, deletion and passwords."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView, PasswordResetView
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from .. import throttle
from ..access import TeacherRequest
from ..account_forms import (
    ChangePasswordForm,
    DeleteAccountForm,
    ForgottenPasswordForm,
    OwnershipChanged,
    SignupForm,
    delay_after_wrong_passwords,
)
from ..events import teacher_signed_up
from ..mail import can_send_mail


@sensitive_post_parameters()
def signup(request: HttpRequest) -> HttpResponse:
    if not settings.SIGNUP_OPEN:
        raise Http404("Accounts are made by the administrator here.")
    form = SignupForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if not throttle.allow(request, "SIGN_UPS"):
            form.add_error(None, _("Too many new accounts from your network. Please try again in an hour."))
            status = 429
        elif teacher := _saved(form):
            login(request, teacher)
            # robust: an account does not need its example.
            teacher_signed_up.send_robust(User, teacher=teacher)
            return redirect("home")
    elif request.method == "POST":
        throttle.delay_after_failures(request, "SIGN_UP_FAILURES", failed=True)
    return render(request, "registration/signup.html", {"form": form}, status=status)


def _saved(form: SignupForm) -> User | None:
    """Save the account, or add an error: a double click may have taken the name since it was checked."""
    try:
        with transaction.atomic():
            return form.save()
    except IntegrityError:
        form.add_error("username", form.fields["username"].error_messages["unique"])
        return None


@require_POST
def try_demo(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO_TEACHER:
        raise Http404("This site is no demo.")
    login(request, get_object_or_404(User, username=settings.DEMO_TEACHER))
    return redirect("home")


@sensitive_post_parameters()
@login_required
def delete_account(request: TeacherRequest) -> HttpResponse:
    form = DeleteAccountForm(request.POST or None, user=request.user)
    if form.is_bound:
        delay_after_wrong_passwords(request, request.user.get_username(), failed="password" in form.errors)
    if not form.is_valid():
        return render(request, "registration/account_delete.html", {"form": form})
    try:
        form.save()
    except (OwnershipChanged, ProtectedError):
        # Meanwhile the new owner left, or somebody handed a course over to this user.
        messages.error(request, _("Your courses have changed in the meantime. Please check again."))
        return redirect("account-delete")
    logout(request)
    messages.success(request, _("Your account has been deleted."))
    return redirect("home")


class ForgottenPassword(PasswordResetView):
    form_class = ForgottenPasswordForm
    template_name = "registration/password_reset_form.html"
    extra_context = {"can_send_mail": True}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if can_send_mail():
            return super().dispatch(request, *args, **kwargs)
        status = 503 if request.method == "POST" else 200
        return render(request, self.template_name, {"can_send_mail": False}, status=status)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}


class ChangePassword(PasswordChangeView):
    """Django's view, with delays after wrong passwords: somebody may find the computer unlocked."""

    request: TeacherRequest
    form_class = ChangePasswordForm

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        delay_after_wrong_passwords(self.request, self.request.user.get_username(), failed=False)
        return super().form_valid(form)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        is_wrong = "old_password" in form.errors
        delay_after_wrong_passwords(self.request, self.request.user.get_username(), failed=is_wrong)
        return super().form_invalid(form)
