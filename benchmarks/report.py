"""CPU seconds of a large session's pages: python -m benchmarks.report [--students 300] [--minutes 90].

The report and the live page's first snapshot are read in a process with a database of its own. Every student
has a reading each second, as in a real class. Five minutes that are over are packed, as in a class that has
just ended; what costs most without packs is named. Each figure is the median of some runs.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import machine

if TYPE_CHECKING:
    from classroom.models import ClassSession, Consent, Participant

# Before now, or the consents would not allow its readings to be shown.
BEGAN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
EVERY = 1.0  # seconds between two readings of one student
OWN_LINE, NO_CAMERA = 0.7, 0.95
QUESTIONS, ANSWERING = 12, 0.8
RUNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--minutes", type=int, default=90)
    parser.add_argument("--database", help="URL of an empty database, or one that this command has filled")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="classpulse-report-") as folder:
        _set_up(arguments.database or f"sqlite:///{folder}/db.sqlite3", Path(folder))
        print(machine.in_words(machine.describe()), flush=True)
        session = _session() or _write(arguments.students, timedelta(minutes=arguments.minutes))
        for name, seconds in _measure(session):
            print(f"{seconds:7.2f} s CPU  {name}", flush=True)


def _set_up(database: str, folder: Path) -> None:
    os.environ |= {
        "DATABASE_URL": database,
        "DEBUG": "1",
        "ALLOWED_MODES": "participation,mirror,analytics",
        "ERASURES_LOG": str(folder / "erasures.log"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    # What a first request compiles anyway, and no product runs with.
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    from config import garbage

    garbage.settle()


def _session() -> "ClassSession | None":
    from classroom.models import ClassSession

    return ClassSession.objects.first()


def _measure(session: "ClassSession") -> Iterator[tuple[str, float]]:
    from django.test import Client

    from dashboards.live.feed import LiveFeed
    from dashboards.models import KeptReport
    from emotion.models import PackedSummaries
    from emotion.packing import pack_session

    teacher = session.course.teachers.get()
    client = Client()
    client.force_login(teacher, backend="django.contrib.auth.backends.ModelBackend")
    sizes: list[int] = []

    def page() -> None:
        response = client.get(f"/sessions/{session.pk}/report/", secure=True)
        assert response.status_code == 200, response.status_code
        sizes.append(len(response.content))

    ended_at = session.participants.latest("left_at").left_at
    assert ended_at
    _end(session, ended_at)

    def anew() -> None:
        KeptReport.objects.all().delete()
        page()

    def snapshot() -> None:
        LiveFeed(teacher, session.pk).snapshot(ended_at)

    PackedSummaries.objects.all().delete()
    yield "the report, with all that a process loads once", _cpu(page)
    yield "the report, made anew of summaries that nobody has packed", _median(anew)
    _end(session, None)
    yield "the live page's first snapshot of them", _median(snapshot)
    session.closed_at = None
    pack_session(session, ended_at)
    yield "the live page's first snapshot", _median(snapshot)
    _end(session, ended_at)
    yield "the report, made anew and kept", _median(anew)
    yield "the kept report", _median(page)
    print(f"the page has {sizes[-1] / 1000:.0f} kB")


def _end(session: "ClassSession", closed_at: datetime | None) -> None:
    """The live page is read as if the class had not ended."""
    from classroom.models import ClassSession

    ClassSession.objects.filter(pk=session.pk).update(closed_at=closed_at)


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _median(work: Callable[[], object]) -> float:
    return median(_cpu(work) for _ in range(RUNS))


def _write(students: int, lasts: timedelta) -> "ClassSession":
    """A session with everything in it, of which every second is measured."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from classroom.models import Course, Mode

    print(f"writing {students} students and {lasts} ...", file=sys.stderr, flush=True)
    teacher = get_user_model().objects.create(username="teacher")
    course = Course.objects.create_with_owner(teacher, name="Physics")
    approval = course.approvals.create(
        approver="Dr. Approver",
        document="REF-1",
        valid_from=BEGAN.date(),
        valid_until=BEGAN.date() + timedelta(days=2),
        is_confirmed=True,
    )
    with transaction.atomic():
        session = course.sessions.create(
            title="Waves",
            join_code="ACEH3K",
            mode=Mode.ANALYTICS,
            approval=approval,
            opened_at=BEGAN,
            started_at=BEGAN,
            closed_at=BEGAN + lasts,
        )
        chance, ended = random.Random(20), BEGAN + lasts
        people = [
            session.participants.create(
                display_name=f"Student {number}", joined_at=BEGAN, last_seen_at=ended, left_at=ended
            )
            for number in range(students)
        ]
        _write_cameras(session, people, lasts, chance)
        _write_words(session, people, lasts, chance)
    return session


