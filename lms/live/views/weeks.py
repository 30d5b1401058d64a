"""The sessions of a week with what each still lacks, and the attendance list of a cohort."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.live import policy, queries
from lms.live.queries import RosterState, SessionView, makeups
from lms.live.rules import NameState, Verdict
from lms.live.rules.makeups import MakeUpState
from lms.live.views.frame import CANCELLED, WORDS, bp
from lms.scheduling import queries as scheduling
from lms.scheduling.rules import Calendar
from lms.web import filters
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires

WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session of the week: when, who, what it lacks, its roster."""

    session: SessionView
    ready: str
    tone: str
    roster: RosterState
    begun: bool


@bp.get("/cohorts/<slug>/sessions-of-the-week")
@requires(policy.can_read_attendance, cohorts.cohort_visible_to)
def sessions_of_the_week(cohort: CohortView) -> ResponseReturnValue:
    """Show the sessions of a week: is each ready, is its roster closed."""
    now, actor = clock.now(), current_actor()
    calendar = scheduling.calendar(cohort)
    week = _week(calendar, scheduling.week_now(cohort, now))
    monday = calendar.monday(week)
    since = dt.datetime.combine(monday, dt.time(), ZoneInfo(cohort.zone))
    lines = queries.sessions(cohort, since=since, until=since + WEEK)
    rosters = queries.roster_states(lines)
    return render_template(
        "live/sessions_of_the_week.html",
        cohort=cohort,
        rows=[_row(line, rosters[line.id], now) for line in lines],
        week=week,
        days=filters.days(monday, monday + dt.timedelta(days=6), now.date()),
        before=week - 1 if week > 1 else None,
        after=week + 1 if week < calendar.weeks else None,
        pause=week in cohort.breaks,
        make_ups_wait=makeups.make_up_counts(cohort.id).get(MakeUpState.WAITS, 0),
        names_wait=queries.name_counts(cohort.id).get(NameState.WAITS, 0),
        may_edit=policy.can_edit(actor, cohort),
        may_mark=policy.can_mark(actor, cohort),
        zone=actor.zone,
        now=now,
    )


def _week(calendar: Calendar, present: int) -> int:
    """The week of the address, else the present one, within the year."""
    text = request.args.get("week", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else present
    return min(max(wanted, 1), calendar.weeks)


def _row(line: SessionView, roster: RosterState, now: dt.datetime) -> SessionRow:
    if line.cancelled:
        return SessionRow(line, "Cancelled", "bad", roster, begun=False)
    begun = now >= line.opens_at
    if line.ends_at <= now:
        return SessionRow(line, "Over", "", roster, begun)
    found = line.readiness
    if found.missing:
        soon = line.starts_at - now < dt.timedelta(days=2)
        return SessionRow(line, found.words, "bad" if soon else "warn", roster, begun)
    return SessionRow(line, found.words, "info" if found.advised else "good", roster, begun)


@bp.get("/cohorts/<slug>/attendance.csv")
@requires(policy.can_read_attendance, cohorts.cohort_visible_to)
def attendance_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give the attendance of a cohort as a table: a row for each learner, a column for each session that counts."""
    lines = [line for line in queries.sessions(cohort) if line.counts]
    marks = queries.verdicts(line.id for line in lines)
    totals = queries.attendance_of(cohort.id)
    head = [f"{line.line.code or line.key} {line.day.isoformat()}" for line in lines]
    rows = []
    for place in queries.places(cohort.id):
        total = totals.get(place.place_id, queries.NONE_YET).total
        cells = [
            CANCELLED if line.cancelled else WORDS[marks.get((line.id, place.place_id), Verdict.UNMARKED)]
            for line in lines
        ]
        rows.append(
            [
                place.name,
                place.email,
                place.external_id,
                place.state.value,
                filters.figure(total.present),
                total.sessions,
                filters.cut1(total.share * 100) if total.share is not None else "",
                *("" if cell == WORDS[Verdict.UNMARKED] else cell for cell in cells),
            ]
        )
    headings = ["name", "email", "external_id", "state", "present", "sessions", "per cent", *head]
    return csv_file(f"attendance-{cohort.slug}", headings, rows)
