"""What happens to accounts and sessions by whatever road, also in the admin pages."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from . import erasures
from .models import ClassSession


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def end_classes_left_alone(instance: AbstractBaseUser, **_: object) -> None:
    """Of a teacher who was deactivated: nobody is left who could end them. Beat finds what no signal told."""
    if not instance.is_active:
        for session in ClassSession.objects.left_alone().filter(course__teachers=instance.pk):
            session.close()


@receiver(post_delete, sender=ClassSession)
def note_erased_session(instance: ClassSession, **_: object) -> None:
    """Also of one that goes with its course."""
    erasures.note(erasures.SESSION, instance.pk)
    erasures.overwrite()


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
def note_erased_account(instance: AbstractBaseUser, **_: object) -> None:
    for session in ClassSession.objects.left_alone():
        session.close()
    erasures.note(erasures.ACCOUNT, instance.pk, created_at=instance.date_joined)
    erasures.overwrite()
