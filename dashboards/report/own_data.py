"""What a participant may take away: all that is stored about them as JSON, their own readings as CSV."""

from datetime import UTC, datetime

from classroom.models import Mode, Participant
from emotion.models import Reading
from emotion.vision.labels import EXPRESSIONS

from .csv_format import BOM, CsvFormat, csv_lines
from .own_words import answer_text, own_answers
from .session_csv import ABOUT, about_cells, about_session

DECISION = (
    "level",
    "text_version",
    "mode",
    "smallest_group",
    "retention_days",
    "given_at",
    "withdrawn_at",
)
READING = (
    "taken_at",
    "face",
    "facing",
    "expression",
    *EXPRESSIONS,
    "score",
    "recogniser_version",
    "engagement_version",
)


def own_data(participant: Participant, now: datetime) -> dict[str, object]:
    """Everything that is stored about this participant."""
    return {
        **about_session(participant.session),
        "name": participant.display_name,
        "receipt_code": participant.receipt_code,
        "joined_at": participant.joined_at,
        "entered_at": participant.entered_at,
        "left_at": participant.left_at,
        "last_seen_at": participant.last_seen_at,
        "was_removed": participant.was_removed,
        "presence": list(participant.presences.values("state", "since")),
        "said": list(participant.pulses.values("kind", "value", "at")),
        **_activities(participant),
        **(_camera_data(participant, now) if participant.session.mode != Mode.PARTICIPATION else {}),
    }


def _camera_data(participant: Participant, now: datetime) -> dict[str, object]:
    return {
        "decisions": list(participant.consents.values(*DECISION)),
        "readings": own_readings(participant, now),
    }


def _activities(participant: Participant) -> dict[str, object]:
    """What they answered, asked and were asked, as far as it is stored with them."""
    return {
        "answers": [
            {
                "question": answer.question.text,
                "kind": answer.question.kind,
                "answer": answer_text(answer),
                "answered_at": answer.answered_at,
            }
            for answer in own_answers(participant)
        ],
        "questions": list(participant.student_questions.values("text", "status", "asked_at")),
        "upvotes": list(participant.upvotes.values_list("question__text", flat=True)),
        "hands": list(participant.hands.values("raised_at", "lowered_at", "lowered_by_teacher")),
        "picks": list(participant.picks.values("asked_at", "state")),
        "groups": list(participant.groups.values_list("number", flat=True)),
    }


def own_readings(participant: Participant, now: datetime) -> list[dict[str, object]]:
    """Every reading of this participant that is kept, as it is stored."""
    own = Reading.objects.filter(consent__participant=participant)
    readings = own.unexpired(now).order_by("taken_at", "pk")
    return [
        {**row, "taken_at": row["taken_at"].astimezone(UTC).isoformat(timespec="milliseconds")}
        for row in readings.values(*READING)
    ]


def own_csv(participant: Participant, now: datetime, csv_format: CsvFormat) -> str:
    """Return a student's readings as CSV, and nothing else: a table has room for one kind of row."""
    about = about_cells(participant.session)
    rows = (
        [*about, *("" if value is None else value for value in row.values())]
        for row in own_readings(participant, now)
    )
    return BOM + "".join(csv_lines([(*ABOUT, *READING), *rows], csv_format))
