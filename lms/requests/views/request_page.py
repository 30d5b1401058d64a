"""The page of one request, composed for its learner or for whoever answers it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core import clock
from lms.curriculum.rules import endpoint_of
from lms.people.rules import Actor
from lms.requests import actions, policy, queries
from lms.requests.forms import DecideForm, HandOverForm, ReopenForm, SayForm, WriteForm, default
from lms.requests.ports import Ask, Asking, Deciding, Wanted
from lms.requests.queries import EntryLine, RequestView
from lms.requests.rules import GRANTING, EntryKind, RequestState, Urgency, urgency
from lms.requests.views.frame import (
    ACCEPTED,
    FILES,
    MOST_BYTES,
    TONES,
    file_kind,
    told_fact,
    word_of,
)
from lms.web.filters import relative, when
from lms.web.guards import current_actor, may_open
from lms.web.html import stored
from lms.web.requests import no_store
from lms.web.shapes import FileItem

ICONS = {
    EntryKind.ASKED: "inbox",
    EntryKind.SAID: "message-square",
    EntryKind.ASKED_BACK: "circle-question-mark",
    EntryKind.ANSWERED: "message-square-text",
    EntryKind.NOTED: "notebook-pen",
    EntryKind.TAKEN: "user-check",
    EntryKind.HANDED_OVER: "arrow-right-left",
    EntryKind.DECIDED: "gavel",
    EntryKind.WITHDRAWN: "undo-2",
    EntryKind.REOPENED: "rotate-ccw",
    EntryKind.REMINDED: "bell",
    EntryKind.OVERDUE: "alarm-clock",
}


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms that were sent and did not stand; the others are fresh."""

    talk: Any = None
    decide: DecideForm | None = None
    hand_over: HandOverForm | None = None
    reopen: Any = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the history in words."""

    at: dt.datetime
    title: str
    icon: str
    words: Markup
    facts: tuple[tuple[str, str], ...]
    files: tuple[FileItem, ...]
    inner: bool


@dataclass(frozen=True)
class RequestPage:
    """Everything that the page of a request shows."""

    view: RequestView
    own: bool
    handles: bool
    state: str
    tone: str
    lede: str
    """Who answers by when; or what was decided."""
    passed: bool
    facts: tuple[tuple[str, str], ...]
    wanted: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    seen: int
    about_href: str
    case_href: str
    room_href: str
    """Where whoever handles it works."""
    mine: bool
    """The viewer owns it."""
    does: bool
    """Granting does what was asked for."""
    zone: str
    now: dt.datetime
    files: str = FILES
    accept: str = ACCEPTED
    most_bytes: int = MOST_BYTES


def shown(view: RequestView, forms: Forms) -> ResponseReturnValue:
    """Show a request with its forms."""
    actor, now = current_actor(), clock.now()
    no_store()
    own = policy.is_own(actor, view)
    handles = policy.can_handle(actor, view)
    history = queries.history(view.id, inner=not own)
    page = _page(view, actor, history, now, own=own, handles=handles)
    running = view.running
    return render_template(
        "requests/one.html",
        page=page,
        cohort=view.cohort,
        talk=(forms.talk or (SayForm(formdata=None) if own else WriteForm(formdata=None)))
        if running and (own or handles)
        else None,
        decide=(forms.decide or _decide(view, page.seen)) if running and handles else None,
        hand_over=(forms.hand_over or hand_over_form(view)) if running and handles else None,
        reopen=(forms.reopen or ReopenForm(formdata=None))
        if handles and view.state in (*GRANTING, RequestState.REFUSED)
        else None,
    )


def _page(
    view: RequestView,
    actor: Actor,
    history: list[EntryLine],
    now: dt.datetime,
    *,
    own: bool,
    handles: bool,
) -> RequestPage:
    files: dict[int, list[FileItem]] = {}
    for line in queries.files_of(view.id, inner=not own):
        href = url_for(".request_file", slug=view.cohort.slug, public_id=view.public_id, file=line.public_id)
        files.setdefault(line.entry_id, []).append(
            FileItem(name=line.name, href=href, size=line.size, kind=file_kind(line.content_type))
        )
    outcome = next((each for each in reversed(history) if each.kind is EntryKind.DECIDED), None)
    return RequestPage(
        view=view,
        own=own,
        handles=handles,
        state=word_of(view.kind, view.state, own=own),
        tone=TONES[view.state],
        lede=_lede(view, actor, now, own=own),
        passed=view.state is RequestState.OPEN
        and urgency(view.promised_at, now, rests=False) is Urgency.PASSED,
        facts=tuple(told_fact(each, actor.zone, now) for each in view.facts),
        wanted=_wanted(view, actor.zone, now),
        entries=tuple(_entry(each, view, files, actor.zone, now, own=own) for each in history),
        seen=history[-1].id if history else 0,
        about_href=_about(view),
        case_href=url_for("progress.case_file", slug=view.cohort.slug, public_id=view.place_public_id)
        if not own and may_open("progress.case_file", view)
        else "",
        room_href=url_for(view.kind.room, slug=view.cohort.slug, public_id=view.public_id)
        if view.kind.room and not own and may_open(view.kind.room, view)
        else "",
        mine=view.owner_id == actor.person_id,
        does=view.kind.grant is not None and outcome is None,
        zone=actor.zone,
        now=now,
    )


def _lede(view: RequestView, actor: Actor, now: dt.datetime, *, own: bool) -> str:
    who = "You" if view.owner_id == actor.person_id else view.owner or "Nobody yet"
    if view.state is RequestState.OPEN:
        verb = "answer" if who == "You" else "answers"
        return (
            f"{who} {verb} by {when(view.promised_at, actor.zone, now)} ({relative(view.promised_at, now)})."
        )
    if view.state is RequestState.WAITING:
        since = relative(view.waiting_since, now) if view.waiting_since else ""
        whom = "you" if own else view.person
        return f"{who} asked {whom} something back {since}; the promise rests until it is answered."
    if view.state is RequestState.WITHDRAWN:
        return f"Taken back {relative(view.decided_at, now) if view.decided_at else ''}."
    return f"Decided by {view.decided_by}, {relative(view.decided_at, now) if view.decided_at else ''}."


def _wanted(view: RequestView, zone: str, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    wanted, labels = view.wanted, view.kind.labels
    found = []
    if wanted.until:
        found.append((labels.get("until_on", "Until"), when(wanted.until, zone, now)))
    if wanted.from_on:
        found.append((labels.get("from_on", "From"), _day(wanted.from_on)))
    if Ask.DAYS in view.kind.asks:
        back = _day(wanted.back_on) if wanted.back_on else "not known yet"
        found.append((labels.get("back_on", "Back on"), back))
    if wanted.choice:
        found.append((labels.get("choice", "Wanted"), wanted.choice_words or wanted.choice))
    if wanted.line:
        found.append((labels.get("line", "To be called"), wanted.line))
    if wanted.tick:
        found.append(("Agreed", labels.get("tick", "yes")))
    if view.against:
        found.append((labels.get("against", "About"), view.against))
    return tuple(found)


def _day(day: dt.date) -> str:
    return f"{day:%a} {day.day} {day:%B %Y}"


def _about(view: RequestView) -> str:
    line = queries.line_of(view.cohort, view.about) if view.about else None
    return url_for(endpoint_of(line.kind.value), slug=view.cohort.slug, key=line.key) if line else ""


def _entry(
    line: EntryLine,
    view: RequestView,
    files: dict[int, list[FileItem]],
    zone: str,
    now: dt.datetime,
    *,
    own: bool,
) -> Entry:
    hidden = own and line.kind is EntryKind.HANDED_OVER
    return Entry(
        at=line.at,
        title=_title(line, view, own=own),
        icon=ICONS[line.kind],
        words=Markup("") if hidden else stored(line.html),
        facts=tuple(told_fact(each, zone, now) for each in line.facts),
        files=tuple(files.get(line.id, ())),
        inner=line.kind in (EntryKind.NOTED, EntryKind.REMINDED),
    )


def _title(line: EntryLine, view: RequestView, *, own: bool) -> str:
    you = own and line.by_id == view.person_id
    who = "You" if you else line.by
    if line.kind is EntryKind.DECIDED:
        return f"{who}: {word_of(view.kind, RequestState(line.details['state'])).lower()}"
    return {
        EntryKind.ASKED: f"{who} asked",
        EntryKind.SAID: f"{who} added",
        EntryKind.ASKED_BACK: f"{who} asked back",
        EntryKind.ANSWERED: f"{who} wrote",
        EntryKind.NOTED: f"{who} noted, for staff",
        EntryKind.TAKEN: f"{who} took it",
        EntryKind.HANDED_OVER: f"{who} handed it over to {line.details.get('owner', '')}",
        EntryKind.WITHDRAWN: f"{who} took it back",
        EntryKind.REOPENED: f"{who} opened it again",
        EntryKind.REMINDED: "The owner was reminded of the promise",
        EntryKind.OVERDUE: "The promised time passed, and those who run the cohort were told",
    }[line.kind]


# Forms for whoever answers ----------------------------------------------------------------------------------------


def hand_over_form(view: RequestView) -> HandOverForm:
    """Whom it could be given to."""
    form = HandOverForm()
    able = actions.able(view, clock.now())
    form.to.choices = [
        ("", "Choose"),
        *(
            (one.public_id, f"{one.name} ({one.running} open)" if one.running else one.name)
            for one in able
            if one.person_id != view.owner_id
        ),
    ]
    return form


def _decide(view: RequestView, seen: int) -> DecideForm:
    form = decide_form(view)
    zone = ZoneInfo(current_actor().zone)
    default(form, "seen", seen)
    wanted = view.wanted
    if wanted.until:
        there = wanted.until.astimezone(zone)
        default(form, "until_on", there.date())
        default(form, "until_at", there.time())
    default(form, "from_on", wanted.from_on)
    default(form, "back_on", wanted.back_on)
    default(form, "choice", wanted.choice)
    default(form, "line", wanted.line)
    if len(form.outcome.choices) == 1:
        default(form, "outcome", form.outcome.choices[0][0])
    return form


def decide_form(view: RequestView) -> DecideForm:
    """A decision, with the fields that whoever decides may set."""
    form, kind, now = DecideForm(), view.kind, clock.now()
    form.fit(kind, kind.given)
    form.outcome.choices = [(state.value, word_of(kind, state)) for state in actions.possible(kind)]
    asking = Asking(view.cohort.id, view.place_id, view.person_id, view.about, now)
    if "choice" in form:
        offered = kind.offer(asking).choices if kind.offer else ()
        form.choice.choices = [*offered]
        if view.wanted.choice not in dict(offered):
            form.choice.choices.append((view.wanted.choice, view.wanted.choice_words))
    if kind.others:
        deciding = Deciding(
            view.cohort.id, view.place_id, view.person_id, view.about, view.wanted, Wanted(), ""
        )
        form.other.choices = [("", "Nobody's: nothing else changes"), *kind.others(deciding)]
    else:
        del form.other
    return form
