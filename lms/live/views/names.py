"""One name on a roster: everything the ledger holds, and a coordinator's decision."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries
from lms.live.forms import CorrectForm
from lms.live.queries import Entry, NameOnRoster
from lms.live.rules import TAKEN_BACK, EvidenceKind, Verdict, verdict_of
from lms.live.views.explaining import explained
from lms.live.views.frame import WORDS, bp
from lms.web import filters, requests
from lms.web.guards import current_actor, requires
from lms.web.shapes import StoryEvent

_TITLES = {
    EvidenceKind.ROSTER: ("Roster", "clipboard-check"),
    EvidenceKind.JOIN_CLICK: ("Pressed the join button", "log-in"),
    EvidenceKind.SELF_CODE: ("Entered the code", "hash"),
    EvidenceKind.INTERVAL: ("In the meeting", "clock"),
    EvidenceKind.MAKE_UP: ("Made up", "refresh-cw"),
    EvidenceKind.OVERRIDE: ("Decided", "gavel"),
    EvidenceKind.EXCUSE: ("Excused", "circle-check"),
}


def event_of(entry: Entry, zone: str) -> StoryEvent:
    """One entry of the ledger as a story tells it."""
    one = entry.evidence
    title, symbol = _TITLES[one.kind]
    if one.kind is EvidenceKind.INTERVAL and one.starts_at and one.ends_at:
        minutes = (one.ends_at - one.starts_at) // dt.timedelta(minutes=1)
        title += f" {filters.clock(one.starts_at, zone)}–{filters.clock(one.ends_at, zone)}, {filters.minutes(minutes)}"
        title += ": taken back" if one.value == TAKEN_BACK else ""
    elif one.kind is not EvidenceKind.JOIN_CLICK and one.value is None:
        title += ": taken back"
    elif one.kind in (EvidenceKind.ROSTER, EvidenceKind.OVERRIDE, EvidenceKind.MAKE_UP):
        title += f": {WORDS[verdict_of(one.value or 0)].lower()}"
    by = " · ".join(part for part in (entry.by, source_words(entry.source)) if part)
    return StoryEvent(at=one.at, title=title, words=one.reason, by=by, symbol=symbol)


def source_words(source: str) -> str:
    """Where an entry comes from, as people read it; lists and names have pages of their own, their ids say nothing."""
    if source.startswith("list "):
        return "a list of the meeting"
    return "a name in a list" if source.startswith("name ") else source


def _page(found: NameOnRoster, form: CorrectForm, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    actor, now = current_actor(), clock.now()
    mark = queries.mark(found.session.id, found.place.place_id)
    entries = queries.entries(found.session.id, found.place.place_id)
    html = render_template(
        "live/ledger.html",
        session=found.session,
        cohort=found.session.cohort,
        place=found.place,
        mark=explained(mark, actor.zone, now, cancelled=found.session.cancelled) if mark else None,
        story=[event_of(entry, actor.zone) for entry in reversed(entries)],
        form=form,
        may_correct=policy.can_correct(actor, found) and not found.session.cancelled,
        zone=actor.zone,
        now=now,
    )
    return html, status


@bp.get("/cohorts/<slug>/sessions/<key>/roster/<name>")
@requires(policy.can_mark, queries.name_visible_to)
def ledger(found: NameOnRoster) -> ResponseReturnValue:
    """Show what the ledger holds of one learner in one session."""
    return _page(found, CorrectForm())


@bp.post("/cohorts/<slug>/sessions/<key>/roster/<name>")
@requires(policy.can_correct, queries.name_visible_to)
def correct(found: NameOnRoster) -> ResponseReturnValue:
    """Decide one learner's attendance, with a reason that they read."""
    form = CorrectForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.correct(
                    found.session.id,
                    found.place.place_id,
                    Verdict(form.verdict.data),
                    form.reason.data or "",
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("Decided and recorded.", "good")
            session = found.session
            return redirect(
                url_for(".ledger", slug=session.cohort.slug, key=session.key, name=found.place.public_id),
                code=303,
            )
    return _page(found, form, 422)
