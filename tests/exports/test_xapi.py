"""Statements of presence and answers, read by the models of an LRS (ralph)."""

import json

import pytest
from django.utils import timezone

from dashboards.report.report import Report
from exports.xapi import ANSWERED, ASKED, JOINED, LEFT, pseudonym, xapi_document
from tests.dashboards import taught

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

INTERACTION_PARTS = ("interactionType", "choices", "scale")


def statements(session) -> list[dict]:
    return json.loads(xapi_document(Report.of(session, timezone.now())))


def of_verb(found: list[dict], verb: str) -> list[dict]:
    return [one for one in found if one["verb"]["id"] == verb]


@pytest.fixture
def session():
    session = taught.lesson(students=3)
    named = taught.ask(session, text="Which?")
    taught.answer(named, {"chosen": [0]}, {"chosen": [1]}, None)
    taught.answer(taught.ask(session, "text", text="Why?"), {"text": "Because; “so”"})
    taught.answer(taught.ask(session, is_anonymous=True), *[{"chosen": [0]}] * 3)
    return session


@pytest.mark.slow
def test_each_statement_is_one_of_the_profile(session):
    from ralph.models.selector import ModelSelector
    from ralph.models.validator import Validator
    from ralph.models.xapi.base.statements import BaseXapiStatement

    validator = Validator(ModelSelector(module="ralph.models.xapi"))
    found = statements(session)
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        BaseXapiStatement(**one)
        # ralph's polls have no interaction, which the profile's own examples and BigBlueButton have.
        for part in INTERACTION_PARTS:
            one["object"]["definition"].pop(part, None)
        assert type(validator.get_first_valid_model(one)).__name__.startswith("VirtualClassroom")


def test_presence_and_named_answers_are_told_and_anonymous_ones_are_not(session):
    found = statements(session)
    assert len(of_verb(found, JOINED)) == len(of_verb(found, LEFT)) == 3
    assert len(of_verb(found, ASKED)) == 3
    assert [one["result"]["response"] for one in of_verb(found, ANSWERED)] == ["0", "1", "Because; “so”"]


def test_students_have_pseudonyms_and_no_names(session):
    text = xapi_document(Report.of(session, timezone.now()))
    assert "Student A" not in text
    [first, *_others] = session.participants.all()
    assert pseudonym(first.pk) in text
    assert first.pk.hex not in text.replace("-", "")


def test_the_same_facts_are_the_same_statements(session):
    assert statements(session) == statements(session)


def test_somebody_who_erases_is_in_no_statement(session):
    first = session.participants.first()
    name = pseudonym(first.pk)
    first.erase()
    assert name not in xapi_document(Report.of(session, timezone.now()))


def test_several_chosen_answers_are_separated_as_xapi_says():
    session = taught.lesson()
    taught.answer(taught.ask(session, allows_several=True), {"chosen": [0, 1]})
    [answered] = of_verb(statements(session), ANSWERED)
    assert answered["result"]["response"] == "0[,]1"
