"""Nobody can find out whose an anonymous answer is."""

import re

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models import Model

from activities import anonymity
from activities.models import Answer, Question, StudentQuestion
from activities.results import sum_up
from tests.activities.lesson import Lesson


def everything_stored() -> str:
    """All rows of this app's tables in the order in which the database holds them."""
    tables = [name for name in connection.introspection.table_names() if name.startswith("activities_")]
    rows = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [(table, row) for row in cursor.fetchall()]
    return repr(rows)


@pytest.fixture
def five(db) -> Lesson:
    return Lesson(students=5)


@pytest.mark.parametrize("kind", ["choice", "word", "text"])
def test_a_closed_question_keeps_neither_persons_nor_an_order(five: Lesson, kind: str) -> None:
    question = five.ask(kind, anonymous="on")
    texts = ["zebra", "apple", "mango", "kiwi", "fig"]
    for number, (student, text) in enumerate(zip(five.students, texts, strict=True)):
        given = {"option": str(number % 2)} if kind == "choice" else {"text": text}
        five.answer(student, question, **given)
    question.close()
    assert not Answer.objects.exists()
    stored = everything_stored()
    for student in five.students:
        assert student.pk.hex not in stored.replace("-", "")
    question.refresh_from_db()
    if kind != "choice":
        kept = question.result.get("texts") or [spelling for _, spelling, _ in question.result["words"]]
        assert kept == sorted(texts)


def test_the_key_of_a_question_is_forgotten_when_it_closes(
    five: Lesson, django_capture_on_commit_callbacks
) -> None:
    question = five.ask(anonymous="on")
    assert anonymity.hashed(question.pk, five.students[0].pk)
    with django_capture_on_commit_callbacks(execute=True):
        question.close()
    with pytest.raises(anonymity.KeyLost):
        anonymity.hashed(question.pk, five.students[0].pk)


def test_the_key_of_a_question_is_forgotten_when_it_is_erased(
    five: Lesson, django_capture_on_commit_callbacks
) -> None:
    question = five.ask(anonymous="on")
    with django_capture_on_commit_callbacks(execute=True):
        five.lead("question-change", question.pk, do="erase")
    with pytest.raises(anonymity.KeyLost):
        anonymity.hashed(question.pk, five.students[0].pk)


def test_an_open_question_names_no_student_in_the_database(five: Lesson) -> None:
    question = five.ask(anonymous="on")
    five.answer(five.students[0], question, option="0")
    answer = Answer.objects.get()
    assert (answer.participant, answer.answered_at) == (None, None)
    assert five.students[0].pk.hex not in everything_stored().replace("-", "")


def test_a_student_can_change_and_see_their_own_anonymous_answer(five: Lesson) -> None:
    anna, question = five.students[0], five.ask(anonymous="on")
    five.answer(anna, question, option="0")
    five.answer(anna, question, option="1")
    assert Answer.objects.count() == 1
    assert five.shown_to(anna)["own"]["answer"]["chosen"] == [1]
    assert five.shown_to(five.students[1])["own"]["answer"] is None


def test_fewer_than_five_answers_are_only_counted_and_not_kept(five: Lesson) -> None:
    question = five.ask("text", anonymous="on")
    for student in five.students[:4]:
        five.answer(student, question, text="private words")
    question.close()
    shown = five.state()["question"]
    assert shown["result"] == {"count": 4, "hidden": "few"}
    assert "private words" not in everything_stored()


@pytest.mark.slow
def test_live_results_move_with_every_fifth_answer_and_stay_five_behind(db) -> None:
    class_ = Lesson(students=15)
    question = class_.ask(anonymous="on", live="on")
    seen = []
    for student in class_.students:
        class_.answer(student, question, option="0")
        seen.append(class_.state()["question"]["result"].get("counts"))
    assert seen == [None] * 9 + [[5, 0]] * 5 + [[10, 0]]


@pytest.mark.postgresql
@pytest.mark.parametrize("answers", [5, 9, 10, 11, 14, 15, 16])
def test_the_final_result_adds_at_least_five_answers_to_what_was_seen_live(db, answers: int) -> None:
    class_ = Lesson(students=answers)
    question = class_.ask(anonymous="on", live="on")
    for student in class_.students:
        class_.answer(student, question, option="0")
    shown = class_.state()["question"]["result"]
    seen = shown["count"] if "counts" in shown else 0
    question.close()
    assert class_.state()["question"]["result"]["count"] - seen >= 5


def test_live_shares_are_of_the_answers_that_they_sum_up(db) -> None:
    class_ = Lesson(students=12)
    question = class_.ask(anonymous="on", live="on")
    for student in class_.students:
        class_.answer(student, question, option="0")
    shown = class_.state()["question"]
    assert (shown["answered"], shown["result"]) == (12, {"count": 5, "counts": [5, 0]})


