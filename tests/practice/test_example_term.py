"""A term of invented lessons, to look at."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from classroom.models import Course
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_term_is_a_course_of_finished_lessons_in_two_modes(capsys):
    teacher = factory.teacher()
    call_command("example_term", teacher.username, "--sessions", "2")
    course = Course.objects.get(owner=teacher)
    sessions = course.sessions.order_by("opened_at")
    assert [session.mode for session in sessions] == ["analytics", "participation"]
    assert all(session.is_invented and not session.is_open for session in sessions)
    page = reverse("course-overview", args=[course.pk])
    assert capsys.readouterr().out.strip() == page
    assert "Lesson 2" in factory.signed_in(teacher).get(page).content.decode()


def test_a_teacher_who_is_none_is_said():
    with pytest.raises(CommandError, match="no teacher 'nobody'"):
        call_command("example_term", "nobody")
