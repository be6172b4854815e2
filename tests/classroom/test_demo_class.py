import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from classroom.models import Approval, ClassSession

pytestmark = pytest.mark.django_db


def demo_class(**options):
    out = StringIO()
    call_command("demo_class", stdout=out, **options)
    return json.loads(out.getvalue())


def test_the_demo_says_how_to_get_in(client):
    demo = demo_class()
    assert client.login(username=demo["username"], password=demo["password"])
    session = ClassSession.objects.get(pk=demo["session_id"])
    assert demo["join_code"] == session.join_code
    assert demo["join_url"] == session.join_url()
    assert str(session.approval) == "Demo approver (not a real approval), DEMO-1"


def test_a_second_start_finds_the_same_class(client):
    first, second = demo_class(), demo_class(password="another")
    assert second["session_id"] == first["session_id"]
    assert client.login(username="demo-teacher", password="another")


def test_simulated_students_get_a_class_without_those_of_the_last_start():
    old, new = demo_class(), demo_class(fresh=True)
    assert new["session_id"] != old["session_id"]
    assert not ClassSession.objects.get(pk=old["session_id"]).is_open


def test_a_class_that_would_soon_be_forgotten_is_replaced():
    old = demo_class()
    ClassSession.objects.update(opened_at=timezone.now() - timedelta(hours=10))
    assert demo_class()["session_id"] != old["session_id"]
    assert not ClassSession.objects.get(pk=old["session_id"]).is_open


def test_a_demo_whose_approval_has_ended_gets_a_new_one():
    old = demo_class()
    Approval.objects.all().revoke(timezone.now())
    new = demo_class()
    assert new["session_id"] != old["session_id"]
    assert ClassSession.objects.get(pk=new["session_id"]).mode_is_allowed


def test_a_site_that_forbids_analytics_gets_no_demo(settings):
    settings.ALLOWED_MODES = ["participation", "mirror"]
    with pytest.raises(CommandError, match="ALLOWED_MODES"):
        demo_class()
