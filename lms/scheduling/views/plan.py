"""The staff's plan: everything that is dated, one item with all that is known of it, and the releases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import Holiday
from lms.core import clock
from lms.curriculum import queries as curriculum
from lms.curriculum import rules as kinds
from lms.curriculum.models import ActivityKind
from lms.scheduling import policy, queries, rules
from lms.scheduling.forms import MoveForm
from lms.scheduling.models import OverrideScope
from lms.scheduling.queries import HistoryLine, ItemLine, JointPart, OverrideLine, PlanItem
from lms.scheduling.rules import Act, ItemKind, Setting
from lms.scheduling.views.blueprint import bp
from lms.scheduling.views.calendar_words import calendar_words
from lms.scheduling.views.rows import WeekRows, activity_href, by_week, date_rows, plan_href
from lms.web.filters import local
from lms.web.guards import current_actor, may_open, requires


@dataclass(frozen=True, slots=True)
class PlanWeek:
    """A week of the plan with its public holidays."""

    rows: WeekRows
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True)
class Filters:
    """What the plan is narrowed to, and what it can be narrowed to."""

    kind: str
    module: str
    kinds: tuple[tuple[str, str], ...]
    modules: tuple[tuple[str, str], ...]

    @property
    def any(self) -> bool:
        """Whether it is narrowed."""
        return bool(self.kind or self.module)


@bp.get("/cohorts/<slug>/plan")
@requires(policy.can_see_plan, cohorts.cohort_visible_to)
def plan(cohort: CohortView) -> ResponseReturnValue:
    """Show every date of the cohort by week, in the cohort's zone."""
    now = clock.now()
    today = local(now, cohort.zone).date()
    outline = curriculum.outline(cohort.version_id)
    modules = {module.key: module for module in outline.modules.values()}
    filters = Filters(
        kind=_known(request.args.get("kind", ""), [kind.value for kind in ActivityKind]),
        module=_known(request.args.get("module", ""), list(modules)),
        kinds=tuple((kind.value, kinds.kind_word(kind.value)) for kind in ActivityKind),
        modules=tuple((key, f"{module.code} {module.title}") for key, module in modules.items()),
    )
    lines = [
        line
        for line in queries.items(cohort.id)
        if filters.kind in ("", outline.activities[line.activity_id].kind.value)
        and (
            not filters.module or modules[filters.module].id == outline.activities[line.activity_id].module_id
        )
    ]
    rows = date_rows(cohort, lines, queries.moved_from(cohort.id), plan_href(cohort))
    calendar = queries.calendar(cohort)
    holidays = queries.holidays(cohort, [])
    weeks = [
        PlanWeek(week, _holidays_in(holidays, week))
        for week in by_week(rows, calendar, cohort.zone, today, every=not filters.any)
    ]
    return render_template(
        "scheduling/plan.html",
        cohort=cohort,
        weeks=weeks,
        symbols=kinds.kind_icons(),
        week_now=calendar.week_of(today) if any(week.rows.now for week in weeks) else 0,
        count=len(rows),
        filters=filters,
        release=queries.schedule(cohort.id).release_number,
        may=policy.can_change_dates(current_actor(), cohort),
        now=now,
        today=today,
    )


def _known(asked: str, known: list[str]) -> str:
    return asked if asked in known else ""


def _holidays_in(holidays: dict[dt.date, tuple[Holiday, ...]], week: WeekRows) -> tuple[Holiday, ...]:
    return tuple(
        holiday
        for offset in range(7)
        for holiday in holidays.get(week.monday + dt.timedelta(days=offset), ())
    )


@dataclass(frozen=True)
class Hanging:
    """An item that hangs on another, over so many steps."""

    title: str
    href: str
    steps: int
    anchor: str
    at: dt.datetime


@dataclass(frozen=True)
class ItemPage:
    """Everything that is known of one date."""

    line: ItemLine
    title: str
    word: str
    symbol: str
    activity_href: str
    starts: str
    """Its anchor in words."""
    ends: str
    starts_anchor: str
    ends_anchor: str
    minutes: int
    hangs_on: tuple[tuple[str, str], ...]
    """(title, href) of the items that its own dates hang on."""
    hanging: tuple[Hanging, ...]
    holds: tuple[str, ...]
    history: list[HistoryLine]
    own: tuple[OverrideLine, ...]
    """Own dates of sections, teams and learners."""
    set_by_hand: OverrideLine | None
    acts: tuple[Act, ...]
    joint: tuple[JointPart, ...] = ()
    """The sessions of other cohorts that are one with it: it changes in the studio, with them."""


