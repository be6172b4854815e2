"""Questions to a class, prepared on its course or asked in a session."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom import erasures
from classroom.events import words_changed

from .. import anonymity, events
from ..results import final_result, renew_live_result
from .answers import Answer
from .tools import ClassTools

if TYPE_CHECKING:
    from classroom.models import ClassSession, Course, Participant


class Kind(models.TextChoices):
    CHOICE = "choice", _("Choice")
    SCALE = "scale", _("Scale from 1 to 5")
    WORD = "word", _("One word")
    TEXT = "text", _("Open text")


class Role(models.TextChoices):
    """A question with a place of its own in the report and over the sessions of a course."""

    NONE = "", _("Question")
    CHECK_IN = "check_in", _("Check-in")
    EXIT_TICKET = "exit_ticket", _("Exit ticket")


class QuestionContent(models.Model):
    """What is asked, and how. The fields of both kinds of questions."""

    kind = models.CharField(max_length=16, choices=Kind)
    text = models.CharField(max_length=200)
    # The answers to choose from; of a scale, the words at its two ends.
    options = models.JSONField(default=list, blank=True)
    allows_several = models.BooleanField(default=False)
    # Indexes of `options`, shown after the question has closed. None where no answer is right or wrong.
    right_options = models.JSONField(null=True, blank=True)
    is_anonymous = models.BooleanField(default=True)
    # Whether the class sees results while the question is open.
    shows_results_live = models.BooleanField(default=False)
    time_limit_seconds = models.PositiveIntegerField(null=True, blank=True)
    role = models.CharField(max_length=16, choices=Role, default=Role.NONE, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text

    def content(self) -> dict[str, Any]:
        """Return the fields of the content, to ask the same again."""
        return {field.name: getattr(self, field.name) for field in QuestionContent._meta.get_fields()}


class PreparedQuestionQuerySet(models.QuerySet["PreparedQuestion"]):
    def copy(self, source: "Course", target: "Course") -> int:
        """Add what the target does not have yet. Return how many questions that were."""
        with transaction.atomic():
            there = list(self.select_for_update().filter(course=target))
            known = [one.content() for one in there]
            new = [one for one in self.filter(course=source) if one.content() not in known]
            room = max(settings.MOST_PREPARED_QUESTIONS - len(there), 0)
            copies = [
                PreparedQuestion(course=target, position=len(there) + place, **one.content())
                for place, one in enumerate(new[:room])
            ]
            PreparedQuestion.objects.bulk_create(copies)
        return len(copies)


class PreparedQuestion(QuestionContent):
    """A question that a course's teachers take along into any session, in this order."""

    course = models.ForeignKey(
        "classroom.Course", on_delete=models.CASCADE, related_name="prepared_questions"
    )
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PreparedQuestionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("prepared question"), _("prepared questions")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["course", "position"])]

    def move(self, by: int) -> None:
        """Move it up (-1) or down (1) among the questions of its course."""
        with transaction.atomic():
            siblings = list(PreparedQuestion.objects.select_for_update().filter(course=self.course_id))
            here = next(place for place, one in enumerate(siblings) if one.pk == self.pk)
            there = min(max(here + by, 0), len(siblings) - 1)
            siblings.insert(there, siblings.pop(here))
            for position, one in enumerate(siblings):
                one.position = position
            PreparedQuestion.objects.bulk_update(siblings, ["position"])


class QuestionQuerySet(models.QuerySet["Question"]):
    def ask(self, session: "ClassSession", **fields: Any) -> "Question | None":
        """Open a question and close the one before. Return None if the session has ended or has too many.

        Whoever asks the same as a moment ago, by a double click or beside another teacher, asks once.
        """
        with transaction.atomic():
            # Waits for another teacher who asks at this moment.
            current = session.for_update()
            if current is None or not current.is_open:
                return None
            if repeated := self._asked_just_now(session, fields):
                return repeated
            if self.filter(session=session).count() >= settings.MOST_QUESTIONS:
                return None
            for open_question in self.filter(session=session, closed_at=None):
                open_question.close()
            self.filter(session=session, is_shown=True).update(is_shown=False)
            question = self.create(session=session, **fields)
            current.start(question.opened_at)
            if question.is_anonymous:
                anonymity.create_key(question.pk)
            ClassTools.objects.change(session.pk)
        return question

    def _asked_just_now(self, session: "ClassSession", fields: dict[str, Any]) -> "Question | None":
        since = timezone.now() - settings.DOUBLE_CLICK
        newest = self.filter(session=session, closed_at=None, opened_at__gt=since).first()
        is_same = newest and all(getattr(newest, name) == value for name, value in fields.items())
        return newest if is_same else None

    def shown(self, session_id: uuid.UUID) -> "Question | None":
        """Return the question that the class sees: the open one, or the latest that was not put away."""
        return self.filter(session=session_id, is_shown=True).order_by("-opened_at").first()

    def close_due(self, now: datetime) -> int:
        """Close the questions whose time is up."""
        limited = self.filter(closed_at=None, time_limit_seconds__isnull=False)
        return sum(question.close(now) for question in limited if question.is_due(now))


