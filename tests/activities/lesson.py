"""A class in participation mode, its teacher's browser and its students' browsers."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from activities.models import Question
from classroom.models import ClassSession, Mode, Participant
from tests import factory

JSON = {"Accept": "application/json"}


class Lesson:
    def __init__(self, students: int = 0) -> None:
        self.session: ClassSession = factory.open_session(Mode.PARTICIPATION)
        self.teacher: Client = factory.signed_in(self.session.course.teachers.get())
        self.students: list[Participant] = [self.join(f"Student {number}") for number in range(students)]

    def join(self, name: str = "Anna") -> Participant:
        return factory.participant(self.session, name)

    def lead(self, name: str, *ids: object, **fields: Any) -> HttpResponse:
        """What the live page sends."""
        url = reverse(name, args=[self.session.pk, *ids])
        return self.teacher.post(url, fields, headers=JSON)

    def say(self, student: Participant, name: str, *ids: object, **fields: Any) -> HttpResponse:
        """What a student's page sends."""
        url = reverse(name, args=[student.session_id, *ids])
        return factory.browser_of(student).post(url, fields, headers=JSON)

    def ask(self, kind: str = "choice", **fields: Any) -> Question:
        answers = {"choice": {"option": ["Yes", "No"]}, "scale": {"low": "never", "high": "always"}}
        sent = {"kind": kind, "text": "Really?"} | answers.get(kind, {}) | fields
        response = self.lead("question-ask", **sent)
        assert response.status_code == 201, response.content
        return Question.objects.get(pk=response.json()["id"])

    def answer(self, student: Participant, question: Question, **fields: Any) -> HttpResponse:
        return self.say(student, "room-answer", question=str(question.pk), **fields)

    def state(self) -> dict[str, Any]:
        return self.teacher.get(reverse("activities", args=[self.session.pk])).json()

    def shown_to(self, student: Participant) -> dict[str, Any]:
        url = reverse("room-activities", args=[student.session_id])
        return factory.browser_of(student).get(url).json()
