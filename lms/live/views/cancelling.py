"""Cancelling a session in one act, giving it its make-up, and letting it take place after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries, rules
from lms.live.actions import Cancelling
from lms.live.forms import NO_MAKE_UP, OTHER, AbsenceForm, CancelForm, MakeUpForm, ReinstateForm
from lms.live.queries import Cancellation, SessionView
from lms.live.rules import LiveRefusal
from lms.live.views.frame import bp
from lms.scheduling import queries as scheduling
from lms.scheduling import rules as dates
from lms.scheduling.queries import Alternative, Ground
from lms.web import filters
from lms.web.guards import current_actor, requires


@dataclass(frozen=True, slots=True)
class DateOffered:
    """A date on which the session could be made up for, with what speaks against it."""

    value: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    reasons: tuple[str, ...]
    moves: int
    stays: int


@dataclass(frozen=True)
class CancelPage:
    """What cancelling would mean."""

    offered: tuple[DateOffered, ...]
    hanging: tuple[tuple[str, dt.datetime], ...]
    """What hangs on the session: title, and until when it is now."""
    learners: int
    urgent: bool
    version: int


def _page(session: SessionView, on: Ground, now: dt.datetime) -> CancelPage:
    found = queries.dates_for_make_up(session, on, now)
    return CancelPage(
        offered=tuple(_offered(session, on, each, now) for each in found),
        hanging=tuple(queries.hanging(session, on, now)),
        learners=queries.learners_told(session.cohort_id),
        urgent=rules.urgent(session.starts_at, now),
        version=on.version,
    )


def _offered(session: SessionView, on: Ground, each: Alternative, now: dt.datetime) -> DateOffered:
    change: Cancellation = queries.cancelling(session, each.starts_at, carries=True, now=now, on=on)
    return DateOffered(
        value=each.starts_at.isoformat(),
        starts_at=each.starts_at,
        ends_at=each.ends_at,
        reasons=each.reasons,
        moves=len(change.moves),
        stays=len(change.stays),
    )


def _fill(form: MakeUpForm, page: CancelPage, now: dt.datetime) -> None:
    zone = current_actor().zone
    choices = [(one.value, filters.when_range(one.starts_at, one.ends_at, zone, now)) for one in page.offered]
    form.make_up.choices = [*choices, (OTHER, "Another date"), *form.LATER]
    if form.make_up.data is None:
        form.make_up.data = choices[0][0] if choices else OTHER
    if not form.version.data:
        form.version.data = str(page.version)


def _chosen(form: MakeUpForm, session: SessionView) -> dt.datetime | None:
    """The instant of the make-up that was asked for; a refusal stands at its field."""
    if form.make_up.data == NO_MAKE_UP:
        return None
    if form.make_up.data != OTHER:
        return dt.datetime.fromisoformat(str(form.make_up.data))
    if form.on.data is None or form.time.data is None:
        form.refuse("on", "Give a day and a time.")
        return None
    zone = session.cohort.zone
    instant = dates.wall_instant(form.on.data, form.time.data, zone)
    if instant is None:
        form.refuse(
            "on", f"{form.time.data:%H:%M} does not exist on that day in {zone}: the clocks go forward."
        )
    return instant


@bp.route("/cohorts/<slug>/sessions/<key>/cancel", methods=["GET", "POST"])
@requires(policy.can_cancel, queries.session_visible_to)
def cancel_session(session: SessionView) -> ResponseReturnValue:
    """Show what cancelling means for whom, and do it in one act."""
    now, form = clock.now(), CancelForm()
    refusal = rules.why_not_cancel(cancelled=session.cancelled, closed=session.closed)
    on = scheduling.ground(session.cohort)
    page = _page(session, on, now)
    _fill(form, page, now)
    if form.validate_on_submit() and refusal is None:
        make_up_at = _chosen(form, session)
        if not form.errors and _done(
            session, form, make_up_at, actions.cancel_session, form.reason.data or ""
        ):
            flash(f"Cancelled. {filters.plural(page.learners, 'learner')} and the staff are told.", "good")
            return redirect(url_for(".session", slug=session.cohort.slug, key=session.key), code=303)
        on = scheduling.ground(session.cohort)
        page = _page(session, on, now)
        form.version.data = str(page.version)
    return render_template(
        "live/cancel_session.html",
        session=session,
        cohort=session.cohort,
        form=form,
        page=page,
        refusal=refusal,
        zone=current_actor().zone,
        now=now,
    ), 422 if form.errors or form.form_errors else 200


@bp.route("/cohorts/<slug>/sessions/<key>/make-up", methods=["GET", "POST"])
@requires(policy.can_cancel, queries.session_visible_to)
def make_up(session: SessionView) -> ResponseReturnValue:
    """Choose when a session that was cancelled is made up for."""
    now, form = clock.now(), MakeUpForm()
    standing = any(not line.cancelled for line in queries.make_ups(session))
    refusal = rules.why_not_make_up(
        cancelled=session.cancelled, make_up=bool(session.replaces), standing=standing
    )
    on = scheduling.ground(session.cohort)
    page = _page(session, on, now)
    _fill(form, page, now)
    if form.validate_on_submit() and refusal is None:
        make_up_at = _chosen(form, session)
        if not form.errors and _done(session, form, make_up_at, actions.make_up, ""):
            flash(
                f"The make-up is set. {filters.plural(page.learners, 'learner')} and the staff are told.",
                "good",
            )
            return redirect(url_for(".session", slug=session.cohort.slug, key=session.key), code=303)
        on = scheduling.ground(session.cohort)
        page = _page(session, on, now)
        form.version.data = str(page.version)
    return render_template(
        "live/make_up.html",
        session=session,
        cohort=session.cohort,
        form=form,
        page=page,
        refusal=refusal,
        zone=current_actor().zone,
        now=now,
    ), 422 if form.errors or form.form_errors else 200


def _done(
    session: SessionView,
    form: MakeUpForm,
    make_up_at: dt.datetime | None,
    act: Callable[..., None],
    reason: str,
) -> bool:
    """Carry an act out; a refusal is shown above the form."""
    wanted = Cancelling(
        reason=reason, version=form.seen, make_up_at=make_up_at, carries=bool(form.carries.data)
    )
    try:
        with unit_of_work() as work:
            act(session.id, wanted, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return False
    return True


@bp.route("/cohorts/<slug>/sessions/<key>/reinstate", methods=["GET", "POST"])
@requires(policy.can_cancel, queries.session_visible_to)
def reinstate_session(session: SessionView) -> ResponseReturnValue:
    """Show what letting a cancelled session take place after all does, and do it."""
    now, form = clock.now(), ReinstateForm()
    make_ups = queries.make_ups(session)
    refusal = rules.why_not_reinstate(
        cancelled=session.cancelled,
        starts_at=session.starts_at,
        made_up=any(line.closed for line in make_ups),
        now=now,
    )
    change = None if refusal else queries.reinstating(session, now=now)
    if change is not None and not form.version.data:
        form.version.data = str(change.ground.version)
    if form.validate_on_submit() and change is not None:
        try:
            with unit_of_work() as work:
                actions.reinstate_session(
                    session.id, form.reason.data or "", version=form.seen, actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
            form.version.data = str(scheduling.ground(session.cohort).version)
        else:
            flash("It takes place after all. Everybody is told.", "good")
            return redirect(url_for(".session", slug=session.cohort.slug, key=session.key), code=303)
    names = scheduling.names_in(session.cohort.version_id, change.ground.graph).titles if change else {}
    return render_template(
        "live/reinstate_session.html",
        session=session,
        cohort=session.cohort,
        form=form,
        refusal=refusal,
        lost=[line for line in make_ups if not line.cancelled],
        moves=[(names[each.key], each.old.ends_at, each.new.ends_at) for each in change.moves]
        if change
        else [],
        learners=queries.learners_told(session.cohort_id),
        zone=current_actor().zone,
        now=now,
    ), 422 if form.errors or form.form_errors else 200


@bp.post("/cohorts/<slug>/sessions/<key>/cannot-attend")
@requires(policy.can_excuse_oneself, queries.session_visible_to)
def cannot_attend(session: SessionView) -> ResponseReturnValue:
    """A learner says that they cannot come to a make-up, or that they can after all."""
    form = AbsenceForm()
    place = session.place
    if form.validate_on_submit() and place is not None:
        try:
            with unit_of_work() as work:
                if form.after_all.data:
                    actions.can_attend(session.id, place.place_id, actor=current_actor(), now=work.now)
                else:
                    actions.cannot_attend(
                        session.id,
                        place.place_id,
                        form.reason.data or "",
                        actor=current_actor(),
                        now=work.now,
                    )
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            flash(
                "Noted: you come after all." if form.after_all.data else "Noted: you are excused from it.",
                "good",
            )
    elif place is None:
        flash(LiveRefusal.NOT_ON_ROSTER, "warn")
    else:
        flash(" ".join(form.reason.errors) or "Nothing was changed.", "bad")
    return redirect(url_for(".session", slug=session.cohort.slug, key=session.key), code=303)
