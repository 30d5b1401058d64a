"""Geometry of line and bar charts, in percent of the plot, so that words keep their size at every width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10

from lms.web.pictures import Label, Point, labels, trim

SERIES = 6


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of values; None is a gap. `mine` is drawn solid and thick."""

    label: str
    values: tuple[float | None, ...]
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its path in a 100 × 100 box, its markers in percent, and where its name stands at the end."""

    label: str
    number: int
    mine: bool
    path: str
    marks: tuple[tuple[str, str], ...]
    label_y: str
    last: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One upright bar in percent of the plot, with its value."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in percentages of its plot: y grid lines with words, x places, lines or bars."""

    grid: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()


def scale(low: float, high: float, steps: int = 4) -> tuple[float, ...]:
    """Return round numbers from at or below `low` to at or above `high`, about `steps` of them apart."""
    reach = high - low
    if reach <= 1e-9 * max(1.0, abs(high)):
        reach = max(abs(high), 1.0)
    raw = reach / steps
    power = 10.0 ** floor(log10(raw))
    step = next(power * size for size in (1, 2, 2.5, 5, 10) if power * size >= raw * 0.999)
    first = floor(low / step)
    last = max(first + 1, ceil(high / step - 1e-9))
    return tuple(round(step * index, 10) for index in range(first, last + 1))


def figure(value: float) -> str:
    """A figure of a chart as people write it: grouped, with a minus, and no more decimals than it has."""
    return f"{value:,g}".replace("-", "−")


def lines(series: Sequence[Series], names: Sequence[str], height: int = 190, every: int = 1) -> Chart:
    """Return a line chart with each line's name at its end, moved apart where they would touch."""
    known = [value for row in series for value in row.values if value is not None]
    ticks = scale(min(known, default=0), max(known, default=1))
    low, reach = ticks[0], ticks[-1] - ticks[0]

    def down(value: float) -> float:
        return 100 - 100 * (value - low) / reach

    def across(index: int) -> float:
        return 100 * index / max(1, len(names) - 1)

    drawn: list[Line] = []
    for number, row in enumerate(series):
        points = [(across(i), down(v)) for i, v in enumerate(row.values) if v is not None]
        path = "".join(f"{'L' if i else 'M'}{trim(x)} {trim(y)}" for i, (x, y) in enumerate(points))
        marks = tuple((f"{trim(x)}%", f"{trim(y)}%") for x, y in points)
        last = next((figure(v) for v in reversed(row.values) if v is not None), "")
        end = trim(points[-1][1]) if points else "100"
        drawn.append(Line(row.label, number % SERIES + 1, row.mine, path, marks, end, last))
    return Chart(
        grid=tuple((f"{trim(down(tick))}%", figure(tick)) for tick in ticks),
        places=tuple((f"{trim(across(i))}%", name) for i, name in enumerate(names) if i % every == 0),
        lines=_apart(drawn, 100 * 16 / height),
    )


def _apart(drawn: list[Line], least: float) -> tuple[Line, ...]:
    order = sorted(range(len(drawn)), key=lambda index: float(drawn[index].label_y))
    places = [float(drawn[index].label_y) for index in order]
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + least)
    ceiling = 100.0
    for index in reversed(range(len(places))):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - least
    moved = dict(zip(order, places, strict=True))
    return tuple(replace(line, label_y=f"{trim(moved[index])}%") for index, line in enumerate(drawn))


def bars(values: Sequence[tuple[str, float]], most: float | None = None) -> Chart:
    """Return a bar chart: one upright bar per (name, value), the value written above it."""
    ticks = scale(0, most or max((value for _, value in values), default=1))
    pitch = 100 / max(1, len(values))
    drawn = []
    for index, (_, value) in enumerate(values):
        tall = 100 * value / ticks[-1]
        x = index * pitch + pitch * 0.18
        drawn.append(
            Bar(
                x=f"{trim(x)}%",
                y=f"{trim(100 - tall)}%",
                width=f"{trim(pitch * 0.64)}%",
                height=f"{trim(tall)}%",
                middle=f"{trim(x + pitch * 0.32)}%",
                value=f"{value:g}",
            )
        )
    return Chart(
        grid=tuple((f"{trim(100 - 100 * tick / ticks[-1])}%", f"{tick:g}") for tick in ticks),
        places=tuple((f"{trim((i + 0.5) * pitch)}%", name) for i, (name, _) in enumerate(values)),
        bars=tuple(drawn),
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing in a plane, in percent of the plot."""

    x: str
    y: str
    label: str
    marked: bool
    """It asks for a second look, and carries its name."""
    name: Label | None = None
    """Where the name stands; None where there is no room for it."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Things by two figures: lines of the grid with their words, dots."""

    across: tuple[tuple[str, str], ...]
    up: tuple[tuple[str, str], ...]
    dots: tuple[Dot, ...]


def plane(
    points: Sequence[tuple[str, float, float, bool]],
    across: Sequence[tuple[float, str]],
    up: Sequence[tuple[float, str]],
    height: int = 220,
    widths: tuple[float, float] = (280, 1100),
    size: int = 12,
) -> Plane:
    """Return dots from (label, x, y, marked) between the ends of the two grids; what lies outside is held there.

    `height`, `widths` and `size` of its words are those of the picture, in pixels: names are placed by them.
    """
    left, right, bottom, top = across[0][0], across[-1][0], up[0][0], up[-1][0]

    def x_of(value: float) -> float:
        return 100 * (min(max(value, left), right) - left) / (right - left)

    def y_of(value: float) -> float:
        return 100 * (top - min(max(value, bottom), top)) / (top - bottom)

    named = iter(
        labels(
            [Point(label, x_of(x), y_of(y), 4) for label, x, y, marked in points if marked],
            height,
            widths,
            size,
        )
    )
    return Plane(
        tuple((f"{trim(x_of(value))}%", words) for value, words in across),
        tuple((f"{trim(y_of(value))}%", words) for value, words in up),
        tuple(
            Dot(f"{trim(x_of(x))}%", f"{trim(y_of(y))}%", label, marked, next(named) if marked else None)
            for label, x, y, marked in points
        ),
    )
