"""The text of a report: as it was kept, or made now and kept for the next opening."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from classroom.models import ClassSession
from dashboards.models import KeptReport

from .document import report_context
from .fingerprint import fingerprint_of, may_be_kept, rules_of, valid_until
from .report import Report


def report_body(session: ClassSession, now: datetime) -> SafeString:
    """What the page says, in the viewer's language, true at this moment."""
    if not may_be_kept(session, now):
        return _drawn(session, now)
    kept = KeptReport.objects.of_viewer(session).filter(valid_until__gt=now).exclude(body="").first()
    if kept and kept.fingerprint == fingerprint_of(session):
        # It was drawn by this template.
        return mark_safe(kept.body)
    return _drawn_and_kept(session, now)


def _drawn_and_kept(session: ClassSession, now: datetime) -> SafeString:
    # In this order: what changes from here on takes the claim away, or leaves another fingerprint.
    claimed = KeptReport.objects.claim(session)
    made_of, rules = fingerprint_of(session), rules_of(session)
    body, until = _drawn(session, now), valid_until(session, now)
    if claimed and until > now:
        claimed.publish(body, fingerprint=made_of, rules=rules, made_at=now, valid_until=until)
    elif claimed:
        claimed.give_up()
    return body


def _drawn(session: ClassSession, now: datetime) -> SafeString:
    return render_to_string("dashboards/_report_body.html", report_context(Report.of(session, now)))
