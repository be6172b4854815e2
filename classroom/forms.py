"""What people type, and what is wrong with it in words for the person who typed it."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import throttle
from .codes import RECEIPT_LENGTH, could_be_code, typed_code
from .models import APPROVED_MODES, Approval, ClassSession, Consent, Course, Marker, Mode, Participant
from .names import clean_line, clean_name

LESSON_OF = _("Lesson on {date}")
TYPED_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}


def allowed_modes() -> list[tuple[str, str]]:
    return [(value, label) for value, label in Mode.choices if value in settings.ALLOWED_MODES]


class ThrottledCodeForm(forms.Form):
    """Where codes are guessed: judged first, then wrong ones are counted, and answers come later."""

    door: str  # the setting that holds its rate

    def __init__(self, *args, request=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def judged(self, found: Model | None, wrong: str) -> Model:
        throttle.delay_after_failures(self.request, self.door, failed=found is None)
        if found is None:
            raise ValidationError(wrong)
        return found


class LineField(forms.CharField):
    """What somebody else reads, cleaned before its length is looked at: some signs grow when composed."""

    cleaned = staticmethod(clean_line)

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        return self.cleaned(text) if text else text


class NameField(LineField):
    cleaned = staticmethod(clean_name)


class AccountNameField(UsernameField):
    def to_python(self, value: object) -> str:
        name = super().to_python(value)
        return clean_name(name) if name else name


class JoinForm(ThrottledCodeForm):
    door = "JOIN_FAILURES"
    is_refused = False  # without being judged

    key = forms.CharField(required=False, widget=forms.HiddenInput)  # before the code, which asks for it
    who = forms.CharField(required=False, widget=forms.HiddenInput)  # "other" than the one with a seat here
    code = forms.CharField(
        label=_("Class code"),
        max_length=40,
        widget=forms.TextInput(attrs=TYPED_CODE),
        help_text=_("Six letters and digits, from your teacher. Capitals and spaces do not matter."),
    )
    display_name = NameField(
        label=_("Your name in this class"),
        max_length=Participant._meta.get_field("display_name").max_length,
        help_text=_("Your teacher sees it. A pseudonym your teacher knows is fine."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def clean_code(self) -> ClassSession:
        """The open session behind the code. The key of the teacher's link says that it was not guessed."""
        code = typed_code(self.cleaned_data["code"])
        session = ClassSession.objects.with_code(code).with_active_teacher().first()
        if session and session.is_link_key(self.cleaned_data.get("key", "")):
            return session
        wrong = _("No open class has this code. Please check it with your teacher.")
        if not could_be_code(code):
            raise ValidationError(wrong)  # a slip of the finger, not a guess: nothing could have been found
        self.refuse_guessing(session)
        return self.judged(session, wrong)

    def refuse_guessing(self, session: ClassSession | None) -> None:
        """Where the whole site is being guessed at, a code alone opens a class only to its own neighbours."""
        everybody = {"key": throttle.EVERYBODY}
        if session is None and throttle.allow(self.request, "GUESSED_CODES", **everybody):
            return
        if session and not throttle.is_exhausted(self.request, "GUESSED_CODES", **everybody):
            return
        if session is None or not throttle.is_known_network(self.request, session.pk):
            self.is_refused = True
            throttle.delay_after_failures(self.request, self.door, failed=session is None)
            raise ValidationError(
                _("Too many wrong codes were entered here. Open your teacher's link, or wait a few minutes.")
            )


class ReceiptForm(ThrottledCodeForm):
    door = "RECEIPT_FAILURES"

    receipt_code = forms.CharField(
        label=_("Receipt code"),
        max_length=40,
        widget=forms.TextInput(attrs=TYPED_CODE),
        help_text=_("Twelve letters and digits, shown on the class page under “Receipt code”."),
    )

    def clean_receipt_code(self) -> Participant:
        code = typed_code(self.cleaned_data["receipt_code"])
        wrong = _("Nothing is stored under this code. It may have been erased already.")
        if not could_be_code(code, RECEIPT_LENGTH):
            raise ValidationError(wrong)
        known = Participant.objects.select_related("session__course", "session__approval")
        return self.judged(known.filter(receipt_code=code).first(), wrong)


class CameraForm(forms.Form):
    """The one decision before class. Two buttons and one box that starts empty."""

    camera = forms.ChoiceField(choices=[("yes", _("Join with camera")), ("no", _("Join without camera"))])
    own_line = forms.BooleanField(required=False)

    def level(self, session: ClassSession) -> str:
        # Nobody but the student sees a reading in mirror mode, so there is nothing more to agree to.
        wants_line = self.cleaned_data["own_line"] and session.teacher_sees_readings
        return Consent.Level.OWN_LINE if wants_line else Consent.Level.CLASS_ONLY


class CourseForm(forms.ModelForm):
    class Meta:
        model = Course
        fields = ["name", "default_mode"]
        field_classes = {"name": LineField}
        labels = {"name": _("Name"), "default_mode": _("Default mode of new sessions")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["default_mode"].choices = allowed_modes()


class ApprovalField(forms.ModelChoiceField):
    def label_from_instance(self, approval: Approval) -> str:
        until = date_format(approval.valid_until, "DATE_FORMAT")
        facts = {"course": approval.course, "approval": approval, "until": until}
        return gettext("%(course)s: %(approval)s, until %(until)s") % facts


class ClassSessionForm(forms.ModelForm):
    class Meta:
        model = ClassSession
        fields = ["course", "title", "mode", "approval"]
        labels = {"course": _("Course"), "title": _("Title"), "approval": _("Approval")}
        field_classes = {"title": LineField, "approval": ApprovalField}
        widgets = {"mode": forms.RadioSelect}

    def __init__(self, *args, teacher: AbstractBaseUser, **kwargs):
        super().__init__(*args, **kwargs)
        # The viewer's today may be another one than the server's (static/js/lib/local-times.js).
        if not self.is_bound:
            self.fields["title"].widget.attrs["data-dated"] = LESSON_OF
        self.fields["course"].queryset = teacher.courses.all()
        self.fields["mode"].choices = allowed_modes()
        in_force = Approval.objects.in_force(timezone.localdate()).filter(course__teachers=teacher.pk)
        self.fields["approval"].queryset = in_force.select_related("course")
        self.fields["approval"].empty_label = _("Please choose")

    def clean_course(self) -> Course:
        course = self.cleaned_data["course"]
        if course.sessions.open().count() >= settings.MOST_OPEN_SESSIONS:
            raise ValidationError(_("Too many sessions of this course are open. Please end some first."))
        return course

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("mode") not in APPROVED_MODES:
            cleaned["approval"] = None  # nobody had to approve
        elif "approval" in cleaned and "course" in cleaned and not _is_approved(**cleaned):
            self.add_error("approval", _("Choose an approval for this course and mode."))
        return cleaned


def _is_approved(*, approval: Approval | None, course: Course, mode: str, **_fields: object) -> bool:
    return approval is not None and (approval.course_id, approval.mode) == (course.pk, mode)


class MarkerForm(forms.ModelForm):
    class Meta:
        model = Marker
        fields = ["label"]
        field_classes = {"label": LineField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["label"].required = False

    def clean_label(self) -> str:
        return self.cleaned_data["label"] or gettext("Marker")
