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


def test_the_command_prints_how_to_join(client):
    demo = demo_class()
    assert client.login(username=demo["username"], password=demo["password"])
    session = ClassSession.objects.get(pk=demo["session_id"])
    assert demo["join_code"] == session.join_code
    assert demo["join_url"] == session.join_url()
    assert str(session.approval) == "Demo approver (not a real approval), DEMO-1"


def test_a_second_start_reuses_the_session(client):
    first, second = demo_class(), demo_class(password="another")
    assert second["session_id"] == first["session_id"]
    assert client.login(username="demo-teacher", password="another")


def test_a_fresh_start_closes_the_former_session():
    old, new = demo_class(), demo_class(fresh=True)
    assert new["session_id"] != old["session_id"]
    assert not ClassSession.objects.get(pk=old["session_id"]).is_open


def test_an_old_session_is_replaced():
    old = demo_class()
    ClassSession.objects.update(opened_at=timezone.now() - timedelta(hours=10))
    assert demo_class()["session_id"] != old["session_id"]
    assert not ClassSession.objects.get(pk=old["session_id"]).is_open


def test_an_expired_demo_approval_is_replaced():
    old = demo_class()
    Approval.objects.all().revoke(timezone.now())
    new = demo_class()
    assert new["session_id"] != old["session_id"]
    assert ClassSession.objects.get(pk=new["session_id"]).mode_is_allowed


def test_the_command_fails_where_analytics_is_not_allowed(settings):
    settings.ALLOWED_MODES = ["participation", "mirror"]
    with pytest.raises(CommandError, match="ALLOWED_MODES"):
        demo_class()
