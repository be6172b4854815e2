"""No text of a screen stands outside the catalogues: in templates and in Python. For scripts, eslint asks."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template.base import Lexer, TokenType

pytestmark = pytest.mark.any_database
ROOT = settings.BASE_DIR
# What is the same in every language.
NAMES = {"Classpulse", "JSON", "CSV", "QR", "https", "html", "json", "pdf", "xAPI", "xlsx", "zip"}
# The design system's page, which only developers see.
NOT_FOR_USERS = {"templates/design"}
MESSAGE_KEY = re.compile(r"<dt>[\w.]+</dt>")
LETTERS = re.compile(r"[^\W\d_]{2,}")
SPOKEN = re.compile(
    r"\b(?:alt|title|placeholder|label|summary|aria-label|data-title|data-copied)\s*=\s*([\"'])(.*?)\1"
)
NOT_TEXT = re.compile(r"<!--.*?-->|<(style|script)\b.*?</\1>|<!?/?[a-zA-Z][^>]*>|&\w+;", re.DOTALL)
# Where a text for people stands as an argument.
TAKING_TEXT = {"ValidationError", "add_error", "success", "error", "info", "warning"}
NAMED_FOR_PEOPLE = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label"}


def templates() -> list[Path]:
    found = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
    return [path for path in found if not str(path.relative_to(ROOT)).startswith(tuple(NOT_FOR_USERS))]


def outside_tags(source: str) -> str:
    """The template without what its tags write, with every {% %} and {{ }} as a sign that is no letter."""
    kept, silent = [], ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            silent = silent_after(token.contents.split(), silent)
        if token.token_type == TokenType.TEXT:
            kept.append("" if silent else token.contents)
        elif token.token_type != TokenType.COMMENT:
            kept.append("¤")
    return "".join(kept)


def silent_after(tag: list[str], silent: str) -> str:
    """The tag that ends the part in which text is translated, or no text."""
    if silent:
        return "" if tag[0] == silent else silent
    if tag[0] in ("blocktranslate", "comment"):
        return f"end{tag[0]}"
    return "endblock" if tag[0] == "block" and tag[1].endswith("_class") else ""


def words_in(source: str) -> Iterator[str]:
    text = outside_tags(source)
    for _quote, value in SPOKEN.findall(text):
        yield value
    # Attributes may hold a > of a template's comparison, which is gone by now.
    yield from NOT_TEXT.sub("\n", text).splitlines()


def test_templates_have_no_text_outside_translate():
    assert {place(path): said for path in templates() if (said := untranslated(path.read_text()))} == {}


def test_a_text_outside_translate_is_found():
    assert untranslated("{% if x > 1 %}<p class='a'>{{ x }} students{% endif %}") == ["¤ students¤"]
    assert untranslated("<img alt='A class'>{% translate 'x' %}") == ["A class"]


def untranslated(source: str) -> list[str]:
    lines = [line.strip() for line in words_in(MESSAGE_KEY.sub("", source))]
    return [line for line in lines if set(LETTERS.findall(line)) - NAMES]


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def our_rooms() -> list[Path]:
    """The folders of the site's own Python."""
    found = {Path(app.path) for app in apps.get_app_configs()} | {ROOT / "config"}
    return sorted(path for path in found if path.parent == ROOT)


def python_files() -> list[Path]:
    return [
        path for room in our_rooms() for path in sorted(room.rglob("*.py")) if "migrations" not in path.parts
    ]


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


@pytest.mark.slow
def test_python_says_nothing_to_people_untranslated():
    assert {place(path): said for path in python_files() if (said := plain_texts(path))} == {}


def test_translating_functions_have_the_names_that_are_collected():
    wrong = [
        f"{place(path)}: {name.asname}"
        for path in python_files()
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name and name.asname not in (None, "_")
    ]
    assert wrong == []


def plain_texts(path: Path) -> list[str]:
    said: list[ast.expr] = []
    for node in nodes_of(path):
        if isinstance(node, ast.Call):
            said += [word.value for word in node.keywords if word.arg in NAMED_FOR_PEOPLE]
            if getattr(node.func, "attr", getattr(node.func, "id", "")) in TAKING_TEXT and not _logs(node):
                said += node.args
        elif (
            isinstance(node, ast.Assign) and {getattr(to, "id", "") for to in node.targets} & NAMED_FOR_PEOPLE
        ):
            said.append(node.value)
    plain = [one.value for one in said if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return [text for text in plain if " " in text]


def _names(assignment: ast.Assign) -> set[str]:
    return {getattr(target, "id", "") for target in assignment.targets}


def _logs(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "logger"
