"""Forms of the page on which teachers make tokens and webhooks."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom.forms import LineField
from classroom.models import Course

from .addresses import Unreachable, require_sendable
from .models import EVENTS, ApiToken, Scope, Webhook

USUAL_TOKEN_DAYS = 180


class OfATeacher(forms.Form):
    """A form with a choice among the courses of a teacher."""

    course = forms.ModelChoiceField(
        Course.objects.none(), label=_("Courses"), required=False, empty_label=_("All my courses")
    )

    def __init__(self, *args: Any, teacher: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Two such forms share a page: a label leads to the field of its own form.
        self.auto_id = f"{type(self).__name__}_%s"
        self.teacher = teacher
        field = self.fields["course"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Course.objects.filter(teachers=teacher).order_by("name")


class TokenForm(OfATeacher):
    name = LineField(label=_("Name"), max_length=60, help_text=_("The program or person that uses it."))
    scopes = forms.MultipleChoiceField(
        label=_("It may use"), choices=Scope, widget=forms.CheckboxSelectMultiple, initial=[Scope.CLASSES]
    )
    valid_until = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    field_order = ["name", "scopes", "course", "valid_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        longest = today + settings.LONGEST_TOKEN
        field = self.fields["valid_until"]
        field.widget.attrs |= {"min": today.isoformat(), "max": longest.isoformat()}
        field.initial = today + timedelta(days=USUAL_TOKEN_DAYS)

    def clean_valid_until(self) -> date:
        day, today = self.cleaned_data["valid_until"], timezone.localdate()
        if not today <= day <= today + settings.LONGEST_TOKEN:
            raise ValidationError(_("Choose a day from today to a year from now."))
        return day

    def clean(self) -> dict[str, Any]:
        if self.teacher.api_tokens.valid().count() >= settings.MOST_TOKENS:
            raise ValidationError(_("You have reached the maximum number of tokens. Revoke one first."))
        return super().clean() or {}

    def save(self) -> tuple[ApiToken, str]:
        return ApiToken.objects.create_with_text(teacher=self.teacher, **self.cleaned_data)


class WebhookForm(OfATeacher):
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it when"),
        choices=[(event.value, event.label) for event in EVENTS],
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ["url", "events", "course"]

    def clean_url(self) -> str:
        try:
            require_sendable(self.cleaned_data["url"])
        except Unreachable as error:
            raise ValidationError(str(error.for_people)) from error
        return self.cleaned_data["url"]

    def clean(self) -> dict[str, Any]:
        if self.teacher.webhooks.count() >= settings.MOST_WEBHOOKS:
            raise ValidationError(_("You have reached the maximum number of webhooks. Delete one first."))
        return super().clean() or {}

    def save(self) -> Webhook:
        return Webhook.objects.create(teacher=self.teacher, **self.cleaned_data)
