"""Courses, their teachers and owners."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import events
from .modes import APPROVED_MODES, Mode


class CourseQuerySet(models.QuerySet["Course"]):
    def create_with_owner(self, owner: User, **fields: object) -> "Course":
        with transaction.atomic():
            course = self.create(owner=owner, **fields)
            course.teachers.add(owner)
        return course


class Course(models.Model):
    name = models.CharField(_("name"), max_length=120)
    teachers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="courses", verbose_name=_("teachers")
    )
    # One of the teachers. PROTECT: an account is deleted after its courses were handed over or erased. Null
    # only in databases of earlier versions, for courses that had no teacher left.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="owned_courses",
        verbose_name=_("owner"),
    )
    default_mode = models.CharField(
        _("mode of new sessions"), max_length=16, choices=Mode, default=Mode.PARTICIPATION
    )
    # A course of its own for a new teacher's example and practice classes. No lesson is opened in it.
    is_example = models.BooleanField(_("example course"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("course"), _("courses")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("course", args=[self.pk])

    def may_use(self, mode: str) -> bool:
        """Return whether a session in this mode may be opened today."""
        if mode not in settings.ALLOWED_MODES:
            return False
        return mode not in APPROVED_MODES or self.approvals.in_force(timezone.localdate(), mode).exists()

    def remove_teacher(self, teacher_id: int) -> bool:
        """Remove a teacher. Return False for the owner: every course has somebody who can erase it."""
        with transaction.atomic():
            # Locked: a removal during a handover waits and then finds the new owner.
            owner_id = Course.objects.select_for_update().get(pk=self.pk).owner_id
            if owner_id == teacher_id or owner_id != self.owner_id:
                return False
            self.teachers.remove(teacher_id)
            for session_id in self.sessions.open().values_list("pk", flat=True):
                # An open live page checks again whether its teacher may see the class.
                events.publish_class_changed(session_id)
        return True

    def hand_over(self, teacher_id: int) -> bool:
        """Make another teacher the owner. Return False for others, or if the owner changed meanwhile."""
        with transaction.atomic():
            owner_id = Course.objects.select_for_update().get(pk=self.pk).owner_id
            is_teacher = self.teachers.filter(pk=teacher_id, is_active=True).exists()
            if not is_teacher or owner_id != self.owner_id:
                return False
            Course.objects.filter(pk=self.pk).update(owner=teacher_id)
        self.refresh_from_db(fields=["owner"])
        return True

    def erase(self) -> None:
        """Delete the course and everything recorded in it. Open sessions end first: cameras go off."""
        for session in self.sessions.all():
            session.erase()
        self.delete()


class TeacherInvitation(models.Model):
    """An invitation to teach a course.

    Until it is accepted, each side sees nothing of the other but the username.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="invitations")
    invited = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teacher_invitations"
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("invitation"), _("invitations")
        ordering = ["invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "invited"], name="one_invitation_per_course_and_teacher"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invited} to {self.course}"

    def accept(self) -> bool:
        """Add the invited teacher to the course. Return False if the invitation was withdrawn meanwhile."""
        with transaction.atomic():
            is_there, _ = TeacherInvitation.objects.filter(pk=self.pk).delete()
            if is_there:
                self.course.teachers.add(self.invited)
        return bool(is_there)
