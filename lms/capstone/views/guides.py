"""The coordinator's side: all projects of a cohort, who guides them, how far they are, as a list and as CSV."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.capstone import actions, policy, queries
from lms.capstone.forms import EmptyForm
from lms.capstone.queries import Overview, ProjectRow
from lms.capstone.rules.states import state_words
from lms.capstone.views.frame import Status, bp, statuses
from lms.capstone.views.room_page import state_tone
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.people.rules import Actor
from lms.web.downloads import csv_file
from lms.web.filters import day_in, plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store
from lms.web.shapes import Tab, Tone

SHOWS = {
    "": "All",
    "guide": "Without a guide",
    "waiting": "Answer waited for",
    "alarm": "Meetings missed",
    "late": "Behind",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One milestone of one project: a word, its date, a tone, and where it is."""

    word: str
    date: str
    tone: Tone
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A project in the list."""

    owner: str
    title: str
    href: str
    people: str
    size: int
    wish: str
    state: str
    tone: Tone
    guide: str
    guide_href: str
    meetings: str
    alarm: bool
    met: str
    waiting: str
    overdue: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class LoadRow:
    """Somebody who guides or could, with what they carry."""

    name: str
    load: int
    cap: int
    where: str
    full: bool


@dataclass(frozen=True)
class GuidesPage:
    """All projects of a cohort."""

    slug: str
    cohort: str
    tabs: tuple[Tab, ...]
    codes: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    total: int
    without: tuple[tuple[str, int], ...]
    alone: int
    guides: tuple[LoadRow, ...]
    may_assign: bool
    csv_href: str
    teams_href: str
    needed: int
    now: dt.datetime
    zone: str


@bp.get("/cohorts/<slug>/guides")
@requires(policy.can_see_guides, cohort_visible_to)
def guides(cohort: CohortView) -> ResponseReturnValue:
    """Show every project with its team, guide, meetings and milestones."""
    no_store()
    page = _page(cohort, current_actor(), request.args.get("show", ""))
    return render_template("capstone/guides.html", page=page, empty=EmptyForm())


def _page(cohort: CohortView, actor: Actor, show: str) -> GuidesPage:
    now = clock.now()
    read = queries.overview(cohort)
    capstone = curriculum.outline(cohort.version_id).policies.capstone
    may_assign = policy.can_assign_guides(actor, cohort)
    rows = [(each, _row(read, each, actor.zone, now, may_assign=may_assign)) for each in read.projects]
    chosen = show if show in SHOWS else ""
    return GuidesPage(
        slug=cohort.slug,
        cohort=cohort.name,
        tabs=tuple(
            Tab(
                label,
                url_for(".guides", slug=cohort.slug, show=name or None),
                sum(_shown(each, row, name) for each, row in rows),
                name == chosen,
            )
            for name, label in SHOWS.items()
        ),
        codes=tuple((line.code, line.title) for line in read.milestones),
        rows=tuple(row for each, row in rows if _shown(each, row, chosen)),
        total=len(rows),
        without=read.without,
        alone=read.alone,
        guides=tuple(
            LoadRow(
                one.load.name,
                one.load.load,
                capstone.guide_cap,
                "; ".join(one.cohorts),
                one.load.load >= capstone.guide_cap,
            )
            for one in sorted(
                queries.candidates(cohort.id, now), key=lambda one: (-one.load.load, one.load.name)
            )
            if one.load.load or one.load.here
        ),
        may_assign=may_assign,
        csv_href=url_for(".guides_csv", slug=cohort.slug),
        teams_href=url_for("enrolment.teams", slug=cohort.slug),
        needed=capstone.meetings_planned,
        now=now,
        zone=actor.zone,
    )


def _shown(each: ProjectRow, row: Row, show: str) -> bool:
    if not show:
        return True
    if not each.line.running:
        return False
    return {
        "guide": each.line.guide_id is None,
        "waiting": bool(each.waiting),
        "alarm": row.alarm,
        "late": any(cell.tone == "bad" for cell in row.cells),
    }[show]


def _row(read: Overview, each: ProjectRow, zone: str, now: dt.datetime, *, may_assign: bool) -> Row:
    line = each.line
    found = statuses(
        read.milestones,
        {key: one.standing for key, one in each.reached.items()},
        each.dates,
        {key: one.answered_at for key, one in each.reached.items() if one.answered_at},
        line.state,
        now,
    )
    waiting = [(one.code, found[one.key]) for one in read.milestones if one.key in each.waiting]
    wish = str(each.wishes.get("mode", "")) if line.team_id is None else ""
    return Row(
        owner=line.owner,
        title=line.title,
        href=url_for(".project", public_id=line.public_id),
        people=", ".join(each.members),
        size=len(each.members),
        wish="wants a team" if wish.startswith("In a team") else "",
        state=state_words(line.state),
        tone=state_tone(line.state),
        guide=line.guide,
        guide_href=url_for(".guide", public_id=line.public_id) if may_assign and line.running else "",
        meetings=f"{each.meetings.held}"
        + (f", {each.meetings.missed} missed" if each.meetings.missed else ""),
        alarm=each.meetings.alarming(read.alarm_from) and line.running,
        met=day_in(each.last_met, zone, now) if each.last_met else "",
        waiting=", ".join(code for code, _status in waiting),
        overdue=any(one.tone == "warn" for _code, one in waiting),
        cells=tuple(_cell(each, one.key, one.code, found[one.key], zone, now) for one in read.milestones),
    )


def _cell(
    each: ProjectRow,
    key: str,
    code: str,
    here: Status,
    zone: str,
    now: dt.datetime,
) -> Cell:
    word = {
        "waits for an answer": "waits",
        "answer overdue": "overdue",
        "not handed in": "missing",
        "to be revised": "revise",
        "ahead": "opens",
        "not needed": "–",
    }.get(here.word, here.word)
    at = here.at
    reached = each.reached.get(key)
    late = f", {plural(reached.late_days, 'day')} late" if reached and reached.late_days else ""
    date = day_in(at, zone, now) if at else ""
    return Cell(
        word=word,
        date=date,
        tone=here.tone,
        href=url_for(".project_milestone", public_id=each.line.public_id, key=key),
        label=f"{code} of {each.line.owner}: {here.word}{', ' + here.note if here.note else ''} {date}{late}",
    )


@bp.get("/cohorts/<slug>/guides.csv")
@requires(policy.can_see_guides, cohort_visible_to)
def guides_csv(cohort: CohortView) -> ResponseReturnValue:
    """Hand out the list for a spreadsheet."""
    page = _page(cohort, current_actor(), "")
    head = [
        "project",
        "team or learner",
        "people",
        "state",
        "guide",
        "meetings held",
        "last met",
        "waits for answer",
    ]
    rows = [
        [
            row.title,
            row.owner,
            row.people,
            row.state,
            row.guide,
            row.meetings,
            row.met,
            row.waiting,
            *(f"{cell.word} {cell.date}".strip() for cell in row.cells),
        ]
        for row in page.rows
    ]
    return csv_file(f"{cohort.slug}-capstones", [*head, *(code for code, _title in page.codes)], rows)


@bp.post("/cohorts/<slug>/guides/projects")
@requires(policy.can_assign_guides, cohort_visible_to)
def create_projects(cohort: CohortView) -> ResponseReturnValue:
    """Start a project for every capstone team that has none."""
    with unit_of_work() as work:
        made = actions.create_for_teams(cohort.id, actor=current_actor(), now=work.now)
    if made:
        flash(f"{plural(len(made), 'project')} begun. Their members see them in their rooms.", "good")
    else:
        flash("Every team with members has its project already.", "info")
    return redirect(url_for(".guides", slug=cohort.slug), code=303)
