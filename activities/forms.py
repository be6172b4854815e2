"""Forms of questions and answers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classroom.forms import LineField

from .models import ClassTools, Kind, Question, Role, StudentQuestion
from .models.questions import QuestionContent
from .results import SCALE

FEWEST_OPTIONS, MOST_OPTIONS, LONGEST_OPTION = 2, 6, 80
LONGEST_END = 40
LONGEST_WORD = 30
SCALE_ENDS = ("low", "high")
LONGEST_TIME = 60 * 60


class QuestionForm(forms.Form):
    """A question as a teacher writes it. `option` comes once for each answer, `right` for each right one."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices, initial=Kind.CHOICE)
    text = LineField(label=gettext_lazy("Question"), max_length=200)
    low = LineField(label=gettext_lazy("Word for 1"), max_length=LONGEST_END, required=False)
    high = LineField(label=gettext_lazy("Word for 5"), max_length=LONGEST_END, required=False)
    several = forms.BooleanField(label=gettext_lazy("Several answers"), required=False)
    anonymous = forms.BooleanField(label=gettext_lazy("Anonymous"), required=False, initial=True)
    live = forms.BooleanField(label=gettext_lazy("Show results at once"), required=False)
    seconds = forms.IntegerField(
        label=gettext_lazy("Time limit in seconds"), required=False, min_value=5, max_value=LONGEST_TIME
    )
    role = forms.ChoiceField(label=gettext_lazy("Part of the lesson"), choices=Role.choices, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        options: list[str] = []
        right: list[int] = []
        match cleaned.get("kind"):
            case Kind.CHOICE:
                options, right = self._choice()
            case Kind.SCALE:
                options = [end for end in (cleaned.get("low"), cleaned.get("high")) if end]
                if len(options) < len(SCALE_ENDS):
                    self.add_error(None, _("A scale needs a word for 1 and a word for 5."))
        return cleaned | {"options": options, "right": right or None}

    def _choice(self) -> tuple[list[str], list[int]]:
        """Return the answers that are not blank, and which of them are right."""
        field = LineField(max_length=LONGEST_OPTION, required=False)
        try:
            texts = [field.clean(text) for text in self._sent("option")]
        except ValidationError as error:
            self.add_error(None, error)
            return [], []
        # Positions among the fields of the form, of which some may be blank.
        filled = [place for place, text in enumerate(texts) if text]
        options = [texts[place] for place in filled]
        if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
            self.add_error(None, _("A choice needs two to six answers."))
        if len({option.casefold() for option in options}) != len(options):
            self.add_error(None, _("Two answers are the same."))
        right = {int(place) for place in self._sent("right") if place.isdecimal()}
        return options, [index for index, place in enumerate(filled) if place in right]

    def _sent(self, name: str) -> list[str]:
        data = self.data
        return data.getlist(name) if isinstance(data, QueryDict) else list(data.get(name, []))

    def content(self) -> dict[str, Any]:
        """Return the fields of QuestionContent."""
        cleaned = self.cleaned_data
        return {
            "kind": cleaned["kind"],
            "text": cleaned["text"],
            "options": cleaned["options"],
            "allows_several": cleaned["several"] and cleaned["kind"] == Kind.CHOICE,
            "right_options": cleaned["right"],
            "is_anonymous": cleaned["anonymous"],
            "shows_results_live": cleaned["live"],
            "time_limit_seconds": cleaned["seconds"],
            "role": cleaned["role"],
        }

    def rows(self) -> list[tuple[int, str, bool]]:
        """Return the fields for a choice's answers: number, text, and whether it is right."""
        texts, right = self._texts_and_right()
        texts += [""] * (MOST_OPTIONS - len(texts))
        return [(place, text, place in right) for place, text in enumerate(texts)]

    def _texts_and_right(self) -> tuple[list[str], list[int]]:
        if self.is_bound:
            return self._sent("option"), [int(place) for place in self._sent("right") if place.isdecimal()]
        return list(self.initial.get("option", [])), self.initial.get("right") or []


def initial_of(content: QuestionContent) -> dict[str, Any]:
    """Return what the form holds when it is opened to change a question."""
    low, high = content.options if content.kind == Kind.SCALE else ("", "")
    return {
        "kind": content.kind,
        "text": content.text,
        "option": content.options if content.kind == Kind.CHOICE else [],
        "right": content.right_options,
        "low": low,
        "high": high,
        "several": content.allows_several,
        "anonymous": content.is_anonymous,
        "live": content.shows_results_live,
        "seconds": content.time_limit_seconds,
        "role": content.role,
    }


class AnswerForm(forms.Form):
    """A student's answer to one question. Its fields depend on the question's kind."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        match question.kind:
            case Kind.CHOICE:
                self.fields["option"] = forms.MultipleChoiceField(
                    choices=[(str(index), text) for index, text in enumerate(question.options)]
                )
            case Kind.SCALE:
                self.fields["value"] = forms.TypedChoiceField(
                    choices=[(value, value) for value in SCALE], coerce=int
                )
            case Kind.WORD:
                self.fields["text"] = LineField(max_length=LONGEST_WORD)
            case Kind.TEXT:
                self.fields["text"] = LineField(max_length=500)

    def clean_option(self) -> list[int]:
        chosen = sorted({int(index) for index in self.cleaned_data["option"]})
        if len(chosen) > 1 and not self.question.allows_several:
            raise ValidationError(_("Please choose one answer."))
        return chosen

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if self.question.kind == Kind.WORD and len(text.split()) > 1:
            raise ValidationError(_("Please answer with one word."))
        return text

    def content(self) -> dict[str, Any]:
        """Return the fields of Answer, all of them: an answer that replaces another leaves nothing of it."""
        cleaned = self.cleaned_data
        return {
            "chosen": cleaned.get("option", []),
            "value": cleaned.get("value"),
            "text": cleaned.get("text", ""),
        }


class StudentQuestionForm(forms.ModelForm):
    text = LineField(max_length=StudentQuestion._meta.get_field("text").max_length)

    class Meta:
        model = StudentQuestion
        fields = ["text"]


class TimerForm(forms.Form):
    seconds = forms.IntegerField(min_value=5, max_value=LONGEST_TIME)
    label = LineField(max_length=40, required=False)


class GroupsForm(forms.Form):
    size = forms.IntegerField(min_value=2, max_value=50)


class ToolsForm(forms.ModelForm):
    class Meta:
        model = ClassTools
        fields = ["hands_are_allowed", "questions", "questions_are_moderated"]
