"""Words for instants, spans and figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.web import filters, shell, zones

NOW = dt.datetime(2025, 8, 12, 16, 4, tzinfo=dt.UTC)
SATURDAY = dt.datetime(2025, 8, 16, 13, 0, tzinfo=dt.UTC)
HARD, EN_DASH, MINUS = "\N{NO-BREAK SPACE}", "\N{EN DASH}", "\N{MINUS SIGN}"


def plain(text: str) -> str:
    return text.replace(HARD, " ")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Dubai", "Sat 16 Aug, 17:00 GST"),
        ("Asia/Kolkata", "Sat 16 Aug, 18:30 IST"),
        ("Asia/Singapore", "Sat 16 Aug, 21:00 SGT"),
        ("America/Sao_Paulo", "Sat 16 Aug, 10:00 BRT"),
        ("America/New_York", "Sat 16 Aug, 09:00 EDT"),
        ("Europe/London", "Sat 16 Aug, 14:00 BST"),
        ("Australia/Eucla", "Sat 16 Aug, 21:45 UTC+8:45"),
        ("UTC", "Sat 16 Aug, 13:00 UTC"),
    ],
)
def test_when_is_in_the_viewers_zone(zone: str, expected: str) -> None:
    assert filters.when(SATURDAY, zone, NOW) == expected


def test_when_names_another_year() -> None:
    assert filters.when(SATURDAY.replace(year=2026), "UTC", NOW) == "Sun 16 Aug 2026, 13:00 UTC"


def test_the_year_is_that_of_the_viewers_day() -> None:
    eve = dt.datetime(2025, 12, 31, 20, 0, tzinfo=dt.UTC)
    assert filters.when(eve, "Asia/Dubai", NOW) == "Thu 1 Jan 2026, 00:00 GST"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        filters.when(SATURDAY.replace(tzinfo=None), "UTC", NOW)


def test_ranges() -> None:
    end = SATURDAY + dt.timedelta(hours=3)
    assert filters.when_range(SATURDAY, end, "Asia/Dubai", NOW) == f"Sat 16 Aug, 17:00{EN_DASH}20:00 GST"
    assert (
        filters.when_range(SATURDAY, end, "Asia/Singapore", NOW)
        == f"Sat 16 Aug, 21:00 SGT {EN_DASH} Sun 17 Aug, 00:00 SGT"
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (dt.date(2025, 8, 12), dt.date(2025, 8, 12), "Tue 12 Aug"),
        (dt.date(2025, 8, 12), dt.date(2025, 8, 18), "12–18 Aug"),
        (dt.date(2025, 7, 28), dt.date(2025, 8, 3), "28 Jul – 3 Aug"),
        (dt.date(2025, 12, 29), dt.date(2026, 1, 4), "29 Dec 2025 – 4 Jan 2026"),
        (dt.date(2026, 8, 12), dt.date(2026, 8, 18), "12–18 Aug 2026"),
    ],
)
def test_days(start: dt.date, end: dt.date, expected: str) -> None:
    assert filters.days(start, end, NOW.date()) == expected


def test_days_of_instants() -> None:
    assert filters.day_in(dt.datetime(2025, 8, 14, 21, tzinfo=dt.UTC), "Asia/Dubai") == "Fri 15 Aug"
    assert filters.long_day_in(NOW, "Asia/Dubai") == "Tuesday 12 August"
    assert filters.clock(NOW, "Asia/Dubai") == "20:04"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (3 * 86400 + 21 * 3600 + 59, "in 3 d 21 h"),
        (2 * 3600 + 5 * 60, "in 2 h 5 min"),
        (3600, "in 1 h"),
        (90, "in 1 min"),
        (59, "now"),
        (-59, "now"),
        (-2 * 3600 - 1800, "2 h ago"),
        (-86400 * 2, "2 d ago"),
    ],
)
def test_relative(seconds: int, expected: str) -> None:
    assert plain(filters.relative(NOW + dt.timedelta(seconds=seconds), NOW)) == expected


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 min"), (14, "14 min"), (60, "1 h"), (80, "1 h 20 min"), (2580, "43 h")]
)
def test_minutes(count: int, expected: str) -> None:
    assert plain(filters.minutes(count)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(5999, 100), "59.9"),
        (Decimal("59.96"), "59.9"),
        (59.999, "59.9"),
        (60, "60.0"),
        (Fraction(-1, 100), "0.0"),
        (Decimal("-14.25"), f"{MINUS}14.2"),
        (1096.78, "1,096.7"),
        (0.3, "0.3"),
    ],
)
def test_cut1_never_rounds_up(value: filters.Number, expected: str) -> None:
    assert filters.cut1(value) == expected


@given(st.fractions(min_value=0, max_value=100))
def test_nothing_shown_as_reached_is_below(value: Fraction) -> None:
    assert Fraction(filters.cut1(value)) <= value


def test_figures() -> None:
    assert plain(filters.percent(Fraction(746, 1000))) == "74.6 %"
    assert plain(filters.percent(Fraction(7499, 10000))) == "74.9 %"
    assert plain(filters.percent(0.619, whole=True)) == "61 %"
    assert filters.grouped(1096.74) == "1,096.74"
    assert filters.grouped(-14) == f"{MINUS}14"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (24_700, "24 KB"),
        (2_450_000, "2.4 MB"),
        (80_000_000, "80 MB"),
        (3_100_000_000, "3.1 GB"),
    ],
)
def test_file_size(size: int, expected: str) -> None:
    assert plain(filters.file_size(size)) == expected


def test_plural() -> None:
    assert [filters.plural(n, "comment") for n in (0, 1, 2)] == ["no comments", "1 comment", "2 comments"]
    assert filters.plural(3, "person", "people") == "3 people"


def test_join_words_leaves_out_and_escapes() -> None:
    assert str(filters.join_words(["a", "", "<b>"])) == "a · &lt;b&gt;"


def test_icons_are_hidden_unless_they_speak() -> None:
    assert 'aria-hidden="true"' in filters.icon("check")
    assert 'class="icon"' in filters.icon("check", 20)
    assert "stroke" not in filters.icon("check", 20), "drawn by the stylesheet, once"
    spoken = filters.icon("check", 20, "met")
    assert 'aria-label="met"' in spoken
    assert "aria-hidden" not in spoken


def test_every_spoken_zone_exists() -> None:
    assert [name for name in zones.SPOKEN if not filters.zone_of(name)] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rohan Mehta", "RM"),
        ("Prof. Sudhir Venkataraman", "PV"),
        ("Cher", "C"),
        ("अनुष्का देशपांडे", "अद"),
        ("", "·"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert shell.initials(name) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/desk?week=3", "/desk?week=3"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\nb", "/"),
        ("", "/"),
    ],
)
def test_the_theme_leads_back_to_this_site_only(path: str, expected: str) -> None:
    assert shell.local_path(path) == expected
