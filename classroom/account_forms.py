"""Forms about teachers' accounts: their own, and those of colleagues whom they invite."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
    UserCreationForm,
)
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from . import throttle
from .confusables import skeletons
from .forms import AccountNameField
from .models import Course
from .tasks import send_password_reset

# Django would list its rules, one by one. Whoever breaks one is told which.
PASSWORD_HELP = _("At least 8 characters. Not a common password, and not only digits.")
REPEAT_PASSWORD = _("Repeat the password")


class SignupForm(UserCreationForm):
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Used to reset your password. Colleagues in your courses can see it."),
    )

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "email")
        field_classes = {"username": AccountNameField}
        help_texts = {"username": _("Letters, digits and @ . + - _")}
        error_messages = {
            "username": {
                "unique": _("This username is taken. Please choose another."),
                "invalid": _("A username has only letters, digits and @ . + - _"),
            }
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text, self.fields["password2"].help_text = PASSWORD_HELP, ""
        self.fields["password2"].label = REPEAT_PASSWORD

    def clean_username(self) -> str:
        """Refuse names that look like another one: a colleague who invites by name must not mistake them."""
        username = super().clean_username() or ""
        mine = skeletons(username)
        if any(mine & skeletons(other) for other in User.objects.values_list("username", flat=True)):
            raise ValidationError(_("This is too much like an existing username. Please choose another."))
        return username


class SignInForm(AuthenticationForm):
    """A form that accepts a right password always, and delays its answers after many wrong ones."""

    def clean(self) -> dict[str, Any]:
        assert self.request is not None, "LoginView passes the request to its form."
        try:
            super().clean()
        except ValidationError:
            delay_after_wrong_passwords(self.request, self.cleaned_data.get("username", ""), failed=True)
            raise
        if username := self.cleaned_data.get("username"):
            delay_after_wrong_passwords(self.request, username, failed=False)
        return self.cleaned_data


def delay_after_wrong_passwords(request: HttpRequest, username: str, *, failed: bool) -> None:
    """Count a wrong password and delay the answer after many, of one network and of one account."""
    throttle.delay_after_failures(request, "SIGN_IN_FAILURES", failed=failed)
    account = username.casefold()
    throttle.delay_after_failures(request, "SIGN_IN_FAILURES_OF_ONE_ACCOUNT", failed=failed, key=account)


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    pass


class NewPasswordForm(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text, self.fields["new_password2"].help_text = PASSWORD_HELP, ""
        self.fields["new_password2"].label = REPEAT_PASSWORD


class ChangePasswordForm(NewPasswordForm, PasswordChangeForm):
    pass


class ForgottenPasswordForm(PasswordResetForm):
    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        throttle.delay_after_failures(self.request, "PASSWORD_RESETS", failed=True)
        super().clean()
        return self.cleaned_data

    def save(self, *_args: Any, **_options: Any) -> None:
        """Send a link, at a limited rate. The page never says whether a mail was sent."""
        address = self.cleaned_data["email"]
        if throttle.allow(self.request, "RESETS_OF_ONE_ADDRESS", key=address.casefold()):
            # By a worker: the time that sending takes would tell whether the account exists.
            send_password_reset.delay(address, get_language())


class InviteTeacherForm(forms.Form):
    who = forms.CharField(max_length=254)

    def __init__(self, *args: Any, course: Course, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course, self.owner = course, owner
        name, either = gettext("Username of a colleague"), gettext("Username or e-mail of a colleague")
        self.fields["who"].label = name if settings.SIGNUP_OPEN else either
        self.fields["who"].widget.attrs["autocomplete"] = "off"

    def clean_who(self) -> User:
        """Return the account to invite. Nothing of it is shown before its owner accepts."""
        who, active = self.cleaned_data["who"], User.objects.filter(is_active=True)
        found = list(active.filter(username=who))
        # Where anybody may sign up, anybody may have entered this address: it proves nothing.
        if not found and not settings.SIGNUP_OPEN:
            found = list(active.filter(email__iexact=who)[:2])
        if len(found) != 1:
            none = _("No account with this username.")
            raise ValidationError(
                none if settings.SIGNUP_OPEN else _("No account with this username or e-mail.")
            )
        if self.course.teachers.contains(found[0]):
            raise ValidationError(_("This teacher is already in the course."))
        return found[0]


class DeleteAccountForm(forms.Form):
    """Asks for the password, and for the future of each course that the user owns."""

    ERASE = "erase"
    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.courses = {
            f"course-{course.pk}": course for course in user.owned_courses.prefetch_related("teachers")
        }
        for name, course in self.courses.items():
            others = [one for one in course.teachers.all() if one != user and one.is_active]
            heirs = [(one.pk, gettext("Hand over to %(name)s") % {"name": one}) for one in others]
            choices = [("", gettext("Please choose")), *heirs] if heirs else []
            choices.append((self.ERASE, gettext("Erase it and all its sessions")))
            if course.is_example and not heirs:
                # Nothing in it is anybody's.
                continue
            label = gettext("Your course “%(course)s”") % {"course": course}
            self.fields[name] = forms.ChoiceField(label=label, choices=choices)
        self.order_fields([*self.courses, "password"])

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("That is not your password."))
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=self.user.pk)
        if self.user.is_superuser and not others.exists():
            raise ValidationError(_("You are the only administrator of this site."))
        super().clean()
        return self.cleaned_data

    def save(self) -> None:
        """Hand over or erase the courses and delete the account. Raise OwnershipChanged if that failed."""
        with transaction.atomic():
            for name, course in self.courses.items():
                if self.cleaned_data.get(name, self.ERASE) == self.ERASE:
                    course.erase()
                elif not course.hand_over(int(self.cleaned_data[name])):
                    raise OwnershipChanged
            self.user.delete()


class OwnershipChanged(Exception):
    """The new owner left the course, or lost their account, while the form was open."""
