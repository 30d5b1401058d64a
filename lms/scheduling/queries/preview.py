"""A change as it would be published: the one way that preview and publishing both go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
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
from lms.scheduling.queries.checking import Ahead, Asked, Window, checks_of
from lms.scheduling.queries.graph import Ground
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
    return undoing_all({cohort_id: release_id})[cohort_id]


def undoing_all(releases: Mapping[int, int]) -> dict[int, dict[str, Setting]]:
    """The same for a release of each of some cohorts (cohort id → release id), by cohort. One statement."""
    ids = list(releases.values())
    rows = db.session.execute(
        sa.select(
            Override.cohort_id,
            ScheduledItem.key,
            Override.starts_at,
            Override.ends_at,
            Override.cancelled,
            Override.ended_by_id,
            ScheduledItem.added_by_id,
        )
        .join(ScheduledItem, ScheduledItem.id == Override.item_id)
        .where(
            Override.cohort_id.in_(releases),
            Override.scope == OverrideScope.COHORT,
            sa.or_(Override.release_id.in_(ids), Override.ended_by_id.in_(ids)),
        )
        .order_by(Override.id)
    )
    before: dict[int, dict[str, Setting]] = {cohort_id: {} for cohort_id in releases}
    for row in rows:
        found, release_id = before[row.cohort_id], releases[row.cohort_id]
        if row.ended_by_id == release_id:
            found[row.key] = Setting(row.starts_at, row.ends_at, row.cancelled)
        elif row.added_by_id == release_id:
            found[row.key] = Setting(row.starts_at, row.ends_at, cancelled=True)
        else:
            found.setdefault(row.key, Setting())
    return before


@dataclass(frozen=True)
class Looked:
    """What the dates of one cohort were held against, and what there is to look at, by item."""

    look: Check
    findings: Mapping[str, list[Finding]]


def findings(
    cohort: CohortView, preview: Preview, *, ahead: Ahead | None = None
) -> tuple[Check, dict[str, list[Finding]]]:
    """What to look at about the items that change, and what they were held against."""
    found = looked_at([(cohort, preview)], ahead=ahead)[cohort.id]
    return found.look, dict(found.findings)


def looked_at(
    previews: Sequence[tuple[CohortView, Preview]],
    *,
    ahead: Ahead | None = None,
    besides: Mapping[int, Window] | None = None,
) -> dict[int, Looked]:
    """The same for several cohorts that change together, by cohort, with as many statements as for one.

    `besides`: stretches of time, by cohort, in which clashes are to be known although nothing changes there.
    """
    asked, changing = [], {}
    for cohort, preview in previews:
        changes = preview.plan.changes
        standing = {**preview.ground.graph.standing, **{each.key: each.new for each in changes}}
        keys = [each.key for each in changes if each.visible]
        changing[cohort.id] = standing, keys
        stretches = [window(standing, keys)] if keys else []
        if besides and cohort.id in besides:
            stretches.append(besides[cohort.id])
        asked.append(Asked(cohort, _around(stretches), preview.ground.graph))
    looks = checks_of(asked, ahead=ahead)
    return {
        cohort_id: Looked(looks[cohort_id], rules.check(looks[cohort_id], standing, keys))
        for cohort_id, (standing, keys) in changing.items()
    }


def _around(stretches: Sequence[Window]) -> Window | None:
    if not stretches:
        return None
    return min(begin for begin, _end in stretches), max(end for _begin, end in stretches)


def on_holidays(look: Check, preview: Preview, now: dt.datetime) -> dict[str, list[Finding]]:
    """Sessions ahead that stay where they are, and lie on a public holiday."""
    standing = preview.ground.graph.standing
    changed = {each.key for each in preview.plan.changes if each.moves}
    ahead = [key for key, at in standing.items() if at.starts_at > now and key not in changed]
    found = rules.check(look, standing, ahead)
    flagged = {key: [one for one in each if one.flag is Flag.HOLIDAY] for key, each in found.items()}
    return {key: each for key, each in flagged.items() if each}


def window(standing: Mapping[str, Standing], keys: list[str]) -> Window:
    """From the first start to the last end of some items."""
    return min(standing[key].starts_at for key in keys), max(standing[key].ends_at for key in keys)
