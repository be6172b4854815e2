"""Celery tasks, which config/settings.py schedules, and the mail that must not delay an answer."""

from urllib.parse import urlsplit

from celery import shared_task
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.core.management import call_command
from django.utils import timezone, translation

from . import erasures
from .models import Approval, ClassSession, Participant


@shared_task(ignore_result=True)
def close_forgotten_sessions() -> None:
    now = timezone.now()
    for session in ClassSession.objects.forgotten(now):
        session.close_forgotten(now)
    for session in ClassSession.objects.without_active_teacher() | ClassSession.objects.open_too_long(now):
        session.close(now)


@shared_task(ignore_result=True)
def note_lost_connections() -> None:
    """Record participants as offline whose socket did not: its process died, or their computer sleeps.

    Only reports need it. Everything live compares `last_seen_at` with the clock.
    """
    Participant.objects.record_silence(timezone.now())


@shared_task(ignore_result=True)
def end_expired_approvals() -> None:
    """Make open pages and rooms check, just after midnight, whether their approval is still valid."""
    Approval.objects.publish_expired(timezone.localdate())


@shared_task(ignore_result=True)
def forget_old_sign_ins() -> None:
    """Delete expired login sessions, whose rows Django keeps."""
    call_command("clearsessions")


@shared_task(ignore_result=True)
def overwrite_erased() -> None:
    """Truncate SQLite's log, where a reader prevented that at the time of an erasure."""
    erasures.truncate_wal()


@shared_task(ignore_result=True)
def send_password_reset(address: str, language: str | None = None) -> None:
    """Send a link to every account with this address, in the language of the page on which somebody asked.

    Links lead to PUBLIC_URL and not to the host of the request, which whoever asks can choose: the link is a
    key to the account.
    """
    form = PasswordResetForm({"email": address})
    if form.is_valid():
        with translation.override(language or settings.LANGUAGE_CODE):
            form.save(domain_override=urlsplit(settings.PUBLIC_URL).netloc, use_https=settings.HTTPS)