class Question(QuestionContent):
    # Its name in the log of erasures.
    ERASURE = "question"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey("classroom.ClassSession", on_delete=models.CASCADE, related_name="questions")
    prepared = models.ForeignKey(
        PreparedQuestion, null=True, blank=True, on_delete=models.SET_NULL, related_name="asked"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Whether the class sees which answers are right. Only of a question that has closed.
    right_is_shown = models.BooleanField(default=False)
    # Whether it is still on the class's screens.
    is_shown = models.BooleanField(default=True)
    # How many students were in class when it closed.
    present = models.PositiveIntegerField(null=True, blank=True)
    # Of an anonymous question: what its answers were (activities/results.py), without any order or person.
    result = models.JSONField(null=True, blank=True)
    # Words of the cloud that the teacher has hidden, folded.
    hidden_words = models.JSONField(default=list, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("question"), _("questions")
        ordering = ["opened_at"]
        indexes = [models.Index(fields=["session", "opened_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(closed_at=None), name="one_open_question_per_session"
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def closes_at(self) -> datetime | None:
        if self.time_limit_seconds is None:
            return None
        return self.opened_at + timedelta(seconds=self.time_limit_seconds)

    @property
    def answered(self) -> int:
        """How many students have answered."""
        if self.is_anonymous and not self.is_open:
            return int((self.result or {"count": 0})["count"])
        return self.answers.count()

    def not_answered(self, now: datetime) -> list[uuid.UUID]:
        """Return those who are in class and have not answered. Only a question with names knows them."""
        here = self.session.participants.here(now).filter(entered_at__isnull=False)
        has_answered = Answer.objects.filter(question=self).values("participant")
        return list(here.exclude(pk__in=has_answered).values_list("pk", flat=True))

    def is_due(self, now: datetime) -> bool:
        """Whether its time is up, with a moment for answers that are under way."""
        return self.closes_at is not None and now >= self.closes_at + settings.ANSWER_GRACE

    def accepts_answers(self, now: datetime) -> bool:
        return self.is_open and not self.is_due(now)

    def for_update(self) -> "Question | None":
        """Lock this row until the transaction ends and return it as it is now."""
        return Question.objects.select_for_update(no_key=True).filter(pk=self.pk).first()

    def close(self, now: datetime | None = None) -> bool:
        """End it for everybody. Return False if it had ended.

        The answers to an anonymous question become one result, and their rows go: their order is gone, and
        with the key (activities/anonymity.py) what could connect them with a student.
        """
        now = now or timezone.now()
        with transaction.atomic():
            question = self.for_update()
            if question is None or not question.is_open:
                return False
            question.closed_at = now
            question.present = question.session.participants_at(now).count()
            if question.is_anonymous:
                question.result = final_result(question)
                question.answers.all().delete()
                erasures.truncate_wal_on_commit()
                transaction.on_commit(lambda: anonymity.forget(self.pk), robust=True)
            question.save(update_fields=["closed_at", "present", "result"])
            ClassTools.objects.change(question.session_id)
        return True

    def put_away(self) -> None:
        """Take it off the class's screens. An open question closes."""
        with transaction.atomic():
            Question.objects.filter(pk=self.pk).update(is_shown=False)
            # Closing tells the pages, too.
            if not self.close():
                ClassTools.objects.change(self.session_id)

    def show_right(self) -> None:
        """Show the class which answers are right, once it has closed."""
        with transaction.atomic():
            Question.objects.filter(pk=self.pk, closed_at__isnull=False).update(right_is_shown=True)
            ClassTools.objects.change(self.session_id)

    def hide_word(self, folded: str, *, hidden: bool = True) -> None:
        """Hide a word of the cloud, or show it again."""
        with transaction.atomic():
            question = self.for_update()
            if question is None:
                return
            words = {*question.hidden_words, folded} if hidden else {*question.hidden_words} - {folded}
            question.hidden_words = sorted(words)
            question.save(update_fields=["hidden_words"])
            words_changed.send(Question, session_id=question.session_id)
            ClassTools.objects.change(question.session_id)

    def erase(self) -> None:
        """Delete it with its answers: its text or theirs may name somebody."""
        with transaction.atomic():
            erasures.record(self.ERASURE, self.pk)
            erasures.truncate_wal_on_commit()
            session_id, question_id = self.session_id, self.pk
            # An answer that is under way is saved before, and deleted too, or finds no question any more.
            self.for_update()
            self.delete()
            transaction.on_commit(lambda: anonymity.forget(question_id), robust=True)
            ClassTools.objects.change(session_id)

    def save_answer(self, participant: "Participant", **content: Any) -> bool:
        """Save a student's answer in the place of an earlier one. Return False once the question is closed.

        Raise anonymity.KeyLost where an anonymous answer would no longer replace the student's earlier one.
        """
        with transaction.atomic():
            # One after the other: a question that closes has all answers that were accepted.
            question = self.for_update()
            if question is None or not question.accepts_answers(timezone.now()):
                return False
            Answer.objects.put(question, participant, **content)
            renew_live_result(question)
            events.publish_to_teachers(question.session_id)
        return True
