"""A student's own data as one page to keep: all of it, of nobody else, without a network."""

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import reverse
from django.utils import translation

from activities.models import Grouping, Pick
from classroom.models import Consent, Mode
from dashboards.report.own_data import own_data
from exports.own_page import own_page
from tests import factory
from tests.activities.lesson import Lesson
from tests.dashboards import classes, taught
from tests.dashboards.classes import after

pytestmark = pytest.mark.django_db

NOW = after(41 * 60)
NAMES = ["=1+1", "<script>alert(1)</script>", "دانا כוהן", "🦉 Ada 🎓", "L" * 40, "</article><img src=x>"]
NETWORK = re.compile(r"""(?:src|href|action)\s*=\s*["']?(?!data:)|@import|url\((?!['"]?(?:data:|#))""")


class Page(HTMLParser):
    """What a page holds: its texts, and the values of its <data> and <time> elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.values: set[str] = set()
        self.moments: set[datetime] = set()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        held = dict(attrs)
        if tag == "data":
            self.values |= set(held["value"].split())
        elif tag == "time" and "T" in held["datetime"]:
            self.moments.add(_to_milliseconds(held["datetime"]))
        elif tag == "time":
            self.values.add(held["datetime"])

    def handle_data(self, data):
        self.texts.append(data)

    def holds(self, leaf: object) -> bool:
        if isinstance(leaf, str) and re.match(r"\d{4}-\d\d-\d\dT", leaf):
            return _to_milliseconds(leaf) in self.moments
        return str(leaf) in self.values or str(leaf) in self.texts


def _to_milliseconds(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def leaves(value: object) -> Iterator[object]:
    """All that is said in the JSON file. Nothing and an empty text say nothing."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from leaves(part)
    elif value is not None and value != "":
        yield value


def stored(participant) -> list[object]:
    return list(leaves(json.loads(json.dumps(own_data(participant, NOW), cls=DjangoJSONEncoder))))


def body_of(text: str) -> str:
    return text[text.index("<article") :]


def everything(session, name: str = "Anna"):
    """A student of whom each kind of thing is stored, beside one of whom it is, too."""
    factory.approval(session.course, approver="Ministry & Co")
    mallory = factory.participant(session, "Mallory")
    question = taught.ask(session, text="Is it <b>so</b>?\nReally?")
    anna = classes.student(
        session,
        name,
        level=Consent.Level.OWN_LINE,
        scores=[0.8765, 0.5, None] * 4,
        every=5,
        expression="happiness",
    )
    for person in (anna, mallory):
        question.answers.create(participant=person, chosen=[1], answered_at=after(610))
        factory.pulse(person, "pace", value=1, at=after(100))
        factory.pulse(person, "lost", at=after(120))
        taught.hand(person, 200, 90)
    taught.asked(session, "=1+1 & why?", participant=anna, asked_at=after(300), status="shown")
    taught.asked(session, "</p><script>", status="shown").vote(anna, up=True)
    Pick.objects.create(session=session, participant=anna, asked_at=after(400), state="passed")
    grouping = Grouping.objects.create(session=session, size=3)
    grouping.members.create(participant=anna, number=7)
    former = factory.consent(anna, given_at=after(-60), withdrawn_at=after(-30), retention_days=17)
    assert former.level == Consent.Level.CLASS_ONLY
    return anna


@pytest.mark.parametrize("mode", [Mode.ANALYTICS, Mode.MIRROR, Mode.PARTICIPATION])
def test_the_page_holds_all_that_the_json_file_holds(mode):
    anna = everything(classes.session(mode=mode, closed_at=after(2400)))
    page, values = Page(own_page(anna, NOW)), stored(anna)
    assert len(values) > 25
    assert [leaf for leaf in values if not page.holds(leaf)] == []


def test_codes_stand_in_words():
    text = " ".join(Page(body_of(own_page(everything(classes.session()), NOW))).texts)
    for code in ("own_line", "class_only", "measuring", "happiness 0.", "pace 1", "True", "False", "None"):
        assert code not in text
    for words in ("Shared with the teacher", "Too fast", "Passed", "One face, read", "88%", "happiness"):
        assert words in text


def test_a_class_without_cameras_has_no_word_of_them():
    anna = Lesson().join("Anna")
    factory.pulse(anna)
    text = " ".join(Page(body_of(own_page(anna, NOW))).texts)
    assert not re.search("camera|expression|picture|score|formula|network", text, re.IGNORECASE)


def test_nobody_else_is_on_the_page():
    anna = everything(classes.session())
    assert "Mallory" not in own_page(anna, NOW)


@pytest.mark.parametrize("name", NAMES)
def test_what_people_typed_is_text(name):
    page = Page(own_page(everything(classes.session(), name), NOW))
    assert name in page.texts
    assert not {"script", "img", "form", "a"} & page.tags


def test_it_needs_no_network_and_runs_no_script():
    text = own_page(everything(classes.session()), NOW)
    assert re.findall(r"<link[^>]*>", text) == ['<link rel="icon" href="data:,">']
    assert not NETWORK.search(body_of(text))
    assert not NETWORK.search(text[text.index("<style") : text.index("<article")])
    policy = html.unescape(text)
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy


def test_it_runs_from_right_to_left_in_arabic():
    anna = everything(classes.session())
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in own_page(anna, NOW)


def test_only_the_receipt_code_opens_it():
    anna = everything(classes.session(closed_at=NOW))
    page = reverse("my-page")
    response = Client().post(page, {"receipt_code": anna.receipt_code})
    assert response["Content-Disposition"] == 'attachment; filename="my-data.html"'
    assert "What is stored about you" in response.content.decode()
    refused = [
        Client().get(page, {"receipt_code": anna.receipt_code}),
        Client().post(page, {"receipt_code": "0000-0000-0000"}),
        factory.signed_in(classes.teacher_of(anna.session)).post(page),
        factory.browser_of(anna).post(page),
    ]
    for answer in refused:
        assert "Content-Disposition" not in answer
        assert "What is stored about you" not in answer.content.decode()
