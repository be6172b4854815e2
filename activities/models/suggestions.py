"""What a teacher said to a suggestion of the live page: not now, or not useful."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from classroom.models import ClassSession


class SuggestionReplyQuerySet(models.QuerySet["SuggestionReply"]):
    def hide(
        self, session: "ClassSession", teacher_id: int, code: str, until: datetime | None
    ) -> "SuggestionReply":
        """Hide this suggestion from the teacher's pages, until then or for the rest of the session."""
        reply, _created = self.update_or_create(
            session=session, teacher_id=teacher_id, code=code, defaults={"hidden_until": until}
        )
        return reply

    def of(self, session: "ClassSession", teacher_id: int) -> dict[str, datetime | None]:
        """Return until when each code is hidden from this teacher; None is for the rest of the session."""
        own = self.filter(session=session, teacher=teacher_id)
        return dict(own.values_list("code", "hidden_until"))


class SuggestionReply(models.Model):
    session = models.ForeignKey(
        "classroom.ClassSession", on_delete=models.CASCADE, related_name="suggestion_replies"
    )
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    code = models.CharField(max_length=24)
    # None where it was not useful: it does not come back in this session.
    hidden_until = models.DateTimeField(null=True, blank=True)

    objects = SuggestionReplyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("reply to a suggestion"), _("replies to suggestions")
        constraints = [
            models.UniqueConstraint(fields=["session", "teacher", "code"], name="one_reply_per_suggestion")
        ]

    def __str__(self) -> str:
        return f"{self.code} until {self.hidden_until}"
