"""Times as the server writes them, before a script rewrites them to the viewer's clock."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from config import locales

MOMENT = datetime(2026, 7, 15, 20, 5, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def british():
    locales.set_region("GB")
    yield
    locales.set_region("")


def shown(shape: str, at: datetime = MOMENT) -> str:
    return Template("{% load times %}{{ at|time_as:'" + shape + "' }}").render(Context({"at": at}))


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("date", "15 Jul 2026"),
        ("minute", "22:05"),
        ("second", "22:05:07"),
        ("moment", "15 Jul 2026, 22:05"),
    ],
)
def test_without_scripts_a_time_is_in_the_sites_zone(shape, words):
    with timezone.override("Europe/Berlin"):
        assert shown(shape) == (
            f'<time datetime="2026-07-15T20:05:07+00:00" data-time="{shape}">{words}</time>'
        )


def test_the_zone_is_named():
    with timezone.override("Europe/Berlin"):
        assert "Europe/Berlin" in Template('{% include "_zone.html" %}').render(Context())


@pytest.mark.parametrize(
    ("zone", "utc", "words"),
    [
        ("America/New_York", (11, 1, 5, 30), "01:30 EDT"),
        ("America/New_York", (11, 1, 6, 30), "01:30 EST"),
        ("America/New_York", (3, 8, 7, 0), "03:00 EDT"),
        ("Europe/Berlin", (10, 25, 0, 30), "02:30 CEST"),
        ("Europe/Berlin", (10, 25, 1, 30), "02:30 CET"),
        ("Australia/Lord_Howe", (4, 4, 14, 45), "01:45 UTC+11:00"),
        ("Australia/Lord_Howe", (4, 4, 15, 15), "01:45 UTC+10:30"),
        ("Asia/Kathmandu", (11, 1, 6, 0), "11:45"),
        ("America/New_York", (11, 3, 5, 30), "00:30"),
    ],
)
def test_near_a_clock_change_a_time_names_its_zone(zone, utc, words):
    with timezone.override(zone):
        assert f">{words}</time>" in shown("minute", datetime(2026, *utc, tzinfo=UTC))
