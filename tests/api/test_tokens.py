"""Making, showing and revoking tokens."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from api.models import ApiToken, Scope
from api.models.tokens import TOKEN
from api.rows import CourseRow
from tests import factory
from tests.api.clients import Program, token

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def ada():
    return factory.teacher("ada")


def made(ada, **fields):
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    sent = {"name": "School", "scopes": [Scope.CLASSES], "valid_until": day} | fields
    return factory.signed_in(ada).post(reverse("api-token-make"), sent)


def test_a_new_token_is_shown_once_and_works(ada):
    page = made(ada)
    text = TOKEN.search(page.content.decode())[0]
    assert Program(text).get("/courses").status_code == 200
    later = factory.signed_in(ada).get(reverse("api-access")).content.decode()
    assert text not in later
    assert ApiToken.objects.get().prefix in later
    assert "no-store" in page["Cache-Control"]


def test_the_database_holds_no_token(ada):
    stored, text = token(ada)
    secret = text.removeprefix(f"{stored.prefix}_")
    assert all(secret not in str(value) for value in ApiToken.objects.values().get().values())


@pytest.mark.parametrize("days", [-1, 367, 100_000])
def test_a_token_ends_within_a_year(ada, days):
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    page = made(ada, valid_until=day)
    assert "Choose a day from today to a year from now." in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_is_for_something(ada):
    assert made(ada, scopes=[]).context["token_form"].errors.keys() == {"scopes"}


def test_a_course_of_others_cannot_be_chosen(ada):
    assert made(ada, course=factory.course().pk).context["token_form"].errors.keys() == {"course"}


def test_tokens_are_limited_and_ended_ones_do_not_count(ada, settings):
    settings.MOST_TOKENS = 1
    token(ada, valid_until=timezone.localdate() - timedelta(days=1))
    assert "secret" in made(ada).context
    assert "You have reached the maximum number" in made(ada).content.decode()


def test_a_page_names_the_last_use(ada):
    _stored, text = token(ada)
    browser = factory.signed_in(ada)
    assert "never used" in browser.get(reverse("api-access")).content.decode()
    Program(text).get("/courses")
    assert "last used" in browser.get(reverse("api-access")).content.decode()


def test_uses_within_a_minute_are_one_write(ada, django_assert_num_queries):
    program = Program.of(ada)
    program.get("/courses")
    # The token, the courses, their number.
    with django_assert_num_queries(3):
        program.get("/courses")


@pytest.mark.django_db(transaction=True)
def test_a_revoked_token_stays_revoked_after_a_backup_is_restored(ada, settings, tmp_path):
    settings.ERASURES_LOG = tmp_path / "erasures.log"
    stored, text = token(ada)
    factory.signed_in(ada).post(reverse("api-token-revoke", args=[stored.pk]))
    assert Program(text).get("/courses").status_code == 401
    stored.save(force_insert=True)
    assert Program(text).get("/courses").status_code == 200
    call_command("repeat_erasures", stdout=StringIO())
    assert Program(text).get("/courses").status_code == 401


@pytest.mark.parametrize(
    "text",
    ["", "cp_", "x" * 5000, "cp_aaaaaaaaaa_" + "A" * 43, "cp_\x00aaaaaaaaa_" + "A" * 43, "cp_é"],
)
def test_what_is_no_token_is_refused(ada, text):
    token(ada)
    answer = Program("x").client.get("/api/v1/courses", headers={"authorization": f"Bearer {text}"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_right_name_with_a_wrong_secret_is_refused(ada):
    stored, text = token(ada)
    assert Program(f"{stored.prefix}_{'A' * 43}").get("/courses").status_code == 401
    assert Program(text).get("/courses").status_code == 200


def test_a_token_in_the_address_is_refused_with_the_reason(ada, client):
    _stored, text = token(ada)
    answer = client.get("/api/v1/courses", {"token": text})
    assert answer.status_code == 401
    assert "ends up in logs" in answer.json()["detail"]


def test_no_log_holds_a_token(ada, settings, caplog, monkeypatch):
    settings.DEBUG = True
    _stored, text = token(ada)
    monkeypatch.setattr(CourseRow, "model_validate", lambda _course: 1 / 0)
    factory.course(ada)
    with caplog.at_level(logging.DEBUG):
        for header in (f"Basic {text}", f"Bearer{text}", f"Bearer {text} {text}", f"Bearer {text}"):
            answer = Program("x").client.get("/api/v1/courses", headers={"authorization": header})
    assert answer.status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert text not in caplog.text
