"""A round for those who run it: who reviews whom, beginning and ending it, hiding a review, all of it as a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.assessment import policy as marking
from lms.core import clock
from lms.core.errors import Forbidden, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum.rules import endpoint_of
from lms.fairness import actions, policy, queries, rules
from lms.fairness.forms import PeerRoundForm
from lms.fairness.queries import PeerLook, ReviewLine, UnitLine
from lms.fairness.rules import Ended, PeerRefusal, RoundPhase
from lms.fairness.views.blueprint import bp
from lms.fairness.views.peer_pages import USEFUL_WORDS, said_rows
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.requests import no_store
from lms.web.shapes import Tone

WHOLE = 40
"""So many reviews stand on the page with all they say; of more, only the one that is asked for."""
RUNNING = frozenset({"begin", "end", "close", "release"})
ENDED_WORDS = {
    Ended.CONFLICT: "conflict declared",
    Ended.REVIEWER_GONE: "reviewer not there",
    Ended.AUTHOR_GONE: "author left",
    Ended.WITHHELD: "kept from other teams",
}


@dataclass(frozen=True)
class UnitRow:
    """A unit in the table: what it wrote and what it got."""

    title: str
    wrote: str
    tone: Tone
    got: str
    note: str


@dataclass(frozen=True)
class ReviewRow:
    """A review that can be read."""

    public_id: str
    reviewer: str
    piece: str
    state: str
    tone: Tone
    signs: str
    rows: tuple[tuple[str, str, str], ...]
    html: Markup
    hidden: str
    """Who hid it and why; empty: its author reads it, or will."""
    useful: str
    answer: str


@bp.get("/cohorts/<slug>/activities/<key>/peer-reviews")
@requires(policy.can_see_peer_reviews, queries.peer_look_visible_to)
def peer_reviews(look: PeerLook) -> ResponseReturnValue:
    """Show who reviews whom for an activity."""
    return _page(look, PeerRoundForm(formdata=None))


def _lines(look: PeerLook) -> tuple[dict[int, UnitLine], list[ReviewLine]]:
    if look.round is None:
        return {}, []
    units = queries.peer_units(look.round, named=look.named)
    return units, queries.peer_review_lines(look.round.id, units)


def _page(look: PeerLook, form: PeerRoundForm) -> str:
    no_store()
    actor, now = current_actor(), clock.now()
    units, lines = _lines(look)
    live = [one for one in lines if one.ended is None]
    criteria = queries.peer_criteria(look.cohort.version_id, look.activity.id)
    reviews = [_review(one, lines, criteria) for one in live if one.submitted_at is not None]
    return render_template(
        "fairness/peer_reviews.html",
        look=look,
        phase=look.round.phase(now) if look.round else None,
        crumb=_crumb(look),
        units=_units(
            units, lines, over=look.round is not None and look.round.phase(now) is not RoundPhase.OPEN
        ),
        reviews=reviews,
        whole=len(reviews) <= WHOLE,
        conflicts=[one for one in lines if one.ended is Ended.CONFLICT],
        submitted=sum(one.submitted_at is not None for one in live),
        asked=len(live),
        hidden=sum(one.hidden_at is not None for one in live),
        form=form,
        at_review=form.review.data or request.args.get("read", ""),
        may_run=policy.can_run_peer_reviews(actor, look),
        may_hide=policy.can_hide_peer_reviews(actor, look),
        zone=actor.zone,
        now=now,
    )


def _crumb(look: PeerLook) -> tuple[str, str]:
    if marking.can_see_marks(current_actor(), look):
        return look.name, url_for("assessment.batch", slug=look.cohort.slug, key=_batch(look))
    return look.name, url_for(
        endpoint_of(look.activity.kind.value), slug=look.cohort.slug, key=look.activity.key
    )


def _batch(look: PeerLook) -> str:
    part = look.settings.part
    return f"{look.activity.key}.{part}" if part else look.activity.key


def _units(units: dict[int, UnitLine], lines: list[ReviewLine], *, over: bool) -> list[UnitRow]:
    """Who has reviews to submit comes first."""
    rows = [_unit(unit, lines, over=over) for unit in units.values()]
    return sorted(rows, key=lambda row: (row.tone not in ("bad", "warn"), row.title.casefold()))


def _unit(unit: UnitLine, lines: list[ReviewLine], *, over: bool) -> UnitRow:
    mine = [one for one in lines if one.reviewer.id == unit.id and one.ended is None]
    of_mine = [one for one in lines if one.piece.id == unit.id and one.ended is None]
    done = sum(one.submitted_at is not None for one in mine)
    return UnitRow(
        title=unit.title,
        wrote=f"{done} of {len(mine)}" if mine else "none asked",
        tone="good" if mine and done == len(mine) else "" if not mine else "bad" if over else "warn",
        got=f"{sum(one.submitted_at is not None for one in of_mine)} of {len(of_mine)}",
        note=", ".join(
            words
            for words, so in (("not there", not unit.there), ("work kept from other teams", unit.withheld))
            if so
        ),
    )


def _review(one: ReviewLine, lines: list[ReviewLine], criteria: tuple[queries.PeerRow, ...]) -> ReviewRow:
    hidden = f"{one.hidden_by}: {one.hidden_reason}" if one.hidden_at else ""
    return ReviewRow(
        public_id=one.public_id,
        reviewer=one.reviewer.title,
        piece=one.piece.title,
        state="hidden" if one.hidden_at else "submitted",
        tone="bad" if one.hidden_at else "good",
        signs=", ".join(sign.value for sign in _signs(one, lines)),
        rows=said_rows(criteria, one.answers),
        html=stored(one.html),
        hidden=hidden,
        useful=USEFUL_WORDS.get(one.useful or 0, ""),
        answer=one.answer,
    )


def _signs(one: ReviewLine, lines: list[ReviewLine]) -> list[rules.PeerSign]:
    others = [
        other.overall
        for other in lines
        if other.reviewer.id == one.reviewer.id and other.id != one.id and other.submitted_at
    ]
    return rules.peer_signs(one.overall, others, one.useful)


@bp.post("/cohorts/<slug>/activities/<key>/peer-reviews")
@requires(policy.can_hide_peer_reviews, queries.peer_look_visible_to)
def run_peer_reviews(look: PeerLook) -> ResponseReturnValue:
    """Begin a round, change its end, release it; hide a review from its author, or show it again."""
    form, act = PeerRoundForm(), request.form.get("act", "")
    if act in RUNNING and not policy.can_run_peer_reviews(current_actor(), look):
        raise Forbidden
    if not form.validate_on_submit():
        return _page(look, form), 422
    try:
        with unit_of_work() as work:
            said = _act(look, act, form, work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _page(look, form), 422
    flash(said, "good")
    return redirect(url_for(".peer_reviews", slug=look.cohort.slug, key=look.activity.key), code=303)


def _act(look: PeerLook, act: str, form: PeerRoundForm, now: dt.datetime) -> str:
    actor = current_actor()
    if act == "begin":
        actions.begin(look.cohort.id, look.activity.id, actor=actor, now=now)
        return "The round has begun, and everybody who handed in is told."
    if look.round is None:
        raise RuleViolation(PeerRefusal.NO_ROUND)
    if act == "end":
        actions.set_round_end(look.round.id, _until(look, form), actor=actor, now=now)
        return "The round has another end now."
    if act == "close":
        actions.set_round_end(look.round.id, now, actor=actor, now=now)
        return "Closed. What was submitted until now stands; authors read it when you release it, or within the hour."
    if act == "release":
        actions.release_reviews(look.round.id, actor=actor, now=now)
        return "Released. Authors are told."
    line = next((one for one in _lines(look)[1] if one.public_id == form.review.data), None)
    if line is None:
        raise RuleViolation(PeerRefusal.NOT_SUBMITTED)
    if act == "show":
        actions.show_review(line.id, actor=actor, now=now)
        return "Its author can read this review again."
    actions.hide_review(line.id, form.reason.data or "", actor=actor, now=now)
    return "Hidden. Its author does not read this review; your reason is kept."


def _until(look: PeerLook, form: PeerRoundForm) -> dt.datetime:
    if form.until_on.data is None or form.until_at.data is None:
        raise RuleViolation(PeerRefusal.BAD_TIME)
    wall = dt.datetime.combine(form.until_on.data, form.until_at.data, ZoneInfo(look.cohort.zone))
    try:
        return wall.astimezone(dt.UTC)
    except OverflowError:
        raise RuleViolation(PeerRefusal.BAD_TIME) from None


@bp.get("/cohorts/<slug>/activities/<key>/peer-reviews.csv")
@requires(policy.can_see_peer_reviews, queries.peer_look_visible_to)
def peer_reviews_csv(look: PeerLook) -> ResponseReturnValue:
    """Give every review of a round as a spreadsheet."""
    criteria = queries.peer_criteria(look.cohort.version_id, look.activity.id)
    head = ["Reviewer", "Work of", "State", "Submitted (UTC)"]
    for row in criteria:
        head += [row.title, f"{row.title}: comment"]
    head += ["Review", "Useful", "Answer", "Hidden because", "Conflict"]
    rows = []
    for one in _lines(look)[1]:
        cells = [one.reviewer.title, one.piece.title, _state(one)]
        cells.append(f"{one.submitted_at:%Y-%m-%d %H:%M}" if one.submitted_at else "")
        readable = one.submitted_at is not None
        for _title, words, comment in said_rows(criteria, one.answers if readable else {}):
            cells += [words, comment]
        cells += [
            one.overall if readable else "",
            USEFUL_WORDS.get(one.useful or 0, ""),
            one.answer,
            one.hidden_reason,
            one.reason,
        ]
        rows.append(cells)
    return csv_file(f"{look.cohort.slug}-{look.activity.key}-peer-reviews", head, rows)


def _state(one: ReviewLine) -> str:
    if one.ended is not None:
        return ENDED_WORDS[one.ended]
    if one.hidden_at is not None:
        return "hidden"
    return "submitted" if one.submitted_at else "begun" if one.saved_at else "to do"
