"""Approvals: who decided that a mode may be used in a course."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import events
from ..names import clean_line
from .modes import APPROVED_MODES, Mode
from .participants import Participant


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def in_force(self, today: date, mode: str | None = None) -> Self:
        """Approvals that are valid today, of one mode or of all."""
        valid = self.filter(is_confirmed=True, revoked_at=None, valid_from__lte=today, valid_until__gte=today)
        return valid.filter(mode=mode) if mode else valid

    def revoke(self, now: datetime) -> int:
        """Revoke those that are not revoked yet. Their open sessions go on without cameras at once."""
        with transaction.atomic():
            revoked = list(self.filter(revoked_at=None))
            ids = [one.pk for one in revoked]
            Approval.objects.filter(pk__in=ids).update(revoked_at=now)
            events.approvals_revoked.send(Approval, approval_ids=ids)
            for approval in revoked:
                approval.publish_to_open_sessions()
        return len(revoked)

    def publish_expired(self, today: date) -> None:
        """Tell the open sessions of approvals whose last day was yesterday."""
        for approval in self.filter(valid_until=today - timedelta(days=1), revoked_at=None):
            approval.publish_to_open_sessions()


class Approval(models.Model):
    """The written decision that a mode may be used in a course, as an administrator has entered it."""

    mode = models.CharField(
        _("mode"),
        max_length=16,
        choices=[(mode.value, mode.label) for mode in Mode if mode in APPROVED_MODES],
        default=Mode.ANALYTICS,
    )
    course = models.ForeignKey(
        "classroom.Course", on_delete=models.CASCADE, related_name="approvals", verbose_name=_("course")
    )
    approver = models.CharField(
        _("approved by"),
        max_length=120,
        help_text=_("Name and role of the person who is responsible for it."),
    )
    document = models.CharField(
        _("document"), max_length=120, help_text=_("Where the written decision can be found.")
    )
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    valid_until = models.DateField(_("valid until"), help_text=_("The last day on which it is valid."))
    is_confirmed = models.BooleanField(
        _("confirmed"),
        default=True,
        help_text=_("Not set for what teachers typed before administrators entered approvals."),
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("approval"), _("approvals")
        ordering = ["-valid_until", "course"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                name="approval_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(approver="") & ~models.Q(document=""), name="approval_names_who_and_where"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approver}, {self.document}"

    def clean(self) -> None:
        """Refuse a bare full stop: the approver needs a name, and the document a reference."""
        problems = {}
        for field, least in (("approver", 3), ("document", 1)):
            try:
                text = clean_line(getattr(self, field) or "")
            except ValidationError as problem:
                problems[field] = problem
                continue
            setattr(self, field, text)
            if sum(char.isalnum() for char in text) < least:
                problems[field] = ValidationError(_("Please type words that can be looked up."))
        if problems:
            raise ValidationError(problems)

    def why_not_in_force(self, today: date) -> str:
        """Say why the approval does not hold today. Empty while it does."""
        if not self.is_confirmed:
            return str(_("No administrator has confirmed the approval of this session."))
        if self.revoked_at:
            return str(_("The approval of this session has been revoked."))
        if today < self.valid_from:
            return str(_("The approval of this session is not valid yet."))
        if today > self.valid_until:
            return str(_("The approval of this session has expired."))
        return ""

    def publish_to_open_sessions(self) -> None:
        """Make the rooms and live pages of open sessions check again what is allowed."""
        for session_id in self.sessions.filter(closed_at=None).values_list("pk", flat=True):
            present = Participant.objects.in_class().filter(session=session_id)
            events.publish_to_participants(present.values_list("pk", flat=True), "mode")
            events.publish_history_changed(session_id)
