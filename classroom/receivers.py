"""What happens to accounts and sessions by whatever road, also in the admin pages."""

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext

from . import erasures
from .models import Approval, ClassSession, Course


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def end_classes_left_alone(instance: AbstractBaseUser, **_: object) -> None:
    """Of a teacher who was deactivated: nobody is left who could end them. Beat finds what no signal told."""
    if not instance.is_active:
        for session in ClassSession.objects.without_active_teacher().filter(course__teachers=instance.pk):
            session.close()


@receiver(post_delete, sender=ClassSession)
def note_erased_session(instance: ClassSession, **_: object) -> None:
    """Also of one that goes with its course."""
    erasures.record(erasures.SESSION, instance.pk)
    erasures.truncate_wal_on_commit()


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
def note_erased_account(instance: AbstractBaseUser, **_: object) -> None:
    for session in ClassSession.objects.without_active_teacher():
        session.close()
    erasures.record(erasures.ACCOUNT, instance.pk, created_at=instance.date_joined)
    erasures.truncate_wal_on_commit()
    sign_ins = [one.pk for one in Session.objects.iterator() if _is_of(one, instance)]
    Session.objects.filter(pk__in=sign_ins).delete()


def _is_of(sign_in: Session, account: AbstractBaseUser) -> bool:
    return sign_in.get_decoded().get(SESSION_KEY) == str(account.pk)


def forget_names_in_admin_log(sender: type[Model], instance: Model, **_: object) -> None:
    """The administrators' log keeps that something was deleted, and by whom; not how it was called."""
    kind = ContentType.objects.get_for_model(sender)
    of_it = LogEntry.objects.filter(content_type=kind, object_id=str(instance.pk))
    of_it.update(object_repr=gettext("(deleted)"), change_message="")


for named in (ClassSession, Course, Approval, get_user_model()):
    post_delete.connect(forget_names_in_admin_log, sender=named)
