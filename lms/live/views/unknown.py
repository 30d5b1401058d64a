"""The desk for names that matched nobody: who it may be and why, one act to say so, and taking that back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries, rules
from lms.live.forms import EmptyForm, NameForm
from lms.live.queries import NameLine, NameView, SessionView
from lms.live.rules import Candidate, NameState
from lms.live.views.frame import bp
from lms.people.rules import Actor
from lms.web import filters, requests
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.shapes import Tab

LABELS = {
    NameState.WAITS: "Waiting",
    NameState.ASSIGNED: "Assigned",
    NameState.GUEST: "Guests",
    NameState.IGNORED: "Set aside",
}
_SHOW = {
    "waiting": NameState.WAITS,
    "assigned": NameState.ASSIGNED,
    "guests": NameState.GUEST,
    "aside": NameState.IGNORED,
}
_ASIDE = {"guest": NameState.GUEST, "aside": NameState.IGNORED}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A name as the desk shows it."""

    line: NameLine
    times: str
    """Each stretch in the viewer's zone."""
    candidates: tuple[Candidate, ...]
    ids: dict[int, str]
    """Public ids of the candidates' places."""


@bp.get("/cohorts/<slug>/unknown-names")
@requires(policy.can_mark, cohorts.cohort_visible_to)
def unknown_names(cohort: CohortView) -> ResponseReturnValue:
    """Show the names that matched nobody: those that wait with whom they may be, the others with what was said."""
    requests.no_store()
    actor = current_actor()
    asked = request.args.get("show", "")
    state = _SHOW.get(asked, NameState.WAITS)
    start = request.args.get("start", "")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    session_key = request.args.get("session", "")[:80]
    lines = queries.names(cohort.id, state, session_key=session_key, start=first)
    shown = lines[: queries.PAGE]
    counts = queries.name_counts(cohort.id)
    session = next((line for line in shown if line.session_key == session_key), None)

    def href(state: NameState, at: int = 0) -> str:
        word = next(word for word, each in _SHOW.items() if each is state)
        values = {"start": str(at)} if at else {}
        if session_key:
            values["session"] = session_key
        return url_for(".unknown_names", slug=cohort.slug, show=word, **values)  # type: ignore[arg-type]

    return render_template(
        "live/unknown_names.html",
        cohort=cohort,
        rows=_waiting(cohort, shown, actor)
        if state is NameState.WAITS
        else [_row(line, actor) for line in shown],
        waits=state is NameState.WAITS,
        state=state,
        label=LABELS[state],
        filters=[
            Tab(LABELS[each], href(each), None if session_key else counts.get(each, 0), each is state)
            for each in LABELS
        ],
        session=session,
        everywhere=url_for(".unknown_names", slug=cohort.slug, show=asked or "waiting")
        if session_key
        else "",
        newer=href(state, max(0, first - queries.PAGE)) if first else "",
        older=href(state, first + queries.PAGE) if len(lines) > queries.PAGE else "",
        act=EmptyForm(formdata=None),
        zone=actor.zone,
        now=clock.now(),
    )


def _row(line: NameLine, actor: Actor) -> Waiting:
    return Waiting(line, _times(line, actor), (), {})


def _times(line: NameLine, actor: Actor) -> str:
    spans = sorted(line.spans)
    words = [
        f"{filters.clock(first, actor.zone)}–{filters.clock(last, actor.zone)}" for first, last in spans[:3]
    ]
    return ", ".join(words) + (f" and {len(spans) - 3} more" if len(spans) > 3 else "")


def _waiting(cohort: CohortView, lines: list[NameLine], actor: Actor) -> list[Waiting]:
    """The names with whom they may be."""
    if not lines:
        return []
    ids = {line.session_id for line in lines}
    sessions = {one.id: one for one in queries.sessions(cohort) if one.id in ids}
    whose = queries.whose(cohort, lines, sessions)
    publics = {one.place_id: one.public_id for one in queries.places(cohort.id)}
    found = []
    for line in lines:
        near = rules.candidates(
            line.name,
            line.original,
            line.address,
            whose.names.get(line.session_id, []),
            whose.remembered.get(line.key),
        )
        found.append(
            Waiting(line, _times(line, actor), near, {one.place_id: publics[one.place_id] for one in near})
        )
    return found


@bp.get("/cohorts/<slug>/unknown-names/<unknown>")
@requires(policy.can_mark, queries.unknown_visible_to)
def unknown_name(found: NameView) -> ResponseReturnValue:
    """Show one name: what the list says of it, whom it may be, everybody it can be said to be."""
    form = NameForm(formdata=None, data={"back": "one"})
    return _page(found, form)


