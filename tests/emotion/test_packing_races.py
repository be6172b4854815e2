"""What students and workers do while their class is packed, on real threads and connections."""

import functools

import pytest

from classroom.models import CONSENT_TEXT_VERSION, ClassSession, Consent
from emotion.models import BucketSummary, PackedSummaries, Reading
from emotion.packing import pack_session, read_tables
from tests import factory
from tests.emotion.test_packing import AFTER, START, reading
from tests.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def measured_class() -> tuple[ClassSession, list[Consent]]:
    session = factory.open_session(opened_at=START)
    consents = [factory.consent(factory.participant(session), level="own_line") for _ in range(3)]
    Reading.objects.add_consented([reading(one, second) for one in consents for second in range(3, 300, 50)])
    return session, consents


def expect_packs_to_say_what_the_rows_say(session: ClassSession) -> None:
    packed = {consent: table.tobytes() for consent, table in read_tables(session.pk).items()}
    PackedSummaries.objects.filter(session=session).delete()
    assert packed == {consent: table.tobytes() for consent, table in read_tables(session.pk).items()}


@pytest.mark.parametrize(
    "act",
    [
        lambda anna: anna.erase(),
        lambda anna: anna.withdraw_consent(),
        lambda anna: anna.give_consent("class_only", CONSENT_TEXT_VERSION),
        lambda anna: (anna.give_consent("class_only", CONSENT_TEXT_VERSION), anna.withdraw_consent()),
    ],
)
def test_a_student_who_takes_something_back_while_the_class_is_packed_leaves_no_copy(act):
    for _ in range(3):
        session, consents = measured_class()
        anna = consents[0].participant
        at_once(functools.partial(act, anna), functools.partial(pack_session, session, AFTER))
        kept = set(BucketSummary.objects.filter(session=session).values_list("consent", flat=True))
        assert set(session.packs.values_list("consent", flat=True)) <= kept
        expect_packs_to_say_what_the_rows_say(session)


def test_a_reading_that_is_saved_while_the_class_is_packed_is_not_missed():
    for _ in range(3):
        session, consents = measured_class()
        save = functools.partial(Reading.objects.add_consented, [reading(consents[1], 7)])
        at_once(save, *[functools.partial(pack_session, session, AFTER)] * 2)
        expect_packs_to_say_what_the_rows_say(session)


@pytest.mark.slow
def test_deleting_a_session_while_its_students_erase_and_it_is_packed_does_not_deadlock():
    for _ in range(3):
        session, consents = measured_class()
        anna, ben, _cleo = (consent.participant for consent in consents)
        pack = functools.partial(pack_session, session, AFTER)
        at_once(ClassSession.objects.get(pk=session.pk).erase, anna.erase, ben.withdraw_consent, pack)
        assert not ClassSession.objects.filter(pk=session.pk).exists()
        assert not PackedSummaries.objects.exists()
