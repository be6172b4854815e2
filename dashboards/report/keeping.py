"""What is made of a session that has ended: as it was kept, or made now and kept for the next time."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from classroom.models import ClassSession
from dashboards.models import Kept, KeptReport

from .document import report_context
from .fingerprint import fingerprint_of, may_be_kept, rules_of, valid_until
from .report import Report

Made = TypeVar("Made", bound=Kept)
Body = TypeVar("Body", str, SafeString, bytes)


class Claimable(Protocol):
    def claim(self, session: ClassSession) -> Any: ...


def report_body(session: ClassSession, now: datetime) -> SafeString:
    """What the page says, in the viewer's language, true at this moment."""
    if not may_be_kept(session, now):
        return _drawn(session, now)
    if kept := proved(KeptReport.objects.of_viewer(session), session, now):
        # It was drawn by this template.
        return mark_safe(kept.body)
    return keep(KeptReport.objects, session, now, lambda: _drawn(session, now))


def proved(kept: QuerySet[Made], session: ClassSession, now: datetime) -> Made | None:
    """The one that is kept, if all of which it was made is still the same."""
    one = kept.filter(valid_until__gt=now).exclude(fingerprint="").first()
    return one if one and one.fingerprint == fingerprint_of(session) else None


def keep(kept: Claimable, session: ClassSession, now: datetime, make: Callable[[], Body]) -> Body:
    """Make it, and keep it unless something changes meanwhile."""
    # In this order: what changes from here on takes the claim away, or leaves another fingerprint.
    claimed: Kept | None = kept.claim(session)
    # What the caller read may have another title by now, which the fingerprint would vouch for.
    with suppress(ClassSession.DoesNotExist):
        session.refresh_from_db(from_queryset=ClassSession.objects.select_related("course", "approval"))
    made_of, rules = fingerprint_of(session), rules_of(session)
    body, until = make(), valid_until(session, now)
    if claimed and until > now:
        claimed.publish(body, fingerprint=made_of, rules=rules, made_at=now, valid_until=until)
    elif claimed:
        claimed.give_up()
    return body


def under_other_rules(kept: QuerySet[Made]) -> list[int]:
    """The ids of those that a rule of this moment forbids."""
    made = list(kept.values_list("pk", "session", "rules"))
    sessions = ClassSession.objects.filter(pk__in={session for _pk, session, _rules in made})
    of_session = {session.pk: rules_of(session) for session in sessions.select_related("approval")}
    return [pk for pk, session, rules in made if rules != of_session.get(session)]


def _drawn(session: ClassSession, now: datetime) -> SafeString:
    return render_to_string("dashboards/_report_body.html", report_context(Report.of(session, now)))
