"""Lessons with a row in every table, and names that break careless formats."""

from classroom.models import ClassSession, Consent, Mode, Presence
from dashboards.report.report import Report
from exports.record import SessionRecord
from exports.schema import TABLES
from tests import factory
from tests.dashboards import classes, taught
from tests.dashboards.classes import after

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY
NAMES = [
    "=1+1",
    "@SUM(1)",
    "-1",
    "007",
    "دانا كوهين",
    "דנה כהן",
    "🦉 Ada 🎓",
    "L" * 40,
    'Müller; Jörg, "Jo"',
    "Anna\tMaria",
]
TITLE = 'Wärme; "Licht" =1+1'
MINUTE = taught.MINUTE


def with_cameras(**fields) -> ClassSession:
    """Six without a camera, of whom everything else is known, ten who share their expressions, and seven in
    the class average only. Cameras are on for three minutes."""
    session = taught.whole(mode=Mode.ANALYTICS, title=TITLE, **fields)
    for place, name in enumerate(NAMES):
        scores = [0.3 + place / 20, 0.4, None] * 12
        classes.student(session, name, level=OWN, scores=scores, every=5, begin=60 + place)
    for place in range(7):
        classes.student(session, f"Class {place}", level=CLASS, scores=[0.7] * 36, every=5, begin=60)
    for person in session.participants.filter(left_at=None):
        person.presences.create(state=Presence.State.CAMERA_OFF, since=after(4 * MINUTE))
        person.left_at = after(39 * MINUTE)
        person.save()
    return session


def without_cameras(**fields) -> ClassSession:
    return taught.whole(title=TITLE, **fields)


def report_of(session: ClassSession, seconds: float = 41 * MINUTE) -> Report:
    return Report.of(session, after(seconds))


def record_of(session: ClassSession, seconds: float = 41 * MINUTE) -> SessionRecord:
    return SessionRecord.of(report_of(session, seconds))


def whole_record(session: ClassSession) -> SessionRecord:
    """With all its rows, in the language of this moment: tests may share it."""
    record = record_of(session)
    for name in TABLES:
        record.table(name)
    return record


def formula_names(session: ClassSession) -> None:
    """Give a text that would be a formula to everything that people type."""
    question = taught.ask(session, "text", text="=1+1")
    taught.answer(question, {"text": "=cmd|' /C calc'!A0"})
    taught.asked(session, "@SUM(1;2)\nsecond line")
    factory.marker(session, "=1+1", at=after(60))
