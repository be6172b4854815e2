"""React to the classroom's signals."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.dispatch import receiver
from django.utils import timezone

from classroom.events import teacher_signed_up

from . import texts
from .example import finished_lesson, prepare_questions
from .practice_class import example_course

# Yesterday: its report does not look like a class of today.
AGE = timedelta(days=1)


@receiver(teacher_signed_up)
def make_example(teacher: User, **_: object) -> None:
    """Give a new teacher a finished lesson with a report to look at. They can delete it."""
    course = example_course(teacher)
    prepare_questions(course)
    finished_lesson(course, title=str(texts.EXAMPLE_LESSON), ended_at=timezone.now() - AGE, seed="example")
