"""System checks of what exports need from the machine."""

from ctypes.util import find_library

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

from .lrs import receiver_of


@register
def pdf_can_be_made(**_: object) -> list[CheckMessage]:
    """Say that PDF needs Pango. Only looked for: to load it with its fonts takes a second."""
    if find_library("pango-1.0") or find_library("pango-1.0-0"):
        return []
    problem = "Pango is not installed: reports cannot be downloaded as PDF."
    hint = "On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."
    return [checks.Info(problem, hint=hint, id="exports.I001")]


@register
def lrs_can_be_called(**_: object) -> list[CheckMessage]:
    if not settings.XAPI_LRS_URL:
        return []
    try:
        receiver = receiver_of(settings.XAPI_LRS_URL)
    except ValueError:
        # The address may hold a password, so it is not repeated.
        problem = "XAPI_LRS_URL is not the address of a web server and a path."
        return [checks.Error(problem, id="exports.E001")]
    if receiver.is_encrypted:
        return []
    problem = "XAPI_LRS_URL begins with http: everybody on the way reads answers and the password."
    return [checks.Warning(problem, id="exports.W001")]
