"""The CSV opened by a real LibreOffice, as offices of three countries open it."""

from datetime import timedelta

import pytest

from classroom.models import ClassSession, Consent
from tests import factory
from tests.dashboards import classes, taught
from tests.dashboards.classes import after
from tests.office import DAY_ZERO, OFFICES, needs_office, opened

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.slow,
    pytest.mark.django_db,
    needs_office,
]
NAMES = [
    "007", "1E5", "3/4", "12345678901234567890", "1.5", "1,5", "50%", "5 €", "€5", "12:30", "2026-01-02",
    "1.2.2026", "1/2/2026", "5. März", "March 5", "TRUE", "WAHR", "(5)", "#N/A", "-1", "+4915112345", "=1+1",
    "@SUM(1)", 'a;"=1+1', "Müller, Jörg", "דנה כהן", "李小龙",
]  # fmt: skip


@pytest.fixture
def session() -> ClassSession:
    session = classes.session(closed_at=after(10), title="007")
    for place, name in enumerate(NAMES):
        classes.student(session, name, level=Consent.Level.OWN_LINE, scores=[0.25], begin=place / 100)
    return session


@pytest.mark.parametrize("office", OFFICES)
def test_names_stay_text_as_typed_and_scores_are_numbers(session, tmp_path, office):
    language, options = OFFICES[office]
    teacher = factory.signed_in(session.course.teachers.get())
    response = teacher.get(f"/sessions/{session.pk}/report.csv", headers={"Accept-Language": language})
    rows = opened(classes.csv_text(response), tmp_path, options)
    seen = {row["participant"].rstrip("\t\u00a0") for row in rows}
    guarded = {"-1": "'-1", "+4915112345": "'+4915112345", "=1+1": "'=1+1", "@SUM(1)": "'@SUM(1)"}
    assert seen == {guarded.get(name, name) for name in NAMES} - {'a;"=1+1'} | {"a;'\"=1+1"}
    assert {row["score"] for row in rows} == {0.25}
    assert {row["session"] for row in rows} == {"007\t\u00a0"}


@pytest.mark.parametrize("office", ["German", "American"])
def test_times_of_events_are_dates_and_their_counts_are_numbers(tmp_path, office):
    language, options = OFFICES[office]
    session = taught.whole(title="=1+1")
    teacher = factory.signed_in(session.course.teachers.get())
    text = teacher.get(f"/sessions/{session.pk}/events.csv", headers={"Accept-Language": language})
    rows = opened(text.content.decode(), tmp_path, options)
    (hand,) = [row for row in rows if row["event"] == "hand"]
    at = DAY_ZERO + timedelta(days=hand["at"])
    assert abs(at - after(20 * taught.MINUTE)) < timedelta(seconds=1)
    assert (hand["participant"], hand["seconds"]) == ("Student C", 90.0)
    assert all(isinstance(row["at"], float) for row in rows if row.get("at"))
    assert {row["session"] for row in rows} == {"'=1+1"}
