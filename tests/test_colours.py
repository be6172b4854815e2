"""The contrast of the colours in tokens.css: 4.5:1 for text, 3:1 for marks, in both themes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
TEXT = ["ink", "ink-soft", "accent", "danger", "warn"]
EXPRESSIONS = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]
MARKS = ["line-strong", "high", "middle", "low", "unmeasured", *EXPRESSIONS]


def colours(theme: str) -> dict[str, str]:
    light, dark = CSS.split("@media screen and (prefers-color-scheme: dark)")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light if theme == "light" else dark))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("names", "least"), [(TEXT, 4.5), (MARKS, 3)])
def test_text_and_marks_have_enough_contrast(theme, names, least):
    of = colours(theme)
    found = {(name, on): contrast(of[name], of[on]) for name in names for on in ("paper", "surface")}
    assert {pair: round(value, 2) for pair, value in found.items() if value < least} == {}
