"""A team's place: what is on, the sheet that its members write together, and what each of them says of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.simulations import actions, policy, queries
from lms.simulations.actions import SheetChange
from lms.simulations.actions.deciding import differences
from lms.simulations.engines.data import InvalidInput
from lms.simulations.queries import Seat, TeamView
from lms.simulations.rules import Json, RoundState, RunRefusal, Verdict, pen_of
from lms.simulations.views import sent as read
from lms.simulations.views.blueprint import bp
from lms.simulations.views.desks import Desk, Said, desk_of
from lms.simulations.views.game_page import GamePage, presence, present, round_title, saved_words
from lms.web import words
from lms.web.filters import clock as clock_words
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

TEAM = "/cohorts/<slug>/simulations/<public_id>/teams/<team>"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of a sheet on which two differ."""

    place: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """What somebody wrote beside what stands."""

    seat: Seat
    title: str
    reason: str
    who: str
    differences: tuple[Difference, ...]
    mine: str
    """The sheet that was sent, signed: the page sends it back with what is chosen."""
    mine_rationale: str
    open: bool
    """Whether anything can still be saved."""
    takes_pen: bool
    zone: str


@bp.get(f"{TEAM}/")
@requires(policy.can_see_game, queries.team_at)
def game(view: TeamView) -> ResponseReturnValue:
    """Show a team's place; with `check` in the address what keeps the sheet from being submitted, or what it says."""
    no_store()
    now = clock.now()
    seat, desk = queries.seat_of(view, now), desk_of(view.run.engine)
    problems: list[Said] = []
    reviewing = False
    if request.args.get("check") and seat.writable and policy.can_play(current_actor(), view):
        problems = _problems(seat, desk)
        reviewing = not problems
    return _shown(present(seat, desk, current_actor(), now, problems=problems, reviewing=reviewing))


def _shown(page: GamePage) -> str:
    return render_template("simulations/game.html", page=page, desk=page.desk)


def _problems(seat: Seat, desk: Desk) -> list[Said]:
    """Everything that stands against submitting what is saved."""
    if seat.state is None:
        return []
    found = seat.game.problems(seat.parameters, seat.state, seat.key, seat.draft)
    problems = desk.said(seat, seat.draft, found)
    if len(seat.sheet.rationale) > read.MOST_REASON:
        too_long = f"is {len(seat.sheet.rationale):,} characters long; at most {read.MOST_REASON:,} are kept."
        problems.append(Said("rationale", "Why", too_long))
    return problems


@bp.post(f"{TEAM}/sheet/save")
@requires(policy.can_play, queries.team_at)
def save(view: TeamView) -> ResponseReturnValue:
    """Keep the draft: sent by the page's script while somebody writes, or by its buttons."""
    given, now = read.sent(), clock.now()
    seat, desk = _seat_sent(view, given.round, now), desk_of(view.run.engine)
    draft, rationale, version = desk.read(seat, request.form), given.rationale, given.version
    if given.act in ("merge", "merge-pen"):
        found = read.chosen(desk.outward(seat, seat.draft), seat.sheet.rationale, _at(seat))
        if found is None:
            flash("What you chose from could not be read. Nothing was changed.", "bad")
            return redirect(_here(view), code=303)
        draft, rationale = desk.inward(seat, found[0]), found[1]
    try:
        with unit_of_work() as work:
            change = _change(seat, version)
            if given.act == "merge-pen":
                actions.take_pen(change, now=work.now)
            actions.save(change, draft, rationale, now=work.now)
            actions.see(change, now=work.now)
    except RuleViolation as refused:
        return _refused(view, seat, desk, refused, draft, rationale)
    if _quietly():
        seat = queries.seat_of(view, now)
        out = desk.live(seat, seat.draft) | {"presence": presence(seat, now)}
        return jsonify(
            saved=clock_words(now, current_actor().zone),
            version=seat.sheet.version,
            out=out,
            html=desk.pieces(seat, seat.draft),
        )
    if given.act == "review":
        return redirect(_here(view, check=True), code=303)
    flash("The draft is saved. Nothing is submitted by that.", "good")
    return redirect(_here(view), code=303)


def _seat_sent(view: TeamView, public_id: str, now: dt.datetime) -> Seat:
    """The team's place at the round that a page was made for, be it over by now."""
    seat = queries.seat_of(view, now)
    if not public_id or (seat.current is not None and seat.current.public_id == public_id):
        return seat
    return queries.seat_of(view, now, public_id=public_id)


def _change(seat: Seat, version: int = 0) -> SheetChange:
    """What the viewer does to the sheet. Raises RuleViolation where its round takes no decisions."""
    if seat.current is None or seat.view.place_id is None or seat.state is None:
        raise NotFound
    if seat.current.state is RoundState.PUBLISHED:
        raise RuleViolation(RunRefusal.NOT_OPEN)
    return SheetChange(
        round_id=seat.current.id,
        team_id=seat.view.team_id,
        place_id=seat.view.place_id,
        version=version,
    )


