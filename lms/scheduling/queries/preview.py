"""A change as it would be published: the one way that preview and publishing both go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts import rules as cohort_rules
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import CohortCalendar, Frame
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.curriculum import queries as curriculum
from lms.scheduling import rules
from lms.scheduling.models import Override, OverrideScope, ScheduledItem
from lms.scheduling.queries.checking import Ahead, checks
from lms.scheduling.queries.graph import graph, schedule
from lms.scheduling.queries.items import calendar
from lms.scheduling.rules import (
    Check,
    Finding,
    Flag,
    Graph,
    ItemSpec,
    ItemState,
    Plan,
    Setting,
    Standing,
)

LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Added:
    """An item that the schedule does not have yet: a session that makes up for a lost one."""

    spec: ItemSpec
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class Wanted:
    """What somebody wants of a schedule: settings by item key, another calendar, what stays, what held may move."""

    settings: Mapping[str, Setting] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    consent: frozenset[str] = frozenset()
    calendar: CohortCalendar | None = None
    """What the dates are to be reckoned by from now on; None: as before."""
    added: tuple[Added, ...] = ()
    """Items to add; their dates are among the settings."""
    together: bool = False
    """Joint sessions change in their other cohorts too."""


@dataclass(frozen=True)
class Ground:
    """What a change is worked out on: the graph, and which version of the schedule it is of."""

    cohort: CohortView
    version: int
    release_number: int
    graph: Graph


@dataclass(frozen=True)
class Preview:
    """A change worked out on the schedule's present version."""

    ground: Ground
    plan: Plan
    cohort: CohortView
    """As it would be."""

    @property
    def calendar_changes(self) -> bool:
        """Whether the cohort's calendar becomes another one, even if no date moves by it."""
        return calendar_of(self.ground.cohort) != calendar_of(self.cohort)


def calendar_of(cohort: CohortView) -> CohortCalendar:
    """What a cohort's dates are reckoned by."""
    return CohortCalendar(
        starts_on=cohort.starts_on,
        zone=cohort.zone,
        holiday_country=cohort.holiday_country,
        holiday_subdivision=cohort.holiday_subdivision,
        breaks=tuple(sorted(cohort.breaks)),
    )


def with_calendar(cohort: CohortView, wanted: CohortCalendar | None) -> CohortView:
    """The cohort as it would be with another calendar."""
    return cohort if wanted is None else replace(cohort, **asdict(wanted))


def frame(cohort: CohortView, now: dt.datetime) -> Frame:
    """What a change of the cohort's calendar is judged by."""
    planned = curriculum.outline(cohort.version_id).frame
    today = now.astimezone(ZoneInfo(cohort.zone)).date()
    return Frame(
        weeks=planned.weeks,
        planned=len(planned.breaks),
        today=today,
        this_week=calendar(cohort).week_of(today),
        opened=cohort.state is not CohortState.PREPARING,
    )


def ground(cohort: CohortView) -> Ground:
    """The schedule as it stands: four statements. The version is read first: it is never newer than the graph."""
    present = schedule(cohort.id)
    return Ground(cohort, present.version, present.release_number, graph(cohort))


def work_out(on: Ground, wanted: Wanted, *, now: dt.datetime) -> Preview:
    """What a change would do.

    A cohort that nobody has seen yet and that starts on another day is dated anew as a whole: nothing of it has
    begun, whatever its first dates said.

    Raises RuleViolation when the calendar is refused or cannot hold the programme.
    """
    cohort, as_of = with_calendar(on.cohort, wanted.calendar), now
    on = replace(on, graph=_with(on.graph, wanted.added))
    if wanted.calendar is not None:
        judged = frame(on.cohort, now)
        refusal = cohort_rules.why_not_calendar(calendar_of(on.cohort), wanted.calendar, judged)
        if refusal:
            raise RuleViolation(refusal[0], **refusal[1])
        if not judged.opened and cohort.starts_on != on.cohort.starts_on:
            as_of = LONG_AGO
    graph = replace(on.graph, calendar=calendar(cohort))
    try:
        plan = rules.plan(
            graph,
            wanted.settings,
            now=as_of,
            keep=wanted.keep,
            consent=wanted.consent,
            together=wanted.together,
        )
    except rules.Unschedulable as why:
        raise RuleViolation(why.refusal, **why.details) from why
    return Preview(on, plan, cohort)


