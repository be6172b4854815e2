"""What students say of themselves: that they are lost, hands, and questions with upvotes."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom import erasures
from classroom.events import publish_annotations_changed
from classroom.models import Participant, Pulse

from .. import events
from .leading import chance
from .tools import ClassTools

if TYPE_CHECKING:
    from classroom.models import ClassSession


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def newest(self, session_id: uuid.UUID) -> "Acknowledgement | None":
        return self.filter(session=session_id).order_by("-at", "-pk").first()

    def count_lost(self, session_id: uuid.UUID, now: datetime) -> int:
        """Count the students in class who are lost: they said so lately, after the last "Got it"."""
        since = now - settings.PULSE_LASTS
        if last := self.newest(session_id):
            since = max(since, last.at)
        here = Participant.objects.here(now).filter(session=session_id)
        said = Pulse.objects.filter(participant__in=here, kind=Pulse.Kind.LOST, at__gt=since)
        newest = dict(said.order_by("at", "pk").values_list("participant", "value"))
        return sum(value is None for value in newest.values())

    def acknowledge(self, session_id: uuid.UUID) -> "Acknowledgement":
        """Tell students that the teacher has seen how many are lost. Nobody counts as lost from then on."""
        now = timezone.now()
        with transaction.atomic():
            made = self.create(session_id=session_id, at=now, count=self.count_lost(session_id, now))
            publish_annotations_changed(session_id)
            ClassTools.objects.change(session_id)
        return made


class Acknowledgement(models.Model):
    """A teacher's "Got it" to students who were lost."""

    session = models.ForeignKey(
        "classroom.ClassSession", on_delete=models.CASCADE, related_name="acknowledgements"
    )
    at = models.DateTimeField(default=timezone.now)
    count = models.PositiveIntegerField()

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("acknowledgement"), _("acknowledgements")
        ordering = ["at"]
        indexes = [models.Index(fields=["session", "at"])]

    def __str__(self) -> str:
        return f"got it at {self.at:%H:%M:%S}"


class HandQuerySet(models.QuerySet["Hand"]):
    def up(self, session_id: uuid.UUID) -> "models.QuerySet[Hand]":
        """Return the hands that are up, the one that has waited longest first."""
        return self.filter(participant__session=session_id, lowered_at=None).order_by("raised_at", "pk")

    def raise_hand(self, participant: "Participant") -> None:
        """Raise a hand. One that is up keeps its place."""
        with transaction.atomic():
            self.get_or_create(participant=participant, lowered_at=None)
            ClassTools.objects.change(participant.session_id)

    def lower(
        self, session_id: uuid.UUID, *, by_teacher: bool, at: datetime | None = None, **whose: object
    ) -> int:
        """Lower the hands that match, all of the session without a condition."""
        with transaction.atomic():
            hands = self.filter(participant__session=session_id, lowered_at=None, **whose)
            told = list(hands.values_list("participant", flat=True)) if by_teacher else []
            lowered = hands.update(lowered_at=at or timezone.now(), lowered_by_teacher=by_teacher)
            if lowered:
                ClassTools.objects.change(session_id)
            for participant in told:
                events.publish_to_student(participant, {"type": "hand", "up": False})
        return lowered


class Hand(models.Model):
    participant = models.ForeignKey("classroom.Participant", on_delete=models.CASCADE, related_name="hands")
    raised_at = models.DateTimeField(default=timezone.now)
    lowered_at = models.DateTimeField(null=True, blank=True)
    lowered_by_teacher = models.BooleanField(default=False)

    objects = HandQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("raised hand"), _("raised hands")
        ordering = ["raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(lowered_at=None), name="one_raised_hand"
            )
        ]

    def __str__(self) -> str:
        return f"hand at {self.raised_at:%H:%M:%S}"


