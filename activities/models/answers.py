"""Students' answers."""

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import anonymity

if TYPE_CHECKING:
    from classroom.models import Participant

    from .questions import Question

# Random numbers below it are valid in SQLite and PostgreSQL.
LARGEST_ID = 2**63 - 1


def random_id() -> int:
    """Return a primary key that does not say which answer came first."""
    return secrets.randbelow(LARGEST_ID) + 1


class AnswerQuerySet(models.QuerySet["Answer"]):
    def put(self, question: "Question", participant: "Participant", **content: Any) -> None:
        """Save an answer in the place of an earlier one. Raise anonymity.KeyLost."""
        whose: dict[str, Any] = {"question": question}
        if question.is_anonymous:
            whose["participant_hash"] = anonymity.hashed(question.pk, participant.pk)
        else:
            whose["participant"] = participant
            content["answered_at"] = timezone.now()
        # The caller has locked the question, so nothing comes between these two.
        if not self.filter(**whose).update(**content):
            self.create(**whose, **content)

    def of_participant(self, question: "Question", participant: "Participant") -> "Answer | None":
        """Return a student's own answer. Of an anonymous question only while it is open."""
        own = self.filter(question=question)
        if not question.is_anonymous:
            return own.filter(participant=participant).first()
        try:
            return own.filter(participant_hash=anonymity.hashed(question.pk, participant.pk)).first()
        except anonymity.KeyLost:
            return None


class Answer(models.Model):
    """One student's answer: with their participant, or without it and without a time."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    question = models.ForeignKey("activities.Question", on_delete=models.CASCADE, related_name="answers")
    participant = models.ForeignKey(
        "classroom.Participant", null=True, on_delete=models.CASCADE, related_name="answers"
    )
    participant_hash = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # The chosen options of a choice, as indexes of the question's options.
    chosen = models.JSONField(default=list, blank=True)
    # The answer on a scale, 1 to 5.
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    # The answer to a question for one word or open text.
    text = models.CharField(max_length=500, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("answer"), _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "participant"],
                condition=models.Q(participant__isnull=False),
                name="one_answer_per_participant",
            ),
            models.UniqueConstraint(
                fields=["question", "participant_hash"],
                condition=~models.Q(participant_hash=""),
                name="one_anonymous_answer_per_participant",
            ),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=False, participant_hash="", answered_at__isnull=False)
                | (models.Q(participant=None, answered_at=None) & ~models.Q(participant_hash="")),
                name="answer_has_a_name_or_nothing_of_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.question_id}"
