from urllib.parse import urlsplit

from celery import shared_task
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.core.management import call_command
from django.utils import timezone

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
    """Their socket notes it, unless its process died or their computer sleeps. Everybody who counts them
    goes by the clock and needs no note: it is for those who read the past.
    """
    Participant.objects.record_silence(timezone.now())


@shared_task(ignore_result=True)
def end_expired_approvals() -> None:
    """Just after midnight: only a hint to open pages and rooms, which then ask again what is allowed."""
    Approval.objects.publish_expired(timezone.localdate())


@shared_task(ignore_result=True)
def forget_old_sign_ins() -> None:
    """Django leaves the rows of those that have expired."""
    call_command("clearsessions")


@shared_task(ignore_result=True)
def overwrite_erased() -> None:
    """SQLite's log, where somebody read while it should have been emptied."""
    erasures.truncate_wal()


@shared_task(ignore_result=True)
def send_password_reset(address: str) -> None:
    """To every account of this address. Links lead to PUBLIC_URL: whoever asks chooses the host of a request,
    and the link is the key to the account.
    """
    form = PasswordResetForm({"email": address})
    if form.is_valid():
        form.save(domain_override=urlsplit(settings.PUBLIC_URL).netloc, use_https=settings.HTTPS)