class StudentQuestionQuerySet(models.QuerySet["StudentQuestion"]):
    def ask(self, session: "ClassSession", participant: "Participant", text: str) -> "StudentQuestion | None":
        """Add a question. Return None if the class takes none, or no more of them."""
        tools = ClassTools.objects.of(session.pk)
        if tools.questions == ClassTools.Questions.OFF or not session.is_open:
            return None
        if self.filter(session=session).count() >= settings.MOST_STUDENT_QUESTIONS:
            return None
        is_named = tools.questions == ClassTools.Questions.NAMED
        status = self.model.Status.WAITING if tools.questions_are_moderated else self.model.Status.SHOWN
        with transaction.atomic():
            # First here, in votes and in changes of the status: its lock makes them wait for each other.
            ClassTools.objects.change(session.pk)
            question = self.create(
                session=session,
                participant=participant if is_named else None,
                asked_at=timezone.now() if is_named else None,
                text=text,
                status=status,
            )
            if not is_named:
                self._shuffle_unnamed(session.pk)
        return question

    def _shuffle_unnamed(self, session_id: uuid.UUID) -> None:
        """Write the questions without a name again, in random order: a table keeps the order of writing."""
        unnamed = self.filter(session=session_id, participant=None)
        questions = list(unnamed)
        chance.shuffle(questions)
        # delete() would take the votes along, whose foreign keys are checked when the transaction ends.
        unnamed._raw_delete(using=self.db)
        StudentQuestion.objects.bulk_create(questions)

    def with_votes(self, session_id: uuid.UUID) -> "models.QuerySet[StudentQuestion]":
        """Annotate `votes`, most first. Among equals their random ids decide: no order of asking shows."""
        asked = self.filter(session=session_id)
        return asked.annotate(votes=models.Count("upvotes")).order_by("-votes", "pk")


class StudentQuestion(models.Model):
    """A question from a student. Without a name it has neither a participant nor a time."""

    # Its name in the log of erasures.
    ERASURE = "student_question"

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        SHOWN = "shown", _("Shown")
        ANSWERED = "answered", _("Answered")
        ARCHIVED = "archived", _("Archived")

    # An annotation of with_votes(), not a column.
    votes: int

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        "classroom.ClassSession", on_delete=models.CASCADE, related_name="student_questions"
    )
    participant = models.ForeignKey(
        "classroom.Participant", null=True, on_delete=models.CASCADE, related_name="student_questions"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    text = models.CharField(max_length=300)
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)

    objects = StudentQuestionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("student question"), _("student questions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(participant=None, asked_at=None)
                | models.Q(participant__isnull=False, asked_at__isnull=False),
                name="student_question_has_a_name_and_time_or_neither",
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_votable(self) -> bool:
        return self.status == self.Status.SHOWN

    def set_status(self, status: str) -> None:
        with transaction.atomic():
            ClassTools.objects.change(self.session_id)
            StudentQuestion.objects.filter(pk=self.pk).update(status=status)

    def vote(self, participant: "Participant", *, up: bool) -> None:
        """Add or take back a student's upvote, unless the question is no longer shown."""
        with transaction.atomic():
            ClassTools.objects.change(self.session_id)
            # Read after the lock: it may have been erased or put away meanwhile.
            if not StudentQuestion.objects.filter(pk=self.pk, status=self.Status.SHOWN).exists():
                return
            if up:
                self.upvotes.get_or_create(participant=participant)
            else:
                self.upvotes.filter(participant=participant).delete()

    def erase(self) -> None:
        """Delete it: its text may name somebody."""
        with transaction.atomic():
            erasures.record(self.ERASURE, self.pk)
            erasures.truncate_wal_on_commit()
            ClassTools.objects.change(self.session_id)
            self.delete()


class Upvote(models.Model):
    question = models.ForeignKey(StudentQuestion, on_delete=models.CASCADE, related_name="upvotes")
    participant = models.ForeignKey("classroom.Participant", on_delete=models.CASCADE, related_name="upvotes")

    class Meta:
        verbose_name, verbose_name_plural = _("upvote"), _("upvotes")
        constraints = [
            models.UniqueConstraint(fields=["question", "participant"], name="one_upvote_per_participant")
        ]

    def __str__(self) -> str:
        return f"upvote of {self.question_id}"
