"""What is asked and said in an invented lesson, in the language of the teacher who looks at it."""

import random
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from activities import ready
from activities.models import Kind, Role

EXAMPLE_COURSE = _("Example course")
EXAMPLE_LESSON = _("Example: a lesson about waves")
PRACTICE_CLASS = _("Practice class")

CHECK_IN = {
    "kind": Kind.SCALE,
    "text": _("How ready are you for today's lesson?"),
    "options": [_("Not at all"), _("Very")],
    "role": Role.CHECK_IN,
    "is_anonymous": False,
}
FREQUENCY = {
    "kind": Kind.CHOICE,
    "text": _("What does the frequency of a wave tell us?"),
    "options": [_("How often it repeats each second"), _("How high it is"), _("How far it travels")],
    "right_options": [0],
    "is_anonymous": False,
}
ONE_WORD = {"kind": Kind.WORD, "text": _("Waves in one word?"), "is_anonymous": True}
EXIT_TICKET = {
    "kind": Kind.SCALE,
    "text": _("How well could you explain this to a friend?"),
    "options": [_("Not yet"), _("Very well")],
    "role": Role.EXIT_TICKET,
    "is_anonymous": False,
}
REPEAT = {"kind": Kind.TEXT, "text": _("What should we repeat next time?"), "is_anonymous": True}
PREPARED = (CHECK_IN, FREQUENCY, ONE_WORD, REPEAT, EXIT_TICKET)

# How often each is said.
WORDS = (
    (_("energy"), 6),
    (_("sea"), 4),
    (_("sound"), 4),
    (_("light"), 3),
    (_("movement"), 2),
    (_("physics"), 1),
)
SENTENCES = (
    _("The difference between frequency and speed"),
    _("The last example, please"),
    _("Nothing, it was clear"),
    _("How to read the diagram"),
    _("The formula, with numbers"),
)
QUESTIONS = (
    _("Could you show the last step again?"),
    _("Is the speed the same in water and in air?"),
    _("Will this be in the test?"),
    _("Do we need the formula for tomorrow?"),
)
MARKERS = (_("New topic"), _("Exercise"), _("Summary"))


def content(question: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a question in the language that is active now."""
    translated: dict[str, Any] = {"text": str(question["text"])}
    if options := question.get("options"):
        translated["options"] = [str(option) for option in options]
    return question | translated


def clear() -> dict[str, Any]:
    """Return the ready question “Is this clear?”."""
    return ready.content("clear") or {}


def answer(question: Any, ease: float, chance: random.Random) -> dict[str, Any]:
    """Return the content of a student's answer to any question. `ease` is about -0.3 to 0.3."""
    match question.kind:
        case Kind.CHOICE:
            return {"chosen": _choice(question, ease, chance)}
        case Kind.SCALE:
            return {"value": min(5, max(1, round(chance.gauss(3.4 + 4 * ease, 0.9))))}
        case Kind.WORD:
            words, weights = zip(*WORDS, strict=True)
            return {"text": str(chance.choices(words, weights)[0])}
    return {"text": str(chance.choice(SENTENCES))}


def _choice(question: Any, ease: float, chance: random.Random) -> list[int]:
    options = range(len(question.options))
    right: Sequence[int] = question.right_options or options[:1]
    if chance.random() < 0.62 + ease:
        return list(right) if question.allows_several else [chance.choice(list(right))]
    return [chance.choice(options)]
