"""React to what happens elsewhere: tell webhooks of sessions, and let tokens end with what they open."""

from uuid import UUID

from django.db.models import F
from django.db.models.signals import m2m_changed, post_delete
from django.dispatch import receiver

from classroom import erasures
from classroom.events import report_ready, session_closed, session_opened
from classroom.models import Course

from .models import ApiToken, Event, Webhook
from .outbox import tell, webhooks_for
from .tasks import compute_report


@receiver(session_opened)
def tell_opened(session_id: UUID, **_: object) -> None:
    tell(Event.OPENED, session_id)


@receiver(session_closed)
def tell_closed(session_id: UUID, **_: object) -> None:
    tell(Event.CLOSED, session_id)
    if webhooks_for(Event.REPORT_READY, session_id):
        compute_report.delay(str(session_id))


@receiver(report_ready)
def tell_report(session_id: UUID, **_: object) -> None:
    tell(Event.REPORT_READY, session_id)


@receiver(m2m_changed, sender=Course.teachers.through)
def end_with_the_course(action: str, **_: object) -> None:
    """Revoke what was for one course, of teachers who are no longer in it."""
    if action in ("post_remove", "post_clear"):
        ApiToken.objects.exclude(course=None).exclude(course__teachers=F("teacher")).delete()
        Webhook.objects.exclude(course=None).exclude(course__teachers=F("teacher")).delete()


@receiver(post_delete, sender=ApiToken)
def record_revoked_token(instance: ApiToken, **_: object) -> None:
    """Record it, also where the account was deleted: a restored backup must not open anything."""
    erasures.record(ApiToken.ERASURE, instance.prefix)


@receiver(post_delete, sender=Webhook)
def record_deleted_webhook(instance: Webhook, **_: object) -> None:
    erasures.record(Webhook.ERASURE, instance.pk)


def repeat_erasures() -> None:
    """Tell the classroom how a token is revoked again, and a webhook deleted."""
    erasures.repeaters[ApiToken.ERASURE] = lambda prefix: bool(
        ApiToken.objects.filter(prefix=prefix).delete()[0]
    )
    erasures.repeaters[Webhook.ERASURE] = lambda pk: bool(Webhook.objects.filter(pk=pk).delete()[0])
