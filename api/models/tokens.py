"""Tokens: with one, a teacher's own program reads what the teacher may see."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession, Course
from classroom.models.session_queryset import ClassSessionQuerySet

from .webhooks import Webhook

# cp_ and ten letters name a token on pages; the rest are 256 random bits.
TOKEN = re.compile(r"(cp_[a-z0-9]{10})_[A-Za-z0-9_-]{43}")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
# Compared with where nothing was found, so that an unknown name takes as long as a wrong secret.
NOBODY = "0" * 64
# The page says when a token was last used, to the minute: reads must not all become writes.
LAST_USED_EVERY = timedelta(minutes=1)


class Scope(models.TextChoices):
    """What a token is for. Each token has at least one of them."""

    CLASSES = "read:classes", _("Courses, sessions and class numbers, without students' names")
    STUDENTS = "read:students", _("Students: names, attendance, answers and what they share")
    EXPORTS = "exports", _("Files of a session, with students' names")
    WEBHOOKS = "webhooks", _("Webhooks")


def hashed(secret: str) -> str:
    # A fast hash is enough: passwords need a slow one because they can be guessed, 256 random bits cannot.
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def create_with_text(self, **fields: object) -> tuple["ApiToken", str]:
        """Create a token. Return it with its text, which is stored nowhere."""
        prefix = "cp_" + "".join(secrets.choice(LETTERS) for _place in range(10))
        text = f"{prefix}_{secrets.token_urlsafe(32)}"
        return self.create(prefix=prefix, secret_hash=hashed(text), **fields), text

    def with_text(self, text: str) -> "ApiToken | None":
        """Return the token of an active teacher with this text, also one that has ended."""
        match = TOKEN.fullmatch(text)
        if match is None:
            return None
        found = self.select_related("teacher").filter(prefix=match[1], teacher__is_active=True).first()
        is_right = constant_time_compare(hashed(text), found.secret_hash if found else NOBODY)
        return found if is_right else None

    def valid(self) -> Self:
        return self.filter(valid_until__gte=timezone.localdate())


class ApiToken(models.Model):
    # The kind of its entries in ERASURES_LOG.
    ERASURE = "token"

    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("teacher"),
    )
    # The only course that it opens. Without one, it opens all that its teacher has at the time of a request.
    course = models.ForeignKey(
        Course,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("course"),
    )
    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    valid_until = models.DateField(_("last day"))
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("token"), _("tokens")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["teacher", "-created_at"])]

    def __str__(self) -> str:
        return self.prefix

    @property
    def has_ended(self) -> bool:
        return self.valid_until < timezone.localdate()

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]

    def allows(self, scope: Scope) -> bool:
        return scope in self.scopes

    def courses(self) -> models.QuerySet[Course]:
        """The courses that it opens: those that its teacher teaches now."""
        taught = Course.objects.filter(teachers=self.teacher_id)
        return taught.filter(pk=self.course_id) if self.course_id else taught

    def sessions(self) -> ClassSessionQuerySet:
        taught = ClassSession.objects.select_related("course", "approval").taught_by(self.teacher_id)
        return taught.filter(course=self.course_id) if self.course_id else taught

    def webhooks(self) -> models.QuerySet[Webhook]:
        owned = Webhook.objects.filter(teacher=self.teacher_id)
        return owned.filter(course=self.course_id) if self.course_id else owned

    def note_use(self, now: datetime) -> None:
        if self.last_used_at is None or self.last_used_at < now - LAST_USED_EVERY:
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=now)
