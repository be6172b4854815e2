"""Webhooks: what is sent when, signed how, and what happens if it does not arrive."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from io import StringIO
from typing import get_args

import jsonschema
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from api import outbox
from api.models import EVENTS, Delivery, Event, Scope, Webhook
from api.models.webhooks import BACKOFF
from api.rows import WebhookEvent
from api.tasks import deliver, deliver_due, forget_old_deliveries
from classroom.models import Purpose
from tests import factory
from tests.api.clients import Program
from tests.api.receiver import attempt, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_session_tells_that_it_opened_that_it_ended_and_that_its_report_is_there(
    at_once, receiver, webhook
):
    with at_once(execute=True):
        session = factory.open_session(course=factory.course(webhook.teacher))
    with at_once(execute=True):
        session.close()
    told = [json.loads(body) for _path, _headers, body in receiver.messages]
    assert [one["type"] for one in told] == ["session.opened", "session.closed", "report.ready"]
    link = f"http://localhost:8000/api/v1/sessions/{session.pk}"
    assert told[0]["data"] == {"session": str(session.pk), "course": session.course_id, "url": link}
    assert receiver.messages[0][0] == "/hook?from=class"


def test_a_message_is_signed_as_standard_webhooks_has_it(at_once, receiver, webhook):
    attempt(waiting(webhook))
    _path, headers, body = receiver.messages[0]
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60


def test_each_webhook_has_a_key_of_its_own(webhook):
    other = Webhook.objects.create(teacher=webhook.teacher, url=webhook.url)
    assert webhook.secret != other.secret


def test_who_does_not_teach_the_session_is_not_told(at_once, receiver, webhook):
    course = factory.course(factory.teacher(), webhook.teacher)
    other = factory.course(webhook.teacher)
    Webhook.objects.update(course=other)
    with at_once(execute=True):
        factory.open_session(course=factory.course())
        factory.open_session(course=course)
    assert receiver.messages == []


@pytest.mark.parametrize("purpose", [Purpose.EXAMPLE, Purpose.PRACTICE])
def test_invented_sessions_are_not_told(at_once, receiver, webhook, purpose):
    with at_once(execute=True):
        factory.open_session(course=factory.course(webhook.teacher), purpose=purpose)
    assert receiver.messages == []


def test_only_what_was_asked_for_is_told(at_once, receiver, webhook):
    Webhook.objects.update(events=[Event.CLOSED])
    with at_once(execute=True):
        factory.open_session(course=factory.course(webhook.teacher))
    assert receiver.messages == []


def test_a_failure_is_tried_again_later_each_time_with_the_same_id(at_once, receiver, webhook):
    receiver.status = 500
    delivery = waiting(webhook)
    for pause in BACKOFF[:3]:
        attempt(delivery)
        assert abs(delivery.next_try_at - timezone.now() - pause) < timedelta(seconds=30)
    receiver.status = 200
    attempt(delivery)
    assert delivery.delivered_at
    assert delivery.attempts == 4
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.messages}) == 1


def test_beat_finds_what_is_due_and_nothing_else(at_once, receiver, webhook):
    due, later = waiting(webhook), waiting(webhook)
    Delivery.objects.filter(pk=later.pk).update(next_try_at=timezone.now() + timedelta(minutes=5))
    deliver_due()
    assert [one.delivered_at is not None for one in Delivery.objects.order_by("pk")] == [True, False]
    assert due.pk < later.pk


def test_two_workers_send_a_message_once(at_once, receiver, webhook):
    delivery = waiting(webhook)
    deliver(delivery.pk)
    deliver(delivery.pk)
    assert len(receiver.messages) == 1


def test_a_lasting_failure_switches_the_webhook_off_and_says_why(at_once, receiver, webhook):
    receiver.status = 503
    delivery, other = waiting(webhook), waiting(webhook)
    for _attempt in range(len(BACKOFF) + 1):
        attempt(delivery)
    page = factory.signed_in(webhook.teacher).get(reverse("webhook", args=[webhook.pk])).content.decode()
    assert "Off since" in page
    assert "The server answered 503." in page
    assert not Delivery.objects.due(timezone.now() + timedelta(days=9)).exists()
    other.refresh_from_db()
    assert other.next_try_at is None


def test_a_webhook_that_is_gone_is_switched_off_at_once(at_once, receiver, webhook):
    receiver.status = 410
    attempt(waiting(webhook))
    assert Webhook.objects.get().disabled_reason == "The server answered 410."


def test_a_webhook_that_was_off_can_be_switched_on_again(at_once, receiver, webhook):
    webhook.disable("Too many failures.")
    factory.signed_in(webhook.teacher).post(reverse("webhook-enable", args=[webhook.pk]))
    with at_once(execute=True):
        factory.open_session(course=factory.course(webhook.teacher))
    assert len(receiver.messages) == 1


def test_a_teacher_sends_a_test_and_sees_how_it_went(at_once, receiver, webhook):
    browser = factory.signed_in(webhook.teacher)
    with at_once(execute=True):
        page = browser.post(reverse("webhook-test", args=[webhook.pk]), follow=True)
    assert json.loads(receiver.messages[0][2])["type"] == "webhook.test"
    assert "Arrived" in browser.get(page.request["PATH_INFO"]).content.decode()


# --- in the API and on the page -------------------------------------------------------------------------


def test_a_program_makes_lists_and_deletes_webhooks():
    ada = factory.teacher()
    program = Program.of(ada, Scope.WEBHOOKS)
    answer = program.post("/webhooks", {"url": "https://a.example:65535/hook", "events": ["report.ready"]})
    made = answer.json()
    assert answer["Location"].endswith(f"/api/v1/webhooks/{made['id']}")
    assert made["secret"] == Webhook.objects.get().secret
    outbox.enqueue(Webhook.objects.get(), Event.CLOSED, {})
    assert program.get("/webhooks").json()["items"] == [
        {name: value for name, value in made.items() if name != "secret"}
    ]
    assert program.get(f"/webhooks/{made['id']}/deliveries").json()["count"] == 1
    for status in (204, 404):
        assert program.delete(f"/webhooks/{made['id']}").status_code == status


def test_a_webhook_of_another_teacher_is_not_there():
    webhook = Webhook.objects.create(teacher=factory.teacher(), url="https://a.example/")
    program = Program.of(factory.teacher())
    for path in (f"/webhooks/{webhook.pk}", f"/webhooks/{webhook.pk}/deliveries"):
        assert program.get(path).status_code == 404
    assert program.delete(f"/webhooks/{webhook.pk}").status_code == 404


def test_a_token_of_one_course_makes_webhooks_of_it_only():
    ada = factory.teacher()
    mine, other = factory.course(ada), factory.course(ada)
    program = Program.of(ada, course=mine)
    body = {"url": "https://a.example/", "events": ["session.closed"]}
    assert program.post("/webhooks", body).json()["course"] == mine.pk
    assert program.post("/webhooks", body | {"course": other.pk}).status_code == 404


def test_webhooks_are_limited(settings):
    settings.MOST_WEBHOOKS = 1
    ada = factory.teacher()
    body = {"url": "https://a.example/", "events": ["session.closed"]}
    program = Program.of(ada)
    assert [program.post("/webhooks", body).status_code for _one in range(2)] == [201, 409]
    page = factory.signed_in(ada).post(reverse("webhook-make"), body)
    assert "You have reached the maximum number" in page.content.decode()


def test_a_teacher_makes_a_webhook_on_the_page_and_sees_its_secret_once():
    browser = factory.signed_in(factory.teacher())
    body = {"url": "https://a.example/", "events": ["session.closed"]}
    page = browser.post(reverse("webhook-make"), body)
    secret = Webhook.objects.get().secret
    assert secret in page.content.decode()
    assert secret not in browser.get(reverse("api-access")).content.decode()


def test_the_events_of_the_description_are_those_of_the_models():
    assert list(get_args(WebhookEvent)) == EVENTS


def test_a_message_is_what_the_description_says(at_once, receiver, webhook, client):
    with at_once(execute=True):
        factory.open_session(course=factory.course(webhook.teacher))
    [(_path, headers, body)] = receiver.messages
    described = client.get("/api/v1/openapi.json").json()
    operation = described["webhooks"]["session.opened"]["post"]
    assert {one["name"] for one in operation["parameters"]} < headers.keys()
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    jsonschema.validate(json.loads(body), schema | {"components": described["components"]})


def test_labels_of_the_page_lead_to_fields_of_their_own_form():
    page = factory.signed_in(factory.teacher()).get(reverse("api-access")).content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_old_deliveries_are_forgotten(webhook):
    old, new = waiting(webhook), waiting(webhook)
    Delivery.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    forget_old_deliveries()
    assert list(Delivery.objects.all()) == [new]


def test_a_session_that_is_erased_takes_its_deliveries_along(webhook):
    session = factory.open_session()
    outbox.enqueue(webhook, Event.CLOSED, {}, session)
    session.erase()
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deleted_webhook_stays_deleted_after_a_backup_is_restored(settings, tmp_path):
    settings.ERASURES_LOG = tmp_path / "erasures.log"
    webhook = Webhook.objects.create(teacher=factory.teacher(), url="https://a.example/")
    factory.signed_in(webhook.teacher).post(reverse("webhook-delete", args=[webhook.pk]))
    webhook.save(force_insert=True)
    call_command("repeat_erasures", stdout=StringIO())
    assert not Webhook.objects.exists()


def test_a_page_from_before_sends_no_test_to_a_webhook_that_was_switched_off(webhook):
    webhook.disabled_at = timezone.now()
    webhook.save()
    teacher = factory.signed_in(webhook.teacher)
    page = teacher.post(reverse("webhook-test", args=[webhook.pk]), follow=True).content.decode()
    assert "A test is on its way" not in page
    assert not webhook.deliveries.exists()
