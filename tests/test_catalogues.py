"""The catalogues of translations: complete, compiled, and with the placeholders of the English texts."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings

from tests.test_untranslated import our_rooms

pytestmark = pytest.mark.any_database
ROOT = settings.BASE_DIR
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
COPIED = (*(room.name for room in our_rooms()), "templates", "locale", "manage.py")

in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def catalogue(language: str, folder: Path = ROOT) -> Catalog:
    with (folder / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, in which `makemessages` has just collected the texts."""
    if not shutil.which("xgettext"):
        reason = "no GNU gettext to collect the texts with"
        pytest.fail(reason) if "CI" in os.environ else pytest.skip(reason)
    folder = tmp_path_factory.mktemp("sources")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("weights", "__pycache__"))
        elif source.exists():
            shutil.copy(source, folder / name)
    command = [sys.executable, "manage.py", "makemessages", "--no-obsolete", "--no-wrap"]
    options = [option for language in LANGUAGES for option in ("--locale", language)]
    subprocess.run([*command, *options], cwd=folder, env=os.environ | {"DEBUG": "1"}, check=True)
    return folder


@pytest.mark.slow
@in_each_language
def test_every_text_of_the_product_is_translated(language, collected):
    missing = [
        message.id
        for message in catalogue(language, collected)
        if message.id and (message.fuzzy or not all(texts(message)))
    ]
    assert missing == [], f"{len(missing)} are missing: make messages, then translate locale/{language}"


@pytest.mark.slow
@in_each_language
def test_no_translation_is_left_over(language, collected):
    used = {message.id for message in catalogue(language, collected)}
    assert [message.id for message in catalogue(language) if message.id not in used] == []


@in_each_language
def test_the_compiled_catalogue_is_what_its_source_says(language):
    with (ROOT / f"locale/{language}/LC_MESSAGES/django.mo").open("rb") as file:
        compiled = {
            (message.context, english(message)): texts(message) for message in read_mo(file) if message.id
        }
    source = {
        (message.context, english(message)): texts(message)
        for message in catalogue(language)
        if message.id and not message.fuzzy and all(texts(message))
    }
    assert compiled == source, "make messages"


@in_each_language
def test_a_translation_has_the_placeholders_of_its_text(language):
    wrong = [
        (message.id, text)
        for message in catalogue(language)
        if message.id
        for text in texts(message)
        if text and not has_placeholders_of(message, text)
    ]
    assert wrong == []


def has_placeholders_of(message: Message, text: str) -> bool:
    wanted = [set(PLACEHOLDER.findall(one)) for one in english(message)]
    found = set(PLACEHOLDER.findall(text))
    if isinstance(message.id, str):
        return found == wanted[0]
    # Arabic says "one student" and "two students" in words: the number may be missing.
    return found <= wanted[-1] and len(wanted[-1] - found) <= 1


@in_each_language
def test_a_translation_begins_and_ends_with_the_space_of_its_text(language):
    edges = re.compile(r"^\s*|\s*$")
    wrong = [
        (message.id, text)
        for message in catalogue(language)
        if message.id
        for text in texts(message)
        if text and edges.findall(text) != edges.findall(english(message)[0])
    ]
    assert wrong == []


@in_each_language
def test_a_translation_has_the_tags_of_its_text(language):
    tags = re.compile(r"</?\w+[^>]*>|&\w+;")
    wrong = [
        (message.id, text)
        for message in catalogue(language)
        if message.id
        for text in texts(message)
        if text and sorted(tags.findall(text)) != sorted(tags.findall(english(message)[-1]))
    ]
    assert wrong == []
