"""Migrations of databases of earlier versions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def migrate():
    """Return a function that migrates to a state and returns its models. The newest state is restored."""

    def to(name):
        executor = MigrationExecutor(connection)
        executor.migrate([("classroom", name)])
        return MigrationExecutor(connection).loader.project_state([("classroom", name)]).apps

    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield to
    MigrationExecutor(connection).migrate(newest)


def test_a_course_belongs_to_its_first_active_teacher(migrate):
    apps = migrate("0006_promises")
    users, courses = apps.get_model("auth", "User").objects, apps.get_model("classroom", "Course").objects
    gone = users.create(username="gone", is_active=False)
    bob, ada = users.create(username="bob"), users.create(username="ada")
    for name, teachers in (("Physics", [ada, bob]), ("Zoology", [gone, bob]), ("Art", [gone]), ("Empty", [])):
        course = courses.create(name=name)
        for teacher in teachers:
            course.teachers.add(teacher)
    apps = migrate("0008_first_teachers_own")
    owners = apps.get_model("classroom", "Course").objects.values_list("name", "owner__username")
    assert dict(owners) == {"Physics": "ada", "Zoology": "bob", "Art": "gone", "Empty": None}


def test_typed_approvals_become_unconfirmed_ones(migrate):
    apps = migrate("0002_deciding")
    course = apps.get_model("classroom", "Course").objects.create(name="Physics")
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
    apps = migrate("0005_session_approval")
    sessions = apps.get_model("classroom", "ClassSession").objects.order_by("title")
    approvals = [session.approval for session in sessions.select_related("approval")]
    assert approvals[0] == approvals[1] != approvals[2]
    assert approvals[3] is None
    assert (approvals[0].approver, approvals[0].document) == (".", "?")
    assert not any(approval.is_confirmed for approval in approvals[:3])
    assert approvals[0].valid_from == timezone.localdate(now - timedelta(days=1))
