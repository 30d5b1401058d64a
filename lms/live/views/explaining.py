"""Stored traces and totals in words. Nothing is judged here: what was decided is read out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.live.queries import AttendanceView, MarkView
from lms.live.rules import LEAVE, Count, Verdict
from lms.live.views.frame import CANCELLED, TONES, WORDS
from lms.web import filters
from lms.web.shapes import Fact

LEAVE_RULE = (
    "Sessions during a leave stand in neither sum, unless one was there all the same, in full, or the coordinator "
    "decided otherwise"
)
_VERDICTS = {Verdict.PRESENT: "met", Verdict.HALF: "open", Verdict.ABSENT: "missed"}


@dataclass(frozen=True, slots=True)
class Explained:
    """A mark with its word, its tone and why."""

    word: str
    tone: str
    fact: Fact


def explained(mark: MarkView, zone: str, now: dt.datetime, *, cancelled: bool = False) -> Explained:
    """A stored mark in words; of a cancelled session it says so, whatever leaves it out of the sums."""
    word = CANCELLED if cancelled else WORDS[mark.verdict]
    tone = "" if cancelled else TONES[mark.verdict]
    trace = mark.trace
    bound = (
        f"Present from {filters.percent(trace['full_from'], whole=True)}, half from "
        f"{filters.percent(trace['half_from'], whole=True)} of the scheduled "
        f"{filters.minutes(trace['scheduled_minutes'])}"
    )
    if trace["decided_by"] == LEAVE:
        bound = LEAVE_RULE
    fact = Fact(
        text=trace["why"],
        value=word,
        bound=bound,
        verdict=_VERDICTS.get(mark.verdict, "fact"),  # type: ignore[arg-type]
        parts=tuple(_weighed(line, trace, zone, now) for line in trace["weighed"]),
    )
    return Explained(word, tone, fact)


def _weighed(line: Mapping[str, Any], trace: Mapping[str, Any], zone: str, now: dt.datetime) -> Fact:
    at = filters.when(dt.datetime.fromisoformat(line["at"]), zone, now)
    value = ""
    if "share" in line:
        share = Fraction(*line["share"])
        value = f"{int(trace['minutes'])} of {trace['scheduled_minutes']} min, {filters.percent(share)}"
    elif "verdict" in line:
        value = WORDS[Verdict(line["verdict"])]
    elif line["times"] > 1:
        value = f"{line['times']} times"
    decided = line["kind"] == trace["decided_by"]
    note = " · ".join(part for part in (line.get("reason", ""), at) if part)
    return Fact(text=line["words"], value=value, bound="this decides" if decided else "", note=note)


def sessions(count: Count) -> str:
    """“5.5 of 7 sessions, 78.5 %”."""
    if count.share is None:
        return "no session counted yet"
    return (
        f"{filters.figure(count.present)} of {filters.plural(count.sessions, 'session')}, "
        f"{filters.percent(count.share)}"
    )


def _short(count: Count) -> str:
    """“5.5 of 7, 78.5 %”."""
    if count.share is None:
        return "none yet"
    return f"{filters.figure(count.present)} of {count.sessions}, {filters.percent(count.share)}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What one's attendance is and what a session does to it."""

    lines: tuple[tuple[str, str, str], ...]
    """(name, figure, rule)"""
    cost: str = ""
    short: bool = False
    """Below what is needed, now or with this session missed."""


def standing(
    view: AttendanceView,
    course: tuple[str, str],
    needed: tuple[float, float | None],
    *,
    ahead: bool,
    to_come: int,
    on_leave: bool = False,
) -> Standing:
    """A learner's exact ratio overall and in the course of a session, and what missing it would cost."""
    overall, in_course = needed
    key, title = course
    lines = [("Overall", _short(view.total), f"{filters.percent(overall, whole=True)} needed, not rounded")]
    if in_course is not None:
        lines.append((title, _short(view.of(key)), f"{filters.percent(in_course, whole=True)} needed"))
    if not ahead:
        return Standing(tuple(lines), short=not view.total.reaches(overall))
    if on_leave:
        return Standing(tuple(lines), f"You are on leave. {LEAVE_RULE}.")
    missed = view.total.plus(Verdict.ABSENT)
    cost = f"If you miss this one: {sessions(missed)}."
    if to_come > 1:
        cost += f" {to_come - 1} more that count are still to come."
    return Standing(tuple(lines), cost, short=not missed.reaches(overall))
