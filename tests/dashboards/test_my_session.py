"""A student's own page: everything about them, and nobody else."""

import csv
import json

import pytest
from django.test import Client
from django.urls import reverse

from classroom.models import Consent, Mode
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    session = classes.session(closed_at=after(30))
    classes.student(session, "Ben", level=Consent.Level.OWN_LINE, scores=[0.11] * 20)
    return classes.student(session, "Anna", scores=[0.87] * 10 + [None] * 5, expression="happiness")


def download(person, **fields):
    return Client().post(reverse("my-session-download"), {"receipt_code": person.receipt_code} | fields)


def test_a_student_sees_their_own_line_even_where_the_teacher_does_not(anna):
    response = factory.own_session(anna)
    assert "87%" in response.content.decode()
    assert len(response.context["report"].strip.lines) == 1


def test_nobody_else_is_on_the_page(anna):
    text = factory.own_session(anna).content.decode()
    assert "Ben" not in text
    assert "11%" not in text


def test_mirror_mode_shows_the_student_their_own_reading():
    session = classes.session(mode=Mode.MIRROR, closed_at=after(30))
    anna = classes.student(session, scores=[0.87] * 10)
    text = factory.own_session(anna).content.decode()
    assert "87%" in text
    assert "What your camera recorded: only you." in text


def test_the_csv_has_the_separators_that_were_chosen(anna):
    lines = download(anna, separator="semicolon").content.decode().splitlines()
    assert lines[0].startswith("\ufeffsession;course;legal_mode;")
    assert ';"0,87";' in lines[1]


def test_the_csv_holds_every_own_reading_and_no_other(anna):
    rows = list(csv.DictReader(download(anna).content.decode().removeprefix("\ufeff").splitlines()))
    assert len(rows) == 15
    assert rows[0]["taken_at"] == "2026-03-02T10:00:00.000+00:00"
    assert (rows[0]["expression"], rows[0]["score"]) == ("happiness", "0.87")
    assert (rows[12]["face"], rows[12]["score"]) == ("none", "")


def test_the_json_holds_the_same(anna):
    readings = json.loads(download(anna, format="json").content)["readings"]
    assert len(readings) == 15
    assert readings[12]["score"] is None


def test_the_json_holds_everything_that_is_stored_and_not_only_readings(anna):
    factory.pulse(anna, kind="lost", at=after(3))
    said = json.loads(download(anna, format="json").content)
    assert (said["name"], said["receipt_code"]) == ("Anna", anna.receipt_code)
    assert [decision["level"] for decision in said["decisions"]] == [anna.active_consent().level]
    assert [note["state"] for note in said["presence"]] == [note.state for note in anna.presences.all()]
    assert [word["kind"] for word in said["said"]] == ["lost"]


def test_a_student_without_readings_can_download_the_rest():
    ben = factory.participant(display_name="Ben")
    assert "Download everything" in factory.own_session(ben).content.decode()
    assert json.loads(download(ben, format="json").content)["decisions"] == []


def test_both_name_the_legal_mode_and_who_approved_it(anna):
    said = json.loads(download(anna, format="json").content)
    (row, *_) = csv.DictReader(download(anna).content.decode().removeprefix("\ufeff").splitlines())
    for about in (said, row):
        assert (about["legal_mode"], about["approver"]) == ("analytics", "Dr. Approver")
        assert (about["course"], about["approval_document"].strip()) == ("Physics", "REF-1")
        assert about["approved_from"] < about["approved_until"]


def test_after_withdrawing_there_is_nothing_left_to_download(anna):
    anna.withdraw_consent(after(20))
    response = factory.own_session(anna)
    assert "Data erased" in response.content.decode()
    assert response.context["report"].means == []
    assert json.loads(download(anna, format="json").content)["readings"] == []
