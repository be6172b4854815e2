"""The page with a session's files, their links, and who may open them."""

from datetime import datetime, timedelta
from functools import partial

import pytest
import redis
from celery import current_app
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from kombu import Producer

from classroom.models import ClassSession, Consent
from config import liveness
from exports import tasks
from exports.making import make
from exports.models import Export, ExportFile
from tests import factory
from tests.dashboards import classes, taught
from tests.exports.test_term_workbook import read

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
State = Export.State


def ready(session: ClassSession, **fields) -> Export:
    later = timezone.now() + timedelta(hours=1)
    known = {"teacher": session.course.owner, "session": session, "format": "pdf", "expires_at": later}
    export = Export.objects.create(**known | {"state": State.DONE} | fields)
    ExportFile.objects.create(export=export, content=b"%PDF-1.7", size=8)
    return export


def page_of(session: ClassSession) -> str:
    return reverse("exports", args=[session.pk])


def states(browser, session: ClassSession) -> dict:
    return browser.get(reverse("export-states", args=[session.pk])).json()["exports"]


@pytest.fixture
def session() -> ClassSession:
    return taught.lesson(title="Waves: “part 1”")


@pytest.fixture
def owner(session):
    return factory.signed_in(session.course.owner)


def test_a_request_waits_for_a_worker_and_the_page_says_so(session, owner):
    response = owner.post(page_of(session), {"format": "pdf", "paper": "letter"}, follow=True)
    export = Export.objects.get()
    assert (export.state, export.options["paper"]) == (State.WAITING, "letter")
    assert export.called_at is not None
    assert "Waiting" in response.content.decode()
    assert states(owner, session)[str(export.pk)] == {
        "state": "waiting",
        "progress": 0,
        "note": "Waiting",
        "until": None,
    }


def test_a_second_press_asks_for_nothing_more(session, owner):
    for _press in range(2):
        owner.post(page_of(session), {"format": "html"})
    assert Export.objects.count() == 1


def test_a_ready_file_is_downloaded_under_the_name_of_its_session(session, owner):
    response = owner.get(ready(session).get_absolute_url())
    assert response.content == b"%PDF-1.7"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="waves-part-1-2026-03-02.pdf"'


def test_the_time_at_which_a_file_is_deleted_is_shown_on_the_viewers_clock(session, owner):
    export = ready(session)
    told = states(owner, session)[str(export.pk)]
    assert told["note"].endswith("until {time}")
    assert datetime.fromisoformat(told["until"]) - export.expires_at < timedelta(milliseconds=1)
    shown = f'until <time datetime="{export.expires_at.isoformat()}" data-time="moment">'
    page = owner.get(page_of(session)).content.decode()
    assert shown in page
    assert "{time}" not in page


def test_a_file_belongs_to_its_teacher_alone(session):
    export = ready(session)
    colleague = factory.teacher()
    session.course.teachers.add(colleague)
    for stranger in (colleague, factory.teacher()):
        browser = factory.signed_in(stranger)
        assert browser.get(export.get_absolute_url()).status_code == 404
        assert browser.post(reverse("export-delete", args=[export.pk])).status_code == 404
    assert Export.objects.exists()


def test_a_teacher_who_has_left_the_course_downloads_nothing(session):
    colleague = factory.teacher()
    session.course.teachers.add(colleague)
    export = ready(session, teacher=colleague)
    session.course.remove_teacher(colleague.pk)
    assert factory.signed_in(colleague).get(export.get_absolute_url()).status_code == 404


def test_nobody_downloads_without_a_sign_in(session, client):
    response = client.get(ready(session).get_absolute_url())
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


def test_the_link_ends_with_its_time(session, owner):
    export = ready(session, expires_at=timezone.now())
    response = owner.get(export.get_absolute_url(), follow=True)
    assert "no longer there" in response.content.decode()
    assert export.get_absolute_url() not in response.content.decode()


def test_a_file_that_is_not_ready_yet_is_not_called_gone(session, owner):
    export = Export.objects.create(teacher=session.course.owner, session=session, format="pdf")
    response = owner.get(export.get_absolute_url(), follow=True)
    assert "This file is not ready yet." in response.content.decode()
    assert "no longer there" not in response.content.decode()