def _refused(
    view: TeamView, seat: Seat, desk: Desk, refused: RuleViolation, draft: Json, rationale: str
) -> ResponseReturnValue:
    """Say why a draft was not saved, beside what stands: nothing that was written is lost."""
    now, zone = clock.now(), current_actor().zone
    reason = words.refusal(refused, zone, now)
    if _quietly():
        return jsonify(reason=reason), 409
    stands = queries.seat_of(view, now, round_id=seat.current.id if seat.current else None)
    moved = differences(stands.draft, draft)
    found = [
        Difference(
            place,
            desk.label(stands, place),
            desk.words(stands, place, before),
            desk.words(stands, place, after),
        )
        for place, (before, after) in moved.items()
    ]
    if rationale != stands.sheet.rationale:
        found.append(Difference("", "Why", stands.sheet.rationale or "nothing", rationale or "nothing"))
    holder = pen_of(stands.sheet.pen, now)
    page = ConflictPage(
        seat=stands,
        title=_title(seat, desk),
        reason=reason,
        who=stands.name_at(stands.sheet.saved_by_id) if stands.sheet.saved_by_id else "As it stands",
        differences=tuple(found),
        mine=read.sealed(desk.outward(stands, draft), _at(stands)),
        mine_rationale=rationale,
        open=isinstance(refused, Conflict),
        takes_pen=holder not in (None, view.place_id),
        zone=zone,
    )
    return render_template("simulations/_conflict.html", page=page), 409


@bp.post(f"{TEAM}/sheet/submit")
@requires(policy.can_play, queries.team_at)
def submit(view: TeamView) -> ResponseReturnValue:
    """Submit what was saved last."""
    given, now = read.sent(), clock.now()
    seat, desk = _seat_sent(view, given.round, now), desk_of(view.run.engine)
    if seat.writable and _problems(seat, desk):
        return redirect(_here(view, check=True), code=303)
    try:
        with unit_of_work() as work:
            actions.submit(_change(seat, given.version), now=work.now)
    except InvalidInput:
        return redirect(_here(view, check=True), code=303)
    except RuleViolation as refused:
        flash(words.refusal(refused, current_actor().zone, now), "warn")
        return redirect(_here(view), code=303)
    others = len(seat.mates) - 1
    asked = " The others are asked to confirm it." if others else ""
    flash(f"{_title(seat, desk)} is submitted.{asked}", "good")
    return redirect(_here(view), code=303)


@bp.post(f"{TEAM}/sheet/pen")
@requires(policy.can_play, queries.team_at)
def pen(view: TeamView) -> ResponseReturnValue:
    """Take the pen, from whoever holds it."""
    now = clock.now()
    seat = _seat_sent(view, read.sent().round, now)
    try:
        with unit_of_work() as work:
            actions.take_pen(_change(seat), now=work.now)
            actions.see(_change(seat), now=work.now)
    except RuleViolation as refused:
        flash(words.refusal(refused, current_actor().zone, now), "warn")
    else:
        flash("You write now. The others see that.", "good")
    return redirect(f"{_here(view)}#decisions", code=303)


@bp.post(f"{TEAM}/sheet/say")
@requires(policy.can_play, queries.team_at)
def say(view: TeamView) -> ResponseReturnValue:
    """Confirm what was submitted, or dissent from it."""
    now, zone = clock.now(), current_actor().zone
    seat = _seat_sent(view, read.sent().round, now)
    dissents = request.form.get("verdict") == Verdict.DISSENT.value
    reason = read.text("reason")[: read.MOST_REASON]
    verdict = Verdict.DISSENT if dissents else Verdict.CONFIRM
    try:
        with unit_of_work() as work:
            actions.say(
                _change(seat), verdict, read.number("submission"), reason if dissents else "", now=work.now
            )
    except RuleViolation as refused:
        again = queries.seat_of(view, now)
        kept = (reason, words.refusal(refused, zone, now))
        page = present(again, desk_of(view.run.engine), current_actor(), now, said=kept)
        return _shown(page), 409 if isinstance(refused, Conflict) else 422
    flash("Your dissent stands beside the sheet." if dissents else "You stand behind this sheet.", "good")
    return redirect(_here(view), code=303)


@bp.post(f"{TEAM}/sheet/seen")
@requires(policy.can_play, queries.team_at)
def seen(view: TeamView) -> ResponseReturnValue:
    """Note that a member has the page open, and say who else has: sent by the page's script every 20 seconds."""
    now, given = clock.now(), read.sent()
    seat = _seat_sent(view, given.round, now)
    over = seat.current is None or seat.current.state is not RoundState.OPEN
    if not over:
        with unit_of_work() as work:
            actions.see(_change(seat), now=work.now)
        seat = queries.seat_of(view, now)
    if not _quietly():
        return redirect(_here(view), code=303)
    return jsonify(
        out={"presence": presence(seat, now)},
        news=_news(seat, given.version, read.number("submission"), now, over=over),
    )


def _news(seat: Seat, version: int, submission: int, now: dt.datetime, *, over: bool) -> str:
    """What has happened since the page was made, where it has to be loaded anew; empty where nothing has."""
    sheet, zone = seat.sheet, current_actor().zone
    if over:
        return "This round takes no decisions any more."
    if sheet.submission != submission:
        return f"{seat.name_at(sheet.submitted_by_id)} has submitted the sheet."
    if sheet.version != version and sheet.saved_by_id != seat.view.place_id:
        return f"{saved_words(seat, zone, now)}."
    return ""


def _at(seat: Seat) -> str:
    """Where a sheet that a page carries belongs: in a round of a team."""
    return f"{seat.view.public_id} {seat.current.public_id if seat.current else ''}"


def _title(seat: Seat, desk: Desk) -> str:
    return round_title(desk, seat.current) if seat.current else "The round"


def _quietly() -> bool:
    """Whether a script asks."""
    return request.accept_mimetypes.best == "application/json"


def _here(view: TeamView, *, check: bool = False) -> str:
    return url_for(
        "simulations.game",
        slug=view.cohort.slug,
        public_id=view.run.public_id,
        team=view.public_id,
        check=1 if check else None,
    )
