"""Makes the teacher, course, sessions and past lessons of a demo."""

import json
from argparse import ArgumentParser
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from classroom.models import APPROVED_MODES, Approval, ClassSession, Course, Mode, Purpose
from practice.example import finished_lesson, prepare_questions

USERNAME = "demo-teacher"
TITLE = "Demo lesson"
DOCUMENT = "DEMO-1"
APPROVED_FOR = timedelta(days=30)
# An older session may be closed as forgotten while somebody still reads its join code off the terminal.
REUSABLE_FOR = settings.FORGOTTEN_SESSION - timedelta(hours=1)
# Finished lessons with a report, and how long before the demo they ended.
PAST_ANALYTICS, PAST_PARTICIPATION = "Waves: how fast is sound?", "Waves: what is light?"
ENDED_BEFORE = {PAST_ANALYTICS: timedelta(days=1), PAST_PARTICIPATION: timedelta(days=2)}
# Older ones are written again: their readings would expire while somebody looks at them.
WRITTEN_AGAIN_AFTER = timedelta(days=7)


class Command(BaseCommand):
    help = (
        "A demo teacher with a course, an open session and past ones; made once, found again the next time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", default="demo", help="of the demo teacher")
        parser.add_argument("--fresh", action="store_true", help="an empty class; the one before is ended")

    def handle(self, *, password: str, fresh: bool, **_: object) -> None:
        if Mode.ANALYTICS not in settings.ALLOWED_MODES:
            raise CommandError("The demo shows the analytics mode, and ALLOWED_MODES does not contain it.")
        teacher = _demo_teacher(password)
        course = _demo_course(teacher)
        _write_past_lessons(course)
        session = _demo_session(course, is_fresh=fresh)
        access = {
            "username": USERNAME,
            "password": password,
            "join_code": session.join_code,
            "session_id": str(session.pk),
            "live_url": f"{settings.PUBLIC_URL}{session.get_absolute_url()}",
            "join_url": session.join_url(),
        }
        self.stdout.write(json.dumps(access))


def _demo_teacher(password: str) -> User:
    teacher, _created = User.objects.get_or_create(username=USERNAME)
    # Setting the same password again would sign everybody out.
    if not teacher.check_password(password):
        teacher.set_password(password)
        teacher.save()
    return teacher


def _demo_course(teacher: User) -> Course:
    course = teacher.courses.filter(name="Demo course").first()
    if course is None:
        course = Course.objects.create_with_owner(teacher, name="Demo course", default_mode=Mode.ANALYTICS)
    prepare_questions(course)
    return course


def _write_past_lessons(course: Course) -> None:
    """Write finished lessons with invented students, unless there are some of the last days."""
    examples = course.sessions.filter(purpose=Purpose.EXAMPLE)
    now = timezone.now()
    if examples.filter(opened_at__gt=now - WRITTEN_AGAIN_AFTER).count() == len(ENDED_BEFORE):
        return
    for old in examples:
        old.erase()
    for title, mode in ((PAST_ANALYTICS, Mode.ANALYTICS), (PAST_PARTICIPATION, Mode.PARTICIPATION)):
        approval = _demo_approval(course, mode) if mode in APPROVED_MODES else None
        ended_at = now - ENDED_BEFORE[title]
        finished_lesson(course, title=title, mode=mode, ended_at=ended_at, approval=approval, seed=title)


def _demo_session(course: Course, *, is_fresh: bool) -> ClassSession:
    still_open = course.sessions.open().filter(title=TITLE).select_related("approval")
    found = still_open.filter(opened_at__gt=timezone.now() - REUSABLE_FOR).first()
    if found and found.mode_is_allowed and not is_fresh:
        return found
    for older in still_open:
        older.close()
    approvals = {mode: _demo_approval(course, mode) for mode in APPROVED_MODES}
    return ClassSession.objects.open_new(
        course=course, title=TITLE, mode=Mode.ANALYTICS, approval=approvals[Mode.ANALYTICS]
    )


def _demo_approval(course: Course, mode: Mode) -> Approval:
    """Return the approval that an administrator of a school would enter."""
    today = timezone.localdate()
    in_force = course.approvals.in_force(today, mode).filter(document=DOCUMENT)
    return in_force.first() or course.approvals.create(
        mode=mode,
        approver="Demo approver (not a real approval)",
        document=DOCUMENT,
        valid_from=today,
        valid_until=today + APPROVED_FOR,
    )
