"""System checks of what exports need from the machine."""

from ctypes.util import find_library

from django.core import checks
from django.core.checks import CheckMessage, register


@register
def pdf_can_be_made(**_: object) -> list[CheckMessage]:
    """Say that PDF needs Pango. Only looked for: to load it with its fonts takes a second."""
    if find_library("pango-1.0") or find_library("pango-1.0-0"):
        return []
    problem = "Pango is not installed: reports cannot be downloaded as PDF."
    hint = "On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."
    return [checks.Info(problem, hint=hint, id="exports.I001")]
