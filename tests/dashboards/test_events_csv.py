"""The CSV of a class without cameras: what happened and what students said, and no empty column."""

import csv

import pytest
from django.urls import reverse

from classroom.models import Mode
from tests import factory
from tests.dashboards import classes, taught
from tests.dashboards.taught import MINUTE

pytestmark = pytest.mark.django_db


def rows(session, name: str = "report-csv", **query) -> list[dict[str, str]]:
    browser = factory.signed_in(classes.teacher_of(session))
    text = browser.get(reverse(name, args=[session.pk]), query).content.decode()
    return list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))


def of_event(session, event: str) -> list[dict[str, str]]:
    return [row for row in rows(session) if row["event"] == event]


def test_no_column_is_empty():
    found = rows(taught.whole())
    assert [name for name in found[0] if not any(row[name] for row in found)] == []


def test_it_knows_no_camera():
    written = "".join("".join(row.values()) + "".join(row) for row in rows(taught.whole()))
    assert not [
        word for word in ("score", "measured", "reading", "shown in this mode", "camera") if word in written
    ]


def test_attendance_has_one_row_for_each_time_in_class(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    session = taught.lesson(students=0)
    taught.student(session, "Anna", begin=5 * MINUTE, end=20 * MINUTE)
    (row,) = rows(session)
    assert (row["event"], row["participant"], row["seat"], row["seconds"]) == ("in_class", "Anna", "1", "900")
    assert (row["at"], row["until"]) == ("2026-03-02 11:05:00", "2026-03-02 11:20:00")
    assert (row["time_zone"], row["legal_mode"], row["notice"]) == (
        "Europe/Berlin",
        "participation",
        "not for grading",
    )


def test_a_named_answer_has_its_student_and_an_anonymous_one_only_its_sum():
    session = taught.whole()
    assert [
        (row["participant"], row["answer"])
        for row in of_event(session, "answer")
        if row["text"] == "Is it so?"
    ] == [
        ("Student A", "Yes"),
        ("Student B", "No"),
    ]
    anonymous = [row for row in rows(session) if row["text"] in ("Waves?", "Hardest?", "Few?")]
    assert {row["participant"] for row in anonymous} == {""}
    assert {row["event"] for row in anonymous} == {"question", "result"}


def test_what_few_said_anonymously_is_not_in_it():
    (few,) = [row for row in rows(taught.whole()) if row["text"] == "Few?"]
    assert (few["count"], few["of"], few["answer"]) == ("1", "6", "")


def test_feedback_is_numbers_without_names():
    feedback = of_event(taught.whole(), "feedback")
    assert {(row["text"], row["count"], row["participant"]) for row in feedback} == {
        ("lost", "1", ""),
        ("too_fast", "1", ""),
    }


def test_hands_markers_got_it_and_students_questions_are_in_it():
    session = taught.whole()
    (hand,) = of_event(session, "hand")
    assert (hand["participant"], hand["seconds"], hand["note"]) == ("Student C", "90", "lowered by teacher")
    assert [row["text"] for row in of_event(session, "marker")] == ["Derivative"]
    assert [row["count"] for row in of_event(session, "got_it")] == ["1"]
    asked = of_event(session, "student_question")
    assert [(row["text"], row["participant"], bool(row["at"])) for row in asked] == [
        ("By name?", "Student A", True),
        ("Why is it so?", "", False),
    ]


def test_what_people_typed_stays_text():
    session = taught.lesson(students=0, title="=1+1")
    taught.student(session, "=HYPERLINK(1)")
    taught.answer(taught.ask(session, "text", text="+1; =2?"), {"text": "007"})
    (answer,) = of_event(session, "answer")
    assert (answer["participant"], answer["text"]) == ("'=HYPERLINK(1)", "'+1;' =2?")
    assert (answer["answer"], answer["session"]) == ("007\t\u00a0", "'=1+1")


def test_it_comes_with_the_separators_that_were_chosen():
    session = taught.whole()
    browser = factory.signed_in(classes.teacher_of(session))
    text = browser.get(reverse("report-csv", args=[session.pk]), {"separator": "semicolon"}).content.decode()
    assert text.startswith("\ufeffevent;at;until;participant;")


def test_camera_modes_offer_it_beside_the_wide_file():
    session = taught.whole(mode=Mode.ANALYTICS)
    assert of_event_in(rows(session, "events-csv"), "answer")
    (first, *_) = classes.csv_rows(
        factory.signed_in(classes.teacher_of(session)).get(reverse("report-csv", args=[session.pk]))
    )
    assert "seconds_measured" in first


def of_event_in(found: list[dict[str, str]], event: str) -> list[dict[str, str]]:
    return [row for row in found if row["event"] == event]


def test_a_stranger_gets_none():
    session = taught.whole()
    for client in (factory.signed_in(factory.teacher()), factory.browser_of(session.participants.first())):
        assert client.get(reverse("events-csv", args=[session.pk])).status_code in (302, 404)
