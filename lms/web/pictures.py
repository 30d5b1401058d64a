"""Geometry of the pictures: pure functions from figures to numbers, which templates put into SVG attributes.

Pictures that must read at 390 and at 1440 px use percentages across and pixels down, so that words keep their
size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin


def trim(value: float) -> str:
    """Return a coordinate with at most two decimals and no idle zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """Return the value, held between two bounds."""
    return max(low, min(high, value))


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of progress: a circle whose dash is as long as the share that is done."""

    size: int
    centre: str
    radius: str
    stroke: int
    dash: str
    gap: str


def ring(share: float, size: int = 96, stroke: int = 8) -> Ring:
    """Return the ring of a share between 0 and 1."""
    radius = (size - stroke) / 2
    round_ = 2 * pi * radius
    done = round_ * clamp(share)
    return Ring(size, trim(size / 2), trim(radius), stroke, trim(done), trim(round_ - done))


@dataclass(frozen=True, slots=True)
class Tick:
    """One week of the ribbon; x and width are percentages, y and height pixels."""

    x: str
    middle: str
    end: str
    width: str
    y: str
    height: str


def ribbon(hours: Sequence[float], height: int = 40, lowest: int = 6) -> tuple[Tick, ...]:
    """Return one tick per week, as high as its hours; a week without hours keeps the lowest height."""
    if not hours:
        return ()
    pitch, most = 100 / len(hours), max(*hours, 1.0)
    ticks = []
    for index, amount in enumerate(hours):
        tall = max(lowest, round(height * amount / most))
        x = index * pitch
        wide = pitch * 0.78
        ticks.append(
            Tick(
                x=f"{trim(x)}%",
                middle=f"{trim(x + wide / 2)}%",
                end=f"{trim(x + wide)}%",
                width=f"{trim(wide)}%",
                y=str(height - tall),
                height=str(tall),
            )
        )
    return tuple(ticks)


@dataclass(frozen=True, slots=True)
class HeatStrip:
    """A strip of weeks: one path per step for the cells, one for the glyphs, so that 60 strips stay light."""

    width: int
    height: int
    cells: tuple[tuple[int, str], ...]
    glyphs: tuple[tuple[int, str], ...]
    breaks: str


@lru_cache(maxsize=4096)
def heat(levels: tuple[int | None, ...], cell: int = 8, height: int = 18, gap: int = 2) -> HeatStrip:
    """Return the strip of steps 0 to 4; None is a week that asked nothing (a break, leave): a short line.

    The glyph is a bar that stands higher with each step, and a cross for step 0: the strip reads without colours.
    """
    cells: dict[int, list[str]] = {}
    glyphs: dict[int, list[str]] = {}
    breaks: list[str] = []
    for index, level in enumerate(levels):
        x = index * (cell + gap)
        if level is None:
            breaks.append(f"M{x} {height // 2}h{cell}")
            continue
        step = int(clamp(level, 0, 4))
        cells.setdefault(step, []).append(f"M{x} 0h{cell}v{height}h-{cell}z")
        if step:
            marks = f"M{x + 1.5} {height - 3 - (step - 1) * (height - 6) / 3:g}h{cell - 3}"
        else:
            marks = f"M{x + 2} {height - 6}l4 4m0-4l-4 4"
        glyphs.setdefault(step, []).append(marks)
    width = max(0, len(levels) * (cell + gap) - gap)
    return HeatStrip(width, height, _joined(cells), _joined(glyphs), "".join(breaks))


def _joined(paths: dict[int, list[str]]) -> tuple[tuple[int, str], ...]:
    return tuple((step, "".join(paths[step])) for step in sorted(paths))


@dataclass(frozen=True, slots=True)
class Spoke:
    """One axis of a radar: its end and where its label stands."""

    label: str
    x: str
    y: str
    label_x: str
    label_y: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Radar:
    """A radar: rings of the levels, spokes, and one closed outline per series."""

    size: int
    centre: str
    rings: tuple[str, ...]
    spokes: tuple[Spoke, ...]
    outlines: tuple[str, ...]


def radar(
    labels: Sequence[str], series: Sequence[Sequence[float]], most: float = 4, size: int = 340
) -> Radar:
    """Return the radar of several series over the same axes, each value between 0 and `most`."""
    centre, reach = size / 2, size / 2 - 40

    def point(index: int, share: float) -> tuple[float, float]:
        angle = 2 * pi * index / max(1, len(labels)) - pi / 2
        return centre + reach * share * cos(angle), centre + reach * share * sin(angle)

    def outline(shares: Sequence[float]) -> str:
        points = (point(index, clamp(share)) for index, share in enumerate(shares))
        return " ".join(f"{trim(x)},{trim(y)}" for x, y in points)

    spokes = []
    for index, label in enumerate(labels):
        (x, y), (lx, ly) = point(index, 1), point(index, 1 + 14 / reach)
        anchor = "middle" if abs(lx - centre) < 8 else ("start" if lx > centre else "end")
        spokes.append(Spoke(label, trim(x), trim(y), trim(lx), trim(ly + 4), anchor))
    rings = tuple(outline([level / most] * len(labels)) for level in range(1, int(most) + 1))
    outlines = tuple(outline([value / most for value in values]) for values in series)
    return Radar(size, trim(centre), rings, tuple(spokes), outlines)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a lying bar; x and width are percentages."""

    label: str
    figure: str
    x: str
    width: str
    middle: str
    number: int
    """Of its colour, from 1 on; 0 for what is left."""


