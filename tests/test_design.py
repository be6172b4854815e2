"""The design system as files: tokens, icons and components are where pages and scripts look for them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from classroom.templatetags.icons import MIRRORED
from config.design import icon_names, tokens

ROOT = Path(settings.BASE_DIR)
SHARED = ["base.css", "controls.css", "surfaces.css", "activities.css", "projector.css"]
# Parts of every page, and variants that need a page around them.
NOT_SHOWN = """
answer-row brand columns columns-even dock drawer error foot grid headline icon-mirrored icon-small invented
is-answered languages menu-start no-print nowrap only-choice only-scale page-narrow page-wide plain print-only
qr row-spread skip stack-large success topbar username warning with-aside
"""


def styles() -> str:
    return "".join(path.read_text() for path in (ROOT / "static/css").glob("*.css"))


def written(*patterns: str) -> str:
    return "".join(path.read_text() for pattern in patterns for path in ROOT.glob(pattern))


@pytest.fixture
def page(client, settings) -> str:
    settings.DEBUG = True
    return client.get(reverse("design")).content.decode()


def test_the_design_page_is_for_developers_only(client):
    assert client.get(reverse("design")).status_code == 404


@pytest.mark.parametrize("address", ["?theme=dark", "?theme=light", "?dir=rtl"])
def test_the_design_page_has_its_views(client, settings, address):
    settings.DEBUG = True
    assert client.get(reverse("design") + address).status_code == 200


def test_the_design_page_shows_every_component(page):
    css = "".join((ROOT / "static/css" / name).read_text() for name in SHARED)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    made = set(re.findall(r"\.([a-z][a-z0-9-]*)", css)) - set(NOT_SHOWN.split())
    # The second screen is a page of its own, with tests of its own.
    made = {name for name in made if not name.startswith("projector-")}
    shown = {name for classes in re.findall(r'class="([^"]*)"', page) for name in classes.split()}
    assert made - shown == set()


def test_the_design_page_shows_every_token_of_its_kinds(page):
    missing = [
        name for kind in ("colour", "type", "space", "radius") for name in tokens()[kind] if name not in page
    ]
    assert missing == []


def test_every_token_that_a_style_uses_exists():
    css = styles()
    defined = set(re.findall(r"(--[a-z0-9-]+):", css))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", css)) - defined == set()


def test_every_token_is_used():
    names = set(re.findall(r"^ +--([a-z0-9-]+):", (ROOT / "static/css/tokens.css").read_text(), re.MULTILINE))
    used = styles() + written("static/js/**/*.js")
    assert {name for name in names if f"var(--{name})" not in used and f'"{name}"' not in used} == set()


def icons_of_pages() -> set[str]:
    """The names in templates, and the quoted words of scripts that draw icons: some have a table of names."""
    pages = [path for path in ROOT.glob("templates/**/*.html") if path.parent.name != "design"]
    asked = set(re.findall(r'{% icon "([a-z0-9-]+)"', "".join(path.read_text() for path in pages)))
    scripts = [path.read_text() for path in ROOT.glob("static/js/*/*.js") if path.name != "icons.js"]
    drawing = "".join(script for script in scripts if "lib/icons.js" in script)
    return asked | set(re.findall(r'"([a-z0-9-]+)"', drawing))


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    asked = set(re.findall(r'{% icon "([a-z0-9-]+)"', written("templates/**/*.html")))
    asked |= set(re.findall(r'\bicon\("([a-z0-9-]+)"', written("static/js/**/*.js")))
    assert asked - set(icon_names()) == set()


def test_every_icon_of_the_sprite_is_on_a_page():
    """Lucide has more: a name in the list of tools/icons.js and `npm run icons` add one."""
    assert set(icon_names()) - icons_of_pages() == set()


def test_scripts_and_templates_mirror_the_same_icons():
    script = (ROOT / "static/js/lib/icons.js").read_text()
    assert set(re.findall(r'"([a-z-]+)"', re.search(r"MIRRORED = new Set\((.*?)\)", script)[1])) == MIRRORED
    assert set(icon_names()) >= MIRRORED
