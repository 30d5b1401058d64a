"""What learners say and read of their own presence: the code, what an absence costs, every piece of evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.enrolment.rules import Off, PlaceState
from lms.live import policy, queries, rules
from lms.live.actions import makeups as make_up_actions
from lms.live.actions import presence
from lms.live.forms import AbsentForm, CodeForm, EmptyForm, ShowCodeForm
from lms.live.queries import AttendanceView, OwnPlace, SessionView
from lms.live.queries import makeups as beside
from lms.live.rules import PRECEDENCE, EvidenceKind, codes, costs
from lms.live.rules.costs import Cost
from lms.live.views.explaining import LEAVE_RULE, explained
from lms.live.views.frame import bp
from lms.live.views.names import event_of
from lms.web import filters, requests
from lms.web.guards import current_actor, requires

_RANKED = {
    EvidenceKind.OVERRIDE: "A coordinator's decision",
    EvidenceKind.EXCUSE: "An excuse: the session leaves your sums",
    EvidenceKind.MAKE_UP: "A make-up that was accepted",
    EvidenceKind.ROSTER: "A tick on the roster",
    EvidenceKind.INTERVAL: "Minutes in the meeting",
    EvidenceKind.SELF_CODE: "The code of the class",
}


def _own(session: SessionView) -> OwnPlace:
    """The viewer's place; a learner without one has nothing here."""
    if session.place is None:
        raise NotFound
    return session.place


def _place(session: SessionView) -> int:
    return _own(session).place_id


def _session(session: SessionView) -> str:
    return url_for(".session", slug=session.cohort.slug, key=session.key)


# The code -----------------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/sessions/<key>/code")
@requires(policy.can_mark, queries.session_visible_to)
def code(session: SessionView) -> ResponseReturnValue:
    """Show the code of the class, large enough for a shared screen."""
    return _code_page(session, ShowCodeForm(formdata=None))


