"""All that is stored about a student as one page that opens without a network: the JSON file, for people.

What stands in the JSON as a code or a number is in a <data> or <time> element, with the words for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.models import Kind, Pick, StudentQuestion
from classroom.models import Consent, Mode, Participant, Presence
from classroom.templatetags.times import time_as
from config.locales import percent_text
from dashboards.aggregates.pulses import OPINIONS
from dashboards.report.own_data import own_data
from dashboards.report.own_report import OwnReport
from dashboards.report.own_words import PULSES
from dashboards.templatetags.dashboards import EXPRESSION_NAMES
from emotion.models.readings import FACE_STATES, FACINGS
from emotion.vision.labels import EXPRESSIONS

from .documents import standalone, static_text, style_sheets
from .html_file import policy

STYLE_SHEETS = ("tokens", "base", "controls", "surfaces", "live", "charts", "report", "own-page")
SHARES = ("score", *EXPRESSIONS)
Held = Mapping[str, Any]


@dataclass(frozen=True)
class Versions:
    """Pictures one after another that the same network read and the same formula scored."""

    recogniser: str
    formula: str
    rows: SafeString


def own_page(participant: Participant, now: datetime) -> str:
    styles = style_sheets(STYLE_SHEETS), static_text("css/tokens-dark.css")
    held = own_data(participant, now)
    context = {
        "session": participant.session,
        "participant": participant,
        "report": OwnReport.of(participant, now),
        "now": now,
        "styles": styles,
        "policy": policy(styles),
        "expressions": [EXPRESSION_NAMES[name] for name in EXPRESSIONS],
        **_in_words(held),
    }
    return standalone(render_to_string("exports/own_page.html", context))


def _in_words(held: dict[str, Any]) -> dict[str, object]:
    """What is held, with each code beside its words."""
    return {
        "held": held,
        "mode": _labelled(Mode, held["legal_mode"]),
        "presence": [{**one, "state": _labelled(Presence.State, one["state"])} for one in held["presence"]],
        "said": [{**one, "words": _opinion(one)} for one in held["said"]],
        "answers": [{**one, "kind": _labelled(Kind, one["kind"])} for one in held["answers"]],
        "asked": [
            {**one, "status": _labelled(StudentQuestion.Status, one["status"])} for one in held["questions"]
        ],
        "picks": [{**one, "state": _labelled(Pick.State, one["state"])} for one in held["picks"]],
        "decisions": [_decision(one) for one in held.get("decisions", [])],
        "readings": list(_readings(held.get("readings", []))),
    }


def _decision(held: Held) -> dict[str, Any]:
    return {
        **held,
        "level": _labelled(Consent.Level, held["level"]),
        "mode": _labelled(Mode, held["mode"]),
    }


def _labelled(label: Callable[[str], Any], code: str) -> SafeString:
    return _data(code, label(code).label)


def _data(value: object, text: object) -> SafeString:
    return format_html('<data value="{}">{}</data>', value, text)


def _opinion(pulse: Held) -> SafeString:
    kind, value = pulse["kind"], pulse["value"]
    code = kind if value is None else f"{kind} {value}"
    return _data(code, PULSES[OPINIONS[kind, value]])


def _readings(readings: list[Held]) -> Iterator[Versions]:
    row = partial(_reading, cache(_percent))
    for (recogniser, formula), some in groupby(
        readings, key=itemgetter("recogniser_version", "engagement_version")
    ):
        rows = format_html_join("\n", "<tr>{}</tr>", ((row(one),) for one in some))
        yield Versions(recogniser, formula, rows)


def _reading(percent: Callable[[int], str], held: Held) -> SafeString:
    """A row of the table of pictures: when, what was seen, and the share of each expression."""
    taken_at = datetime.fromisoformat(held["taken_at"])
    shares = format_html_join(
        "", '<td class="number">{}</td>', ((_share(percent, held[name]),) for name in SHARES)
    )
    return format_html(
        '<th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td>{}',
        time_as(taken_at, "second"),
        _word(FACE_STATES, held["face"]),
        _word(FACINGS, held["facing"]),
        _word(EXPRESSION_NAMES, held["expression"]),
        shares,
    )


def _word(words: Mapping[str, Any], code: str) -> SafeString | str:
    return _data(code, words[code]) if code else "–"


def _share(percent: Callable[[int], str], share: float | None) -> SafeString | str:
    return "–" if share is None else _data(repr(share), percent(round(share * 100)))


def _percent(hundredths: int) -> str:
    return percent_text(hundredths / 100)