@pytest.mark.slow
def test_classes_whose_students_swapped_their_answers_cannot_be_told_apart(db) -> None:
    """Whoever reads the whole database, every export and every page finds the same in both."""
    found = []
    for order in ((0, 0, 0, 1, 1, 1), (1, 0, 1, 0, 1, 0)):
        class_ = Lesson(students=6)
        question = class_.ask(anonymous="on")
        for student, option in zip(class_.students, order, strict=True):
            class_.answer(student, question, option=str(option))
        question.close()
        found.append(without_names_of_rows(class_, question))
    assert found[0] == found[1]


def without_names_of_rows(class_: Lesson, question: Question) -> str:
    """Everything of a class that is kept or shown, with its ids and times left out."""
    stored = [
        row
        for model in apps.get_app_config("activities").get_models()
        for row in model.objects.filter(**{path_to_session(model): class_.session}).values()
    ]
    pages = [class_.state(), *(class_.shown_to(student) for student in class_.students)]
    ids = [class_.session.pk, question.pk, *(student.pk for student in class_.students)]
    text = repr([stored, pages])
    for number, id_ in enumerate(ids):
        text = text.replace(repr(id_), f"<{number}>").replace(str(id_), f"<{number}>")
    return re.sub(r"datetime\.datetime\([^)]*\)|\d{13}", "<time>", text)


def path_to_session(model: type[Model]) -> str:
    fields = {field.name for field in model._meta.get_fields()}
    owners = ("session", "question", "grouping", "participant", "course")
    owner = next(name for name in owners if name in fields)
    return {"session": "session", "course": "course__sessions"}.get(owner, f"{owner}__session")


def test_an_anonymous_question_shows_the_teacher_nothing_before_it_closes(five: Lesson) -> None:
    question = five.ask(anonymous="on")
    for student in five.students:
        five.answer(student, question, option="0")
    shown = five.state()["question"]
    assert shown["result"] == {"count": 5, "hidden": "open"}
    assert (shown["answers"], shown["waiting"], shown["texts"], shown["words"]) == ([], [], [], [])


@pytest.mark.postgresql
def test_a_lost_key_closes_the_question_instead_of_counting_somebody_twice(five: Lesson) -> None:
    question = five.ask(anonymous="on")
    five.answer(five.students[0], question, option="0")
    cache.clear()
    assert five.answer(five.students[0], question, option="1").json()["error"] == "This question is closed."
    question.refresh_from_db()
    assert question.result == {"count": 1, "hidden": "few"}


@pytest.mark.postgresql
def test_the_cloud_holds_words_of_three_or_more_and_folds_case_and_accents(db) -> None:
    class_ = Lesson(students=8)
    question = class_.ask("word", anonymous="on")
    words = ["Café", "cafe", "CAFÉ!", "tea", "tea", "tea", "rare", "rare"]
    for student, word in zip(class_.students, words, strict=True):
        class_.answer(student, question, text=word)
    question.close()
    shown = class_.shown_to(class_.students[0])["shared"]["question"]["result"]
    assert [count for _word, count in shown["cloud"]] == [3, 3]
    assert "rare" not in str(class_.state())
    class_.lead("question-change", question.pk, do="hide_word", word="tea")
    shown = class_.shown_to(class_.students[0])["shared"]["question"]["result"]
    assert [word.casefold().rstrip("!") for word, _count in shown["cloud"]] in (["café"], ["cafe"])


def test_a_question_without_a_name_has_neither_person_nor_time(five: Lesson) -> None:
    five.say(five.students[0], "room-ask", text="Why is the sky blue?")
    asked = StudentQuestion.objects.get()
    assert (asked.participant, asked.asked_at) == (None, None)
    assert five.students[0].pk.hex not in everything_stored().replace("-", "")


def test_questions_without_a_name_lie_in_no_order_and_keep_their_votes(five: Lesson) -> None:
    """Eight questions stay in their order by chance once in 40,000 times."""
    texts = [f"Question {number}?" for number in range(8)]
    for number, text in enumerate(texts):
        five.say(five.students[number % 5], "room-ask", text=text)
        asked = StudentQuestion.objects.get(text=text)
        asked.set_status(StudentQuestion.Status.SHOWN)
        asked.vote(five.students[0], up=True)
    stored = [text for text in re.findall(r"Question \d\?", everything_stored()) if text in texts]
    assert sorted(stored) == texts
    assert stored != texts
    assert [one.votes for one in StudentQuestion.objects.with_votes(five.session.pk)] == [1] * 8


def test_texts_that_differ_in_case_only_keep_no_order() -> None:
    question = Question(kind="text")
    results = [
        sum_up(question, [Answer(text=text) for text in texts]) for texts in (["fun", "Fun"], ["Fun", "fun"])
    ]
    assert results[0] == results[1]