def test_a_file_with_readings_is_not_given_out_once_the_mode_has_ended(settings):
    session = classes.session()
    factory.measured(session, Consent.Level.OWN_LINE)
    export = ready(session, readings_of=[str(session.pk)])
    settings.ALLOWED_MODES = ["participation"]
    response = factory.signed_in(session.course.owner).get(export.get_absolute_url())
    assert response.status_code == 302
    assert not ExportFile.objects.exists()


def test_a_file_can_be_deleted_by_a_form_and_not_by_a_link(session, owner):
    export = ready(session)
    delete = reverse("export-delete", args=[export.pk])
    assert owner.get(delete).status_code == 405
    owner.post(delete)
    assert not ExportFile.objects.exists()


def test_an_unknown_format_is_refused(session, owner):
    assert owner.post(page_of(session), {"format": "exe"}).status_code == 400


def test_a_teacher_cannot_ask_without_end(session, owner, settings):
    settings.EXPORTS_OF_ONE_TEACHER = "1/h"
    owner.post(page_of(session), {"format": "pdf"})
    response = owner.post(page_of(session), {"format": "html"})
    assert "many files" in str(next(iter(get_messages(response.wsgi_request))))
    assert Export.objects.count() == 1


def test_without_redis_the_page_says_that_no_file_can_be_made(session, owner, settings):
    nobody = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nobody}
    response = owner.post(page_of(session), {"format": "pdf"}, follow=True)
    assert "No file can be made at the moment" in response.content.decode()
    assert not Export.objects.exists()


def test_a_worker_that_cannot_be_called_is_called_later(session, owner, monkeypatch):
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    with current_app.connection_for_write() as nobody, Producer(nobody) as producer:
        # Celery would try again for six seconds.
        nobody.transport_options["max_retries"] = 0
        monkeypatch.setattr(
            tasks.make_export, "apply_async", partial(tasks.make_export.apply_async, producer=producer)
        )
        response = owner.post(page_of(session), {"format": "pdf"}, follow=True)
    assert "as soon as the server answers" in response.content.decode()
    assert Export.objects.get().called_at is None


def test_a_file_that_waits_long_says_that_no_worker_runs(session, owner, empty_redis: redis.Redis):
    long_ago = timezone.now() - timedelta(minutes=1)
    export = ready(session, state=State.WAITING, requested_at=long_ago, expires_at=None)
    assert "is not running" in states(owner, session)[str(export.pk)]["note"]
    liveness.report_alive(liveness.EXPORT_WORKER)
    assert states(owner, session)[str(export.pk)]["note"] == "Waiting"


def test_a_list_of_files_takes_as_many_queries_as_one_file(session, owner, django_assert_num_queries):
    for _file in range(5):
        ready(session)
    with django_assert_num_queries(4) as queries:
        owner.get(page_of(session))
    assert not any('"content"' in query["sql"] for query in queries)


def test_a_term_is_asked_for_made_and_downloaded_as_a_workbook(owner, session):
    page = reverse("course-exports", args=[session.course_id])
    owner.post(page, {"since": "2026-03-01", "until": "2026-03-31"})
    export = Export.objects.get()
    assert (export.course, export.format) == (session.course, "term")
    assert (export.options["since"], export.options["until"]) == ("2026-03-01", "2026-03-31")
    make(export.pk)
    response = owner.get(export.get_absolute_url())
    assert response["Content-Disposition"].endswith('.xlsx"')
    assert read(response.content)["Sessions"][1][0] == session.title
    assert "Excel" in owner.get(page).content.decode()


def test_a_term_is_deleted_when_a_student_of_one_session_erases(owner, session):
    owner.post(reverse("course-exports", args=[session.course_id]))
    export = Export.objects.get()
    make(export.pk)
    session.participants.first().erase()
    assert Export.objects.get().state == State.OUTDATED
    assert not ExportFile.objects.exists()


def test_another_teacher_finds_no_files_of_a_course(session):
    other = factory.signed_in(factory.teacher())
    for page in ("course-exports", "course-export-states"):
        assert other.get(reverse(page, args=[session.course_id])).status_code == 404
