"""The schedule studio: drafts of one or several cohorts' dates, edited by typing, by keyboard or by dragging."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import rules as kinds
from lms.people.rules import Role
from lms.scheduling import actions, policy, queries, rules
from lms.scheduling.actions import DraftChange
from lms.scheduling.forms import DraftChangeForm, DraftForm, EditForm, EmptyForm
from lms.scheduling.queries import DraftView, Worked
from lms.scheduling.views.blueprint import bp
from lms.scheduling.views.gantt import gantt
from lms.scheduling.views.studio_calendar import (
    Middle,
    agenda,
    lines_ahead,
    month,
    month_asked,
    moved_by,
)
from lms.scheduling.views.studio_edits import BadEdit, edit_form, edit_of
from lms.scheduling.views.studio_item import dates_window, item_panel
from lms.scheduling.views.studio_page import studio_page
from lms.web.calendars import DAY_NAMES
from lms.web.filters import local
from lms.web.guards import current_actor, requires
from lms.web.shapes import Tab

SHOWN_MOVES = 12
"""So many moves stand beside the calendar; the page that publishes shows all."""
VIEWS = (("month", "Month"), ("list", "List"), ("year", "Year"))


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list of a cohort's drafts."""

    view: DraftView
    mine: bool
    href: str
    others: tuple[str, ...]


@bp.route("/cohorts/<slug>/studio", methods=["GET", "POST"])
@requires(policy.can_change_dates, cohorts.cohort_visible_to)
def drafts(cohort: CohortView) -> ResponseReturnValue:
    """Show the drafts of a cohort, and begin one: of this cohort alone or of several together."""
    actor = current_actor()
    form = DraftForm()
    others = _coordinated(cohort)
    chosen = set(request.form.getlist("cohorts"))
    if form.validate_on_submit():
        ids = [cohort.id, *(each.id for each in others if each.slug in chosen)]
        try:
            with unit_of_work() as work:
                draft = actions.begin_draft(ids, form.name.data or "", actor=actor, now=work.now)
                public_id = draft.public_id
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            item: dict[str, Any] = {"item": form.item.data} if form.item.data else {}
            return redirect(url_for(".studio", slug=cohort.slug, draft=public_id, **item), code=303)
    found = queries.drafts_of(cohort, actor)
    return render_template(
        "scheduling/drafts.html",
        cohort=cohort,
        form=form,
        others=others,
        chosen=chosen,
        drafts=[
            DraftRow(
                each,
                each.owner_id == actor.person_id,
                url_for(".studio", slug=cohort.slug, draft=each.public_id),
                tuple(other.name for other in each.cohorts if other.id != cohort.id),
            )
            for each in found
        ],
        now=clock.now(),
    )


@bp.route("/cohorts/<slug>/studio/<draft>", methods=["GET", "POST"])
@requires(policy.can_change_all, queries.draft_visible_to)
def studio(draft: DraftView) -> ResponseReturnValue:
    """Show a draft with all it would do, and take a further edit."""
    now = clock.now()
    form = edit_form(draft)
    if draft.open and form.validate_on_submit() and _edited(draft, form):
        dragged = request.form.get("back") == "date"
        return redirect(_back(draft, f"on-{form.item.data}" if dragged else None), code=303)
    if not draft.open:
        return _ended(draft)
    worked = queries.work_out_draft(draft.cohorts, queries.edits(draft.id), now=now)
    return _studio(draft, worked, form, now=now)


def _edited(draft: DraftView, form: EditForm) -> bool:
    """Put the edit into the draft; a refusal is shown above the page, with what was typed."""
    try:
        edit = edit_of(draft, form)
        with unit_of_work() as work:
            actions.add_edit(
                DraftChange(draft_id=draft.id, version=form.seen),
                edit,
                actor=current_actor(),
                now=work.now,
            )
    except BadEdit as wrong:
        form.refuse(wrong.field, wrong.message)
        return False
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return False
    return True


def _back(draft: DraftView, at: str | None = None) -> str:
    """The studio as it was looked at, after an act on it; `at`: what has the focus then."""
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("view", "month", "item") if request.args.get(name)
    }
    return url_for(".studio", slug=draft.cohort.slug, draft=draft.public_id, _anchor=at, **kept)


def _studio(draft: DraftView, worked: Worked, form: EditForm, *, now: dt.datetime) -> ResponseReturnValue:
    cohort = draft.cohort
    mine = worked.of(cohort.id)
    view = request.args.get("view", "month")
    view = view if view in dict(VIEWS) else "month"
    item = request.args.get("item", "")
    item = item if item in mine.ground.graph.standing else ""
    further = dates_window(mine, item, now) if item else None
    page = studio_page(draft, worked, now, {cohort.id: further} if further else None)
    coordinated = _coordinated(cohort)
    first = month_asked(request.args.get("month", ""), _looks_at(worked, cohort, item, now))
    lines = queries.lines_at(cohort.id, mine.ground.version)
    part = next(each for each in page.parts if each.cohort.id == cohort.id)

    def href(**changed: Any) -> str:
        kept: dict[str, Any] = {"view": view, "month": f"{first:%Y-%m}", **({"item": item} if item else {})}
        return url_for(".studio", slug=cohort.slug, draft=draft.public_id, **{**kept, **changed})

    middle = Middle(
        cohort=cohort,
        draft=mine,
        lines=lines,
        calendar=rules.calendar_after(mine.base, mine.drafted),
        holidays=part.look.holidays,
        href=lambda key: href(item=key) + "#chosen",
        chosen=item,
        now=now,
    )
    ahead = lines_ahead(mine, lines)
    return render_template(
        "scheduling/studio.html",
        draft=draft,
        cohort=cohort,
        page=page,
        form=form,
        empty=EmptyForm(),
        mine=draft.owner_id == current_actor().person_id,
        view_tabs=tuple(Tab(label, href(view=name), None, name == view) for name, label in VIEWS),
        cohort_tabs=_cohort_tabs(draft, view),
        view=view,
        month=month(middle, first) if view == "month" else None,
        weeks=agenda(middle, first) if view == "list" else (),
        symbols=kinds.kind_icons(),
        list_title=month(middle, first) if view == "list" else None,
        year=gantt(cohort, ahead, moved_by(mine, lines), middle.calendar, middle.today)
        if view == "year"
        else None,
        before_href=href(month=month(middle, first).before),
        after_href=href(month=month(middle, first).after),
        here=href(),
        item=item_panel(draft, worked, item, form, look=part.look, others=coordinated, now=now)
        if item
        else None,
        breaks=_breaks(mine),
        last_week=middle.calendar.weeks + 1,
        start_open=not (mine.base.frame.opened and mine.base.frame.today >= cohort.starts_on),
        add=[each for each in coordinated if each.id not in draft.cohort_ids],
        shown={"view": view, "month": f"{first:%Y-%m}", **({"item": item} if item else {})},
        day_names=DAY_NAMES,
        shown_moves=SHOWN_MOVES,
        now=now,
    )


