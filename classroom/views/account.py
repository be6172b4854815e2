from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView, PasswordResetView
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from .. import throttle
from ..account_forms import (
    DeleteAccountForm,
    ForgottenPasswordForm,
    OwnershipChanged,
    SignupForm,
    delay_after_wrong_passwords,
)
from ..mail import can_send_mail


@sensitive_post_parameters()
def signup(request: HttpRequest) -> HttpResponse:
    if not settings.SIGNUP_OPEN:
        raise Http404("Accounts are made by the administrator here.")
    form = SignupForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if throttle.allow(request, "SIGN_UPS"):
            login(request, form.save())
            return redirect("home")
        form.add_error(None, _("Too many new accounts from your network. Please try again in an hour."))
        status = 429
    elif request.method == "POST":
        throttle.delay_after_failures(request, "SIGN_UP_FAILURES", failed=True)
    return render(request, "registration/signup.html", {"form": form}, status=status)


@sensitive_post_parameters()
@login_required
def delete_account(request: HttpRequest) -> HttpResponse:
    form = DeleteAccountForm(request.POST or None, user=request.user)
    if form.is_bound:
        delay_after_wrong_passwords(request, request.user.get_username(), failed="password" in form.errors)
    if not form.is_valid():
        return render(request, "registration/account_delete.html", {"form": form})
    try:
        form.save()
    except (OwnershipChanged, ProtectedError):  # somebody left, or handed a course over, meanwhile
        messages.error(request, _("Your courses have changed in the meantime. Please check again."))
        return redirect("account-delete")
    logout(request)
    messages.success(request, _("Your account has been deleted."))
    return redirect("home")


class ForgottenPassword(PasswordResetView):
    form_class = ForgottenPasswordForm
    extra_context = {"can_send_mail": True}

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if can_send_mail():
            return super().dispatch(request, *args, **kwargs)
        page = {"can_send_mail": False}
        return render(request, self.template_name, page, status=503 if request.method == "POST" else 200)

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"request": self.request}


class ChangePassword(PasswordChangeView):
    """Whoever sits at an open computer may guess the old password here."""

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        delay_after_wrong_passwords(self.request, self.request.user.get_username(), failed=False)
        return super().form_valid(form)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        is_wrong = "old_password" in form.errors
        delay_after_wrong_passwords(self.request, self.request.user.get_username(), failed=is_wrong)
        return super().form_invalid(form)
