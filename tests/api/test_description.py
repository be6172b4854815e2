"""The API, driven from its description alone: no fault is found, and nothing that is not described."""

from typing import Any

import pytest
from django.test.client import ClientHandler

from api.models import EVENTS, Event, Webhook
from api.outbox import enqueue
from classroom.models import Consent, Mode
from exports.models import Export
from tests import factory
from tests.api.clients import token

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

# For each operation, once with what is described and once with what is not.
EXAMPLES = 3


@pytest.fixture
def asked(settings):
    """A class in which something happened, and the token of its teacher."""
    settings.API_REQUESTS = settings.API_REPORTS = settings.EXPORTS_OF_ONE_TEACHER = "100000/m"
    session = factory.open_session(Mode.ANALYTICS)
    for level in Consent.Level.values:
        factory.measured(session, level)
    teacher = session.course.owner
    webhook = Webhook.objects.create(teacher=teacher, url="https://a.example/", events=EVENTS)
    enqueue(webhook, Event.CLOSED, {})
    there = {"session_id": str(session.pk), "course_id": session.course_id, "webhook_id": str(webhook.pk)}
    there["export_id"] = str(Export.objects.create(teacher=teacher, session=session, format="pdf").pk)
    return there, token(teacher)[1]


def site(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The site as a WSGI application that leaves the test's database connection open, unlike Django's own."""
    response = ClientHandler()(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def test_schemathesis_finds_no_fault(asked):
    import schemathesis

    there, text = asked
    headers = {"Authorization": f"Bearer {text}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site)
    for result in schema.get_all_operations():
        operation = result.ok()
        known = {name: there[name] for name in there if f"{{{name}}}" in operation.path}
        for mode in schemathesis.GenerationMode:
            run(operation.as_strategy(mode, path_parameters=known or None), headers)


def run(strategy: Any, headers: dict[str, str]) -> None:
    from hypothesis import HealthCheck, Phase, given, settings

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(strategy)
    def ask(case: Any) -> None:
        case.call_and_validate(headers=headers)

    ask()
