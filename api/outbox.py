"""What is to be sent to webhooks waits in the database: no restart of Redis or of a worker loses it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from classroom.models import ClassSession

from .messages import AboutSession
from .models import Delivery, Event, Webhook
from .tasks import deliver


def tell(event: Event, session_id: UUID) -> None:
    """Tell the webhooks of a session's teachers."""
    webhooks = webhooks_for(event, session_id)
    if webhooks and (session := ClassSession.objects.filter(pk=session_id).first()):
        for webhook in webhooks:
            enqueue(webhook, event, _content(session), session)


def webhooks_for(event: Event, session_id: UUID) -> list[Webhook]:
    """The webhooks that asked for this. Invented sessions are nothing to a school's programs."""
    session = ClassSession.objects.filter(pk=session_id).first()
    if session is None or session.is_invented:
        return []
    return [webhook for webhook in Webhook.objects.about(session) if event in webhook.events]


def _content(session: ClassSession) -> dict[str, Any]:
    """Ids and links: what happened is read with a token, under the rules of that moment."""
    url = f"{settings.PUBLIC_URL}/api/v1/sessions/{session.pk}"
    return AboutSession(session=session.pk, course=session.course_id, url=url).model_dump(mode="json")


def enqueue(
    webhook: Webhook, event: Event, content: dict[str, Any], session: ClassSession | None = None
) -> Delivery:
    """Keep a message and call a worker for it. Beat finds one whose worker never came."""
    now = timezone.now()
    payload = {"type": event, "timestamp": now.isoformat(), "data": content}
    delivery = webhook.deliveries.create(event=event, payload=payload, session=session, next_try_at=now)
    transaction.on_commit(lambda: deliver.delay(delivery.pk), robust=True)
    return delivery
