from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import PasswordResetView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from .. import throttle
from ..forms import ForgottenPasswordForm, SignupForm


@sensitive_post_parameters()
def signup(request: HttpRequest) -> HttpResponse:
    if not settings.SIGNUP_OPEN:
        raise Http404("Accounts are made by the administrator here.")
    form = SignupForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        login(request, form.save())
        return redirect("home")
    return render(request, "registration/signup.html", {"form": form}, status=_status(form, "SIGN_UPS"))


class ForgottenPassword(PasswordResetView):
    form_class = ForgottenPasswordForm

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"request": self.request}

    def form_invalid(self, form: ForgottenPasswordForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=_status(form, "PASSWORD_RESETS"))


def _status(form: SignupForm | ForgottenPasswordForm, door: str) -> int:
    return 429 if form.non_field_errors() and throttle.is_shut(form.request, door) else 200