def stack(parts: Sequence[tuple[str, float]], whole: float, rest: str = "") -> tuple[Piece, ...]:
    """Return a lying bar of parts of a whole, and with `rest` what is left of it; parts beyond the whole squeeze it."""
    total = sum(value for _, value in parts)
    reach = max(whole, total, 1e-9)
    found, x = [], 0.0
    lying = [(label, value, number) for number, (label, value) in enumerate(parts, start=1)]
    if rest and total < whole:
        lying.append((rest, whole - total, 0))
    for label, value, number in lying:
        wide = 100 * value / reach
        if value > 0:
            found.append(
                Piece(label, f"{round(value, 2):g}", trim(x), trim(wide), trim(x + wide / 2), number)
            )
        x += wide
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Strip:
    """Words of a scale over time: one place per time across, one row per word, the highest on top."""

    width: int
    height: int
    grid: str
    """A line for each word."""
    path: str
    dots: str
    """What was told before: strokes without a length."""
    last: tuple[str, str] | None


@lru_cache(maxsize=4096)
def strip(course: tuple[int | None, ...], of: int, places: int, pitch: int = 16, row: int = 7) -> Strip:
    """Return the strip of steps 0 to `of` - 1 at the first of so many places; None is a gap that the line leaps."""
    points = [
        (pitch * index + pitch / 2, row * (of - 1 - step) + row / 2)
        for index, step in enumerate(course)
        if step is not None
    ]
    path = "".join(f"{'L' if at else 'M'}{trim(x)} {trim(y)}" for at, (x, y) in enumerate(points))
    known = bool(course) and course[-1] is not None
    width = pitch * max(places, len(course))
    return Strip(
        width=width,
        height=row * of,
        grid="".join(f"M0 {trim(row * at + row / 2)}h{width}" for at in range(of)),
        path=path if len(points) > 1 else "",
        dots="".join(f"M{trim(x)} {trim(y)}h0" for x, y in (points[:-1] if known else points)),
        last=(trim(points[-1][0]), trim(points[-1][1])) if known else None,
    )


@dataclass(frozen=True, slots=True)
class Pin:
    """Something in a field of a board; x and y are percentages."""

    label: str
    x: str
    y: str