def _code_page(session: SessionView, form: ShowCodeForm, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    now, actor = clock.now(), current_actor()
    window = beside.window(session.id)
    shown = window if window and window.open(now) else None
    refusal = codes.why_not_show(
        cancelled=session.cancelled,
        closed=session.closed,
        counts=session.counts,
        opens_at=session.opens_at,
        ends_at=session.ends_at,
        now=now,
    )
    digits = codes.code_at(shown, now) if shown else ""
    response = render_template(
        "live/code.html",
        session=session,
        cohort=session.cohort,
        digits=f"{digits[:3]} {digits[3:]}" if digits else "",
        next_at=codes.next_at(shown, now) if shown else None,
        until=shown.until if shown else None,
        taken=beside.codes_taken(session.id),
        refusal=refusal.value if refusal and not shown else "",
        form=form,
        act=EmptyForm(formdata=None),
        zone=actor.zone,
        now=now,
    )
    return response, status


@bp.post("/cohorts/<slug>/sessions/<key>/code")
@requires(policy.can_mark, queries.session_visible_to)
def show_code(session: SessionView) -> ResponseReturnValue:
    """Begin to show codes for some minutes."""
    form = ShowCodeForm()
    if not form.validate_on_submit():
        return _code_page(session, form, 422)
    try:
        with unit_of_work() as work:
            presence.show_code(session.id, form.minutes.data, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _code_page(session, form, 422)
    flash("Learners can enter the code on the page of the session.", "good")
    return redirect(url_for(".code", slug=session.cohort.slug, key=session.key), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/code/end")
@requires(policy.can_mark, queries.session_visible_to)
def end_code(session: SessionView) -> ResponseReturnValue:
    """Show codes no longer."""
    if EmptyForm().validate_on_submit():
        with unit_of_work() as work:
            presence.end_code(session.id, actor=current_actor(), now=work.now)
        flash("No code is taken any more.", "good")
    return redirect(url_for(".code", slug=session.cohort.slug, key=session.key), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/enter-code")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def enter_code(session: SessionView) -> ResponseReturnValue:
    """Take the code of the class from a learner, by the server's clock."""
    form = CodeForm()
    place_id = _place(session)
    if not form.validate_on_submit():
        flash(" ".join(form.code.errors) or "Nothing was entered.", "warn")
        return redirect(_session(session), code=303)
    with unit_of_work() as work:
        refused = presence.enter_code(
            session.id, place_id, form.code.data or "", actor=current_actor(), now=work.now
        )
    if refused:
        flash(refused, "warn")
    else:
        flash("Your code is taken: you are noted as present.", "good")
    return redirect(_session(session), code=303)


# What an absence costs ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CostRow:
    """One ratio with what a session does to it, in words."""

    name: str
    now: str
    attended: str
    missed: str
    needed: str
    tone: str
    can_miss: str


@bp.route("/cohorts/<slug>/sessions/<key>/absence", methods=["GET", "POST"])
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def absence(session: SessionView) -> ResponseReturnValue:
    """Show what missing a session costs, and take it when somebody says that they will not come."""
    now, place = clock.now(), _own(session)
    place_id = place.place_id
    form = AbsentForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                presence.announce_absence(session.id, place_id, form.reason.data or "", now=work.now)
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("Your host sees on the roster that you will not come.", "good")
            return redirect(url_for(".absence", slug=session.cohort.slug, key=session.key), code=303)
    offer = make_up_actions.offer(session, place_id, now=now)
    said = beside.mine(session.id, place_id)
    return render_template(
        "live/absence.html",
        session=session,
        cohort=session.cohort,
        rows=_costs(session, place.attendance, now) if session.counts and not session.cancelled else (),
        said=said,
        offer=offer,
        course=curriculum.outline(session.cohort.version_id).course(session.line.course_id).title,
        on_leave=LEAVE_RULE if place.state is PlaceState.ON_LEAVE else "",
        ahead=now < session.starts_at,
        form=form,
        act=EmptyForm(formdata=None),
        zone=current_actor().zone,
        now=now,
    ), 422 if form.errors or form.form_errors else 200


def _costs(session: SessionView, view: AttendanceView, now: dt.datetime) -> tuple[CostRow, ...]:
    outline = curriculum.outline(session.cohort.version_id)
    course, rule = outline.course(session.line.course_id), outline.policies.completion
    ahead = queries.ahead_by_course(session.cohort_id, now)
    found = [_row("The programme", costs.cost(view.total, sum(ahead.values()), rule.attendance_overall))]
    if course.key in rule.attendance_courses:
        own = costs.cost(view.of(course.key), ahead[course.id], rule.attendance_course)
        found.append(_row(course.title, own))
    return tuple(found)


def _row(name: str, cost: Cost) -> CostRow:
    def ratio(count: rules.Count) -> str:
        if count.share is None:
            return "none yet"
        return f"{filters.figure(count.present)} of {count.sessions}, {filters.percent(count.share)}"

    if cost.can_miss < 0:
        left = "It can no longer be reached by attending alone"
    else:
        left = f"{cost.can_miss} of the {filters.plural(cost.ahead, 'session')} ahead"
    return CostRow(
        name=name,
        now=ratio(cost.now),
        attended=ratio(cost.attended),
        missed=ratio(cost.missed),
        needed=f"{filters.percent(cost.needed, whole=True)}, not rounded",
        tone="bad" if cost.out_of_reach else "warn" if cost.breaks else "",
        can_miss=left,
    )


@bp.post("/cohorts/<slug>/sessions/<key>/absence/take-back")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def take_back_absence(session: SessionView) -> ResponseReturnValue:
    """Say that one comes after all."""
    place_id = _place(session)
    if EmptyForm().validate_on_submit():
        with unit_of_work() as work:
            presence.take_absence_back(session.id, place_id, now=work.now)
        flash("Taken back: your host expects you.", "good")
    return redirect(url_for(".absence", slug=session.cohort.slug, key=session.key), code=303)


# Why ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of minutes that counts, with its place on a line that is as long as the session."""

    words: str
    x: float
    width: float


@bp.get("/cohorts/<slug>/sessions/<key>/my-attendance")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def my_attendance(session: SessionView) -> ResponseReturnValue:
    """Show a learner everything that the ledger holds of them in a session, and what it comes to."""
    requests.no_store()
    now, actor, place = clock.now(), current_actor(), _own(session)
    place_id = place.place_id
    own = beside.mine(session.id, place_id)
    mark = own.mark
    entries = queries.entries(session.id, place_id)
    standing = {kind for kind in PRECEDENCE if rules.in_force([entry.evidence for entry in entries], kind)}
    decided = mark.trace["decided_by"] if mark else ""
    full, half, scheduled = _bounds(session)
    offer = make_up_actions.offer(session, place_id, now=now) if session.counts else None
    return render_template(
        "live/my_attendance.html",
        session=session,
        cohort=session.cohort,
        mark=explained(mark, actor.zone, now, cancelled=session.cancelled) if mark else None,
        ranked=[
            (
                _RANKED[kind],
                "decides" if kind.value == decided else "there, outweighed" if kind in standing else "none",
            )
            for kind in PRECEDENCE
        ],
        bounds=(full, half, scheduled),
        stretches=_stretches(session, [entry.evidence for entry in entries], actor.zone),
        story=[event_of(entry, actor.zone) for entry in reversed(entries)],
        sums=_sums(session, place.attendance),
        left_out=_left_out(session, place_id),
        offer=offer,
        until=session.closed_at + dt.timedelta(days=session.policy.dispute_days)
        if session.closed_at
        else None,
        zone=actor.zone,
        now=now,
    )


def _bounds(session: SessionView) -> tuple[str, str, str]:
    """Minutes for present and for half, and those scheduled."""
    whole = Fraction((session.ends_at - session.starts_at) // dt.timedelta(seconds=1), 60)
    bounds = queries.bounds(session.cohort)

    def words(minutes: Fraction) -> str:
        return filters.minutes(-(-minutes.numerator // minutes.denominator))

    return words(whole * bounds.full_from), words(whole * bounds.half_from), words(whole)


def _stretches(session: SessionView, ledger: list[rules.Evidence], zone: str) -> tuple[Stretch, ...]:
    spans = [
        (one.starts_at, one.ends_at) for one in rules.intervals_of(ledger) if one.starts_at and one.ends_at
    ]
    whole = (session.ends_at - session.starts_at).total_seconds()
    found = []
    for first, last in rules.merged(spans, session.starts_at, session.ends_at):
        minutes = (last - first) // dt.timedelta(minutes=1)
        words = f"{filters.clock(first, zone)}–{filters.clock(last, zone)}, {filters.minutes(minutes)}"
        at = (first - session.starts_at).total_seconds() / whole
        found.append(
            Stretch(words, round(600 * at, 1), round(600 * (last - first).total_seconds() / whole, 1))
        )
    return tuple(found)


def _sums(session: SessionView, view: AttendanceView) -> tuple[tuple[str, str, str], ...]:
    outline = curriculum.outline(session.cohort.version_id)
    course, rule = outline.course(session.line.course_id), outline.policies.completion

    def ratio(count: rules.Count) -> str:
        if count.share is None:
            return "none yet"
        return f"{filters.figure(count.present)} of {count.sessions}, {filters.percent(count.share)}"

    lines = [
        ("The programme", ratio(view.total), f"{filters.percent(rule.attendance_overall, whole=True)} needed")
    ]
    if course.key in rule.attendance_courses:
        needed = f"{filters.percent(rule.attendance_course, whole=True)} needed"
        lines.append((course.title, ratio(view.of(course.key)), needed))
    return tuple(lines)


def _left_out(session: SessionView, place_id: int) -> tuple[tuple[str, str], ...]:
    """The sessions that stand in no sum of theirs, by why: before they came, on leave, cancelled."""
    days = enrolment.counting_days_of([place_id])[place_id]
    reasons = {
        Off.BEFORE: "Before your first day",
        Off.BETWEEN: "While you had no place",
        Off.LEAVE: "During your leave",
    }
    counted: dict[str, int] = {}
    for line in queries.sessions(session.cohort):
        if not line.counts:
            continue
        why = "Cancelled by us" if line.cancelled else reasons.get(days.off(line.day) or Off.AFTER, "")
        if days.off(line.day) is None and not line.cancelled:
            continue
        if why:
            counted[why] = counted.get(why, 0) + 1
    return tuple((why, filters.plural(number, "session")) for why, number in counted.items())
