"""/design/: every token and component of the pages, in each of its states. Only under DEBUG."""

import re
from xml.etree import ElementTree

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

TOKEN = re.compile(r"^\s*--(?P<name>[a-z0-9-]+): (?P<value>[^;]+);", re.MULTILINE)
PREFIXES = {"type": "text", "space": "space-", "radius": "radius"}


def tokens() -> dict[str, list[str]]:
    """The names of tokens.css by what they are for, each once."""
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    values = {match["name"]: match["value"] for match in TOKEN.finditer(css)}
    kinds = {kind: [name for name in values if name.startswith(prefix)] for kind, prefix in PREFIXES.items()}
    return kinds | {"colour": [name for name, value in values.items() if value.startswith("#")]}


def icon_names() -> list[str]:
    sprite = ElementTree.parse(settings.BASE_DIR / "static/icons/lucide.svg")
    return [symbol.attrib["id"] for symbol in sprite.getroot()]


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    context = {
        "tokens": tokens(),
        "icons": icon_names(),
        "theme": request.GET.get("theme", ""),
        "direction": "rtl" if request.GET.get("dir") == "rtl" else "",
    }
    return render(request, "design/design.html", context)
