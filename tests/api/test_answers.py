"""What all answers have in common: problems, pages, conditional requests, limits."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from api.models import Scope
from api.rows import CourseRow
from classroom.models import ClassSession
from config.bodies import bounded_bodies
from tests import factory
from tests.api.clients import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factory.teacher("ada")


@pytest.fixture
def program(ada):
    return Program.of(ada)


def assert_problem(answer, status: int) -> dict:
    content = answer.json()
    assert answer.status_code == content["status"] == status
    assert answer["Content-Type"] == "application/problem+json"
    assert content["type"] == "about:blank"
    assert content["title"]
    assert content["detail"]
    return content


# --- problems -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/nothing", "/courses/1", "/sessions/00000000-0000-0000-0000-000000000000", "/"]
)
def test_what_is_not_there_is_a_problem(program, path):
    assert_problem(program.get(path), 404)


@pytest.mark.parametrize("path", ["/api/", "/api/v2/courses", "/api/v1/courses/1/2/3"])
def test_an_unknown_address_is_a_problem_without_a_token_too(client, path):
    assert_problem(client.get(path), 404)


def test_an_unknown_method_is_a_problem_that_names_the_known_ones(program):
    answer = program.post("/courses", {})
    assert_problem(answer, 405)
    assert answer["Allow"] == "GET"


def test_a_missing_token_is_a_problem_that_says_what_is_needed(client):
    answer = client.get("/api/v1/courses")
    assert "Authorization: Bearer" in assert_problem(answer, 401)["detail"]
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_missing_scope_is_named(ada):
    answer = Program.of(ada, Scope.WEBHOOKS).get("/courses")
    assert "read:classes" in assert_problem(answer, 403)["detail"]
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=1000000", "limit"),
        ("limit=x", "limit"),
        ("offset=-1", "offset"),
        (f"offset={10**30}", "offset"),
        ("opened_from=yesterday", "opened_from"),
        ("opened_from=2026-02-30T00:00:00Z", "opened_from"),
        ("opened_from=2026-11-27T10:00:00", "opened_from"),
        (f"course={10**30}", "course"),
        ("course=0", "course"),
        ("course=1%00", "course"),
        ("state=%00", "state"),
        ("state=\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "state"),
    ],
)
def test_a_value_that_cannot_be_is_named(program, query, name):
    problem = assert_problem(program.client.get(f"/api/v1/sessions?{query}"), 422)
    assert [(one["place"], one["name"]) for one in problem["errors"]] == [("query", name)]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe\x00", b"[" * 9000, b"\x00", b"nul"])
def test_what_is_no_json_is_a_problem(program, body):
    assert_problem(program.post("/webhooks", body), 400)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, ["url", "events"]),
        ([], [""]),
        ({"url": 1, "events": ["x"]}, ["url", "events.0"]),
        ({"url": "https://a.example/", "events": []}, ["events"]),
        ({"url": "https://a.example/", "events": ["session.opened"], "teacher": 1}, ["teacher"]),
        ({"url": "https://a.example/\ud800", "events": ["session.opened"]}, ["url"]),
        ({"url": "https://a.example/", "events": ["session.opened"], "course": -(10**40)}, ["course"]),
    ],
)
def test_a_body_with_wrong_values_is_a_problem_that_names_them(program, body, names):
    problem = assert_problem(program.post("/webhooks", json.dumps(body)), 422)
    assert [one["name"] for one in problem["errors"]] == names


def test_a_large_body_is_a_problem(program):
    assert_problem(program.post("/webhooks", b" " * 10_001), 413)


async def test_a_body_that_is_too_large_for_the_site_is_a_problem_too():
    """It is refused before Django sees the request."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"path": "/api/v1/webhooks", "headers": [(b"content-length", b"2000000")]}
    await bounded_bodies(None)(scope, None, send)
    start, body = sent
    assert (start["status"], dict(start["headers"])[b"content-type"]) == (413, b"application/problem+json")
    assert json.loads(body["body"])["status"] == 413


def test_a_form_in_another_charset_is_a_problem(program):
    answer = program.post("/webhooks", b"", content_type="application/json; charset=utf-16")
    assert_problem(answer, 415)


def test_a_wrong_host_is_a_problem(client):
    assert_problem(client.get("/api/v1/courses", headers={"host": "elsewhere.example"}), 400)


@pytest.mark.parametrize("is_debug", [False, True])
def test_a_fault_of_the_server_is_a_problem_without_details(program, ada, monkeypatch, settings, is_debug):
    settings.DEBUG = is_debug
    factory.course(ada)
    monkeypatch.setattr(CourseRow, "model_validate", lambda _course: 1 / 0)
    answer = program.get("/courses")
    assert_problem(answer, 500)
    assert "Zero" not in answer.content.decode()
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_without_redis_the_answer_is_a_problem(ada, settings):
    program = Program.of(ada)
    nobody = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nobody}
    answer = program.get("/courses")
    assert_problem(answer, 503)
    assert int(answer["Retry-After"]) > 0


def test_no_other_page_gets_problems(client):
    assert client.get("/nothing/")["Content-Type"].startswith("text/html")