def board(
    things: Sequence[tuple[str, int, int]], columns: int, rows: int, abreast: int = 2
) -> tuple[Pin, ...]:
    """Return things (label, column, row from below) in their fields, side by side where several share one."""
    fields: dict[tuple[int, int], list[str]] = {}
    for label, column, row in things:
        fields.setdefault((column, row), []).append(label)
    pins = []
    for (column, row), labels in fields.items():
        deep = -(-len(labels) // abreast)
        for at, label in enumerate(labels):
            line, place = divmod(at, abreast)
            here = min(abreast, len(labels) - line * abreast)
            x = 100 * (column + (place + 0.5) / here) / columns
            y = 100 * (rows - 1 - row + (line + 0.5) / deep) / rows
            pins.append(Pin(label, f"{trim(x)}%", f"{trim(y)}%"))
    return tuple(pins)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a plot with its name: x and y in percent, half the size of its mark in pixels."""

    label: str
    x: float
    y: float
    reach: float = 6
    needed: bool = False
    """It is named even where its name meets another; any other is then left to the table."""


@dataclass(frozen=True, slots=True)
class Label:
    """Where the name of a point begins, in pixels from it, and which end of it begins there."""

    dx: str
    dy: str
    anchor: str


@dataclass(frozen=True, slots=True)
class _Box:
    """What a mark or a name covers: across by a share of the width and two offsets, down in pixels."""

    share: float
    left: float
    right: float
    top: float
    bottom: float

    def inside(self, widths: tuple[float, float], height: float) -> bool:
        over = all(
            self.share * wide + self.left >= -0.08 * wide and self.share * wide + self.right <= 1.08 * wide
            for wide in widths
        )
        return over and self.top >= -2 and self.bottom <= height + 2

    def clear_of(self, other: _Box, widths: tuple[float, float]) -> bool:
        """At every width between the two: a gap grows or shrinks evenly with the width."""
        if self.bottom <= other.top or other.bottom <= self.top:
            return True
        gaps = [(other.share - self.share) * wide for wide in widths]
        return all(self.right <= gap + other.left for gap in gaps) or all(
            gap + other.right <= self.left for gap in gaps
        )


WIDE = 0.53
"""Of a letter on average, by its size."""


def labels(
    points: Sequence[Point], height: float, widths: tuple[float, float] = (250, 560), size: float = 12
) -> tuple[Label | None, ...]:
    """Return where each name stands so that none covers a mark or another name, at any width between the two.

    Those that are needed choose first. None: there is no room, and the name stands in the table alone.
    """
    taken = [
        _Box(one.x / 100, -one.reach, one.reach, *(one.y * height / 100 + by * one.reach for by in (-1, 1)))
        for one in points
    ]
    found: dict[int, Label] = {}
    for at in sorted(range(len(points)), key=lambda at: not points[at].needed):
        others = [box for number, box in enumerate(taken) if number != at]
        places = _around(points[at], height, size)
        free = [
            place
            for place in places
            if place[1].inside(widths, height) and all(place[1].clear_of(box, widths) for box in others)
        ]
        if not free and points[at].needed:
            free = [min(places, key=lambda it: sum(not it[1].clear_of(box, widths) for box in others))]
        if free:
            found[at] = free[0][0]
            taken.append(free[0][1])
    return tuple(found.get(at) for at in range(len(points)))


def _around(point: Point, height: float, size: float) -> list[tuple[Label, _Box]]:
    """The places for a name around its point, the most readable first."""
    wide, tall, y = WIDE * size * len(point.label), size * 1.1, point.y * height / 100
    near, slant = point.reach + 4, point.reach * 0.7 + 2
    beyond = point.reach + tall / 2 + 1
    far = beyond + tall * 0.7
    shifts = {"start": 0.0, "middle": -wide / 2, "end": -wide}
    places = []
    for dx, dy, anchor in (
        (near, 0, "start"),
        (-near, 0, "end"),
        (slant, -beyond, "start"),
        (slant, beyond, "start"),
        (0, -beyond, "middle"),
        (0, beyond, "middle"),
        (-slant, -beyond, "end"),
        (-slant, beyond, "end"),
        (near, -tall * 0.6, "start"),
        (near, tall * 0.6, "start"),
        (-near, -tall * 0.6, "end"),
        (-near, tall * 0.6, "end"),
        *((x, y, end) for end, x in (("middle", 0), ("start", slant), ("end", -slant)) for y in (far, -far)),
    ):
        left = dx + shifts[anchor]
        box = _Box(point.x / 100, left, left + wide, y + dy - tall / 2, y + dy + tall / 2)
        places.append((Label(trim(dx), trim(dy + size / 3), anchor), box))
    return places


def heat_words(levels: tuple[int | None, ...]) -> str:
    """Say a strip in words: the last four weeks that asked something."""
    recent = [str(level) for level in levels if level is not None][-4:]
    return f"last weeks {', '.join(recent)} of 4" if recent else "no weeks yet"
