import pytest
from django.urls import reverse

from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return factory.signed_in(factory.teacher("root", is_staff=True, is_superuser=True))


def test_deleting_a_session_names_numbers_and_no_reading(browser):
    session = factory.reading(expression="sadness").session
    url = reverse("admin:classroom_classsession_delete", args=[session.pk])
    page = browser.get(url).content.decode()
    assert "<li>readings</li>" in page.replace("\n", "")
    assert "readings: " not in page
    assert "sadness" not in page
    assert "Anna" not in page
    browser.post(url, {"post": "yes"})
    assert not type(session).objects.filter(pk=session.pk).exists()


@pytest.mark.parametrize("model", ["course", "classsession"])
def test_a_longer_list_costs_no_more_queries(browser, model, django_assert_max_num_queries):
    for _ in range(10):
        factory.open_session()
    with django_assert_max_num_queries(9):
        assert browser.get(reverse(f"admin:classroom_{model}_changelist")).status_code == 200
