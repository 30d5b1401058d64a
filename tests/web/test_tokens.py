"""The colours of the design: every published ratio is recomputed from tokens.css."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "lms" / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9A-Fa-f]{6}),\s*(#[0-9A-Fa-f]{6})\);")
GROUNDS = ("ground", "surface", "sunken")
LIGHT, DARK = 0, 1


def tokens() -> dict[str, tuple[str, str]]:
    return {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS.read_text(encoding="utf-8"))}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def contrast(front: str, back: str, theme: int) -> float:
    known = tokens()
    return ratio(known[front][theme], known[back][theme])


# What the design document publishes: on ground, surface, sunken.
ON_GROUNDS = {
    ("ink", LIGHT): (15.97, 17.64, 14.57),
    ("ink", DARK): (16.14, 14.70, 16.84),
    ("ink-2", LIGHT): (8.39, 9.26, 7.65),
    ("ink-2", DARK): (10.68, 9.73, 11.14),
    ("ink-3", LIGHT): (5.60, 6.19, 5.11),
    ("ink-3", DARK): (7.10, 6.47, 7.41),
    ("accent", LIGHT): (10.30, 11.37, 9.39),
    ("accent", DARK): (9.81, 8.94, 10.23),
    ("live", DARK): (10.01, 9.11, 10.44),
    ("good", LIGHT): (6.11, 6.74, 5.57),
    ("good", DARK): (10.24, 9.33, 10.68),
    ("warn", LIGHT): (6.35, 7.01, 5.79),
    ("warn", DARK): (9.34, 8.51, 9.74),
    ("bad", LIGHT): (6.44, 7.11, 5.87),
    ("bad", DARK): (9.15, 8.33, 9.54),
    ("edge", LIGHT): (3.67, 4.06, 3.35),
    ("edge", DARK): (4.45, 4.05, 4.64),
    ("rule", LIGHT): (1.32, 1.46, 1.20),
    ("rule", DARK): (1.45, 1.32, 1.51),
}
PAIRS = {
    ("accent", "accent-soft"): (9.33, 7.03),
    ("good", "good-soft"): (5.70, 7.37),
    ("warn", "warn-soft"): (6.03, 7.03),
    ("bad", "bad-soft"): (5.88, 7.12),
    ("on-accent", "accent"): (11.37, 9.81),
}


@pytest.mark.parametrize(("name", "theme"), ON_GROUNDS)
def test_published_ratios_on_the_three_grounds(name: str, theme: int) -> None:
    found = tuple(round(contrast(name, ground, theme), 2) for ground in GROUNDS)
    assert found == pytest.approx(ON_GROUNDS[name, theme], abs=0.011)


@pytest.mark.parametrize("pair", PAIRS)
def test_published_ratios_on_tints_and_buttons(pair: tuple[str, str]) -> None:
    found = tuple(round(contrast(*pair, theme), 2) for theme in (LIGHT, DARK))
    assert found == pytest.approx(PAIRS[pair], abs=0.011)


def test_text_on_marigold_and_its_edge() -> None:
    assert round(contrast("on-live", "live", LIGHT), 2) == pytest.approx(9.40, abs=0.011)
    edge = tuple(round(contrast("live-edge", ground, LIGHT), 2) for ground in GROUNDS[:2])
    assert edge == pytest.approx((5.32, 5.87), abs=0.011)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("number", range(1, 7))
def test_lines_of_charts_are_seen(number: int, theme: int) -> None:
    assert contrast(f"series-{number}", "surface", theme) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("step", range(5))
def test_glyphs_of_the_heat_strip_are_seen(step: int, theme: int) -> None:
    assert contrast("heat-ink-low" if step < 3 else "heat-ink-high", f"heat-{step}", theme) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_focus_ring_is_seen(theme: int) -> None:
    assert min(contrast("focus", ground, theme) for ground in GROUNDS) >= 3


def test_the_heat_strip_is_the_published_one() -> None:
    assert [tokens()[f"heat-{step}"][LIGHT] for step in range(5)] == [
        "#E8EAE6",
        "#C9CEEA",
        "#959FD3",
        "#5C69B5",
        "#2A3475",
    ]


def test_no_other_file_names_a_colour() -> None:
    """Components use tokens; only the overlay's shadow and the paper of print are written out."""
    found = {
        path.name: re.findall(r"#[0-9A-Fa-f]{3,8}\b(?!-)", path.read_text(encoding="utf-8"))
        for path in sorted(TOKENS.parent.glob("*.css"))
        if path.name != "tokens.css"
    }
    assert {name: colours for name, colours in found.items() if colours} == {"print.css": ["#fff", "#fff"]}
