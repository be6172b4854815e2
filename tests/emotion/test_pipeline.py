"""A batch of frames becomes readings: the worker's story, with the real detector and the shipped network."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import Consent
from demo.video import Look, jpegs
from emotion import pipeline
from emotion.frame_queue.frame import Purpose
from emotion.models import Reading
from emotion.vision.inspector import FrameInspector
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.reader import Reader
from emotion.vision.recogniser import Recogniser
from tests import factory
from tests.emotion.batches import FACE, NIGHT, TAKEN_AT, WALL, frame

pytestmark = pytest.mark.django_db


# --- what one frame becomes -----------------------------------------------------------------------------


def test_a_face_becomes_a_reading(analyse, recogniser: Recogniser) -> None:
    consent = factory.consent()
    analyse(frame(consent, sequence=7))
    reading = Reading.objects.get()
    assert (reading.consent, reading.session_id) == (consent, consent.participant.session_id)
    assert (reading.sequence, reading.taken_at) == (7, TAKEN_AT)
    assert reading.facing == "centre"
    assert (reading.recogniser_version, reading.engagement_version) == (recogniser.version, "2")
    if reading.face == "seen":
        assert sum(reading.probabilities.values()) == pytest.approx(1, abs=1e-4)
        assert reading.expression == max(EXPRESSIONS, key=reading.probabilities.get)
        assert 0 <= reading.score <= 1


def test_a_picture_that_stands_still_is_no_reading_of_a_face(analyse) -> None:
    consent = factory.consent()
    for second in range(10):
        analyse(frame(consent, sequence=second + 1, taken_at=TAKEN_AT + timedelta(seconds=second)))
    faces = list(Reading.objects.order_by("sequence").values_list("face", flat=True))
    assert faces[6:] == ["still"] * 4
    assert "still" not in faces[:6]
    assert not Reading.objects.filter(face="still").exclude(score=None, expression="").exists()


def test_a_student_who_withdraws_leaves_no_picture_to_compare_with(
    analyse, empty_redis, django_capture_on_commit_callbacks
):
    consent = factory.consent()
    analyse(frame(consent))
    assert empty_redis.keys("frames:reference:*")
    with django_capture_on_commit_callbacks(execute=True):
        consent.participant.withdraw_consent()
    assert not empty_redis.keys("frames:reference:*")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_withdrawing_in_the_middle_of_a_batch_leaves_nothing_to_compare_with(
    analyse, empty_redis, purpose
) -> None:
    gone, here = factory.consent(withdrawn_at=timezone.now()), factory.consent()
    analyse(frame(gone, purpose=purpose), frame(here, purpose=purpose))
    assert empty_redis.keys("frames:reference:*") == [f"frames:reference:{here.pk}".encode()]


@pytest.mark.parametrize("content", [b"\x00" * 40, b"\xff" * 64, b"short"])
def test_a_broken_reference_costs_no_reading(analyse, empty_redis, content) -> None:
    consent, other = factory.consent(), factory.consent()
    empty_redis.set(f"frames:reference:{consent.pk}", content)
    analyse(frame(consent), frame(other))
    assert Reading.objects.filter(face="still").count() == 0
    assert Reading.objects.count() == 2


def test_two_students_with_the_same_picture_are_compared_each_with_themselves(analyse) -> None:
    first, second = factory.consent(), factory.consent()
    analyse(frame(first))
    analyse(frame(second, taken_at=TAKEN_AT + timedelta(seconds=60)))
    assert not Reading.objects.filter(face="still").exists()


@pytest.mark.parametrize(("picture", "state"), [(WALL, "none"), (NIGHT, "too_dark")])
def test_without_a_face_there_is_no_expression_and_no_score(analyse, picture: bytes, state: str) -> None:
    analyse(frame(factory.consent(), picture))
    reading = Reading.objects.get()
    assert (reading.face, reading.expression, reading.facing, reading.score) == (state, "", "", None)
    assert set(reading.probabilities.values()) == {None}


def test_an_unsure_network_says_so_and_nothing_else(analyse, recogniser: Recogniser, monkeypatch) -> None:
    monkeypatch.setattr(recogniser, "_threshold", 1.1)
    analyse(frame(factory.consent()))
    reading = Reading.objects.get()
    assert (reading.face, reading.expression, reading.score) == ("unsure", "", None)
    assert set(reading.probabilities.values()) == {None}


@pytest.mark.slow
def test_a_reading_does_not_depend_on_the_batch_around_it(analyse) -> None:
    alone, among = factory.consent(), factory.consent()
    analyse(frame(alone))
    others = [frame(factory.consent(), jpegs(Look.number(n))[n]) for n in range(5)]
    analyse(frame(factory.consent(), WALL), *others, frame(among))
    one, same = Reading.objects.get(consent=alone), Reading.objects.get(consent=among)
    assert list(one.probabilities.values()) == pytest.approx(list(same.probabilities.values()), abs=1e-3)


def test_one_broken_frame_costs_no_other_student_a_reading(analyse) -> None:
    broken, whole = factory.consent(), factory.consent()
    counted = analyse(frame(broken, FACE[: len(FACE) // 2] + b"\xff\xd9"), frame(whole))
    assert [reading.consent for reading in Reading.objects.all()] == [whole]
    refused = broken.participant.session_id
    assert counted[refused, "refused"] == 1
    assert counted[refused, "taken"] == -1


# --- running it twice, and losing a consent meanwhile ---------------------------------------------------


def test_running_a_batch_twice_changes_nothing(analyse) -> None:
    batch = [frame(factory.consent()), frame(factory.consent(), WALL)]
    analyse(*batch)
    before = list(Reading.objects.order_by("pk").values())
    analyse(*batch)
    assert list(Reading.objects.order_by("pk").values()) == before


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "ending",
    [
        lambda who: who.withdraw_consent(),
        lambda who: who.erase(),
        lambda who: who.leave(),
        lambda who: who.session.close(),
    ],
    ids=["withdraw", "erase", "leave", "close"],
)
def test_a_student_who_leaves_in_the_middle_of_a_batch_loses_only_their_own_reading(
    faces: FrameInspector, recogniser: Recogniser, ending
) -> None:
    going, staying = factory.consent(), factory.consent()

    class MeanwhileTheyGo(FrameInspector):
        def inspect(self, jpeg: bytes):
            seen = faces.inspect(jpeg)
            if Consent.objects.active().filter(pk=going.pk).exists():
                ending(going.participant)
            return seen

    batch = [frame(going), frame(staying)]
    reader = Reader(recogniser, inspector=MeanwhileTheyGo(recogniser.input_size))
    counted = pipeline.analyse(batch, reader)
    assert [reading.consent for reading in Reading.objects.all()] == [staying]
    assert counted == {
        (going.participant.session_id, "erased"): 1,
        (staying.participant.session_id, "read"): 1,
    }


def test_a_new_decision_does_not_inherit_frames_of_the_old_one(analyse) -> None:
    consent = factory.consent()
    before = frame(consent)
    consent.participant.give_consent(Consent.Level.OWN_LINE, "2")
    analyse(before)
    assert not Reading.objects.exists()


def test_a_batch_costs_a_fixed_number_of_queries(reader: Reader, django_assert_num_queries) -> None:
    now = timezone.now()
    batch = [frame(factory.consent(), WALL, taken_at=now) for _ in range(8)]
    # savepoint, consents, their sessions, readings, their buckets read and written, release
    with django_assert_num_queries(7):
        pipeline.analyse(batch, reader)
