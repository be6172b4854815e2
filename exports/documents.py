"""What the documents of a report share: the page's own template and style sheets, in one text."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from dashboards.report.document import report_context
from dashboards.report.report import Report

# A drawing of the sprite is a reference to another file.
_ICON = re.compile(r'<svg class="icon.*?</svg>', re.DOTALL)
# Addresses of the site mean nothing in a file.
_LINK = re.compile(r"<a\b[^>]*\bhref=\"/[^>]*>(.*?)</a>", re.DOTALL)


def document(template: str, report: Report, **context: object) -> str:
    return standalone(render_to_string(template, report_context(report, is_document=True) | context))


def standalone(text: str) -> str:
    """A page without what needs the site: icons of its sprite, and links to its addresses."""
    head, body, rest = text.partition("<article")
    body, end, scripts = rest.partition("</article>")
    return head + "<article" + _LINK.sub(r"\1", _ICON.sub("", body)) + end + scripts


def static_text(name: str) -> str:
    """Return the text of a static file, as it is in the repository or the package that has it."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_text()


def style_sheets(names: Sequence[str]) -> str:
    return "\n".join(static_text(f"css/{name}.css") for name in names)
