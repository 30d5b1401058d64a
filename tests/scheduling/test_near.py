"""What lies across a stretch of time is what looking at everything finds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.scheduling.rules.near import Near

ZERO = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Span:
    starts_at: dt.datetime
    ends_at: dt.datetime


def span(start: int, hours: int) -> Span:
    return Span(ZERO + dt.timedelta(hours=start), ZERO + dt.timedelta(hours=start + hours))


SPANS = st.builds(span, st.integers(0, 200), st.integers(0, 30))


@settings(max_examples=200, deadline=None)
@given(st.lists(SPANS, max_size=30), SPANS)
def test_it_finds_what_looking_at_everything_finds(things, asked):
    found = Near(things).across(asked.starts_at, asked.ends_at)
    everything = [
        each for each in things if each.starts_at < asked.ends_at and asked.starts_at < each.ends_at
    ]
    assert found == sorted(everything, key=lambda each: each.starts_at)
