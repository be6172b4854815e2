"""The report as one HTML file has every table of the page, those of its charts included."""

import re

import pytest
from django.utils.html import strip_tags

from exports.html_file import html_file
from tests import factory
from tests.dashboards import classes
from tests.exports import lessons

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.slow]
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)


def tables(page: str) -> list[list[str]]:
    return [strip_tags(table).split() for table in TABLE.findall(page)]


def test_the_file_has_the_tables_of_the_page():
    session = lessons.with_cameras()
    browser = factory.signed_in(classes.teacher_of(session))
    page = browser.get(f"/sessions/{session.pk}/report/", headers={"accept-language": "en"})
    of_page = tables(page.content.decode())
    assert len(of_page) >= 10
    assert tables(html_file(lessons.report_of(session))) == of_page
