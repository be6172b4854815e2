"""Rows that are kept: the same as made anew for less work, and none of what was taken back since."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.db import connection, transaction
from django.utils import timezone, translation

from api.endpoints.sessions import TABLES
from classroom.models import ClassSession, Mode
from dashboards.report import fingerprint
from dashboards.report.report import Report
from exports import keeping, tasks
from exports.formats import OF_SESSION, Order
from exports.models import KeptRows
from exports.record import SessionRecord
from tests import factory
from tests.api.clients import Program
from tests.dashboards import taught
from tests.dashboards.kept import CHANGES, TAKEN_BACK, about_zoe, anna, lesson
from tests.exports import lessons

pytestmark = pytest.mark.django_db
# Anna's own average, and what the lesson about Zoe says of her.
OWN_AVERAGE = '"average":0.87,"usual"'


def read(session: ClassSession) -> str:
    answer = Program.of(session.course.teachers.get()).get(f"/sessions/{session.pk}/document")
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def kept(session: ClassSession) -> KeptRows | None:
    return KeptRows.objects.filter(session=session).exclude(fingerprint="").first()


def in_text(words: str) -> str:
    return OWN_AVERAGE if words == "87%" else words


def parts_of(made: bytes) -> dict[str, bytes]:
    """The files in an archive, which notes when it was made; or the only one."""
    if not made.startswith(b"PK"):
        return {"": made}
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def no_report(monkeypatch) -> None:
    monkeypatch.setattr(Report, "of", None)


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.parametrize("made", [lessons.with_cameras, lessons.without_cameras])
def test_every_file_of_kept_rows_is_that_of_rows_made_anew(made, settings):
    settings.READING_RETENTION = timedelta(days=10_000)
    session, now = made(), timezone.now()
    ClassSession.objects.filter(pk=session.pk).update(closed_at=lessons.after(41 * lessons.MINUTE))
    session.refresh_from_db()
    fresh = keeping.record_of(session, now)
    again = keeping.record_of(session, now)
    assert (fresh.archive, bool(again.archive)) == (None, True)
    for name in TABLES:
        assert again.table(name) == fresh.table(name), name
    for format_ in ("xlsx", "csv", "json"):
        with translation.override("de"):
            of_kept = OF_SESSION[format_].render(Order(session, {}, now))
            KeptRows.objects.all().delete()
            assert parts_of(of_kept) == parts_of(OF_SESSION[format_].render(Order(session, {}, now))), format_


def test_rows_are_the_same_in_every_language():
    session, now = about_zoe(), timezone.now()
    # An earlier version took such a name.
    factory.participant(session, "\u3164", joined_at=session.opened_at)
    found = set()
    for language, _name in site.LANGUAGES:
        with translation.override(language):
            record = SessionRecord.as_of(session, now)
            found.add(str([record.table(name) for name in TABLES]))
    assert len(found) == 1
    assert "(blank name)" in found.pop()


@pytest.mark.slow
@pytest.mark.any_database
def test_tables_document_terms_and_files_need_no_report_a_second_time(monkeypatch):
    session = about_zoe()
    program = Program.of(session.course.owner)
    paths = [
        *(f"/sessions/{session.pk}/{table.path}" for table in TABLES.values()),
        *(f"/courses/{session.course_id}/{table.path}" for table in TABLES.values()),
        f"/sessions/{session.pk}",
        f"/sessions/{session.pk}/document",
        f"/sessions/{session.pk}/files/json",
        f"/sessions/{session.pk}/files/csv",
    ]
    first = program.get(paths[0])
    no_report(monkeypatch)
    assert program.get(paths[0]).content == first.content
    assert [program.get(path).status_code for path in paths] == [200] * len(paths)


@pytest.mark.parametrize("what", TAKEN_BACK)
def test_what_is_taken_back_leaves_the_database_and_the_next_answer(what):
    take_back, words = TAKEN_BACK[what]
    session = about_zoe()
    assert in_text(words) in read(session)
    assert kept(session)
    # In the transaction itself: what comes after a commit may never come.
    with transaction.atomic():
        take_back(session)
        assert not kept(session)
    assert in_text(words) not in read(session)


def test_a_word_that_is_hidden_leaves_the_next_answer():
    session = lesson()
    for number in range(5):
        factory.participant(session, f"Student {number}", joined_at=session.opened_at)
    question = taught.ask(session, "word")
    taught.answer(question, *[{"text": "Zoe"}] * 6)
    assert '"answer":"Zoe"' in read(session)
    question.hide_word("zoe")
    assert '"answer":"Zoe","count"' not in read(session)


@pytest.mark.any_database
@pytest.mark.parametrize("what", CHANGES)
def test_what_no_signal_tells_is_in_the_next_answer(what):
    session = lesson()
    session.markers.create(label="Old")
    taught.ask(session, right_options=[0])
    taught.asked(session, "Why?")
    read(session)
    before = kept(session).fingerprint
    CHANGES[what](session)
    now = timezone.now()
    session = ClassSession.objects.get(pk=session.pk)
    assert not keeping.record_of(session, now).archive
    assert kept(session).fingerprint != before


@pytest.mark.postgresql
@pytest.mark.parametrize("field", fingerprint.OF_APPROVAL)
def test_an_approval_that_is_changed_without_a_signal_is_in_the_next_answer(field):
    session = lesson()
    read(session)
    approvals = type(session.approval).objects.filter(pk=session.approval_id)
    today = timezone.localdate()
    values = {
        "approver": "Dr. New",
        "document": "NEW-1",
        "valid_from": today - timedelta(days=2),
        "valid_until": today + timedelta(days=99),
        "is_confirmed": False,
        "revoked_at": timezone.now(),
    }
    assert getattr(session.approval, field) != values[field]
    approvals.update(**{field: values[field]})
    assert not keeping.record_of(ClassSession.objects.get(pk=session.pk), timezone.now()).archive


def test_an_approval_that_expired_shows_no_number():
    session = lesson()
    assert OWN_AVERAGE in read(session)
    type(session.approval).objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert OWN_AVERAGE not in read(session)


def test_readings_that_expired_since_are_in_no_row():
    session = lesson()
    session.participants.get().consents.update(retention_days=1)
    assert OWN_AVERAGE in read(session)
    later = keeping.record_of(session, timezone.now() + timedelta(days=2))
    assert [row.average for row in later.participants] == [None]


@pytest.mark.postgresql
def test_a_session_that_still_runs_is_read_anew_each_time():
    session = factory.open_session()
    factory.participant(session, "Anna")
    assert "Anna" in read(session)
    factory.participant(session, "Ben")
    assert "Ben" in read(session)
    assert not KeptRows.objects.exists()


@pytest.mark.parametrize("take_back", ["withdraw_consent", "erase"])
def test_a_maker_that_is_overtaken_keeps_nothing(monkeypatch, take_back):
    session, make = lesson(), SessionRecord.as_archive

    def make_while_anna_takes_back(*of) -> bytes:
        made = make(*of)
        getattr(anna(session), take_back)()
        return made

    monkeypatch.setattr(SessionRecord, "as_archive", make_while_anna_takes_back)
    assert OWN_AVERAGE in read(session)
    monkeypatch.undo()
    assert not kept(session)
    assert OWN_AVERAGE not in read(session)


@pytest.mark.postgresql
def test_a_maker_that_read_the_session_long_before_keeps_what_it_says_now():
    session = lesson()
    ClassSession.objects.filter(pk=session.pk).update(title="New")
    type(session.course).objects.update(name="A new course")
    assert (session.title, session.course.name) == ("Waves", "Physics")
    keeping.record_of(session, timezone.now())
    assert '"title":"New","course":"A new course"' in read(session)


@pytest.mark.postgresql
def test_of_two_makers_the_later_publishes():
    session, now = lesson(), timezone.now()
    first, second = KeptRows.objects.claim(session), KeptRows.objects.claim(session)
    facts = {"fingerprint": "x", "rules": "y", "made_at": now, "valid_until": now}
    assert not first.publish(b"first", **facts)
    assert second.publish(b"second", **facts)
    assert bytes(kept(session).body) == b"second"


def test_rows_of_a_deleted_session_go_with_it():
    session = lesson()
    read(session)
    session.erase()
    assert not KeptRows.objects.exists()


@pytest.mark.postgresql
@pytest.mark.parametrize("end", ["mode", "approval", "time"])
def test_rows_that_a_rule_forbids_are_deleted_without_a_request(settings, end):
    settings.ALLOWED_MODES = ["participation", "mirror", "analytics"]
    session, other = lesson(), lesson(mode=Mode.MIRROR)
    read(session)
    read(other)
    tasks.forget_invalid_rows()
    assert kept(session)
    if end == "mode":
        settings.ALLOWED_MODES = ["participation", "mirror"]
    elif end == "approval":
        yesterday = timezone.localdate() - timedelta(days=1)
        type(session.approval).objects.filter(pk=session.approval_id).update(valid_until=yesterday)
    else:
        KeptRows.objects.filter(session=session).update(valid_until=timezone.now())
    tasks.forget_invalid_rows()
    assert not kept(session)
    assert bool(kept(other)) == (end != "mode")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_maker_that_read_before_the_withdrawal_was_committed_leaves_no_rows():
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite nobody else writes during a transaction")
    session = lesson()

    def ask_and_close() -> str:
        try:
            return read(session)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker, transaction.atomic():
        anna(session).withdraw_consent()
        assert OWN_AVERAGE in worker.submit(ask_and_close).result()
    assert not kept(session)
    assert OWN_AVERAGE not in read(session)
