"""The language of a page: the browser chooses, and a choice by hand wins. Dates follow the country."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from classroom.names import isolated
from config import locales
from dashboards.templatetags.dashboards import duration, percent, percent_exactly, small_percent
from tests import factory

MOMENT = datetime(2026, 11, 24, 14, 5, 9, tzinfo=UTC)


def page(client: Client, accepted: str, path: str = "/join/") -> str:
    return client.get(path, headers={"accept-language": accepted}).content.decode()


@pytest.mark.django_db
class TestTheLanguage:
    @pytest.mark.parametrize(
        ("accepted", "start"),
        [
            ("", '<html lang="en" dir="ltr" data-locale="en"'),
            ("en-GB,en;q=0.9", '<html lang="en" dir="ltr" data-locale="en-GB"'),
            ("de-AT,de;q=0.9,en;q=0.8", '<html lang="de" dir="ltr" data-locale="de-AT"'),
            ("ar-EG,ar;q=0.9,en;q=0.8", '<html lang="ar" dir="rtl" data-locale="ar-EG-u-nu-latn"'),
            ("fr-FR,de;q=0.5", '<html lang="de" dir="ltr" data-locale="de"'),
            ("tlh,xx;q=0.5", '<html lang="en" dir="ltr" data-locale="en"'),
        ],
    )
    def test_is_the_browsers(self, client, accepted, start):
        assert start in page(client, accepted)

    def test_is_chosen_by_hand_before_anybody_joins(self, client):
        response = client.post("/language/", {"language": "ar", "next": "/join/?code=ABC234"})
        assert response["Location"] == "/join/?code=ABC234"
        assert '<html lang="ar" dir="rtl"' in page(client, "de-DE,de;q=0.9")

    def test_is_offered_by_name_on_every_page(self, client):
        text = page(client, "ar")
        assert (
            '<button type="submit" class="link-button" name="language" value="de" lang="de">Deutsch</button>'
            in text
        )
        assert 'lang="ar" aria-current="true">العربيّة</button>' in text

    def test_keeps_no_other_site_as_the_next_page(self, client):
        response = client.post("/language/", {"language": "de", "next": "https://example.org/"})
        assert response["Location"] == "/"

    def test_changes_by_no_link_and_by_no_other_site(self, client):
        client.get("/language/?language=ar")
        assert '<html lang="en"' in page(client, "en")
        strict = Client(enforce_csrf_checks=True)
        assert strict.post("/language/", {"language": "ar"}).status_code == 403

    def test_differs_between_copies_in_a_cache(self, client):
        assert {"Accept-Language", "Cookie"} <= set(client.get("/join/")["Vary"].split(", "))

    def test_of_a_mail_is_that_of_the_page_that_asked_for_it(self, client, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        settings.CELERY_TASK_ALWAYS_EAGER = True
        factory.teacher("ada", email="ada@example.org")
        subjects = {}
        for language in ("en", "de", "ar"):
            client.post(
                "/accounts/password_reset/",
                {"email": "ada@example.org"},
                headers={"accept-language": language},
            )
            subjects[language] = mail.outbox.pop().subject
        assert len(set(subjects.values())) == 3


@pytest.mark.parametrize(
    ("accepted", "language", "written"),
    [
        ("en-US,en;q=0.9", "en", ("Nov 24, 2026, 2:05 PM", "Tuesday, November 24, 2:05 PM", "62%")),
        ("en-GB,en;q=0.9", "en", ("24 Nov 2026, 14:05", "Tuesday, 24 November, 14:05", "62%")),
        ("de-DE,de;q=0.9", "en", ("24 Nov 2026, 14:05", "Tuesday, 24 November, 14:05", "62 %")),
        ("de-DE,de;q=0.9", "de", ("24. Nov. 2026, 14:05", "Dienstag, 24. November, 14:05", "62 %")),
        ("en-US,en;q=0.9", "de", ("24. Nov. 2026, 14:05", "Dienstag, 24. November, 14:05", "62 %")),
        ("ar-EG,ar;q=0.9", "ar", ("24 نوفمبر 2026، 2:05 م", "الثلاثاء، 24 نوفمبر، 2:05 م", "62%")),
    ],
)
def test_dates_and_numbers_are_written_as_in_the_viewers_country(accepted, language, written):
    with translation.override(language):
        locales.set_region(locales.region_of(accepted, language))
        shown = (locales.moment_text(MOMENT), locales.title_text(MOMENT), percent(0.62))
    locales.set_region("")
    assert tuple(text.replace("\u202f", " ").replace("\u00a0", " ") for text in shown) == written


@pytest.mark.parametrize(
    "accepted", ["*", ";q=", "en-GB-oed", "de-1996-DE", "a-b-c", "x" * 5000, "en-\u0660\u0661"]
)
def test_any_header_has_a_locale(accepted):
    locales.set_region(locales.region_of(accepted, "en"))
    assert str(locales.viewer_locale()).startswith("en")
    locales.set_region("")


def test_halves_go_up_as_in_the_browser():
    assert (percent(0.125), percent(0.285), percent_exactly(0.8699), small_percent(0.004)) == (
        "13%",
        "29%",
        "87.0%",
        "\u200e<1%",
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (45, "45 s"), (137, "2 min 17 s"), (120, "2 min"), (3599.6, "1 h"), (3900, "1 h 5 min")],
)
def test_a_duration_has_units(seconds, text):
    assert duration(timedelta(seconds=seconds)) == text


def test_a_name_in_the_other_direction_does_not_turn_its_sentence():
    assert (isolated("Anna"), isolated("دانة")) == ("Anna", "\u2068دانة\u2069")
    with translation.override("ar"):
        assert isolated("Anna") == "\u2068Anna\u2069"


PLURAL = (
    "{% load i18n times %}{% plural_examples as examples %}{% for category, number in examples.items %}"
    "{{ category }}: {% blocktranslate with n='{n}' count number=number %}{{ n }} marker{% plural %}"
    "{{ n }} markers{% endblocktranslate %}. {% endfor %}"
)


def test_a_sentence_for_scripts_has_a_form_for_each_plural_category():
    def forms() -> set[str]:
        return set(Template(PLURAL).render(Context()).strip(" .").split(". "))

    assert forms() == {"one: {n} marker", "other: {n} markers"}
    with translation.override("ar"):
        assert {"zero: لا علامات", "two: علامتان", "few: {n} علامات", "other: {n} علامة"} <= forms()
