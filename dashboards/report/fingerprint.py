"""What a kept report was made of: read anew at each opening, at a small part of the report's price.

A signal may be forgotten, and none tells of a setting, a new release or an approval that expires. Where
anything here differs, the report is made anew.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import babel
import django
from django.conf import settings
from django.db.models import Count, Model, QuerySet, Sum
from django.utils import timezone, translation

from activities.models import Acknowledgement, Answer, Hand, Question, StudentQuestion, Upvote
from classroom.models import ClassSession, Consent, Marker, Participant, Presence, Pulse
from classroom.models.consents import kept_for
from emotion.buckets import STEP_SECONDS
from emotion.models import BucketSummary, FrameTally, PublishedBucket

# The settings that reports read.
SETTINGS = (
    "ALLOWED_MODES",
    "FEWEST_ANONYMOUS_ANSWERS",
    "FEWEST_OF_ONE_WORD",
    "GONE_AFTER",
    "PULSE_LASTS",
    "READING_RETENTION",
    "SCORE_OFFSET",
    "SMALLEST_GROUP",
    "TIME_ZONE",
)
# The code and the texts of which reports and rows are made, below BASE_DIR.
SOURCES = (
    "activities/**/*.py",
    "classroom/**/*.py",
    "config/locales.py",
    "dashboards/**/*.py",
    "emotion/**/*.py",
    "emotion/vision/weights/card.json",
    "exports/*.py",
    "locale/**/*.mo",
    "static/icons/**/*.svg",
    "templates/dashboards/*.html",
)
# What is read row by row, with all its columns.
OF_SESSION: tuple[type[Model], ...] = (Marker, Question, StudentQuestion, Acknowledgement, FrameTally)
OF_PERSON: tuple[type[Model], ...] = (Consent, Presence, Pulse, Hand)
OF_APPROVAL = ("approver", "document", "valid_from", "valid_until", "is_confirmed", "revoked_at")
Rows = Iterable[tuple[Any, ...]]
# Steps begin before the session and end after it.
STEP = timedelta(seconds=STEP_SECONDS)


def rules_of(session: ClassSession) -> str:
    """What decides which numbers may be shown, and how: settings, mode and approval, and the code."""
    with translation.override(None):
        why_ended = session.why_mode_ended
    values = [getattr(settings, name) for name in SETTINGS]
    return _digest([session.mode, session.mode_in_force, why_ended, *values, code_version()])


def fingerprint_of(session: ClassSession) -> str:
    """The rules, and everything that a report says of the session."""
    rows = (repr(row) for query in _queries(session) for row in query)
    return _digest([rules_of(session), *rows])


def _queries(session: ClassSession) -> Iterator[Rows]:
    yield ClassSession.objects.filter(pk=session.pk).values_list(
        "title", "course__name", "purpose", "opened_at", "started_at", "closed_at", "erased_participants",
        *(f"approval__{field}" for field in OF_APPROVAL),
    )  # fmt: skip
    people = Participant.objects.filter(session=session)
    yield _sorted(people, "display_name", "joined_at", "left_at", "last_seen_at", "was_removed")
    for of_session in OF_SESSION:
        yield _sorted(of_session._default_manager.filter(session=session))
    for of_person in OF_PERSON:
        yield _sorted(of_person._default_manager.filter(participant__session=session))
    yield _sorted(Answer.objects.filter(question__session=session))
    yield _sorted(Upvote.objects.filter(question__session=session))
    # They are written while the session lasts, and go with their consent or when they expire.
    summaries = BucketSummary.objects.filter(session=session).order_by()
    yield [tuple(summaries.aggregate(Count("pk"), Sum("seen")).values())]


def _sorted(query: QuerySet[Any], *fields: str) -> Rows:
    """These fields, or all, of each row."""
    names = ("pk", *fields) if fields else ()
    return query.order_by("pk").values_list(*names)


def _digest(values: Iterable[object]) -> str:
    whole = sha256()
    for value in values:
        whole.update(f"{value}\0".encode())
    return whole.hexdigest()


def code_version() -> str:
    """A digest of the code and texts that this process runs; in development they change meanwhile."""
    return _read_sources() if settings.DEBUG else AT_START


def _read_sources() -> str:
    base = Path(settings.BASE_DIR)
    paths = sorted(path for pattern in SOURCES for path in base.glob(pattern))
    return _digest([django.__version__, babel.__version__, *(_file(path) for path in paths)])


def _file(path: Path) -> str:
    return f"{path} {sha256(path.read_bytes()).hexdigest()}"


# Read with the code itself: a process that goes on while a new release is installed is still the former one.
AT_START = _read_sources()


def valid_until(session: ClassSession, now: datetime) -> datetime:
    """When a report that is made now may say something that has expired; `now` while readings expire.

    They do so one after the other, each when its consent or today's setting says.
    """
    assert session.closed_at is not None
    promised = Consent.objects.filter(participant__session=session).order_by()
    lengths = {kept_for(days) for days in promised.values_list("retention_days", flat=True).distinct()}
    ends = [now + settings.KEPT_REPORT_LIFETIME]
    for kept in {settings.READING_RETENTION, *lengths}:
        first, last = session.opened_at - STEP + kept, session.closed_at + STEP + kept
        if now < last:
            ends.append(max(now, first))
    # Some may have been published under the promise to a student who has erased it since.
    published = PublishedBucket.objects.filter(session=session, expires_at__gt=now)
    return min([*ends, *published.order_by("expires_at").values_list("expires_at", flat=True)[:1]])


def may_be_kept(session: ClassSession, now: datetime | None = None) -> bool:
    """Whether the report will be the same next time: only if its session has ended."""
    return session.closed_at is not None and session.closed_at <= (now or timezone.now())
