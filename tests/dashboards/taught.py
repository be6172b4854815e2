"""A lesson in participation mode with something of each kind that students say, at times known to a test."""

from datetime import timedelta

from activities.models import Acknowledgement, Answer, Hand, Question, StudentQuestion
from activities.results import final_result
from classroom.models import ClassSession, Mode, Participant, Presence
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after

MINUTE = 60


def lesson(students: int = 6, mode: str = Mode.PARTICIPATION, **fields) -> ClassSession:
    """A class of 40 minutes that has ended, with students who were there for all of it."""
    session = classes.session(mode=mode, started_at=after(0), closed_at=after(40 * MINUTE), **fields)
    for number in range(students):
        student(session, f"Student {chr(65 + number)}")
    return session


def student(session: ClassSession, name: str, begin: float = 0, end: float = 40 * MINUTE) -> Participant:
    since, left = (session.opened_at + timedelta(seconds=moment) for moment in (begin, end))
    made = factory.participant(session, name, joined_at=since, left_at=left, last_seen_at=left)
    made.presences.create(state=Presence.State.LEFT, since=left)
    return made


def ask(session: ClassSession, kind: str = "choice", at: float = 10 * MINUTE, **fields) -> Question:
    """A question that was open for a minute."""
    options = {"choice": ["Yes", "No"], "scale": ["never", "always"]}.get(kind, [])
    opened = session.opened_at + timedelta(seconds=at)
    content = {"text": "Really?", "options": options, "is_anonymous": False, "present": 6} | fields
    return Question.objects.create(
        session=session, kind=kind, opened_at=opened, closed_at=opened + timedelta(minutes=1), **content
    )


def answer(question: Question, *answers: dict | None) -> None:
    """Students answer in the order in which they joined; None does not."""
    people = question.session.participants.order_by("joined_at", "display_name")
    for person, content in zip(people, answers, strict=False):
        if content is None:
            continue
        if question.is_anonymous:
            Answer.objects.create(question=question, participant_hash=person.pk.hex, **content)
        else:
            Answer.objects.create(
                question=question, participant=person, answered_at=question.opened_at, **content
            )
    if question.is_anonymous:
        question.result = final_result(question)
        question.answers.all().delete()
        question.save()


def hand(of: Participant, at: float, seconds: float) -> Hand:
    raised = of.session.opened_at + timedelta(seconds=at)
    return Hand.objects.create(
        participant=of,
        raised_at=raised,
        lowered_at=raised + timedelta(seconds=seconds),
        lowered_by_teacher=True,
    )


def asked(session: ClassSession, text: str, votes: int = 0, **fields) -> StudentQuestion:
    question = StudentQuestion.objects.create(session=session, text=text, **fields)
    for voter in session.participants.all()[:votes]:
        question.upvotes.create(participant=voter)
    return question


def got_it(session: ClassSession, at: float, count: int) -> Acknowledgement:
    return Acknowledgement.objects.create(
        session=session, at=session.opened_at + timedelta(seconds=at), count=count
    )


def whole(**fields) -> ClassSession:
    """One of everything."""
    session = lesson(**fields)
    answer(ask(session, "scale", at=MINUTE, role="check_in", text="How are you?"), *[{"value": 4}] * 6)
    answer(ask(session, right_options=[1], text="Is it so?"), {"chosen": [0]}, {"chosen": [1]})
    answer(
        ask(session, "word", is_anonymous=True, text="Waves?"), *[{"text": "sea"}] * 3, *[{"text": "C"}] * 3
    )
    answer(
        ask(session, "text", is_anonymous=True, text="Hardest?"), *[{"text": f"Step {n}"} for n in range(6)]
    )
    answer(ask(session, "text", is_anonymous=True, text="Few?"), {"text": "private words"})
    answer(ask(session, "scale", at=38 * MINUTE, role="exit_ticket", text="And now?"), {"value": 5})
    people = list(session.participants.order_by("display_name"))
    factory.pulse(people[0], "lost", at=after(12 * MINUTE))
    factory.pulse(people[1], "pace", value=1, at=after(13 * MINUTE))
    got_it(session, 14 * MINUTE, 1)
    hand(people[2], 20 * MINUTE, 90)
    factory.marker(session, "Derivative", at=after(21 * MINUTE))
    asked(session, "Why is it so?", votes=3, status="answered")
    asked(session, "By name?", participant=people[0], asked_at=after(22 * MINUTE), status="shown")
    return session