def _with(graph: Graph, added: Collection[Added]) -> Graph:
    """The graph with items that do not take place yet."""
    if not added:
        return graph
    standing = {one.spec.key: Standing(one.starts_at, one.ends_at, ItemState.CANCELLED) for one in added}
    return replace(
        graph,
        specs={**graph.specs, **{one.spec.key: one.spec for one in added}},
        standing={**graph.standing, **standing},
    )


def undoing(cohort_id: int, release_id: int) -> dict[str, Setting]:
    """The settings that were in force before a release, for the items whose settings it changed. One statement.

    What the release added does not take place any more.
    """
    rows = db.session.execute(
        sa.select(
            ScheduledItem.key,
            Override.starts_at,
            Override.ends_at,
            Override.cancelled,
            Override.ended_by_id,
            ScheduledItem.added_by_id,
        )
        .join(ScheduledItem, ScheduledItem.id == Override.item_id)
        .where(
            Override.cohort_id == cohort_id,
            Override.scope == OverrideScope.COHORT,
            sa.or_(Override.release_id == release_id, Override.ended_by_id == release_id),
        )
        .order_by(Override.id)
    )
    before: dict[str, Setting] = {}
    for row in rows:
        if row.ended_by_id == release_id:
            before[row.key] = Setting(row.starts_at, row.ends_at, row.cancelled)
        elif row.added_by_id == release_id:
            before[row.key] = Setting(row.starts_at, row.ends_at, cancelled=True)
        else:
            before.setdefault(row.key, Setting())
    return before


def own_dates_among(cohort_id: int, keys: Collection[str]) -> int:
    """How many sections, teams and learners have dates of their own among these items: they stay. One statement."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(sa.distinct(Override.id)))
            .join(ScheduledItem, ScheduledItem.id == Override.item_id)
            .where(
                Override.cohort_id == cohort_id,
                Override.scope != OverrideScope.COHORT,
                Override.revoked_at.is_(None),
                ScheduledItem.key.in_(list(keys)),
            )
        )
        or 0
    )


def findings(
    cohort: CohortView, preview: Preview, *, ahead: Ahead | None = None
) -> tuple[Check, dict[str, list[Finding]]]:
    """What to look at about the items that change, and what they were held against."""
    standing = {**preview.ground.graph.standing, **{each.key: each.new for each in preview.plan.changes}}
    keys = [each.key for each in preview.plan.changes if each.moves or each.old.state is not each.new.state]
    look = checks(cohort, window(standing, keys), ahead=ahead, on=preview.ground.graph)
    return look, rules.check(look, standing, keys)


def on_holidays(look: Check, preview: Preview, now: dt.datetime) -> dict[str, list[Finding]]:
    """Sessions ahead that stay where they are, and lie on a public holiday."""
    standing = preview.ground.graph.standing
    changed = {each.key for each in preview.plan.changes if each.moves}
    ahead = [key for key, at in standing.items() if at.starts_at > now and key not in changed]
    found = rules.check(look, standing, ahead)
    flagged = {key: [one for one in each if one.flag is Flag.HOLIDAY] for key, each in found.items()}
    return {key: each for key, each in flagged.items() if each}


def window(standing: Mapping[str, Standing], keys: list[str]) -> tuple[dt.datetime, dt.datetime]:
    """From the first start to the last end of some items."""
    if not keys:
        nothing = min(at.starts_at for at in standing.values())
        return nothing, nothing
    return min(standing[key].starts_at for key in keys), max(standing[key].ends_at for key in keys)
