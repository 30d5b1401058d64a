"""A change of dates: first what it would do, then publishing it; and taking the latest release back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.scheduling import actions, policy, queries, rules
from lms.scheduling.actions import Publishing
from lms.scheduling.forms import MoveForm, PublishForm
from lms.scheduling.queries import Ground, Looked, PlanItem, Preview, Wanted
from lms.scheduling.rules import Act, Change, Finding, Flag, ItemKind, Obstacle, ScheduleRefusal, Why
from lms.scheduling.views.blueprint import bp
from lms.scheduling.views.plan import move_form
from lms.web.guards import current_actor, requires
from lms.web.zones import month_name


@dataclass(frozen=True, slots=True)
class ZoneTime:
    """When something would be where people live: learners by number, those who teach it by name."""

    zone: str
    learners: int
    night: bool
    staff: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangeRow:
    """One item that a change touches, with all there is to say about it."""

    key: str
    title: str
    href: str
    old: rules.Standing
    new: rules.Standing
    how: str
    moves: bool
    window: bool
    findings: tuple[Finding, ...]
    obstacles: tuple[str, ...]
    holds: tuple[str, ...]
    consent_asked: bool
    consent_given: bool
    may_stay: bool
    """It can be kept where it is: it is not the item that the act is about."""
    stays: bool
    zones: tuple[ZoneTime, ...] = ()
    """When it would be where people live, where that is asked for."""
    mark: str = ""
    """What a consent to it is called in a form over several cohorts; empty: its key."""

    @property
    def ref(self) -> str:
        """What a form calls it."""
        return self.mark or self.key

    @property
    def attention(self) -> bool:
        """Whether somebody has to decide it, or it clashes. That it is night somewhere is said beside the date."""
        clashes = any(finding.flag is not Flag.NIGHT for finding in self.findings)
        return self.consent_asked or bool(self.obstacles) or clashes


@dataclass(frozen=True)
class ChangeGroup:
    """Changes under one heading; without a title, all there are."""

    title: str
    rows: tuple[ChangeRow, ...]
    folded: bool = False


UNGROUPED = 12
"""Up to so many changes stand under one another without headings."""
OPEN = 30
"""Of more than these, the months are folded."""


def grouped(rows: Sequence[ChangeRow], zone: str) -> tuple[ChangeGroup, ...]:
    """What has to be decided, or clashes, first, then the others by the month in which they would lie."""
    if len(rows) <= UNGROUPED:
        return (ChangeGroup("", tuple(rows)),) if rows else ()
    months: dict[tuple[int, int], list[ChangeRow]] = {}
    for row in rows:
        if not row.attention:
            there = row.new.starts_at.astimezone(ZoneInfo(zone))
            months.setdefault((there.year, there.month), []).append(row)
    first = tuple(row for row in rows if row.attention)
    return ((ChangeGroup("To decide, or clashing", first),) if first else ()) + tuple(
        ChangeGroup(f"{month_name(month, 'wide')} {year}", tuple(found), folded=len(rows) > OPEN)
        for (year, month), found in sorted(months.items())
    )


@dataclass(frozen=True)
class PreviewPage:
    """What a change would do."""

    rows: tuple[ChangeRow, ...]
    groups: tuple[ChangeGroup, ...]
    quiet: int
    """Items that have begun or ended and whose dates are fixed by this, without moving."""
    number: int
    """Of the release it would become."""
    version: int
    learners: int
    zones: int
    findings: int
    obstacles: int
    own: int
    """Dates of sections, teams and learners of their own among what changes: they stay."""
    quietly: bool = False
    """Learners have not seen the cohort yet: nobody is told."""

    @property
    def may_keep(self) -> bool:
        """Whether some of it can be kept where it is."""
        return any(row.may_stay and (row.moves or row.stays) for row in self.rows)


def preview_page(cohort: CohortView, preview: Preview, wanted: Wanted) -> PreviewPage:
    """Put a preview into the words of the page."""
    return with_check(cohort, preview, wanted)[0]


def with_check(
    cohort: CohortView, preview: Preview, wanted: Wanted, *, looked: Looked | None = None
) -> tuple[PreviewPage, rules.Check]:
    """The same, and what the dates were held against; `looked`: where that is known already."""
    looked = looked or queries.looked_at([(cohort, preview)])[cohort.id]
    look, findings = looked.look, looked.findings
    rows, quiet = [], 0
    for change in preview.plan.changes:
        seen = change.moves or change.old.state is not change.new.state
        if not seen and change.why is Why.BEGUN:
            quiet += 1
            continue
        rows.append(_row(cohort, preview, change, wanted, tuple(findings.get(change.key, ()))))
    rows.sort(key=lambda row: (row.may_stay, not row.attention, row.new.starts_at, row.key))
    page = PreviewPage(
        rows=tuple(rows),
        groups=grouped(rows, cohort.zone),
        quiet=quiet,
        number=preview.ground.release_number + 1,
        version=preview.ground.version,
        learners=sum(look.learners.values()),
        zones=len(look.learners),
        findings=sum(len(row.findings) for row in rows),
        obstacles=preview.plan.obstacles,
        own=sum(preview.ground.own.get(row.key, 0) for row in rows if row.moves),
        quietly=preview.calendar_changes and not queries.frame(preview.ground.cohort, clock.now()).opened,
    )
    return page, look


def _row(
    cohort: CohortView,
    preview: Preview,
    change: Change,
    wanted: Wanted,
    findings: tuple[Finding, ...],
) -> ChangeRow:
    names = queries.names_in(cohort.version_id, preview.ground.graph)
    return ChangeRow(
        key=change.key,
        title=names.titles[change.key],
        href=url_for("scheduling.item", slug=cohort.slug, key=change.key),
        old=change.old,
        new=change.new,
        how=change.words(names.short),
        moves=change.moves,
        window=preview.ground.graph.specs[change.key].kind is ItemKind.WINDOW,
        findings=findings,
        obstacles=tuple(obstacle.value for obstacle in change.obstacles if obstacle is not Obstacle.HELD),
        holds=tuple(reason.rstrip(".") for reason in change.holds),
        consent_asked=change.consent_needed,
        consent_given=change.key in wanted.consent,
        may_stay=change.key not in wanted.settings,
        stays=change.key in wanted.keep,
    )


_TITLES = {
    Act.MOVE: "Move {title}",
    Act.PIN: "Pin {title} where it is",
    Act.UNPIN: "Let {title} follow its anchor again",
    Act.CANCEL: "Cancel {title}",
    Act.REINSTATE: "Let {title} take place again",
}


@bp.route("/cohorts/<slug>/plan/<key>/change", methods=["GET", "POST"])
@requires(policy.can_change_dates, queries.plan_item_visible_to)
def change(found: PlanItem) -> ResponseReturnValue:
    """Show what moving, pinning, cancelling … an item would do to everything, and publish it."""
    cohort = found.cohort
    asked = request.args.get("act", "")
    if asked not in list(Act):
        raise NotFound
    act = Act(asked)
    move = move_form(found, request.args) if act is Act.MOVE else None
    form = PublishForm()
    on = queries.ground(cohort)
    wanted = _wanted(found, on, act, move)
    if wanted is not None and form.validate_on_submit():
        if publish_seen(cohort, wanted, form):
            return redirect(url_for(".item", slug=cohort.slug, key=found.line.key), code=303)
        on = queries.ground(cohort)
    page = None
    if wanted is not None:
        page = preview_page(cohort, queries.work_out(on, wanted, now=clock.now()), wanted)
        form.version.data = str(page.version)
    names = queries.names_in(cohort.version_id, on.graph)
    return render_template(
        "scheduling/change.html",
        cohort=cohort,
        title=_TITLES[act].format(title=names.short[found.line.key]),
        item_title=names.titles[found.line.key],
        line=found.line,
        act=act.value,
        move=move,
        form=form,
        page=page,
        asked=_asked(move, act),
        again_href=url_for(".change", slug=cohort.slug, key=found.line.key),
        now=clock.now(),
    )


def _asked(move: MoveForm | None, act: Act) -> list[tuple[str, str]]:
    """The act as fields, for looking again with some items kept."""
    values = [("act", act.value)]
    if move is not None:
        values += [
            (field.name, request.args.get(field.name, "")) for field in move if field.name in request.args
        ]
    return values


def _wanted(found: PlanItem, on: Ground, act: Act, move: MoveForm | None) -> Wanted | None:
    """What is asked for; None when the new dates are not dates."""
    starts_at = ends_at = None
    if move is not None:
        if not move.validate():
            return None
        starts_at = _instant(found, move, "starts")
        if found.line.kind is ItemKind.WINDOW:
            ends_at = _instant(found, move, "ends")
            if starts_at and ends_at and starts_at >= ends_at:
                move.refuse("ends_on", ScheduleRefusal.STARTS_AFTER_END.value)
        if move.errors:
            return None
    key = found.line.key
    setting = rules.setting_for(on.graph, key, act, starts_at=starts_at, ends_at=ends_at)
    return Wanted(
        {key: setting},
        keep=(frozenset(request.args.getlist("keep")) & on.graph.specs.keys()) - {key},
        consent=frozenset(request.form.getlist("consent")),
    )


def _instant(found: PlanItem, move: MoveForm, end: str) -> dt.datetime | None:
    wall = move.wall(end)
    if wall is None:
        move.refuse(f"{end}_on", "Give a day and a time.")
        return None
    there = found.cohort.zone
    instant = rules.wall_instant(*wall, there)
    if instant is None:
        move.refuse(
            f"{end}_on", ScheduleRefusal.NO_SUCH_TIME.value.format(time=f"{wall[1]:%H:%M}", zone=there)
        )
    return instant


def publish_seen(cohort: CohortView, wanted: Wanted, form: PublishForm, undoes: int | None = None) -> bool:
    """Publish what was looked at; a refusal is shown above the form."""
    publishing = Publishing(
        cohort_id=cohort.id,
        wanted=wanted,
        version=form.seen,
        note=form.note.data or "",
        announced=bool(form.announced.data),
    )
    try:
        with unit_of_work() as work:
            if undoes is None:
                release = actions.publish(publishing, actor=current_actor(), now=work.now)
            else:
                release = actions.undo(undoes, publishing, actor=current_actor(), now=work.now)
            number = release.number
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return False
    told = "Those affected are told." if publishing.announced else "Nobody was told."
    flash(f"Release {number} is published. {told}", "good")
    return True


@bp.route("/cohorts/<slug>/releases/undo", methods=["GET", "POST"])
@requires(policy.can_change_dates, cohorts.cohort_visible_to)
def undo(cohort: CohortView) -> ResponseReturnValue:
    """Show what taking the latest release back would do, and do it."""
    on = queries.ground(cohort)
    number = _number(request.args.get("number", ""), on.release_number)
    release = queries.release(cohort.id, number)
    if release is None or number < 2:
        raise NotFound
    if release.set_public_id:
        return redirect(url_for(".undo_set", slug=cohort.slug, release_set=release.set_public_id), code=303)
    form = PublishForm()
    wanted = Wanted(
        queries.undoing(cohort.id, release.id),
        keep=frozenset(request.args.getlist("keep")) & on.graph.specs.keys(),
        consent=frozenset(request.form.getlist("consent")),
        calendar=release.undone(queries.calendar_of(cohort)),
    )
    if form.validate_on_submit():
        if publish_seen(cohort, wanted, form, undoes=number):
            return redirect(url_for(".releases", slug=cohort.slug), code=303)
        on = queries.ground(cohort)
    page, refused = None, ""
    if on.release_number == number:
        try:
            preview = queries.work_out(on, wanted, now=clock.now())
        except RuleViolation as why:
            refused = why.message
        else:
            page = preview_page(preview.cohort, preview, wanted)
            form.version.data = str(page.version)
    return render_template(
        "scheduling/undo.html",
        refused=refused,
        cohort=cohort,
        release=release,
        latest=on.release_number,
        form=form,
        page=page,
        asked=[("number", str(number))],
        again_href=url_for(".undo", slug=cohort.slug),
        now=clock.now(),
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise
