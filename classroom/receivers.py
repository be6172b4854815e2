"""What must happen to accounts and sessions however they are changed, in the admin pages, too."""

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext

from . import erasures
from .models import Approval, ClassSession, Course


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def close_sessions_without_teacher(instance: User, **_: object) -> None:
    """Close sessions that nobody can end after this teacher was deactivated.

    A periodic task does the same for changes that send no signal.
    """
    if not instance.is_active:
        for session in ClassSession.objects.without_active_teacher().filter(course__teachers=instance.pk):
            session.close()


@receiver(post_delete, sender=ClassSession)
def record_erased_session(instance: ClassSession, **_: object) -> None:
    """Record the erasure of a session, also of one that is deleted with its course."""
    erasures.record(erasures.SESSION, instance.pk)
    erasures.truncate_wal_on_commit()


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
def record_erased_account(instance: User, **_: object) -> None:
    """Record the erasure of an account, and delete its login sessions."""
    for session in ClassSession.objects.without_active_teacher():
        session.close()
    erasures.record(erasures.ACCOUNT, instance.pk, created_at=instance.date_joined)
    erasures.truncate_wal_on_commit()
    logins = [
        login.pk
        for login in Session.objects.iterator()
        if login.get_decoded().get(SESSION_KEY) == str(instance.pk)
    ]
    Session.objects.filter(pk__in=logins).delete()


def erase_name_from_admin_log(sender: type[Model], instance: Model, **_: object) -> None:
    """Keep in the administrators' log that something was deleted and by whom, but not its name."""
    kind = ContentType.objects.get_for_model(sender)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(instance.pk))
    entries.update(object_repr=gettext("(deleted)"), change_message="")


for model in (ClassSession, Course, Approval, User):
    post_delete.connect(erase_name_from_admin_log, sender=model)
