"""Erased data is gone from SQLite's files, and erased again after a backup is restored."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from classroom import erasures
from classroom.models import CONSENT_TEXT_VERSION, ClassSession, Consent, Marker, Participant
from demo.product import Product
from tests import factory

NAME = "Wilhelmina Unmistakable"

ERASE = f"""
from classroom.models import Participant
from tests import factory
factory.participant(factory.open_session(), display_name="{NAME}").erase()
"""


@pytest.fixture(autouse=True)
def log(settings, tmp_path: Path) -> Path:
    settings.ERASURES_LOG = tmp_path / "erasures.log"
    return settings.ERASURES_LOG


@pytest.mark.stack
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's files")
def test_an_erased_name_is_in_no_database_file(stack: Product):
    stack.manage("shell", "--verbosity", "0", "--command", ERASE)
    files = list(stack.folder.glob("demo.sqlite3*"))
    assert files
    assert not [file for file in files if NAME.encode() in file.read_bytes()]


def test_a_deleted_row_is_overwritten(db):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's files")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)


@pytest.mark.django_db
def test_the_erasure_log_contains_ids_only(log: Path, django_capture_on_commit_callbacks):
    participant = factory.participant(display_name=NAME)
    with django_capture_on_commit_callbacks(execute=True):
        participant.erase()
    [noted] = erasures.recorded()
    assert (noted.kind, noted.id) == (erasures.PARTICIPANT, str(participant.pk))
    assert NAME not in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_a_rolled_back_erasure_is_not_recorded():
    # The test's transaction is never committed.
    factory.participant().erase()
    assert list(erasures.recorded()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["participant", "session", "consent", "level"])
def test_an_erasure_is_repeated_after_a_restore(kind: str, django_capture_on_commit_callbacks):
    """The rows exist, as after the restore of a backup from before the erasure."""
    consent = factory.reading().consent
    Consent.objects.filter(pk=consent.pk).update(level="class_only")
    other = factory.reading().consent
    erasures._append(*_noted(kind, consent))
    output = StringIO()
    call_command("repeat_erasures", stdout=output)
    assert "Erased again: 1 of kind" in output.getvalue()
    assert not consent.readings.exists()
    assert other.readings.exists()
    if kind == "participant":
        assert not Participant.objects.filter(pk=consent.participant_id).exists()
    if kind == "session":
        assert not ClassSession.objects.filter(pk=consent.participant.session_id).exists()


def _noted(kind: str, consent: Consent) -> tuple:
    match kind:
        case "participant":
            return erasures.PARTICIPANT, consent.participant_id, None
        case "session":
            return erasures.SESSION, consent.participant.session_id, None
    return erasures.CONSENT, consent.pk, consent.given_at


@pytest.mark.django_db
def test_a_marker_erasure_is_repeated(django_capture_on_commit_callbacks):
    """The label of a marker may name somebody."""
    marker = factory.marker(label=NAME)
    with django_capture_on_commit_callbacks(execute=True):
        factory.signed_in(marker.session.course.teachers.get()).post(
            reverse("marker-remove", args=[marker.session_id, marker.pk])
        )
    marker.save(force_insert=True)
    call_command("repeat_erasures", stdout=StringIO())
    assert not Marker.objects.exists()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's files")
@pytest.mark.parametrize("gone", ["marker", "own line"])
def test_immediate_erasures_truncate_the_write_ahead_log(gone, django_capture_on_commit_callbacks):
    marker, anna = factory.marker(), factory.reading().consent.participant
    with django_capture_on_commit_callbacks() as later:
        if gone == "marker":
            marker.erase()
        else:
            anna.give_consent(Consent.Level.OWN_LINE, CONSENT_TEXT_VERSION)
    assert erasures.truncate_wal in later


@pytest.mark.django_db
def test_a_reused_id_is_not_erased():
    consent = factory.reading().consent
    erasures._append(erasures.CONSENT, consent.pk, consent.given_at.replace(year=2020))
    output = StringIO()
    call_command("repeat_erasures", stdout=output)
    assert "nothing to erase" in output.getvalue()
    assert consent.readings.exists()


@pytest.mark.django_db
def test_a_missing_log_is_reported(log: Path):
    output = StringIO()
    call_command("repeat_erasures", stderr=output)
    assert f"{log} does not exist" in output.getvalue()


@pytest.mark.django_db
def test_a_restored_account_is_reported_to_the_administrator():
    teacher = factory.teacher("rosa")
    erasures._append(erasures.ACCOUNT, teacher.pk, teacher.date_joined)
    output = StringIO()
    call_command("repeat_erasures", stderr=output)
    assert "rosa was deleted" in output.getvalue()


def test_the_cache_uses_no_pickle():
    cache.set("words", {"a": [1, True, None]})
    assert cache.get("words") == {"a": [1, True, None]}
    cache.set("count", 1)
    assert cache.incr("count") == 2
    client = cache._cache.get_client(None, write=True)
    client.set(cache.make_key("pickled"), b"\x80\x04\x8c\x02os\x94.")
    with pytest.raises(ValueError, match=r"utf-8|Expecting"):
        cache.get("pickled")
