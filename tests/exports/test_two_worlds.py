"""Classes that differ in nothing but what the network read of a few class-only students look the same.

Whatever a reader computes from page, live page, files, course overview and several moments in time, it is a
function of all of these together. So if all are equal in two such worlds, nothing of these students follows.
"""

import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from classroom.models import CONSENT_TEXT_VERSION, ClassSession, Consent, Course, Mode, Participant, Presence
from dashboards.course.overview import CourseOverview, Term
from dashboards.live.feed import LiveFeed
from dashboards.report.document import report_context
from dashboards.report.report import Report
from exports.json_document import json_document
from exports.record import SessionRecord
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY
# Two fewer than those of whom a number may be shown.
MOST_CLASS_ONLY = 6
EVERY = 5  # seconds between two readings
ACTS = ("join", "withdraw", "erase", "share", "stop sharing", "leave", "nothing")
# 300 were tried once.
DRAWS = 4
END = 120


class Undo(Exception):
    pass


@dataclass
class Plan:
    """A class that is the same in every world. Its secrets are drawn anew in each."""

    draw: random.Random
    session_id: uuid.UUID = field(default_factory=uuid.uuid4)
    ids: list[uuid.UUID] = field(default_factory=lambda: [uuid.uuid4() for _place in range(10)])

    def __post_init__(self) -> None:
        size = self.draw.randint(3, 8)
        class_only = self.draw.randint(1, min(size, MOST_CLASS_ONLY))
        self.levels = [CLASS] * class_only + [OWN] * (size - class_only)
        self.acts = [(self.draw.choice(ACTS), self.draw.randrange(size)) for _moment in range(2)]
        self.known = self.draw.random()


class World:
    def __init__(self, plan: Plan, course: Course, clock: list, secrets: random.Random) -> None:
        self.plan, self.clock, self.secrets = plan, clock, secrets
        self.known = random.Random(plan.known)
        approval = factory.approval(course, mode=Mode.ANALYTICS)
        self.session = classes.session(pk=plan.session_id, course=course, approval=approval)
        # Drawn for each session.
        ClassSession.objects.filter(pk=plan.session_id).update(join_code="AAAAAA")
        self.people: list[Participant] = []
        for level in plan.levels:
            self.join(level, 0)

    def join(self, level: str, second: float) -> None:
        place = len(self.people)
        person = self.session.participants.create(
            pk=self.plan.ids[place], display_name=f"S{place}", joined_at=after(second)
        )
        person.presences.create(state=Presence.State.MEASURING, since=after(second))
        factory.consent(person, level, given_at=after(second))
        self.people.append(person)

    def read(self, begin: int, end: int) -> None:
        """Everybody's readings; those of class-only students are this world's secret."""
        found = []
        for person in self.people:
            consent = Consent.objects.active().filter(participant=person.pk).first()
            here = Participant.objects.filter(pk=person.pk, left_at=None).exists()
            for second in range(begin, end, EVERY):
                known = self.reading()
                secret = self.reading(self.secrets)
                if consent is None or not here:
                    continue
                said = known if consent.level == OWN else secret
                if said:
                    found.append(factory.unsaved_reading(consent, taken_at=after(second + 0.5), **said))
        factory.save_readings(found)

    def reading(self, draw: random.Random | None = None) -> dict | None:
        draw = draw or self.known
        face = draw.choice(["seen", "seen", "seen", "none", "too_dark", ""])
        score, expression = draw.random(), draw.choice(["happiness", "anger", "neutral"])
        if face == "seen":
            return {"score": score, "expression": expression}
        return {"face": face, "score": None} if face else None

    def act(self, name: str, place: int, second: float) -> None:
        person, has_room = self.people[place], self.class_only() < MOST_CLASS_ONLY
        steps: dict[str, Callable[[], object]] = {
            "join": lambda: self.join(CLASS if has_room else OWN, second),
            "withdraw": person.withdraw_consent,
            "erase": person.erase,
            "share": lambda: person.give_consent(OWN, CONSENT_TEXT_VERSION),
            "stop sharing": lambda: person.give_consent(CLASS, CONSENT_TEXT_VERSION),
            "leave": person.leave,
            "nothing": lambda: None,
        }
        if name != "stop sharing" or has_room:
            steps[name]()

    def class_only(self) -> int:
        return Consent.objects.filter(participant__session=self.session, level=CLASS).count()

    def look(self, second: float) -> Iterator[str]:
        """All that a teacher can see at this moment."""
        self.clock[0] = after(second)
        session = ClassSession.objects.select_related("course", "approval").get(pk=self.session.pk)
        yield json.dumps(LiveFeed(session.course.owner, session.pk).snapshot(after(second)), default=str)
        report = Report.of(session, after(second))
        yield json_document(SessionRecord.of(report))
        yield render_to_string("dashboards/_report_body.html", report_context(report, is_document=True))
        yield repr([row.figures for row in CourseOverview.of(session.course, Term(), after(second)).rows])

    def told(self) -> list[str]:
        seen = []
        for number, (name, place) in enumerate(self.plan.acts):
            begin = number * END // 2
            self.read(begin, begin + END // 2)
            seen += self.look(begin + 57)
            self.clock[0] = after(begin + 58)
            self.act(name, place, begin + 58)
            seen += self.look(begin + 59)
        self.clock[0] = after(END)
        ClassSession.objects.get(pk=self.session.pk).close()
        return [*seen, *self.look(END + 30)]


def told_in_a_world(plan: Plan, course: Course, clock: list, secrets: int) -> list[str]:
    seen: list[str] = []
    try:
        with transaction.atomic():
            seen = World(plan, course, clock, random.Random(secrets)).told()
            raise Undo
    except Undo:
        return seen


@pytest.mark.parametrize("seed", range(DRAWS))
def test_nothing_of_a_few_class_only_students_follows_from_all_that_is_told(seed, monkeypatch):
    clock = [after(0)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])
    course, plan = factory.course(), Plan(random.Random(seed))
    one, other = (told_in_a_world(plan, course, clock, secrets) for secrets in (1, 2))
    different = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    assert different == [], (plan.levels, plan.acts)


def test_of_nine_class_only_students_something_is_told(monkeypatch):
    """Otherwise the test above could not fail."""
    clock = [after(0)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])
    course, plan = factory.course(), Plan(random.Random(0))
    plan.levels, plan.acts = [CLASS] * 9, [("nothing", 0)] * 2
    one, other = (told_in_a_world(plan, course, clock, secrets) for secrets in (1, 2))
    assert one != other
