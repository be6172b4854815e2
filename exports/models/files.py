"""Files that a teacher asked for, from the request until they expire."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession, Course


class Superseded(Exception):
    """The data changed while the file was being made, or another worker took over: this one must stop."""


class ExportQuerySet(models.QuerySet["Export"]):
    def request(
        self, *, teacher_id: int, format_: str, options: dict[str, str], **subject: object
    ) -> "Export":
        """Return the export that is under way already for exactly this, or a new one."""
        asked = {"teacher_id": teacher_id, "format": format_, "options": options, **subject}
        return self.under_way().filter(**asked).first() or self.create(**asked)

    def under_way(self) -> Self:
        return self.filter(state__in=[Export.State.WAITING, Export.State.RUNNING])

    def of_sessions(self, session_ids: Collection[uuid.UUID]) -> Self:
        """Return exports that hold anything of these sessions, also within a course."""
        courses = Course.objects.filter(sessions__in=session_ids).order_by()
        return self.filter(Q(session__in=session_ids) | Q(course__in=courses.values("pk")))

    def claim(self, pk: uuid.UUID, now: datetime) -> "Export | None":
        """Take a waiting export for one worker. Return None if another has it, or it was deleted."""
        claim = uuid.uuid4()
        waiting = self.filter(pk=pk, state=Export.State.WAITING)
        if not waiting.update(state=Export.State.RUNNING, claim=claim, alive_at=now, progress=0):
            return None
        return self.filter(pk=pk, claim=claim).select_related("session__course", "session__approval").first()

    def outdate(self) -> None:
        """Delete what was made, and let what is being made begin again: the data changed.

        Running ones come first: a worker that publishes at this moment is waited for, and its file is then
        found by the statements below.
        """
        with transaction.atomic():
            self.filter(state=Export.State.RUNNING).update(state=Export.State.WAITING, claim=None)
            self.filter(state=Export.State.DONE).update(state=Export.State.OUTDATED)
            ExportFile.objects.filter(export__in=self.filter(state=Export.State.OUTDATED)).delete()

    def resume_lost(self, now: datetime) -> list[uuid.UUID]:
        """Return the exports to call a worker for again: theirs died, or the message was lost with Redis."""
        lost = self.filter(state=Export.State.RUNNING, alive_at__lt=now - settings.EXPORT_LOST_AFTER)
        often = lost.filter(losses__gte=settings.MOST_EXPORT_LOSSES - 1)
        often.update(state=Export.State.FAILED, claim=None, problem=Export.Problem.WORKER_DIED)
        lost.update(state=Export.State.WAITING, claim=None, losses=F("losses") + 1, called_at=None)
        long_ago = now - settings.EXPORT_CALLED_AGAIN_AFTER
        uncalled = self.filter(state=Export.State.WAITING).exclude(called_at__gte=long_ago)
        found = list(uncalled.values_list("pk", flat=True))
        self.filter(pk__in=found).update(called_at=now)
        return found

    def expired(self, now: datetime) -> Self:
        # One that nobody could make, or whose file is gone, stays on the page for as long as a file would.
        forgotten = now - settings.EXPORT_LIFETIME
        return self.filter(Q(expires_at__lte=now) | Q(expires_at=None, requested_at__lte=forgotten))

    def no_longer_allowed(self) -> list["Export"]:
        """Return exports with readings of a session in which teachers no longer see any."""
        with_readings = self.filter(state=Export.State.DONE).exclude(readings_of=[])
        return [export for export in with_readings if not export.may_be_shown]


class Export(models.Model):
    """A file that a teacher asked for: who, of what, in which format, and what became of it."""

    class Format(models.TextChoices):
        PDF = "pdf", _("PDF")
        HTML = "html", _("Web page (HTML)")
        XLSX = "xlsx", _("Excel")
        CSV = "csv", "CSV"
        JSON = "json", "JSON"
        XAPI = "xapi", "xAPI"
        # One file of the ZIP file of tables.
        TABLE = "table", _("Table (CSV)")
        EVENTS = "events", _("Events, in one list")
        TEN_SECONDS = "ten_seconds", _("Camera data every 10 seconds")
        # The only format of a course.
        TERM = "term", _("Excel")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("In progress")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        OUTDATED = "outdated", _("Deleted")

    class Problem(models.TextChoices):
        WORKER_DIED = "worker_died", _("The server stopped several times while it made this file.")
        TOO_LONG = "too_long", _("This file took too long to make.")
        TOO_LARGE = "too_large", _("This file would be too large.")
        NO_PANGO = "no_pango", _("PDF files cannot be made here: a program (Pango) is not installed.")
        ERROR = "error", _("Something went wrong. Please try again, or tell the administrator.")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    session = models.ForeignKey(ClassSession, null=True, on_delete=models.CASCADE, related_name="exports")
    course = models.ForeignKey(Course, null=True, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=16, choices=Format)
    # Language and region of the page on which it was asked for, and the choices of the format.
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=16, choices=Problem, blank=True)
    # Percent.
    progress = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField(default=timezone.now)
    # The last time at which a worker was told of it.
    called_at = models.DateTimeField(null=True, blank=True)
    # The mark of the one worker that makes it, and when that was last known to be alive.
    claim = models.UUIDField(null=True, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True)
    # How often a worker died with it.
    losses = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # The ids of sessions of which teachers saw readings when it was made.
    readings_of = models.JSONField(default=list, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("export"), _("exports")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, course=None) | Q(session=None, course__isnull=False),
                name="export_of_a_session_or_a_course",
            ),
        ]
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.format} of {self.session_id or self.course_id}"

    def get_absolute_url(self) -> str:
        return reverse("export-file", args=[self.pk])

    @property
    def subject(self) -> ClassSession | Course:
        found = self.session or self.course
        assert found is not None, "a constraint of the database"
        return found

    @property
    def subject_page(self) -> str:
        """The page that lists the files of its session, or the course."""
        if self.session_id:
            return reverse("exports", args=[self.session_id])
        return reverse("course-exports", args=[self.course_id])

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def has_file(self, now: datetime) -> bool:
        """Whether the file is made and has not expired."""
        return self.state == self.State.DONE and self.expires_at is not None and self.expires_at > now

    @property
    def may_be_shown(self) -> bool:
        """Whether the rules of this moment allow what the file holds."""
        shown = ClassSession.objects.filter(pk__in=self.readings_of).select_related("approval")
        return all(session.teacher_sees_readings for session in shown)

    def report_progress(self, share: float) -> None:
        """Save how far it is. Raise Superseded if it is no longer this worker's."""
        if not self._held().update(progress=min(99, round(share * 100)), alive_at=timezone.now()):
            raise Superseded

    def report_alive(self) -> None:
        self._held().update(alive_at=timezone.now())

    def publish(self, content: bytes, *, readings_of: Collection[uuid.UUID], expires_at: datetime) -> bool:
        """Save the file, unless the data changed since this worker began. Return whether it was saved.

        Whoever erases at this moment waits for this transaction and then deletes the file, or has taken the
        claim away before.
        """
        with transaction.atomic():
            is_held = self._held().update(
                state=self.State.DONE,
                claim=None,
                progress=100,
                made_at=timezone.now(),
                expires_at=expires_at,
                readings_of=[str(pk) for pk in readings_of],
            )
            if is_held:
                ExportFile.objects.create(export=self, content=content, size=len(content))
        return bool(is_held)

    def fail(self, problem: str) -> None:
        self._held().update(state=self.State.FAILED, claim=None, problem=problem)

    def _held(self) -> ExportQuerySet:
        return Export.objects.filter(pk=self.pk, claim=self.claim, state=self.State.RUNNING)


class ExportFile(models.Model):
    """The file itself, apart from its export: a list of exports does not read it.

    It is in the database, so that the transaction that erases a student's data deletes it, and every host
    that shares the database has it.
    """

    export = models.OneToOneField(Export, primary_key=True, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = _("file of an export"), _("files of exports")

    def __str__(self) -> str:
        return f"{self.size} bytes of {self.export_id}"
