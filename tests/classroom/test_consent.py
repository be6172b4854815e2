from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from classroom.events import consent_ended
from classroom.models import CONSENT_TEXT_VERSION, Consent, Presence
from emotion.models import Reading
from tests import factory

pytestmark = pytest.mark.django_db
CLASS_ONLY, OWN_LINE = Consent.Level.CLASS_ONLY, Consent.Level.OWN_LINE


@pytest.fixture
def ended(django_capture_on_commit_callbacks):
    """Collect the ids of decisions whose end was signalled."""
    ended = []

    def record(consent_ids, **_):
        ended.extend(consent_ids)

    consent_ended.connect(record)
    yield ended
    consent_ended.disconnect(record)


def test_a_decision_is_dated_and_names_its_text():
    consent = factory.participant().give_consent(CLASS_ONLY, CONSENT_TEXT_VERSION)
    assert (consent.level, consent.text_version, consent.withdrawn_at) == (
        CLASS_ONLY,
        CONSENT_TEXT_VERSION,
        None,
    )


def test_the_same_decision_twice_is_one_decision():
    participant = factory.participant()
    first = participant.give_consent(CLASS_ONLY, CONSENT_TEXT_VERSION)
    assert participant.give_consent(CLASS_ONLY, CONSENT_TEXT_VERSION) == first
    assert participant.consents.count() == 1


def test_the_database_refuses_a_second_active_decision():
    consent = factory.consent()
    with pytest.raises(IntegrityError), transaction.atomic():
        factory.consent(consent.participant, OWN_LINE)


def test_hiding_the_own_line_keeps_the_readings(ended, django_capture_on_commit_callbacks):
    shown = factory.reading(factory.consent(level=OWN_LINE)).consent
    with django_capture_on_commit_callbacks(execute=True):
        hidden = shown.participant.give_consent(CLASS_ONLY, CONSENT_TEXT_VERSION)
    shown.refresh_from_db()
    assert hidden.readings.count() == 1
    assert not Reading.objects.filter(consent__level=OWN_LINE).exists()
    assert shown.withdrawn_at is not None
    assert ended == [shown.pk]


def test_showing_the_own_line_erases_earlier_readings():
    hidden = factory.reading(factory.consent(level=CLASS_ONLY)).consent
    shown = hidden.participant.give_consent(OWN_LINE, CONSENT_TEXT_VERSION)
    assert shown.readings.count() == 0
    assert not Reading.objects.exists()


def test_withdrawing_keeps_the_date_and_deletes_the_readings(ended, django_capture_on_commit_callbacks):
    consent = factory.reading().consent
    now = timezone.now() + timedelta(minutes=1)
    with django_capture_on_commit_callbacks(execute=True):
        consent.participant.withdraw_consent(now)
    consent.refresh_from_db()
    assert consent.withdrawn_at == now
    assert not Reading.objects.exists()
    assert ended == [consent.pk]
    assert consent.participant.presences.last().state == Presence.State.CAMERA_OFF


def test_withdrawing_leaves_the_readings_of_others():
    session = factory.open_session()
    anna, ben = (factory.reading(factory.consent(factory.participant(session))).consent for _ in range(2))
    anna.participant.withdraw_consent()
    assert list(Reading.objects.values_list("consent", flat=True)) == [ben.pk]


def test_withdrawing_without_a_decision_changes_nothing(ended, django_capture_on_commit_callbacks):
    participant = factory.participant()
    with django_capture_on_commit_callbacks(execute=True):
        participant.withdraw_consent()
    assert ended == []
    assert participant.presences.last().state == Presence.State.NO_CAMERA


def test_after_withdrawing_the_camera_can_be_switched_on_again():
    consent = factory.consent()
    consent.participant.withdraw_consent()
    again = consent.participant.give_consent(OWN_LINE, CONSENT_TEXT_VERSION)
    assert consent.participant.active_consent() == again
    assert consent.participant.consents.count() == 2
