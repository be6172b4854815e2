"""Moments as the server writes them: for browsers that turn them to their own clock, and for others."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

MOMENT = datetime(2026, 7, 15, 20, 5, 7, tzinfo=UTC)


def shown(shape: str) -> str:
    return Template("{% load times %}{{ at|time_as:'" + shape + "' }}").render(Context({"at": MOMENT}))


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("date", "July 15, 2026"),
        ("minute", "22:05"),
        ("second", "22:05:07"),
        ("moment", "July 15, 2026, 22:05"),
    ],
)
def test_without_scripts_a_moment_stands_in_the_sites_zone(shape, words):
    with timezone.override("Europe/Berlin"):
        assert shown(shape) == (
            f'<time datetime="2026-07-15T20:05:07+00:00" data-time="{shape}">{words}</time>'
        )


def test_the_zone_is_named():
    with timezone.override("Europe/Berlin"):
        assert "Europe/Berlin" in Template('{% include "_zone.html" %}').render(Context())
