"""Geometry of the pictures and charts."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.web import calendars, charts, pictures


@given(st.floats(-1, 2, allow_nan=False))
def test_a_ring_is_whole(share: float) -> None:
    ring = pictures.ring(share)
    assert float(ring.dash) + float(ring.gap) == pytest.approx(2 * 3.14159265 * float(ring.radius), abs=0.05)
    assert float(ring.dash) >= 0


def test_a_ring_of_half() -> None:
    ring = pictures.ring(0.5, size=100, stroke=10)
    assert (ring.centre, ring.radius) == ("50", "45")
    assert ring.dash == ring.gap


def test_the_ribbon_fills_the_width_and_stands_on_its_ground() -> None:
    ticks = pictures.ribbon([5, 10, 0], height=40, lowest=6)
    assert [tick.height for tick in ticks] == ["20", "40", "6"]
    assert all(int(tick.y) + int(tick.height) == 40 for tick in ticks)
    assert [tick.x for tick in ticks] == ["0%", "33.33%", "66.67%"]
    assert pictures.ribbon([]) == ()


def test_the_heat_strip_draws_each_week_once() -> None:
    strip = pictures.heat((4, 4, None, 0, 2))
    assert strip.width == 48
    assert [(step, path.count("M")) for step, path in strip.cells] == [(0, 1), (2, 1), (4, 2)]
    assert [step for step, _ in strip.glyphs] == [0, 2, 4]
    assert strip.breaks == "M20 9h8"


@given(st.lists(st.one_of(st.none(), st.integers(-3, 9)), max_size=52))
def test_every_week_that_asked_something_has_a_cell_and_a_glyph(levels: list[int | None]) -> None:
    strip = pictures.heat(tuple(levels))
    asked = sum(level is not None for level in levels)
    assert sum(path.count("z") for _, path in strip.cells) == asked
    assert sum(path.count("M") for _, path in strip.glyphs) == asked
    assert strip.breaks.count("M") == len(levels) - asked
    assert all(0 <= step <= 4 for step, _ in strip.cells)


def test_a_radar_stays_inside_and_starts_above() -> None:
    radar = pictures.radar(("A", "B", "C", "D"), ((4, 2, 0, 9),), size=200)
    points = [tuple(map(float, pair.split(","))) for pair in radar.outlines[0].split()]
    assert points == [(100, 40), (130, 100), (100, 100), (40, 100)]
    assert [spoke.anchor for spoke in radar.spokes] == ["middle", "start", "middle", "end"]
    assert len(radar.rings) == 4


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, (0, 0.25, 0.5, 0.75, 1)),
        (50, 316.99, (0, 100, 200, 300, 400)),
        (-14, 30, (-20, 0, 20, 40)),
        (0, 0.05, (0, 0.02, 0.04, 0.06)),
    ],
)
def test_scales_are_round(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert charts.scale(low, high) == expected


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_scales_hold_everything(low: float, reach: float) -> None:
    ticks = charts.scale(low, low + reach)
    slack = 1e-6 * max(1.0, abs(low), reach)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + reach - slack
    assert 2 <= len(ticks) <= 8


def test_a_line_chart_parts_the_names_at_the_end() -> None:
    series = [charts.Series(f"Team {n}", (10.0, 50.0 + n / 10)) for n in range(6)]
    chart = charts.lines(series, ("R1", "R2"), height=160)
    ends = sorted(float(line.label_y.rstrip("%")) for line in chart.lines)
    assert all(b - a >= 9.99 for a, b in pairwise(ends))
    assert ends[0] >= 0
    assert ends[-1] <= 100


def test_a_line_chart_leaves_gaps_out() -> None:
    chart = charts.lines([charts.Series("Mine", (1.0, None, 3.0), mine=True)], ("a", "b", "c"))
    assert re.findall("[ML]", chart.lines[0].path) == ["M", "L"]
    assert chart.lines[0].last == "3"
    assert [name for _, name in chart.places] == ["a", "b", "c"]


def test_charts_of_nothing_are_empty_not_errors() -> None:
    assert charts.lines([], ()).lines == ()
    assert charts.lines([charts.Series("None yet", (None,))], ("R1",)).lines[0].path == ""
    assert charts.bars([]).bars == ()


def test_bars_stand_on_the_ground() -> None:
    chart = charts.bars([("a", 5), ("b", 10)])
    assert [(bar.y, bar.height) for bar in chart.bars] == [("50%", "50%"), ("0%", "100%")]


def test_a_month_has_whole_weeks() -> None:
    today = dt.date(2025, 8, 12)
    item = calendars.DayItem("Live", "/s", dt.datetime(2025, 8, 16, 13, tzinfo=dt.UTC))
    weeks = calendars.month_weeks(2025, 8, {dt.date(2025, 8, 16): [item]}, today)
    assert [len(week) for week in weeks] == [7] * 5
    assert [day.on for week in weeks for day in week if day.today] == [today]
    assert weeks[2][5].items == (item,)
    assert not weeks[0][0].inside
    assert [day.on for day in calendars.agenda_days({dt.date(2025, 8, 16): [item]}, today)] == [
        dt.date(2025, 8, 16)
    ]


# Shares, strips, boards ---------------------------------------------------------------------------------------------


def test_a_lying_bar_shows_its_parts_and_what_is_left():
    pieces = pictures.stack([("Cards", 6), ("People", 0), ("Vision", 4)], 20, "Left")
    assert [(one.label, one.figure, one.x, one.width, one.number) for one in pieces] == [
        ("Cards", "6", "0", "30", 1),
        ("Vision", "4", "30", "20", 3),
        ("Left", "10", "50", "50", 0),
    ]


def test_parts_beyond_the_whole_squeeze_the_bar():
    pieces = pictures.stack([("One", 75), ("Two", 75)], 100, "Left")
    assert [(one.x, one.width) for one in pieces] == [("0", "50"), ("50", "50")]
    assert pictures.stack([], 0) == ()


def test_a_strip_leaps_over_what_was_not_told():
    drawn = pictures.strip((2, None, 4), 5, 6)
    assert (drawn.width, drawn.height) == (96, 35)
    assert drawn.path == "M8 17.5L40 3.5"
    assert drawn.dots == "M8 17.5h0"
    assert drawn.grid == "M0 3.5h96M0 10.5h96M0 17.5h96M0 24.5h96M0 31.5h96"
    assert drawn.last == ("40", "3.5")
    assert pictures.strip((1, None), 5, 2).last is None
    assert pictures.strip((None,), 5, 2).path == ""


def test_things_in_one_field_of_a_board_stand_beside_each_other():
    pins = pictures.board([("A", 0, 4), ("B", 2, 2), ("C", 2, 2), ("D", 2, 2)], 5, 5)
    assert [(one.label, one.x, one.y) for one in pins] == [
        ("A", "10%", "10%"),
        ("B", "45%", "45%"),
        ("C", "55%", "45%"),
        ("D", "50%", "55%"),
    ]


POINTS = st.builds(
    pictures.Point,
    st.text("abcm A", min_size=1, max_size=12),
    st.floats(0, 100),
    st.floats(0, 100),
    st.just(5.0),
)


def box(point: pictures.Point, label: pictures.Label, width: float, height: float, size: float):
    """What a name covers at a width: left, right, top, bottom."""
    wide = pictures.WIDE * size * len(point.label)
    left = (
        point.x * width / 100 + float(label.dx) - {"start": 0, "middle": wide / 2, "end": wide}[label.anchor]
    )
    base = point.y * height / 100 + float(label.dy) - size / 3
    return left, left + wide, base - size * 0.55, base + size * 0.55


@given(st.lists(POINTS, max_size=9), st.floats(0, 1))
def test_names_cover_no_mark_and_no_other_name_at_any_width(points, between):
    width, height, size = 250 + between * 310, 200, 12
    placed = pictures.labels(points, height, (250, 560), size)
    assert len(placed) == len(points)
    boxes = [box(one, label, width, height, size) for one, label in zip(points, placed, strict=True) if label]
    marks = [
        (x - one.reach, x + one.reach, y - one.reach, y + one.reach)
        for one in points
        for x, y in [(one.x * width / 100, one.y * height / 100)]
    ]
    named = [one for one, label in zip(points, placed, strict=True) if label]
    for at, (left, right, top, bottom) in enumerate(boxes):
        assert -0.08 * width - 0.1 <= left <= right <= 1.08 * width + 0.1
        assert -2.1 <= top <= bottom <= height + 2.1
        own = points.index(named[at])
        for other in [*boxes[:at], *boxes[at + 1 :], *marks[:own], *marks[own + 1 :]]:
            apart = right <= other[0] + 0.1 or other[1] <= left + 0.1
            assert apart or bottom <= other[2] + 0.1 or other[3] <= top + 0.1


def test_a_name_stands_to_the_right_and_moves_where_there_is_no_room():
    one = pictures.Point("Your A", 20, 50)
    assert pictures.labels([one], 200) == (pictures.Label("10", "4", "start"),)
    crowded = pictures.labels([pictures.Point("Mainstream", 96, 50), pictures.Point("Value", 96, 50)], 200)
    assert [label and label.anchor for label in crowded] == ["end", "middle"]


def test_a_name_that_is_needed_chooses_first_and_stands_whatever_it_meets():
    crowd = [pictures.Point(f"Rival {at}", 50, 50) for at in range(9)]
    placed = pictures.labels([*crowd, pictures.Point("Ours", 50, 50, needed=True)], 200)
    assert placed[-1] == pictures.Label("10", "4", "start")
    assert None in placed[:-1], "the table has those for whom there is no room"
    full = [pictures.Point("Ours", 50, 50, needed=True)] * 9
    assert None not in pictures.labels(full, 200)
