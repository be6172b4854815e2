"""The words of the code (docs/glossary.md) are not on the screens before, around and after a class."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from classroom.models import Consent, Mode, Presence

TEMPLATES = Path(settings.BASE_DIR, "templates")
PAGES = sorted(
    path
    for folder in ("", "classroom", "registration")
    for path in (TEMPLATES / folder).glob("*.html")
    if not path.name.startswith("_expressions")
)
TEXT = re.compile(
    r"{% translate (?P<quote>[\"'])(.*?)(?P=quote)|{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", re.S
)
PRIVATE = re.compile(r"\b(readings?|seats?|lines?|measured|frames?|participants?)\b", re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_no_private_word(page):
    texts = ["".join(found[1:]) for found in TEXT.findall(page.read_text())]
    assert [text for text in texts if PRIVATE.search(text)] == []


@pytest.mark.parametrize(
    "label",
    [*Mode.labels, *Consent.Level.labels, *Presence.State.labels, *[mode.for_teachers for mode in Mode]],
)
def test_a_label_has_no_private_word(label):
    assert not PRIVATE.search(str(label))
