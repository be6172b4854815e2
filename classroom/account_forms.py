"""What teachers type about accounts: their own, and those of colleagues."""

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm, UserCreationForm
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import throttle
from .confusables import skeletons
from .forms import AccountNameField
from .models import Course
from .tasks import send_password_reset

User = get_user_model()


class SignupForm(UserCreationForm):
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Used to reset your password. Colleagues in your courses can see it."),
    )

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ["username", "email"]
        field_classes = {"username": AccountNameField}

    def clean_username(self) -> str:
        """A colleague who invites by name must not be able to mistake one account for another."""
        username = super().clean_username()
        mine = skeletons(username or "")
        if any(mine & skeletons(other) for other in User.objects.values_list("username", flat=True)):
            raise ValidationError(_("This is too much like an existing username. Please choose another."))
        return username


class ThrottledPasswordMixin:
    """A right password always passes; wrong ones make answers later, per address and per account."""

    def clean(self) -> dict:
        try:
            cleaned = super().clean()
        except ValidationError:
            delay_after_wrong_passwords(self.request, self.cleaned_data.get("username", ""), failed=True)
            raise
        if cleaned.get("username"):
            delay_after_wrong_passwords(self.request, cleaned["username"], failed=False)
        return cleaned


def delay_after_wrong_passwords(request: HttpRequest, username: str, *, failed: bool) -> None:
    throttle.delay_after_failures(request, "SIGN_IN_FAILURES", failed=failed)
    whose = username.casefold()
    throttle.delay_after_failures(request, "SIGN_IN_FAILURES_OF_ONE_ACCOUNT", failed=failed, key=whose)


class SignInForm(ThrottledPasswordMixin, AuthenticationForm):
    pass


class AdminSignInForm(ThrottledPasswordMixin, AdminAuthenticationForm):
    pass


class ForgottenPasswordForm(PasswordResetForm):
    def __init__(self, *args, request: HttpRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict:
        throttle.delay_after_failures(self.request, "PASSWORD_RESETS", failed=True)
        return super().clean()

    def save(self, **_options: object) -> None:
        """The page says the same whether or not a mail goes out: not even that somebody asked before."""
        address = self.cleaned_data["email"]
        if throttle.allow(self.request, "RESETS_OF_ONE_ADDRESS", key=address.casefold()):
            send_password_reset.delay(address)  # by a worker: the time that a mail takes tells of an account


class InviteTeacherForm(forms.Form):
    who = forms.CharField(max_length=254)

    def __init__(self, *args, course: Course, owner: AbstractBaseUser, **kwargs):
        super().__init__(*args, **kwargs)
        self.course, self.owner = course, owner
        name, either = gettext("Username of a colleague"), gettext("Username or e-mail of a colleague")
        self.fields["who"].label = name if settings.SIGNUP_OPEN else either
        self.fields["who"].widget.attrs["autocomplete"] = "off"

    def clean_who(self) -> AbstractBaseUser:
        """To be invited: nothing is shown of them before they accept."""
        who, active = self.cleaned_data["who"], User.objects.filter(is_active=True)
        found = list(active.filter(username=who))
        # Where anybody may sign up, anybody may have typed this address: it proves nothing.
        if not found and not settings.SIGNUP_OPEN:
            found = list(active.filter(email__iexact=who)[:2])
        if len(found) != 1:
            raise ValidationError(_("No account clearly matches this. Please ask for the username."))
        if self.course.teachers.contains(found[0]):
            raise ValidationError(_("This teacher is already in the course."))
        return found[0]


class DeleteAccountForm(forms.Form):
    """The password, and for each course that others teach, too: who owns it from now on."""

    ERASE = "erase"
    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args, user: AbstractBaseUser, **kwargs):
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
            label = gettext("Your course “%(course)s”") % {"course": course}
            self.fields[name] = forms.ChoiceField(label=label, choices=choices)
        self.order_fields([*self.courses, "password"])

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("That is not your password."))
        return self.cleaned_data["password"]

    def clean(self) -> dict:
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=self.user.pk)
        if self.user.is_superuser and not others.exists():
            raise ValidationError(_("You are the only administrator of this site."))
        return super().clean()

    def save(self) -> None:
        with transaction.atomic():
            for name, course in self.courses.items():
                if self.cleaned_data[name] == self.ERASE:
                    course.erase()
                elif not course.hand_over(int(self.cleaned_data[name])):
                    raise OwnershipChanged
            self.user.delete()


class OwnershipChanged(Exception):
    """They left the course, or lost their account, while the form was open."""