# --- pages ----------------------------------------------------------------------------------------------


def test_a_list_is_read_page_by_page(program, ada):
    for name in "ABCDE":
        factory.course(ada, name=name)
    found, url = [], "/api/v1/courses?limit=2"
    while url:
        answer = program.client.get(url)
        page = answer.json()
        assert page["count"] == 5
        found += [one["name"] for one in page["items"]]
        url = page["next"]
        assert answer.get("Link") == (f'<{url}>; rel="next"' if url else None)
        url = url and url.removeprefix("http://localhost:8000")
    assert found == list("ABCDE")


def test_the_next_page_keeps_the_filter(program, ada):
    course = factory.course(ada)
    for _one in range(2):
        factory.open_session(course=course)
    following = program.get("/sessions", {"course": course.pk, "limit": 1}).json()["next"]
    assert f"course={course.pk}" in following


@pytest.mark.postgresql
def test_beyond_the_end_a_page_is_empty(program, ada):
    factory.course(ada)
    page = program.get("/courses", {"offset": 1_000_000}).json()
    assert page == {"items": [], "count": 1, "next": None}


@pytest.mark.postgresql
def test_sessions_are_found_by_course_state_and_time(program, ada):
    now = timezone.now()
    course, other = factory.course(ada), factory.course(ada)
    old = factory.open_session(course=course, opened_at=now - timedelta(days=9))
    old.close(now - timedelta(days=8))
    new = factory.open_session(course=other)

    def found(**query):
        return {one["id"] for one in program.get("/sessions", query).json()["items"]}

    yesterday = (now - timedelta(days=1)).isoformat()
    assert found() == {str(old.pk), str(new.pk)}
    assert found(course=course.pk) == found(state="closed") == found(opened_before=yesterday) == {str(old.pk)}
    assert found(course=other.pk) == found(state="open") == found(opened_from=yesterday) == {str(new.pk)}


@pytest.mark.postgresql
def test_the_ends_of_the_calendar_are_times_too(program, ada):
    factory.open_session(course=factory.course(ada))
    first, last = "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"
    assert program.get("/sessions", {"opened_from": first, "opened_before": last}).json()["count"] == 1
    assert program.get("/sessions", {"opened_from": last}).json()["count"] == 0


def test_a_list_of_sessions_takes_as_many_queries_as_one(program, ada, django_assert_num_queries):
    course = factory.course(ada)
    for _one in range(5):
        factory.open_session(course=course)
    program.get("/sessions")
    # The token, the sessions, their number.
    with django_assert_num_queries(3):
        assert len(program.get("/sessions").json()["items"]) == 5


# --- conditional requests -------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(program, ada):
    session = factory.open_session(course=factory.course(ada))
    first = program.get("/sessions")
    again = program.get("/sessions", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"
    ClassSession.objects.filter(pk=session.pk).update(title="Other")
    assert program.get("/sessions", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_head_is_get_without_a_body(program, ada):
    factory.course(ada)
    answer = program.client.head("/api/v1/courses")
    assert answer.status_code == 200
    assert answer["ETag"] == program.get("/courses")["ETag"]


def test_the_language_of_a_browser_changes_nothing(program, ada):
    factory.course(ada)
    german = program.get("/courses", **{"Accept-Language": "de"})
    assert german["ETag"] == program.get("/courses", **{"Accept-Language": "en"})["ETag"]


# --- limits ---------------------------------------------------------------------------------------------


def test_too_many_requests_of_a_token_are_told_when_to_come_again(ada, settings):
    settings.API_REQUESTS = "2/m"
    program, other = Program.of(ada), Program.of(ada)
    assert [program.get("/courses").status_code for _one in range(2)] == [200, 200]
    answer = program.get("/courses")
    assert_problem(answer, 429)
    assert int(answer["Retry-After"]) > 0
    assert other.get("/courses").status_code == 200


# --- the description ------------------------------------------------------------------------------------


def test_the_description_is_public_and_names_scopes_and_problems(client):
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "http://localhost:8000"}]
    for path, operations in described["paths"].items():
        for operation in operations.values():
            [requirement] = operation["security"]
            assert set(requirement["Bearer"]) < set(Scope), path
            assert {"401", "403", "422", "429"} < operation["responses"].keys(), path
            assert operation["summary"], path


def test_the_description_names_the_headers_of_answers(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            headers = {status: set(one.get("headers", ())) for status, one in operation["responses"].items()}
            assert headers["401"] == headers["403"] == {"WWW-Authenticate"}, path
            assert headers["429"] == headers["503"] == {"Retry-After"}, path
            if method == "get":
                assert "ETag" in headers["200"], path
                assert headers["304"] == {"ETag"}, path
    assert "Link" in paths["/api/v1/sessions"]["get"]["responses"]["200"]["headers"]
    assert "Location" in paths["/api/v1/webhooks"]["post"]["responses"]["201"]["headers"]


def test_no_other_site_may_read_it_from_a_browser(program):
    answer = program.get("/courses", origin="https://elsewhere.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert Client().options("/api/v1/courses").status_code == 405
