from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Export
from .pdf import Paper


class ExportForm(forms.Form):
    """Of a session."""

    format = forms.ChoiceField(
        choices=[choice for choice in Export.Format.choices if choice[0] != Export.Format.TERM]
    )
    paper = forms.ChoiceField(
        label=_("Paper"), choices=[(Paper.A4.value, "A4"), (Paper.LETTER.value, _("Letter"))], required=False
    )

    def options(self) -> dict[str, str]:
        """Return what the format asks for beside the language."""
        paper = self.cleaned_data["paper"] or Paper.A4.value
        return {"paper": paper} if self.cleaned_data["format"] == Export.Format.PDF else {}