def _looks_at(worked: Worked, cohort: CohortView, item: str, now: dt.datetime) -> dt.date:
    """The day whose month is shown first: of the chosen date, of the first that changes, or today."""
    mine = worked.of(cohort.id)
    zone = cohort.zone
    if item:
        return local(mine.ahead[item].starts_at, zone).date()
    specs = mine.ground.graph.specs
    moved = sorted(
        change.new.ends_at if specs[change.key].kind is rules.ItemKind.WINDOW else change.new.starts_at
        for change in mine.preview.plan.changes
        if change.moves
    )
    return local(moved[0] if moved else max(now, _begins(mine)), zone).date()


def _begins(mine: queries.CohortDraft) -> dt.datetime:
    return min(at.starts_at for at in mine.ground.graph.standing.values())


def _cohort_tabs(draft: DraftView, view: str) -> tuple[Tab, ...]:
    if len(draft.cohorts) < 2:
        return ()
    return tuple(
        Tab(
            each.name,
            url_for(".studio", slug=each.slug, draft=draft.public_id, view=view),
            None,
            each.id == draft.cohort.id,
        )
        for each in draft.cohorts
    )


def _breaks(mine: queries.CohortDraft) -> tuple[int, ...]:
    """The breaks ahead, as the draft has them."""
    this_week = mine.base.frame.this_week if mine.base.frame.opened else 0
    return tuple(week for week in rules.calendar_after(mine.base, mine.drafted).breaks if week > this_week)


def _coordinated(besides: CohortView) -> list[CohortView]:
    """The other cohorts whose dates the actor changes."""
    return [
        each
        for each in cohorts.cohorts_of(current_actor(), Role.COORDINATOR)
        if each.id != besides.id and each.state is not CohortState.CLOSED
    ]


def _ended(draft: DraftView) -> ResponseReturnValue:
    worked = queries.work_out_draft(draft.cohorts, queries.edits(draft.id), now=clock.now())
    return render_template(
        "scheduling/studio.html",
        draft=draft,
        cohort=draft.cohort,
        page=studio_page(draft, worked, clock.now()),
        releases=queries.releases_of_draft(draft.id),
        now=clock.now(),
    )


_DONE = {
    "take-out": "The edit is taken out.",
    "forward": "The edit comes earlier now.",
    "confirm": "The draft counts as made on the schedules as they stand now.",
    "rename": "Kept.",
    "discard": "The draft is discarded. Nothing of it was published.",
    "add-cohorts": "The draft changes these cohorts too.",
}


@bp.post("/cohorts/<slug>/studio/<draft>/change")
@requires(policy.can_change_all, queries.draft_visible_to)
def change_draft(draft: DraftView) -> ResponseReturnValue:
    """Take an edit out or let it come earlier, share the draft, add cohorts, say that it still holds, discard it."""
    form = DraftChangeForm()
    if not form.validate_on_submit():
        flash("Nothing was changed: the page was not complete.", "bad")
        return redirect(_back(draft), code=303)
    try:
        _carried_out(draft, form)
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash(_DONE[form.act.data or ""], "good")
        if form.act.data == "discard":
            return redirect(url_for(".drafts", slug=draft.cohort.slug), code=303)
    return redirect(_back(draft), code=303)


def _carried_out(draft: DraftView, form: DraftChangeForm) -> None:
    change, actor = DraftChange(draft_id=draft.id, version=form.seen), current_actor()
    with unit_of_work() as work:
        match form.act.data:
            case "take-out":
                actions.take_out(change, form.at, actor=actor, now=work.now)
            case "forward":
                actions.bring_forward(change, form.at, actor=actor, now=work.now)
            case "confirm":
                actions.confirm(change, actor=actor, now=work.now)
            case "rename":
                name = form.name.data or draft.name
                actions.rename_draft(change, name, shared=bool(form.shared.data), actor=actor, now=work.now)
            case "add-cohorts":
                wanted = set(request.form.getlist("cohorts"))
                ids = [
                    each.id
                    for each in _coordinated(draft.cohort)
                    if each.id not in draft.cohort_ids and each.slug in wanted
                ]
                actions.add_cohorts(change, ids, actor=actor, now=work.now)
            case _:
                actions.discard_draft(change, actor=actor, now=work.now)