@bp.get("/cohorts/<slug>/plan/<key>")
@requires(policy.can_see_plan, queries.plan_item_visible_to)
def item(found: PlanItem) -> ResponseReturnValue:
    """Show one date: its anchor in words, what hangs on it, its story, and what can be done with it."""
    page = item_page(found)
    may = policy.can_change_dates(current_actor(), found)
    return render_template(
        "scheduling/item.html",
        cohort=found.cohort,
        page=page,
        form=move_form(found, request.args) if may and Act.MOVE in page.acts else None,
        may=may,
        now=clock.now(),
    )


def move_form(found: PlanItem, args: Any) -> MoveForm:
    """The form of new dates, filled with what was asked for, else with the present dates."""
    there = ZoneInfo(found.cohort.zone)
    starts, ends = found.line.starts_at.astimezone(there), found.line.ends_at.astimezone(there)
    asked = args if "starts_on" in args or "ends_on" in args else None
    present = {
        "starts_on": starts.date(),
        "starts_time": starts.time(),
        "ends_on": ends.date(),
        "ends_time": ends.time(),
    }
    form = MoveForm(asked, meta={"csrf": False}, data=present)
    if found.line.kind is not ItemKind.WINDOW:
        del form.ends_on
        del form.ends_time
    return form


def item_page(found: PlanItem) -> ItemPage:
    """Read everything that is known of one date."""
    cohort, line = found.cohort, found.line
    graph = queries.graph(cohort)
    names = queries.names_in(cohort.version_id, graph)
    spec = names.specs[line.key]
    kind = names.kinds[line.key]
    there = ZoneInfo(cohort.zone)
    overrides = queries.overrides_of(line.id)
    parts = queries.joint_of(line.id) if line.key in graph.joint else []
    joint = tuple(part for part in parts if part.cohort_id != cohort.id)
    hanging = rules.hanging_on(names.specs.values(), line.key)

    def href(key: str) -> str:
        return url_for("scheduling.item", slug=cohort.slug, key=key)

    def words(anchor: str, at: dt.datetime) -> str:
        return rules.anchor_words(anchor, names.short, at.astimezone(there).weekday()) if anchor else ""

    def hangs(key: str, steps: int) -> Hanging:
        other, at = names.specs[key], graph.standing[key]
        on_end = bool(other.ends and other.ends.target)
        anchor = words(other.ends_text, at.ends_at) if on_end else words(other.starts_text, at.starts_at)
        return Hanging(names.titles[key], href(key), steps, anchor, at.ends_at if on_end else at.starts_at)

    return ItemPage(
        line=line,
        title=names.titles[line.key],
        word=kinds.kind_word(kind),
        symbol=kinds.kind_icon(kind),
        activity_href=activity_href(cohort)(line, kind),
        starts=words(spec.starts_text, line.starts_at),
        ends=words(spec.ends_text, line.ends_at),
        starts_anchor=spec.starts_text,
        ends_anchor=spec.ends_text,
        minutes=spec.minutes,
        hangs_on=tuple((names.titles[key], href(key)) for key in sorted(rules.depends_on(spec))),
        hanging=tuple(hangs(key, steps) for key, steps in hanging.items()),
        holds=graph.holds.get(line.key, ()),
        history=queries.history(line.id),
        own=tuple(each for each in overrides if each.scope is not OverrideScope.COHORT),
        set_by_hand=next((each for each in overrides if each.scope is OverrideScope.COHORT), None),
        acts=() if joint else rules.acts_on(graph.settings.get(line.key, Setting())),
        joint=joint,
    )


@bp.get("/cohorts/<slug>/releases")
@requires(policy.can_see_plan, cohorts.cohort_visible_to)
def releases(cohort: CohortView) -> ResponseReturnValue:
    """Show what each release changed, newest first."""
    found = queries.releases(cohort.id)
    return render_template(
        "scheduling/releases.html",
        cohort=cohort,
        releases=found,
        calendars={
            line.number: calendar_words(*line.calendar_change) if line.calendar_change else ()
            for line in found
        },
        titles=queries.names(cohort).titles,
        may=policy.can_change_dates(current_actor(), cohort),
        may_told=may_open("notifications.release_told", cohort),
        now=clock.now(),
    )
