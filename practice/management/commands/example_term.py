"""Makes a course with finished lessons of simulated students."""

from argparse import ArgumentParser
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from classroom.models import Course, Mode
from practice.example import finished_lesson, prepare_questions

APPROVER, DOCUMENT = "Example approver (not a real approval)", "EXAMPLE"
# How many came to each lesson in turn, and whether with cameras.
ATTENDANCE = (22, 20, 21, 17, 19, 22, 16, 18, 20, 15, 21, 19)
MODES = (Mode.ANALYTICS, Mode.PARTICIPATION, Mode.ANALYTICS)
APART = timedelta(days=2)


class Command(BaseCommand):
    help = "A course with finished lessons of invented students, to look at what a term shows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the teacher")
        parser.add_argument("--sessions", type=int, default=12)

    def handle(self, *, username: str, sessions: int, **_: object) -> None:
        teacher = User.objects.filter(username=username).first()
        if teacher is None:
            raise CommandError(f"There is no teacher {username!r}.")
        course = Course.objects.create_with_owner(teacher, name="Example term")
        prepare_questions(course)
        today = timezone.localdate()
        approval = course.approvals.create(
            mode=Mode.ANALYTICS,
            approver=APPROVER,
            document=DOCUMENT,
            valid_from=today,
            valid_until=today + timedelta(days=30),
        )
        for place in range(sessions):
            mode = MODES[place % len(MODES)]
            finished_lesson(
                course,
                title=f"Lesson {place + 1}",
                ended_at=timezone.now() - APART * (sessions - place),
                mode=mode,
                approval=approval if mode == Mode.ANALYTICS else None,
                seed=f"term {place}",
                students=ATTENDANCE[place % len(ATTENDANCE)],
            )
        self.stdout.write(f"{course.get_absolute_url()}overview/")
