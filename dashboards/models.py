"""Reports of sessions that have ended, as they were drawn; and what all that is kept of a session has."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import IntegrityError, models
from django.db.models import F, Q
from django.utils.translation import get_language

from classroom.models import ClassSession
from config.locales import viewer_locale


class Kept(models.Model):
    """Something that was made of a session that has ended, with what it was made of.

    It is in the database, so that the transaction that erases a student's data deletes it. Without a
    fingerprint there is none, and it is to be made.
    """

    # What it was made of, and under which rules (dashboards/report/fingerprint.py).
    fingerprint = models.CharField(max_length=64, blank=True)
    rules = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    # The mark of the one maker who may publish.
    claim = models.UUIDField(null=True, blank=True)

    class Meta:
        abstract = True

    def publish(
        self, body: str | bytes, *, fingerprint: str, rules: str, made_at: datetime, valid_until: datetime
    ) -> bool:
        """Save it, unless something was taken back since this maker began. Return whether it was saved.

        Whoever takes something back at this moment waits for this statement and then deletes what it saved,
        or has taken the claim away before.
        """
        made: dict[str, Any] = {
            "body": body,
            "fingerprint": fingerprint,
            "rules": rules,
            "made_at": made_at,
            "valid_until": valid_until,
        }
        return bool(self._held().update(**made, claim=None))

    def give_up(self) -> None:
        self._held().update(claim=None)

    def _held(self) -> models.QuerySet[Self]:
        return type(self)._default_manager.filter(pk=self.pk, claim=self.claim)


class KeptReportQuerySet(models.QuerySet["KeptReport"]):
    def forget(self) -> None:
        """Delete the texts, and let nobody publish one who is making it now. The languages stay."""
        self.exclude(body="", claim=None).update(body="", fingerprint="", rules="", claim=None)

    def of_viewer(self, session: ClassSession) -> Self:
        """The one of this session in the language and region of the page that is being made."""
        return self.filter(session=session, **_viewer())

    def remember(self, session: ClassSession) -> None:
        """Note the viewer's language and region: a report in them is made when the session ends."""
        if self.filter(session=session).count() < settings.MOST_KEPT_REPORTS:
            self.bulk_create([KeptReport(session=session, **_viewer())], ignore_conflicts=True)

    def claim(self, session: ClassSession) -> "KeptReport | None":
        """Take the viewer's report before its data is read. None if the session was deleted meanwhile, or is
        read in too many languages."""
        try:
            self.remember(session)
        except IntegrityError:
            return None
        claim = uuid.uuid4()
        self.of_viewer(session).update(claim=claim)
        return self.of_viewer(session).filter(claim=claim).first()

    def due(self, now: datetime) -> Self:
        """Return reports to make: of sessions that ended lately, and those made before all about the session
        was known. One that somebody is making, or could not make, waits until the page is opened."""
        settled = now - settings.SESSION_SETTLED_AFTER
        lately = self.filter(session__closed_at__range=(now - settings.KEPT_REPORT_RENEWED_FOR, settled))
        unsettled = Q(made_at__lt=F("session__closed_at") + settings.SESSION_SETTLED_AFTER)
        return lately.filter(Q(body="") | unsettled, claim=None)


def _viewer() -> dict[str, str]:
    return {"language": get_language() or settings.LANGUAGE_CODE, "region": viewer_locale().territory or ""}


class KeptReport(Kept):
    """A report's text in one language and region, for every teacher of the session.

    It holds nothing of its viewer.
    """

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="kept_reports")
    language = models.CharField(max_length=16)
    region = models.CharField(max_length=8, blank=True)
    body = models.TextField(blank=True)

    objects = KeptReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "language", "region"], name="one_report_per_locale")
        ]
        indexes = [models.Index(fields=["valid_until"])]

    def __str__(self) -> str:
        return f"report of {self.session_id} in {self.language} {self.region}"
