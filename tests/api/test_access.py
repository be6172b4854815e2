"""Every endpoint and page of the API, and everybody who might ask."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from api.endpoints.sessions import TABLES
from api.endpoints.terms import TERM_TABLES
from api.models import EVENTS, ApiToken, Scope, Webhook
from tests import factory
from tests.api.clients import Program, token, yesterday

pytestmark = pytest.mark.django_db

OWNER, COLLEAGUE, OTHER = "owner", "colleague", "other teacher"
STUDENT, STRANGER, SIGNED_IN = "student", "stranger", "owner's browser"
ENDED, REVOKED, ELSEWHERE, WRONG_SCOPE = "ended", "revoked", "of another course", "wrong scope"

REFUSED = {
    STUDENT: 401,
    STRANGER: 401,
    # A cookie opens pages and nothing here.
    SIGNED_IN: 401,
    ENDED: 401,
    REVOKED: 401,
    WRONG_SCOPE: 403,
}
OF_A_CLASS = {OWNER: 200, COLLEAGUE: 200, OTHER: 404, ELSEWHERE: 404} | REFUSED
LISTS = {OWNER: 200, COLLEAGUE: 200, OTHER: 200, ELSEWHERE: 200} | REFUSED

READS = {
    "/courses": (Scope.CLASSES, LISTS),
    "/courses/{course}": (Scope.CLASSES, OF_A_CLASS),
    "/sessions": (Scope.CLASSES, LISTS),
    "/webhooks": (Scope.WEBHOOKS, LISTS),
    "/sessions/{session}": (Scope.CLASSES, OF_A_CLASS),
    "/sessions/{session}/document": (Scope.STUDENTS, OF_A_CLASS),
    "/sessions/{session}/files/csv": (Scope.EXPORTS, OF_A_CLASS),
    "/exports": (Scope.EXPORTS, LISTS),
    "/exports/formats": (Scope.EXPORTS, LISTS),
    **{f"/sessions/{{session}}/{table.path}": (table.scope, OF_A_CLASS) for table in TABLES.values()},
    **{f"/courses/{{course}}/{table.path}": (table.scope, OF_A_CLASS) for table in TERM_TABLES.values()},
}


@pytest.fixture
def school():
    owner, colleague, other = factory.teacher(), factory.teacher(), factory.teacher()
    session = factory.open_session(course=factory.course(owner, colleague))
    another = factory.course(owner)
    factory.open_session(course=factory.course(other))
    return session, another, {OWNER: owner, COLLEAGUE: colleague, OTHER: other}


def asking(school, scope: Scope) -> dict[str, Program]:
    """Everybody who might ask for what needs this scope."""
    session, another, teachers = school
    owner = teachers[OWNER]
    programs = {who: Program.of(teacher, scope) for who, teacher in teachers.items()}
    programs[ENDED] = Program.of(owner, scope, valid_until=yesterday())
    programs[ELSEWHERE] = Program.of(owner, scope, course=another)
    programs[WRONG_SCOPE] = Program.of(owner, *(other for other in Scope if other != scope))
    revoked, text = token(owner, scope)
    revoked.delete()
    programs[REVOKED] = Program(text)
    browsers = {
        STUDENT: factory.browser_of(factory.participant(session)),
        STRANGER: Client(),
        SIGNED_IN: factory.signed_in(owner),
    }
    return programs | {who: Program.in_browser(browser) for who, browser in browsers.items()}


@pytest.mark.postgresql
@pytest.mark.parametrize(("path", "expected"), READS.items(), ids=READS)
def test_only_the_right_programs_read(school, path, expected):
    scope, statuses = expected
    url = path.format(session=school[0].pk, course=school[0].course_id)
    found = {who: program.get(url).status_code for who, program in asking(school, scope).items()}
    assert found == statuses


def test_lists_hold_only_what_the_teacher_teaches(school):
    session, _another, teachers = school
    for who, theirs in ((OWNER, 2), (COLLEAGUE, 1), (OTHER, 1)):
        assert Program.of(teachers[who]).get("/courses").json()["count"] == theirs
    listed = Program.of(teachers[OTHER]).get("/sessions").json()["items"]
    assert str(session.pk) not in [one["id"] for one in listed]


@pytest.mark.postgresql
def test_a_token_of_one_course_opens_no_other(school):
    _session, another, teachers = school
    program = Program.of(teachers[OWNER], course=another)
    assert [one["id"] for one in program.get("/courses").json()["items"]] == [another.pk]
    assert program.get("/sessions").json()["count"] == 0


@pytest.mark.postgresql
def test_who_leaves_a_course_loses_it_at_once(school):
    session, _another, teachers = school
    colleague = teachers[COLLEAGUE]
    general, special = token(colleague), token(colleague, course=session.course)
    webhook = Webhook.objects.create(teacher=colleague, course=session.course, url="https://a.example/")
    session.course.remove_teacher(colleague.pk)
    assert Program(general[1]).get("/sessions").json()["count"] == 0
    assert Program(special[1]).get("/sessions").status_code == 401
    assert not ApiToken.objects.filter(pk=special[0].pk).exists()
    assert not Webhook.objects.filter(pk=webhook.pk).exists()


def test_the_token_of_a_closed_account_opens_nothing(school):
    _session, _another, teachers = school
    colleague = teachers[COLLEAGUE]
    _token, text = token(colleague)
    colleague.is_active = False
    colleague.save()
    assert Program(text).get("/courses").status_code == 401
    colleague.delete()
    assert Program(text).get("/courses").status_code == 401


# --- pages ----------------------------------------------------------------------------------------------

PAGES = {
    "api-access": {OWNER: 200, OTHER: 200, STUDENT: 302, STRANGER: 302},
    "webhook": {OWNER: 200, OTHER: 404, STUDENT: 302, STRANGER: 302},
}
ACTIONS = ("api-token-revoke", "webhook-test", "webhook-enable", "webhook-delete")
FOR_THE_OWNER = {OWNER: 302, COLLEAGUE: 404, OTHER: 404}


@pytest.fixture
def mine(school):
    """A token and a webhook of the owner."""
    owner = school[2][OWNER]
    webhook = Webhook.objects.create(teacher=owner, url="https://a.example/", events=EVENTS)
    return {"webhook": webhook.pk, "token": token(owner)[0].pk}


def url_of(name: str, mine) -> str:
    if name == "api-access":
        return reverse(name)
    return reverse(name, args=[mine["token" if "token" in name else "webhook"]])


@pytest.mark.parametrize("name", PAGES)
def test_only_the_right_people_open_a_page(school, mine, name):
    session, _another, teachers = school
    browsers = {
        OWNER: factory.signed_in(teachers[OWNER]),
        OTHER: factory.signed_in(teachers[OTHER]),
        STUDENT: factory.browser_of(factory.participant(session)),
        STRANGER: Client(),
    }
    url = url_of(name, mine)
    assert {who: browser.get(url).status_code for who, browser in browsers.items()} == PAGES[name]


@pytest.mark.parametrize("name", ACTIONS)
def test_only_their_owner_acts_on_tokens_and_webhooks(school, mine, name):
    url, found = url_of(name, mine), {}
    for who, teacher in school[2].items():
        with transaction.atomic():
            found[who] = factory.signed_in(teacher).post(url).status_code
            transaction.set_rollback(True)  # the next one finds the school as it was
    assert found == FOR_THE_OWNER
    assert factory.signed_in(school[2][OWNER]).get(url).status_code == 405
