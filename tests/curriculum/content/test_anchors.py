"""The language of dates: what is written is what is parsed, and what is not understood is said."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.curriculum.content.anchors import DAYS, POINTS, Anchor, AnchorError, Base, parse

TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
IDS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
GAPS = st.text(" ", max_size=3)
SHIFTS = st.lists(
    st.tuples(st.sampled_from("+-−"), st.integers(0, 9999), st.sampled_from(["d", "h", "min"])), max_size=4
)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, Anchor]:
    """An expression, and what it says."""
    base = draw(st.sampled_from(Base))
    fields: dict[str, object] = {}
    if base is Base.COHORT_START:
        text = base.value
    elif base in (Base.WEEK, Base.TEACH):
        number = draw(st.integers(1, 999))
        day, at = draw(st.sampled_from([None, *DAYS])), draw(st.none() | TIMES)
        text = " ".join([base.value, str(number), *([day] if day else []), *([f"{at:%H:%M}"] if at else [])])
        fields = {"number": number, "weekday": DAYS.index(day) if day else 0, "at": at}
    else:
        target, point = draw(IDS), draw(st.sampled_from(POINTS[base]))
        gap = draw(GAPS)
        text = f"{base.value}({gap}{target}{gap}).{point}"
        fields = {"target": target, "point": point}
    days, duration = 0, dt.timedelta()
    for sign, amount, unit in draw(SHIFTS):
        text += f"{draw(GAPS)}{sign}{draw(GAPS)}{amount}{unit}"
        signed = amount if sign == "+" else -amount
        days += signed if unit == "d" else 0
        duration += {
            "d": dt.timedelta(),
            "h": dt.timedelta(hours=signed),
            "min": dt.timedelta(minutes=signed),
        }[unit]
    at_after = draw(st.none() | TIMES)
    if at_after:
        text += f"{draw(GAPS)}@{draw(GAPS)}{at_after:%H:%M}"
    return text, Anchor(base, days=days, duration=duration, at_after=at_after, **fields)  # type: ignore[arg-type]


@given(written())
def test_what_is_written_is_what_is_parsed(pair: tuple[str, Anchor]) -> None:
    text, meant = pair
    assert parse(text) == meant


@given(written(), GAPS, GAPS)
def test_space_around_it_means_nothing(pair: tuple[str, Anchor], before: str, after: str) -> None:
    text, meant = pair
    assert parse(before + text + after) == meant


@given(written())
def test_it_hangs_on_another_activity_exactly_when_it_names_one(pair: tuple[str, Anchor]) -> None:
    text, meant = pair
    assert (parse(text).depends_on is not None) == (meant.base in POINTS)


@given(written(), st.sampled_from(["x", "!", "day", "5", "+ 2", "+ 2w", "@", "@ 9", ". due"]))
def test_nothing_is_left_over_in_silence(pair: tuple[str, Anchor], rest: str) -> None:
    text, _meant = pair
    with pytest.raises(AnchorError):
        parse(f"{text} {rest}")


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused_with_a_sentence(text: str) -> None:
    said = "parsed"
    try:
        parse(text)
    except AnchorError as refused:
        said = str(refused)
    assert said == "parsed" or len(said) > 15


@given(st.sampled_from(["week", "teach"]), st.integers(24, 99), st.integers(60, 99))
def test_a_time_of_day_that_does_not_exist_is_refused(base: str, hour: int, minute: int) -> None:
    for wrong in (f"{hour}:00", f"12:{minute}"):
        for text in (f"{base} 5 Sat {wrong}", f"{base} 5 Sat 10:00 @ {wrong}"):
            with pytest.raises(AnchorError, match=f"“{wrong}” is not a time of day"):
                parse(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "“” is not an anchor; write for instance “teach 5 Mon 09:00”"),
        ("2027-01-11", "“2027-01-11” is not an anchor"),
        ("week 0", "weeks count from 1"),
        ("week 5 Sam", "“Sam” is not a day; write one of Mon, Tue, Wed, Thu, Fri, Sat, Sun"),
        ("teach 5 Sat 18:30 @ 19:00 @ 20:00", "“@ 20:00”"),
        ("session(s7).close", "a session has no “.close”; write one of .start, .end"),
        ("round(ps-r2).start", "a round has no “.start”; write one of .open, .close"),
        ("milestone(m1).accepted", "a milestone has no “.accepted”; write one of .due, .approved"),
        ("cohort.end", "“cohort.end” is not an anchor"),
        ("cohort.start + 2w", "“+ 2w” in “cohort.start + 2w” is not understood"),
    ],
)
def test_a_refusal_says_what_and_how_to_mend_it(text: str, says: str) -> None:
    with pytest.raises(AnchorError) as refused:
        parse(text)
    assert says in str(refused.value)


def test_ids_are_read_in_lower_case() -> None:
    assert parse("session(S7).end + 48h") == parse("session(s7).end+48h")
