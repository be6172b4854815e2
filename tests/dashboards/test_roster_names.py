"""The names under which teachers see their students."""

import pytest

from dashboards.aggregates.roster import roster
from dashboards.report.report import Report
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after

pytestmark = pytest.mark.django_db


def names_after_joining(*names: str) -> list[str]:
    session = classes.session(closed_at=after(60))
    people = [classes.student(session, name, begin=place) for place, name in enumerate(names)]
    told = {entry.id: entry.name for entry in roster(session)}
    return [told[person.pk] for person in people]


def test_two_of_one_name_are_told_apart_in_the_order_of_joining():
    assert names_after_joining("Twin", "Anna", "twin", "Twin") == ["Twin", "Anna", "twin (2)", "Twin (3)"]


def test_a_number_that_somebody_chose_is_not_given_again():
    assert names_after_joining("Twin (2)", "Twin", "Twin") == ["Twin (2)", "Twin", "Twin (3)"]


def test_names_that_look_alike_are_told_apart():
    told = names_after_joining(
        "Anna", "Anna\u200b", "An\u00adna", "Аnna", "Ａｎｎａ", "Anna.", "\u3164", "\u2800"
    )
    assert told == [
        "Anna",
        "Anna (2)",
        "Anna (3)",
        "Аnna (4)",
        "Ａｎｎａ (5)",
        "Anna. (6)",
        "(blank name)",
        "(blank name) (2)",
    ]


def test_the_report_has_the_numbers_and_a_students_own_page_the_name_they_gave():
    session = classes.session(closed_at=after(60))
    classes.student(session, "Twin")
    later = classes.student(session, "Twin", begin=1)
    assert [row.entry.name for row in Report.of(session, after(60)).students] == [
        "Twin",
        "Twin (2)",
    ]
    page = factory.own_session(later).content.decode()
    assert "Twin" in page
    assert "Twin (2)" not in page
