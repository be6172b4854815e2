"""Forms of students and teachers, except those about accounts."""

from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import throttle
from .codes import RECEIPT_LENGTH, is_well_formed, normalized_code
from .mode_cards import mode_cards
from .models import APPROVED_MODES, Approval, ClassSession, Consent, Course, Marker, Mode, Participant
from .names import clean_line, clean_name

Found = TypeVar("Found")

CODE_INPUT = {
    "dir": "ltr",
    "autocomplete": "off",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "class": "code",
}


def allowed_modes() -> list[tuple[str, str]]:
    return [(mode.value, mode.for_teachers) for mode in Mode if mode in settings.ALLOWED_MODES]


def _set_choices(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ThrottledCodeForm(forms.Form):
    """A form for a code that can be guessed: failures are counted, and many of them delay the answers."""

    # The setting that holds the allowed rate of failures.
    failure_rate: str

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def checked(self, found: Found | None, error: str) -> Found:
        """Count whether something was found. Return it, or raise ValidationError."""
        throttle.delay_after_failures(self.request, self.failure_rate, failed=found is None)
        if found is None:
            raise ValidationError(error)
        return found


class LineField(forms.CharField):
    """A line of text that other people read.

    It is cleaned before its length is checked: some characters become longer when they are composed.
    """

    clean_text = staticmethod(clean_line)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A name is written in its own direction, whatever that of the page is.
        return super().widget_attrs(widget) | {"dir": "auto"}

    def to_python(self, value: object) -> str | None:
        text = super().to_python(value)
        return self.clean_text(text) if text else text


class NameField(LineField):
    clean_text = staticmethod(clean_name)


class AccountNameField(UsernameField):
    def to_python(self, value: object) -> str | None:
        name = super().to_python(value)
        return clean_name(name) if name else name


class JoinForm(ThrottledCodeForm):
    failure_rate = "JOIN_FAILURES"
    # Whether the form was refused without looking at the code.
    is_refused = False

    # Fields are cleaned in this order, and clean_code() needs the key.
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    # "other" if somebody else than the participant of this browser is joining.
    who = forms.CharField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Class code"),
        max_length=40,
        widget=forms.TextInput(attrs=CODE_INPUT),
        help_text=_("Six letters and digits, from your teacher."),
    )
    display_name = NameField(
        label=_("Your name in this class"),
        max_length=Participant._meta.get_field("display_name").max_length,
        help_text=_("Your teachers see it, no other student does. A nickname they know is fine."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def clean_code(self) -> ClassSession:
        """Return the open session with this code. The key of the teacher's link shows that it is no guess."""
        code = normalized_code(self.cleaned_data["code"])
        session = (
            ClassSession.objects.with_code(code).with_active_teacher().select_related("approval").first()
        )
        if session and session.is_link_key(self.cleaned_data.get("key", "")):
            return session
        wrong = gettext("No open class has this code. Please check it with your teacher.")
        if not is_well_formed(code):
            # A typing error is not counted as a guess: it could not have found anything.
            raise ValidationError(wrong)
        self.refuse_guessing(session)
        return self.checked(session, wrong)

    def refuse_guessing(self, session: ClassSession | None) -> None:
        """Raise ValidationError while codes are being guessed all over the site.

        Networks from which somebody of the class has joined can still use its code.
        """
        if session is None and throttle.allow(self.request, "GUESSED_CODES", key=throttle.EVERYBODY):
            return
        if session and not throttle.is_exhausted(self.request, "GUESSED_CODES", key=throttle.EVERYBODY):
            return
        if session is None or not throttle.is_known_network(self.request, session.pk):
            self.is_refused = True
            throttle.delay_after_failures(self.request, self.failure_rate, failed=session is None)
            raise ValidationError(
                _("Too many wrong codes were entered here. Open your teacher's link, or wait a few minutes.")
            )


class ReceiptForm(ThrottledCodeForm):
    failure_rate = "RECEIPT_FAILURES"

    receipt_code = forms.CharField(
        label=_("Receipt code"),
        max_length=40,
        widget=forms.TextInput(attrs=CODE_INPUT),
        help_text=_("Twelve letters and digits, from the class page."),
    )

    def clean_receipt_code(self) -> Participant:
        code = normalized_code(self.cleaned_data["receipt_code"])
        wrong = gettext("Nothing is stored under this code. It may have been erased already.")
        if not is_well_formed(code, RECEIPT_LENGTH):
            raise ValidationError(wrong)
        known = Participant.objects.select_related("session__course", "session__approval")
        return self.checked(known.filter(receipt_code=code).first(), wrong)


class CameraForm(forms.Form):
    """The decision about the camera: two buttons and a box that starts empty."""

    camera = forms.ChoiceField(choices=[("yes", _("Join with camera")), ("no", _("Join without camera"))])
    own_line = forms.BooleanField(required=False)

    def level(self, session: ClassSession) -> str:
        # In mirror mode nobody but the student sees a reading, so there is no line to agree to.
        wants_line = self.cleaned_data["own_line"] and session.teacher_sees_readings
        return Consent.Level.OWN_LINE if wants_line else Consent.Level.CLASS_ONLY


class CourseForm(forms.ModelForm):
    class Meta:
        model = Course
        fields = ["name", "default_mode"]
        field_classes = {"name": LineField}
        labels = {"name": _("Name"), "default_mode": _("Mode of new sessions")}
        # A select would cut what the modes mean on a phone.
        widgets = {"default_mode": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(allowed_modes()) > 1:
            _set_choices(self.fields["default_mode"], allowed_modes())
        else:
            # There is nothing to choose.
            del self.fields["default_mode"]


class ClassSessionForm(forms.ModelForm):
    class Meta:
        model = ClassSession
        fields = ["course", "title", "mode"]
        labels = {"course": _("Course"), "title": _("Title"), "mode": _("Mode")}
        field_classes = {"title": LineField}

    def __init__(self, *args: Any, teacher: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            # static/js/lib/local-times.js writes the time on the viewer's clock into it.
            self.fields["title"].widget.attrs["data-now"] = "title"
        _set_choices(self.fields["mode"], allowed_modes())
        courses = self.fields["course"]
        assert isinstance(courses, forms.ModelChoiceField)
        courses.queryset = teacher.courses.filter(is_example=False)
        in_force = Approval.objects.in_force(timezone.localdate()).filter(course__teachers=teacher.pk)
        self.cards = mode_cards(in_force.select_related("course"))

    def clean_course(self) -> Course:
        course = self.cleaned_data["course"]
        if course.sessions.open().count() >= settings.MOST_OPEN_SESSIONS:
            raise ValidationError(_("Too many sessions of this course are open. Please end some first."))
        return course

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        mode, course = cleaned.get("mode"), cleaned.get("course")
        if mode in APPROVED_MODES and course:
            approvals = next(card.approvals for card in self.cards if card.mode == mode)
            cleaned["approval"] = next((one for one in approvals if one.course_id == course.pk), None)
            if cleaned["approval"] is None:
                self.add_error(
                    "mode", _("This mode has no approval for this course. An administrator can enter one.")
                )
        return cleaned


class MarkerForm(forms.ModelForm):
    class Meta:
        model = Marker
        fields = ["label"]
        field_classes = {"label": LineField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].required = False

    def clean_label(self) -> str:
        return self.cleaned_data["label"] or gettext("Marker")
