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


@pytest.mark.slow
@pytest.mark.postgresql
def test_the_command_prints_how_to_join_and_a_second_start_reuses_the_session(client):
    demo = demo_class()
    assert client.login(username=demo["username"], password=demo["password"])
    session = ClassSession.objects.get(pk=demo["session_id"])
    assert demo["join_code"] == session.join_code
    assert demo["join_url"] == session.join_url()
    assert str(session.approval) == "Demo approver (not a real approval), DEMO-1"
    second = demo_class(password="another")
    assert second["session_id"] == demo["session_id"]
    assert client.login(username="demo-teacher", password="another")


@pytest.mark.slow
def test_a_session_is_replaced_on_request_when_it_is_old_and_when_its_approval_has_ended():
    """One test: writing the past lessons takes most of its time."""
    first, second = demo_class(), demo_class(fresh=True)
    ClassSession.objects.update(opened_at=timezone.now() - timedelta(hours=10))
    third = demo_class()
    Approval.objects.all().revoke(timezone.now())
    fourth = demo_class()
    sessions = [ClassSession.objects.get(pk=demo["session_id"]) for demo in (first, second, third, fourth)]
    assert [session.is_open for session in sessions] == [False, False, False, True]
    assert len({session.pk for session in sessions}) == 4
    assert sessions[-1].mode_is_allowed


def test_the_command_fails_where_analytics_is_not_allowed(settings):
    settings.ALLOWED_MODES = ["participation", "mirror"]
    with pytest.raises(CommandError, match="ALLOWED_MODES"):
        demo_class()
