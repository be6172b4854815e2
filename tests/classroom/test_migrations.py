"""Migrations of databases of earlier versions."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from django.db.models import QuerySet
from django.utils import timezone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def empty_database(db: None, tmp_path: Path) -> Iterator[None]:
    """A database without tables: to empty that of the tests, Django would take every migration back first."""
    of_tests = connections["default"]
    empty = of_tests.copy()
    empty.settings_dict["NAME"] = str(tmp_path / "empty.sqlite3")
    if of_tests.vendor == "postgresql":
        empty.settings_dict["NAME"] = "empty"
        del empty.settings_dict["OPTIONS"]["pool"]  # of the tests' database
        with closing(of_tests.copy()) as outside_of_transactions, outside_of_transactions.cursor() as cursor:
            cursor.execute("CREATE DATABASE empty")
    connections["default"] = empty
    yield
    empty.close()
    connections["default"] = of_tests


@pytest.fixture
def migrate(empty_database: None) -> Callable[[str], StateApps]:
    """Return a function that migrates to a state and returns its models."""

    def to(name: str) -> StateApps:
        executor = MigrationExecutor(connection)
        executor.migrate([("classroom", name)])
        return MigrationExecutor(connection).loader.project_state([("classroom", name)]).apps

    return to


def sessions_of(apps: StateApps, course: str) -> QuerySet:
    return apps.get_model("classroom", "ClassSession").objects.filter(course__name=course)


# Fills a database of an earlier version, and is then sent the models of the later one.
Scenario = Generator[None, StateApps, None]


def a_course_belongs_to_its_first_active_teacher(apps: StateApps) -> Scenario:
    users, courses = apps.get_model("auth", "User").objects, apps.get_model("classroom", "Course").objects
    gone = users.create(username="gone", is_active=False)
    bob, ada = users.create(username="bob"), users.create(username="ada")
    for name, teachers in (("Physics", [ada, bob]), ("Zoology", [gone, bob]), ("Art", [gone]), ("Empty", [])):
        course = courses.create(name=name)
        for teacher in teachers:
            course.teachers.add(teacher)
    apps = yield
    owners = apps.get_model("classroom", "Course").objects.values_list("name", "owner__username")
    wanted = {"Physics": "ada", "Zoology": "bob", "Art": "gone", "Empty": None}
    assert dict(owners.filter(name__in=wanted)) == wanted


def typed_approvals_become_unconfirmed_ones(apps: StateApps) -> Scenario:
    course = apps.get_model("classroom", "Course").objects.create(name="Typed")
    now = timezone.now()
    for number, (mode, *words) in enumerate(
        [("analytics", ".", "?"), ("analytics", ".", "?"), ("analytics", "Dr. A", "7"), ("mirror", "", "")]
    ):
        apps.get_model("classroom", "ClassSession").objects.create(
            course=course,
            title=f"Lesson {number}",
            join_code=f"AAAAA{number}",
            mode=mode,
            approver=words[0],
            approval_reference=words[1],
            opened_at=now - timedelta(days=number),
        )
    apps = yield
    sessions = apps.get_model("classroom", "ClassSession").objects.order_by("title")
    approvals = [session.approval for session in sessions.select_related("approval")]
    assert approvals[0] == approvals[1] != approvals[2]
    assert approvals[3] is None
    assert (approvals[0].approver, approvals[0].document) == (".", "?")
    assert not any(approval.is_confirmed for approval in approvals[:3])
    assert approvals[0].valid_from == timezone.localdate(now - timedelta(days=1))


def sessions_in_mirror_mode_get_an_approval_that_nobody_confirmed(apps: StateApps) -> Scenario:
    sessions = apps.get_model("classroom", "ClassSession").objects
    course = apps.get_model("classroom", "Course").objects.create(name="Mirror")
    now = timezone.now()
    for number, mode in enumerate(["mirror", "mirror", "participation"]):
        opened = now - timedelta(days=number)
        sessions.create(
            course=course, title=str(number), join_code=f"BBBBB{number}", mode=mode, opened_at=opened
        )
    apps = yield
    sessions = sessions_of(apps, "Mirror").order_by("title")
    first, second, third = [session.approval for session in sessions.select_related("approval")]
    assert first == second
    assert third is None
    assert (first.mode, first.approver, first.is_confirmed) == ("mirror", "Nobody", False)
    assert first.valid_from == timezone.localdate(now - timedelta(days=1))


def a_class_begins_with_its_first_student_or_marker(apps: StateApps) -> Scenario:
    sessions = apps.get_model("classroom", "ClassSession").objects
    course = apps.get_model("classroom", "Course").objects.create(name="Begun")
    opened = timezone.now() - timedelta(hours=2)
    joined, marked = opened + timedelta(minutes=9), opened + timedelta(minutes=5)
    begun = {}
    for number, (joins, marks, erased, begins) in enumerate(
        [
            ([joined, joined + timedelta(minutes=1)], [], 0, joined),
            ([joined], [marked], 1, marked),
            ([], [marked], 0, marked),
            ([], [], 3, opened),
            ([], [], 0, None),
        ]
    ):
        made = sessions.create(
            course=course,
            title=str(number),
            join_code=f"CCCCC{number}",
            opened_at=opened,
            erased_participants=erased,
        )
        begun[made.title] = begins
        for at in joins:
            made.participants.create(display_name="Anna", joined_at=at, receipt_code=f"{number}{at.minute}")
        for at in marks:
            made.markers.create(label="?", at=at)
    apps = yield
    assert dict(sessions_of(apps, "Begun").values_list("title", "started_at")) == begun


def nobody_joined_without_camera_where_there_was_none(apps: StateApps) -> Scenario:
    sessions = apps.get_model("classroom", "ClassSession").objects
    course = apps.get_model("classroom", "Course").objects.create(name="Cameras")
    approval = course.approvals.create(approver="Dr. A", document="7", valid_until=timezone.localdate())
    for code, fields in (("DDDDDD", {}), ("EEEEEE", {"mode": "analytics", "approval": approval})):
        made = sessions.create(course=course, title=code, join_code=code, **fields)
        anna = made.participants.create(display_name="Anna", receipt_code=code)
        for state in ("deciding", "no_camera", "offline"):
            anna.presences.create(state=state)
    apps = yield
    presences = apps.get_model("classroom", "Presence").objects
    states = presences.filter(participant__session__course__name="Cameras")
    states = states.order_by("participant__session__title", "pk")
    assert list(states.values_list("state", flat=True)) == [
        *("present", "present", "offline"),
        *("deciding", "no_camera", "offline"),
    ]


# From state to state, so that no table is migrated back and forth for each of them.
ROAD = [
    ("0002_deciding", "0005_session_approval", [typed_approvals_become_unconfirmed_ones]),
    ("0006_promises", "0008_first_teachers_own", [a_course_belongs_to_its_first_active_teacher]),
    (
        "0012_plainer_labels",
        "0015_approved_modes",
        [
            sessions_in_mirror_mode_get_an_approval_that_nobody_confirmed,
            a_class_begins_with_its_first_student_or_marker,
            nobody_joined_without_camera_where_there_was_none,
        ],
    ),
]


def test_what_databases_of_earlier_versions_hold_is_migrated(migrate):
    for earlier, later, scenarios in ROAD:
        apps = migrate(earlier)
        begun = [scenario(apps) for scenario in scenarios]
        for scenario in begun:
            next(scenario)
        apps = migrate(later)
        for scenario in begun:
            with suppress(StopIteration):
                scenario.send(apps)