def _write_cameras(
    session: "ClassSession", people: "list[Participant]", lasts: timedelta, chance: random.Random
) -> None:
    from classroom.models import CONSENT_TEXT_VERSION, Consent, Presence

    for place, person in enumerate(people):
        share = place / len(people)
        has_camera = share < NO_CAMERA
        state = Presence.State.MEASURING if has_camera else Presence.State.NO_CAMERA
        person.presences.create(state=state, since=BEGAN)
        # A camera is off for a while, now and then.
        for minute in (
            sorted(chance.sample(range(1, int(lasts.total_seconds() / 60) - 1), 4)) if has_camera else ()
        ):
            off = BEGAN + timedelta(minutes=minute)
            person.presences.create(state=Presence.State.OFFLINE, since=off)
            person.presences.create(state=state, since=off + timedelta(seconds=20))
        person.presences.create(state=Presence.State.LEFT, since=BEGAN + lasts)
        if has_camera:
            level = Consent.Level.OWN_LINE if share < OWN_LINE else Consent.Level.CLASS_ONLY
            consent = person.consents.create(
                level=level, text_version=CONSENT_TEXT_VERSION, mode=session.mode, given_at=BEGAN
            )
            _write_readings(session, consent, lasts, chance)


def _write_readings(
    session: "ClassSession", consent: "Consent", lasts: timedelta, chance: random.Random
) -> None:
    from django.db import connection

    from emotion.buckets import bucket_of, summarise
    from emotion.models import BucketSummary, Reading, rows
    from emotion.models.readings import WRITTEN
    from emotion.vision.engagement import ENGAGEMENT_VERSION

    begin = BEGAN.timestamp()
    steps: dict[int, list[tuple[Any, ...]]] = {}
    values = []
    for number in range(int(lasts.total_seconds() / EVERY)):
        at = begin + number * EVERY + chance.random() * EVERY / 2
        score = round(min(max(0.6 + chance.gauss(0, 0.15), 0), 1), 4)
        mix = [round(score / 2, 4), *[round((1 - score / 2) / 7, 4)] * 7]
        is_seen = chance.random() > 0.04
        face = "seen" if is_seen else "none"
        read = (
            face,
            "centre" if is_seen else "",
            "neutral" if is_seen else "",
            *(mix if is_seen else [None] * 8),
        )
        shown = score if is_seen else None
        moment = rows.moment(datetime.fromtimestamp(at, UTC))
        values.append(
            (consent.pk, rows.uuid(session.pk), moment, number, *read, shown, "bench", ENGAGEMENT_VERSION)
        )
        steps.setdefault(bucket_of(at), []).append(
            (at, face, ENGAGEMENT_VERSION, shown, *(mix if is_seen else [None] * 8))
        )
    columns = ", ".join(rows._columns(Reading, WRITTEN))
    places = ", ".join(["%s"] * len(WRITTEN))
    with connection.cursor() as cursor:
        table = Reading._meta.db_table
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)
    BucketSummary.objects.replace(
        (summarise(read), consent.pk, session.pk, bucket) for bucket, read in steps.items()
    )


def _write_words(
    session: "ClassSession", people: "list[Participant]", lasts: timedelta, chance: random.Random
) -> None:
    from activities.models import Answer, Hand, Kind, Question, StudentQuestion
    from classroom.models import Pulse

    seconds = lasts.total_seconds()

    def some_time() -> datetime:
        return BEGAN + timedelta(seconds=chance.uniform(1, seconds - 1))

    kinds = [*Pulse.Kind]
    Pulse.objects.bulk_create(
        Pulse(participant=person, kind=kind, at=some_time(), **_value(kind))
        for person in people
        for kind in chance.sample(kinds, 2)
    )
    Hand.objects.bulk_create(
        Hand(participant=person, raised_at=(at := some_time()), lowered_at=at + timedelta(seconds=40))
        for person in people[::3]
    )
    StudentQuestion.objects.bulk_create(
        StudentQuestion(session=session, participant=person, text="Why is that so?", asked_at=some_time())
        for person in people[::10]
    )
    for minute in range(0, int(seconds // 60), 9):
        session.markers.create(label=f"Slide {minute}", at=BEGAN + timedelta(minutes=minute))
    for number in range(QUESTIONS):
        opened = BEGAN + timedelta(seconds=(number + 0.5) * seconds / QUESTIONS)
        question = Question.objects.create(
            session=session, kind=Kind.CHOICE, text=f"Question {number + 1}", options=["A", "B", "C"],
            right_options=[0], is_anonymous=False, opened_at=opened, closed_at=opened + timedelta(seconds=60),
            present=len(people),
        )  # fmt: skip
        Answer.objects.bulk_create(
            Answer(question=question, participant=person, answered_at=opened, chosen=[chance.randrange(3)])
            for person in people
            if chance.random() < ANSWERING
        )


def _value(kind: str) -> dict[str, int]:
    return {"value": -1} if kind in ("pace", "difficulty") else {}


if __name__ == "__main__":
    main()
