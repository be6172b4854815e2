"""The colours of tokens.css: contrast in both themes, and values that colour-blind people tell apart."""

import re
from itertools import combinations
from math import dist
from pathlib import Path

import pytest
from django.conf import settings

STYLES = Path(settings.BASE_DIR) / "static/css"
TEXT = ["ink", "ink-soft", "accent", "danger", "warn", "success", "info"]
EXPRESSIONS = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]
VALUES = ["high", "middle", "low", "class-only", "no-expression", "unmeasured"]
MARKS = ["line-strong", "series", *VALUES, *EXPRESSIONS]
# Text on the colour that is behind it.
ON = {
    "accent-ink": ["accent", "accent-hover"],
    "danger-ink": ["danger", "danger-hover"],
    "ink": [
        "fill",
        "fill-strong",
        "raised",
        "accent-soft",
        "info-soft",
        "warn-soft",
        "danger-soft",
        "success-soft",
    ],
    "ink-soft": ["fill", "raised", "accent-soft"],
    "danger": ["fill", "raised", "danger-soft"],
    "warn": ["raised", "warn-soft"],
    "success": ["raised", "success-soft"],
    "accent": ["fill", "raised", "accent-soft", "info-soft", "warn-soft", "danger-soft", "success-soft"],
}
# Machado, Oliveira and Fernandes 2009, full severity, on linear RGB.
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Bjoern Ottosson 2020, linear RGB to Oklab.
TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_OKLAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
# Of Oklab, whose lightness goes from 0 to 1: neighbours on a strip are told apart at a glance.
APART = 0.1


def colours(theme: str) -> dict[str, str]:
    """The tokens of a theme: the dark ones are written over the light ones."""
    css = (STYLES / "tokens.css").read_text()
    if theme == "dark":
        css += (STYLES / "tokens-dark.css").read_text()
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


def linear(colour: str) -> list[float]:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(one * other for one, other in zip(row, vector, strict=True)) for row in matrix]


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def seen(colour: str, eyes: str) -> list[float]:
    """The colour in Oklab, as these eyes see it."""
    light = [min(1, max(0, part)) for part in times(EYES[eyes], linear(colour))]
    return times(TO_OKLAB, [cone ** (1 / 3) for cone in times(TO_CONES, light)])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("names", "least"), [(TEXT, 4.5), (MARKS, 3)])
def test_text_and_marks_have_enough_contrast(theme, names, least):
    of = colours(theme)
    found = {(name, on): contrast(of[name], of[on]) for name in names for on in ("paper", "surface")}
    assert {pair: round(value, 2) for pair, value in found.items() if value < least} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_every_fill(theme):
    of = colours(theme)
    found = {(ink, on): contrast(of[ink], of[on]) for ink, fills in ON.items() for on in fills}
    assert {pair: round(value, 2) for pair, value in found.items() if value < 4.5} == {}


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_two_values_of_a_strip_look_alike(theme, eyes):
    of = colours(theme)
    found = {pair: dist(seen(of[pair[0]], eyes), seen(of[pair[1]], eyes)) for pair in combinations(VALUES, 2)}
    assert {pair: round(value, 3) for pair, value in found.items() if value < APART} == {}


def test_nothing_that_can_be_pressed_has_the_colour_of_a_value():
    for theme in ("light", "dark"):
        of = colours(theme)
        assert not {of[name] for name in VALUES} & {
            of["accent"],
            of["accent-hover"],
            of["danger"],
            of["warn"],
        }
