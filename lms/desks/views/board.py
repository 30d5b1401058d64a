"""How a cohort's board is composed: filters, cells with the facts behind them, one act each, and its CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import url_for

from lms.cohorts.queries import CohortView
from lms.core.sheets import to_csv
from lms.desks.queries.board import BoardLine
from lms.desks.views.learner import fact
from lms.web.filters import cut1, plural
from lms.web.shapes import Act, BoardRow, Cell, CohortBoard, Fact, Facts, Tab, Tone, Verdict

WEEKS_SHOWN = 27
DAYS_QUIET = 10
FILTERS: dict[str, tuple[str, Callable[[BoardLine], bool]]] = {
    "": ("All", lambda _line: True),
    "risk": ("At risk", lambda line: line.standing.risk > 0),
    "late": ("Overdue work", lambda line: line.standing.late_open > 0),
    "leave": ("On leave", lambda line: line.on_leave),
}


def chosen(lines: list[BoardLine], show: str, find: str) -> list[BoardLine]:
    """The lines of a filter, with the words searched for in the name."""
    keep = FILTERS.get(show, FILTERS[""])[1]
    words = find.lower().split()
    return [line for line in lines if keep(line) and all(word in line.name.lower() for word in words)]


def present(
    cohort: CohortView,
    lines: list[BoardLine],
    *,
    week: int,
    weeks: int,
    show: str,
    find: str,
    open_cell: tuple[str, str],
    zone: str,
    now: dt.datetime,
) -> CohortBoard:
    """Compose the board; `open_cell` is (public id, which cell) of the drawer, or empty texts."""
    here = url_for("desks.board", slug=cohort.slug)
    first = max(1, min(week, weeks) - WEEKS_SHOWN + 1)
    rows = tuple(_row(cohort, line, first, show, now) for line in chosen(lines, show, find))
    return CohortBoard(
        now=now,
        zone=zone,
        cohort=cohort.name,
        week=max(0, min(week, weeks)),
        last_week=weeks,
        first_heat_week=first,
        tabs=tuple(
            Tab(label, f"{here}?show={key}" if key else here, sum(map(keep, lines)), key == show)
            for key, (label, keep) in FILTERS.items()
        ),
        find=find,
        rows=rows,
        total=len(lines),
        action=here,
        csv_href=url_for("desks.board_csv", slug=cohort.slug, show=show or None, find=find or None),
        facts=_facts(cohort, lines, open_cell, here, now),
    )


def _row(cohort: CohortView, line: BoardLine, first: int, show: str, now: dt.datetime) -> BoardRow:
    def at(cell: str) -> str:
        return url_for(
            "desks.board", slug=cohort.slug, who=line.public_id, cell=cell, show=show or None, _anchor="facts"
        )

    standing = line.standing
    share = standing.attendance
    low = standing.absences_left is not None and standing.absences_left < 0
    attendance = Cell(
        cut1(share * 100) if share is not None else "none yet", at("attendance"), "bad" if low else ""
    )
    work = Cell(
        f"{standing.late_open} overdue" if standing.late_open else "on time",
        at("work"),
        "bad" if standing.late_open >= 3 else "warn" if standing.late_open else "",
    )
    days = _days_unseen(line, now)
    seen = Cell(
        "never" if days is None else "today" if days == 0 else f"{days} d",
        at("seen"),
        "warn" if (days is None or days >= DAYS_QUIET) and not line.on_leave else "",
    )
    return BoardRow(
        person=line.public_id,
        name=line.name,
        href=url_for("progress.case_file", slug=cohort.slug, public_id=line.public_id),
        attendance=attendance,
        work=work,
        seen=seen,
        forecast=Cell(_forecast(line), at("forecast"), _forecast_tone(line)),
        heat=standing.weeks[first - 1 :],
        weeks_href=at("weeks"),
        place="on leave" if line.on_leave else "",
    )


def _days_unseen(line: BoardLine, now: dt.datetime) -> int | None:
    return (now.date() - line.last_seen_on).days if line.last_seen_on else None


def _forecast(line: BoardLine) -> str:
    left = line.standing.absences_left
    if line.on_leave:
        return "on leave"
    if left is not None and left < 0 and line.standing.attendance is not None:
        return "attendance broken"
    if (
        left is not None
        and left <= 1
        and line.standing.sessions_ahead
        and line.standing.attendance is not None
    ):
        return f"breaks in {left + 1}"
    return line.standing.award or "too early"


def _forecast_tone(line: BoardLine) -> Tone:
    left = line.standing.absences_left
    if line.on_leave or left is None or line.standing.attendance is None:
        return ""
    return "bad" if left < 0 else "warn" if left <= 1 and line.standing.sessions_ahead else ""


def _facts(
    cohort: CohortView, lines: list[BoardLine], open_cell: tuple[str, str], here: str, now: dt.datetime
) -> Facts | None:
    who, cell = open_cell
    line = next((each for each in lines if each.public_id == who), None)
    if line is None:
        return None
    titles = {
        "attendance": "Attendance",
        "work": "Work",
        "seen": "Last seen",
        "forecast": "Forecast",
        "weeks": "Weeks",
    }
    if cell not in titles:
        return None
    return Facts(
        title=titles[cell],
        about=line.name,
        close_href=here,
        lines=tuple(_lines(line, cell, now)),
        act=Act(
            f"Write to {line.name.split()[0]}",
            url_for("community.announcements", slug=cohort.slug, person=line.public_id),
            symbol="mail",
        ),
        more=Act("Open the case file", url_for("progress.case_file", slug=cohort.slug, public_id=who)),
    )


def _lines(line: BoardLine, cell: str, now: dt.datetime) -> list[Fact]:
    standing = line.standing
    found: list[Fact] = []
    if cell == "attendance" and (told := fact(standing.why_attendance)):
        found.append(told)
    if cell == "forecast" and (told := fact(standing.why_award)):
        found.append(told)
    if cell in ("attendance", "forecast") and standing.absences_left is not None:
        found.append(Fact("Absences left before a rule breaks", str(max(0, standing.absences_left))))
    if cell == "work":
        verdict: Verdict = "missed" if standing.late_open else "met"
        found.append(
            Fact("Required work past its deadline", plural(standing.late_open, "piece"), "", verdict)
        )
        found.append(Fact("Required things done", f"{standing.done} of {standing.total}"))
    if cell == "seen":
        days = _days_unseen(line, now)
        found.append(
            Fact(
                "Last opened a page",
                "never" if days is None else "today" if days == 0 else f"{days} days ago",
            )
        )
    if cell == "weeks":
        names = ("nothing done", "a little", "half", "most", "everything")
        recent = [
            Fact(f"Week {week}", names[step])
            for week, step in enumerate(standing.weeks, start=1)
            if step is not None
        ]
        found += recent[-6:]
    found += [Fact("Risk", reason, verdict="open") for reason in standing.reasons]
    return found or [Fact("Nothing has been counted yet")]


BOARD_HEADINGS = (
    "name",
    "email",
    "state",
    "attendance %",
    "absences left",
    "overdue",
    "last seen",
    "forecast",
    "risk",
)


def as_csv(lines: list[BoardLine]) -> str:
    """The board as CSV: one row per learner."""
    return to_csv(BOARD_HEADINGS, (_cells(line) for line in lines))


def _cells(line: BoardLine) -> tuple[object, ...]:
    share = line.standing.attendance
    return (
        line.name,
        line.email,
        line.state.value,
        cut1(share * 100) if share is not None else "",
        "" if line.standing.absences_left is None else line.standing.absences_left,
        line.standing.late_open,
        line.last_seen_on.isoformat() if line.last_seen_on else "",
        _forecast(line),
        "; ".join(line.standing.reasons),
    )
