"""A file from the request until it expires, and what happens to it when the data changes."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from classroom.models import Approval, ClassSession, Consent, Mode, Participant
from exports import tasks
from exports.making import make
from exports.models import Export, ExportFile, Superseded
from tests import factory
from tests.dashboards import classes, taught

pytestmark = pytest.mark.django_db
State = Export.State
NOW = timezone.now()


def asked(session: ClassSession | None = None, **fields) -> Export:
    session = session or taught.lesson()
    return Export.objects.create(
        **{"teacher": session.course.owner, "session": session, "format": "html"} | fields
    )


def claimed(export: Export) -> Export:
    taken = Export.objects.claim(export.pk, timezone.now())
    assert taken
    return taken


def made(session: ClassSession | None = None, **fields) -> Export:
    export = asked(session, **fields)
    make(export.pk)
    export.refresh_from_db()
    assert export.state == State.DONE, export.problem
    return export


def measured_class() -> tuple[ClassSession, Participant]:
    session = classes.session(opened_at=timezone.now() - timedelta(hours=1))
    return session, factory.measured(session, Consent.Level.OWN_LINE)


def now_is(export: Export) -> str:
    export.refresh_from_db()
    return export.state


@pytest.mark.postgresql
def test_a_file_is_made_and_kept_for_a_day(settings):
    export = made()
    assert b"<!doctype html>" in bytes(export.file.content)
    assert export.progress == 100
    assert export.expires_at - export.made_at <= settings.EXPORT_LIFETIME


def test_two_workers_do_not_take_the_same_file():
    export = asked()
    assert Export.objects.claim(export.pk, NOW)
    assert Export.objects.claim(export.pk, NOW) is None


def test_the_same_request_while_one_is_under_way_is_the_same_file():
    session = taught.lesson()
    ask = {"teacher_id": session.course.owner_id, "format_": "pdf", "options": {"paper": "A4"}}
    first = Export.objects.request(session=session, **ask)
    assert Export.objects.request(session=session, **ask) == first
    assert Export.objects.request(session=session, **ask | {"options": {"paper": "letter"}}) != first


@pytest.mark.parametrize("take_back", ["withdraw_consent", "erase"])
def test_what_a_student_takes_back_takes_the_file_along(take_back):
    session, anna = measured_class()
    export = made(session)
    getattr(anna, take_back)()
    assert now_is(export) == State.OUTDATED
    assert not ExportFile.objects.exists()


def test_a_student_without_a_camera_who_erases_takes_the_file_along():
    session = taught.lesson()
    export = made(session)
    session.participants.first().erase()
    assert (now_is(export), ExportFile.objects.count()) == (State.OUTDATED, 0)


def test_a_line_that_is_no_longer_shown_takes_the_file_along():
    session, anna = measured_class()
    export = made(session)
    anna.give_consent(Consent.Level.CLASS_ONLY, "1")
    assert now_is(export) == State.OUTDATED


@pytest.mark.parametrize("erased", ["question", "student question", "marker"])
def test_an_erased_text_takes_the_file_along(erased):
    session = taught.lesson()
    text = {
        "question": lambda: taught.ask(session),
        "student question": lambda: taught.asked(session, "Why?"),
        "marker": lambda: factory.marker(session),
    }[erased]()
    export = made(session)
    text.delete() if erased == "marker" else text.erase()
    assert now_is(export) == State.OUTDATED


def test_another_session_keeps_its_file():
    _session, anna = measured_class()
    other = made()
    anna.withdraw_consent()
    assert now_is(other) == State.DONE


def test_the_files_of_a_course_go_with_each_of_its_sessions():
    session, anna = measured_class()
    of_course = Export.objects.create(
        teacher=session.course.owner, course=session.course, format="html", state=State.DONE
    )
    ExportFile.objects.create(export=of_course, content=b"x", size=1)
    anna.withdraw_consent()
    assert (now_is(of_course), ExportFile.objects.count()) == (State.OUTDATED, 0)


def test_a_deleted_session_leaves_no_export():
    session = taught.lesson()
    made(session)
    session.erase()
    assert not Export.objects.exists()
    assert not ExportFile.objects.exists()


@pytest.mark.postgresql
def test_a_worker_that_writes_while_a_student_withdraws_publishes_nothing():
    session, anna = measured_class()
    writing = claimed(asked(session))
    anna.withdraw_consent()
    assert not writing.publish(b"old", readings_of=[session.pk], expires_at=NOW + timedelta(days=1))
    assert now_is(writing) == State.WAITING
    with pytest.raises(Superseded):
        writing.report_progress(0.5)


def test_a_worker_that_writes_while_the_session_is_deleted_publishes_nothing():
    session = taught.lesson()
    writing = claimed(asked(session))
    session.erase()
    assert not writing.publish(b"old", readings_of=[], expires_at=NOW + timedelta(days=1))
    assert not ExportFile.objects.exists()


@pytest.mark.postgresql
@pytest.mark.parametrize("end", ["revoke", "expire"])
def test_the_end_of_an_approval_deletes_files_with_readings(end):
    session, _anna = measured_class()
    export = made(session)
    assert export.readings_of == [str(session.pk)]
    approvals = Approval.objects.filter(pk=session.approval_id)
    if end == "revoke":
        approvals.revoke(timezone.now())
    else:
        approvals.update(valid_until=timezone.localdate() - timedelta(days=1))
        tasks.delete_expired_exports()
    assert (now_is(export), ExportFile.objects.count()) == (State.OUTDATED, 0)


def test_a_file_without_readings_outlives_the_mode(settings):
    export = made(taught.lesson(mode=Mode.MIRROR))
    settings.ALLOWED_MODES = ["participation"]
    tasks.delete_expired_exports()
    assert now_is(export) == State.DONE


def test_a_file_ends_with_the_first_reading_in_it(settings):
    opened = timezone.now() - settings.READING_RETENTION + timedelta(hours=2)
    session = classes.session(opened_at=opened, closed_at=opened + timedelta(minutes=1))
    decision = factory.consent(factory.participant(session), given_at=session.opened_at)
    factory.reading(decision, taken_at=session.opened_at)
    until = made(session).expires_at - timezone.now()
    assert timedelta(hours=1.9) < until <= timedelta(hours=2)


@pytest.mark.postgresql
def test_an_expired_file_is_deleted():
    export = made()
    Export.objects.update(expires_at=timezone.now())
    tasks.delete_expired_exports()
    assert not Export.objects.filter(pk=export.pk).exists()
    assert not ExportFile.objects.exists()


def test_a_file_whose_worker_died_is_made_again_and_given_up_after_three(settings):
    export = asked()
    for loss in range(settings.MOST_EXPORT_LOSSES):
        dead = claimed(export)
        assert Export.objects.resume_lost(timezone.now()) == []
        later = timezone.now() + settings.EXPORT_LOST_AFTER + timedelta(seconds=1)
        resumed = Export.objects.resume_lost(later)
        assert resumed == ([export.pk] if loss < settings.MOST_EXPORT_LOSSES - 1 else [])
        assert not dead.publish(b"late", readings_of=[], expires_at=later)
    assert now_is(export) == State.FAILED
    assert export.problem == Export.Problem.WORKER_DIED


@pytest.mark.postgresql
def test_a_message_that_was_lost_with_redis_is_sent_again(settings):
    export = asked(called_at=NOW)
    assert Export.objects.resume_lost(NOW + timedelta(seconds=1)) == []
    later = NOW + settings.EXPORT_CALLED_AGAIN_AFTER + timedelta(seconds=1)
    assert Export.objects.resume_lost(later) == [export.pk]


def test_a_file_that_is_too_large_says_so(settings):
    settings.LARGEST_EXPORT = 1000
    export = asked()
    make(export.pk)
    assert now_is(export) == State.FAILED
    assert export.problem == Export.Problem.TOO_LARGE


@pytest.mark.postgresql
def test_an_error_is_told_and_raised(settings):
    export = asked(options={"paper": "A3"}, format="pdf")
    with pytest.raises(ValueError, match="A3"):
        make(export.pk)
    assert (now_is(export), export.problem) == (State.FAILED, Export.Problem.ERROR)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_read_before_the_withdrawal_was_committed_leaves_no_file():
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite nobody else writes during a transaction")
    from concurrent.futures import ThreadPoolExecutor

    session, anna = measured_class()

    def make_and_close() -> None:
        make(asked(session).pk)
        connection.close()

    with ThreadPoolExecutor(1) as worker, transaction.atomic():
        anna.withdraw_consent()
        worker.submit(make_and_close).result()
        with transaction.atomic():
            assert ExportFile.objects.count() == 1
    assert Export.objects.get().state == State.OUTDATED
    assert not ExportFile.objects.exists()


def test_a_term_that_was_made_while_its_session_was_deleted_goes_after_the_commit(
    django_capture_on_commit_callbacks,
):
    session, _ = measured_class()
    course = session.course
    term = Export.objects.create(teacher=course.owner, course=course, format="term", state=State.WAITING)
    with django_capture_on_commit_callbacks() as callbacks:
        session.erase()
    # A worker that had read the session before its deletion was committed.
    Export.objects.filter(pk=term.pk).update(state=State.DONE)
    for callback in callbacks:
        callback()
    assert now_is(term) == State.OUTDATED
