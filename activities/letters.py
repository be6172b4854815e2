"""The letters before the answers of a choice, as tests at school have them: "take B"."""

import re
from typing import Protocol

LATIN = ("A", "B", "C", "D", "E", "F")
ARABIC = ("أ", "ب", "ج", "د", "هـ", "و")
# static/js/activities/labels.js has the same two rows and the same rule.
ARABIC_SCRIPT = re.compile(r"[\u0620-\u064a]")


class HasText(Protocol):
    @property
    def text(self) -> str: ...


def letters_of(question: HasText) -> tuple[str, ...]:
    """Return the letters of the script in which the question is written.

    They do not follow the viewer's language: a class of two languages sees the same letters on all screens.
    """
    return ARABIC if ARABIC_SCRIPT.search(question.text) else LATIN