def _page(found: NameView, form: NameForm, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    actor, line = current_actor(), found.line
    waits = line.state is not NameState.ASSIGNED
    form.place.choices = _learners(found)
    (row,) = _waiting(found.cohort, [line], actor) if waits else [_row(line, actor)]
    if row.candidates and not form.place.data:
        form.place.data = row.ids[row.candidates[0].place_id]
    return render_template(
        "live/unknown_name.html",
        cohort=found.cohort,
        line=line,
        row=row,
        form=form,
        waits=waits,
        label=LABELS[line.state],
        spans=[
            (filters.when(first, actor.zone), filters.when(last, actor.zone))
            for first, last in sorted(line.spans)
        ],
        zone=actor.zone,
        now=clock.now(),
    ), status


def _session(found: NameView) -> SessionView:
    return queries.by_id(found.line.session_id)


def _learners(found: NameView) -> list[tuple[str, str]]:
    there = queries.on_roster(_session(found), queries.places(found.cohort.id))
    return [("", "Choose"), *((one.public_id, one.name) for one in there)]


@bp.post("/cohorts/<slug>/unknown-names/<unknown>")
@requires(policy.can_mark, queries.unknown_visible_to)
def decide_name(found: NameView) -> ResponseReturnValue:
    """Say whose a name is, that it was a guest's, or that it need not be asked about."""
    form = NameForm()
    form.place.choices = _learners(found)
    do = request.form.get("do", "assign")
    places = {one.public_id: one for one in queries.places(found.cohort.id)}
    if not form.validate_on_submit():
        return _page(found, form, 422)
    chosen = places.get(form.place.data or "")
    if do not in _ASIDE and chosen is None:
        form.refuse("place", "Choose whose name it is.")
        return _page(found, form, 422)
    too: list[str] = []
    try:
        with unit_of_work() as work:
            if do in _ASIDE:
                actions.set_name_aside(found.line.id, _ASIDE[do], actor=current_actor(), now=work.now)
            elif chosen is not None:
                too = actions.assign_name(
                    found.line.id,
                    chosen.place_id,
                    remember=bool(form.remember.data),
                    actor=current_actor(),
                    now=work.now,
                )
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _page(found, form, 422)
    shown = found.line.name or found.line.address
    if do in _ASIDE:
        flash(f"“{shown}” is {'kept among the guests' if do == 'guest' else 'set aside'}.", "good")
    elif chosen is not None:
        more = f" The same address waited in {', '.join(too)}: assigned there too." if too else ""
        flash(f"“{shown}” was {chosen.name}: {found.line.minutes} minutes are in the ledger.{more}", "good")
    return redirect(url_for(".unknown_names", slug=found.cohort.slug), code=303)


@bp.post("/cohorts/<slug>/unknown-names/<unknown>/take-back")
@requires(policy.can_mark, queries.unknown_visible_to)
def take_name_back(found: NameView) -> ResponseReturnValue:
    """Take back what was said of a name."""
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work() as work:
                too = actions.take_name_back(found.line.id, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            more = f" So it does in {', '.join(too)}, where it was assigned with it." if too else ""
            flash(f"“{found.line.name or found.line.address}” waits again.{more}", "good")
    return redirect(url_for(".unknown_names", slug=found.cohort.slug), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/rest-are-guests")
@requires(policy.can_mark, queries.session_visible_to)
def rest_are_guests(session: SessionView) -> ResponseReturnValue:
    """Say of everybody who still waits in a session that they were guests."""
    if EmptyForm().validate_on_submit():
        with unit_of_work() as work:
            done = actions.rest_are_guests(session.cohort_id, session.id, actor=current_actor(), now=work.now)
        flash(f"{filters.plural(done, 'name').capitalize()} kept among the guests.", "good")
    return redirect(url_for(".unknown_names", slug=session.cohort.slug, session=session.key), code=303)


@bp.get("/cohorts/<slug>/unknown-names.csv")
@requires(policy.can_mark, cohorts.cohort_visible_to)
def unknown_names_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give all names that matched nobody, guests among them, with what was said of each."""
    headings = (
        "session",
        "name",
        "name behind the name",
        "address",
        "minutes",
        "state",
        "learner",
        "said by",
        "said at",
    )
    rows = [
        (
            line.session_code or line.session_key,
            line.name,
            line.original,
            line.address,
            line.minutes,
            line.state.value,
            line.who,
            line.decided_by,
            line.decided_at.isoformat() if line.decided_at else "",
        )
        for state in LABELS
        for line in queries.names(cohort.id, state, most=None)
    ]
    return csv_file(f"{cohort.slug}-names-in-meetings", headings, rows)
