"""Checks what was chosen for a file: format, paper, separators, and which of the CSV files."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession
from config.locales import viewer_locale
from dashboards.report.csv_format import CHOICES, FORMATS, usual_format

from .formats import OF_SESSION
from .models import Export
from .pdf import Paper
from .tidy_csv import file_names

PAPERS = [(Paper.A4.value, "A4"), (Paper.LETTER.value, _("Letter"))]
# Where paper is not A4, as CLDR has it.
REGIONS_OF_LETTER = {"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}


class ExportForm(forms.Form):
    """A file of a session, with the choices of its format. What is not chosen is as usual."""

    format = forms.ChoiceField(choices=[(one.value, one.label) for one in OF_SESSION])
    paper = forms.ChoiceField(label=_("Paper"), choices=PAPERS, required=False)
    separator = forms.CharField(
        label=_("Separators of the CSV"), widget=forms.Select(choices=CHOICES), required=False
    )
    file = forms.CharField(required=False)

    def __init__(
        self,
        session: ClassSession,
        asked: Mapping[str, str] | None = None,
        *,
        usual: dict[str, str],
        **options: Any,
    ) -> None:
        super().__init__(asked, initial=usual, **options)
        self._session, self._usual = session, usual

    def clean_separator(self) -> str:
        """Addresses with other words are in bookmarks: they have the usual one."""
        asked: str = self.cleaned_data["separator"]
        return asked if asked in FORMATS else ""

    def clean(self) -> None:
        is_table = self.cleaned_data.get("format") == Export.Format.TABLE
        if is_table and self.cleaned_data.get("file") not in file_names(camera=self._session.had_camera):
            self.add_error("file", _("This session has no such table."))

    def options(self) -> dict[str, str]:
        """What the format asks for beside the language."""
        choices = OF_SESSION[Export.Format(self.cleaned_data["format"])].choices
        return {name: self.cleaned_data[name] or self._usual[name] for name in choices}


def usual_choices(request: HttpRequest) -> dict[str, str]:
    """What people choose where this browser is."""
    is_letter = viewer_locale().territory in REGIONS_OF_LETTER
    return {
        "paper": Paper.LETTER.value if is_letter else Paper.A4.value,
        "separator": usual_format(request),
    }
