"""What changes from one calendar of a cohort to another, in words."""

from __future__ import annotations

import datetime as dt

from lms.cohorts.rules import CohortCalendar, place_name
from lms.web import filters


def calendar_words(old: CohortCalendar, new: CohortCalendar) -> tuple[str, ...]:
    """What changes from one calendar to another, in words."""
    words = []
    if old.starts_on != new.starts_on:
        words.append(f"Starts on {_day(new.starts_on)}, not {_day(old.starts_on)}.")
    if old.zone != new.zone:
        words.append(f"Reckoned in {_zone(new.zone)}, not {_zone(old.zone)}.")
    if (old.holiday_country, old.holiday_subdivision) != (new.holiday_country, new.holiday_subdivision):
        place = place_name(new.holiday_country, new.holiday_subdivision)
        words.append(f"Public holidays of {place}." if new.holiday_country else "No holiday calendar.")
    if old.breaks != new.breaks:
        gone, come = sorted({*old.breaks} - {*new.breaks}), sorted({*new.breaks} - {*old.breaks})
        words.append(_break_words(gone, come))
        more = len(new.breaks) - len(old.breaks)
        if more:
            weeks = filters.plural(abs(more), "week")
            words.append(f"The year becomes {weeks} {'longer' if more > 0 else 'shorter'}.")
    return tuple(words)


def _break_words(gone: list[int], come: list[int]) -> str:
    if len(gone) == len(come) == 1:
        return f"The break moves from week {gone[0]} to week {come[0]}; what lies between changes places with it."
    parts = []
    if gone:
        parts.append(f"no break in week {', '.join(map(str, gone))} any more")
    if come:
        parts.append(f"a break in week {', '.join(map(str, come))}")
    words = " and ".join(parts)
    return f"{words[0].upper()}{words[1:]}."


def _day(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"


def _zone(name: str) -> str:
    return name.replace("_", " ")
