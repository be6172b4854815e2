import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from classroom import erasures
from classroom.events import session_closed
from classroom.models import ClassSession
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return factory.signed_in(factory.teacher("root", is_staff=True, is_superuser=True))


def test_the_deletion_page_shows_counts_and_no_reading(browser):
    session = factory.reading(expression="sadness").session
    url = reverse("admin:classroom_classsession_delete", args=[session.pk])
    page = browser.get(url).content.decode()
    assert "<li>readings</li>" in page.replace("\n", "")
    assert "readings: " not in page
    assert "sadness" not in page
    assert "Anna" not in page
    browser.post(url, {"post": "yes"})
    assert not type(session).objects.filter(pk=session.pk).exists()


def delete(browser, row):
    browser.post(reverse(f"admin:classroom_{row._meta.model_name}_delete", args=[row.pk]), {"post": "yes"})


def delete_chosen(browser, row):
    fields = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
    browser.post(reverse(f"admin:classroom_{row._meta.model_name}_changelist"), fields)


@pytest.mark.postgresql
@pytest.mark.parametrize("what", ["session", "course"])
@pytest.mark.parametrize("way", [delete, delete_chosen])
def test_a_session_deleted_by_an_administrator_is_closed_first_and_recorded(
    browser, settings, tmp_path, way, what, django_capture_on_commit_callbacks
):
    settings.ERASURES_LOG = tmp_path / "erasures.log"
    session, closed = factory.measured().session, []
    session_closed.connect(lambda session_id, **_: closed.append(session_id), weak=False, dispatch_uid="test")
    with django_capture_on_commit_callbacks(execute=True):
        way(browser, session if what == "session" else session.course)
    session_closed.disconnect(dispatch_uid="test")
    assert not ClassSession.objects.exists()
    assert closed == [session.pk]
    assert [erasure.id for erasure in erasures.recorded()] == [str(session.pk)]


@pytest.mark.postgresql
@pytest.mark.parametrize("model", ["course", "classsession"])
def test_a_longer_list_costs_no_more_queries(browser, model, django_assert_max_num_queries):
    for _ in range(10):
        factory.open_session()
    with django_assert_max_num_queries(9):
        assert browser.get(reverse(f"admin:classroom_{model}_changelist")).status_code == 200


NAME = "Wilhelmina Unmistakable"


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "make",
    [
        lambda: factory.teacher(NAME.split()[-1]),
        lambda: factory.course(name=NAME),
        lambda: factory.open_session(title=NAME),
        lambda: factory.approval(approver=NAME),
    ],
)
@pytest.mark.parametrize("way", ["delete", "changelist"])
def test_the_administrators_log_keeps_no_name_of_an_erased_object(browser, make, way):
    row = make()
    model = f"{row._meta.app_label}_{row._meta.model_name}"
    content_type = ContentType.objects.get_for_model(row)
    LogEntry.objects.create(
        user_id=browser.session[SESSION_KEY],
        content_type=content_type,
        object_id=row.pk,
        object_repr=NAME,
        action_flag=2,
    )
    if way == "delete":
        browser.post(reverse(f"admin:{model}_delete", args=[row.pk]), {"post": "yes"})
    else:
        fields = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
        browser.post(reverse(f"admin:{model}_changelist"), fields)
    noted = LogEntry.objects.filter(content_type=content_type)
    assert {entry.object_repr for entry in noted} == {"(deleted)"}
    assert {entry.action_flag for entry in noted} == {2, 3}
