"""A learner's own requests: all of them, choosing what to ask, asking."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock, ids
from lms.core.errors import NotFound, RuleViolation
from lms.core.files import FileRefusal
from lms.core.uow import unit_of_work
from lms.enrolment.queries import MyPlace, my_place
from lms.requests import actions, policy, ports, queries
from lms.requests.actions import Asked
from lms.requests.forms import AskForm, default
from lms.requests.ports import Ask, Kind, Offer, Subject, Wanted
from lms.requests.rules import RequestRefusal
from lms.requests.views.frame import (
    ACCEPTED,
    FILES,
    MOST_BYTES,
    bp,
    instant,
    row_of,
    told_fact,
    uploads_of,
)
from lms.web.filters import when
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

SESSIONS = frozenset({"live_session", "masterclass"})


@bp.get("/cohorts/<slug>/requests")
@requires(policy.can_ask, my_place)
def mine(me: MyPlace) -> ResponseReturnValue:
    """Show a learner everything they asked, what is open first."""
    no_store()
    actor, now = current_actor(), clock.now()
    lines = queries.of_place(me.place_id)

    def rows(running: bool) -> list[object]:
        return [
            row_of(
                line,
                url_for(".one", slug=me.cohort.slug, public_id=line.public_id),
                actor.zone,
                now,
                own=True,
            )
            for line in lines
            if line.running is running
        ]

    return render_template("requests/mine.html", cohort=me.cohort, running=rows(True), over=rows(False))


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind that can be chosen."""

    href: str
    ask: str
    about: str
    icon: str


@bp.get("/cohorts/<slug>/requests/new")
@requires(policy.can_ask, my_place)
def choose(me: MyPlace) -> ResponseReturnValue:
    """Let a learner choose what to ask; from the page of an activity only what fits it stands first."""
    about = request.args.get("about", "")
    line = queries.line_of(me.cohort, about)
    sort = Subject.NOTHING
    if line:
        sort = Subject.SESSION if line.kind.value in SESSIONS else Subject.ACTIVITY
    fitting = [one for one in ports.kinds() if one.subject is sort or (not line and one.subject)]
    others = [one for one in ports.kinds() if one.subject is Subject.NOTHING]
    return render_template(
        "requests/choose.html",
        cohort=me.cohort,
        about=queries.named(line) if line else "",
        fitting=[_line(one, me, about) for one in fitting] if line else [],
        others=[
            _line(one, me, about)
            for one in ([] if line else fitting) + others
            if one not in fitting or not line
        ],
    )


def _line(kind: Kind, me: MyPlace, about: str) -> KindLine:
    return KindLine(
        url_for(".ask", slug=me.cohort.slug, kind=kind.key, about=about or None),
        kind.ask,
        kind.about,
        kind.icon,
    )


@dataclass(frozen=True, slots=True)
class AskPage:
    """What a learner sees before they ask."""

    kind: Kind
    title: str
    about: str
    subjects: tuple[tuple[str, str], ...]
    """What could be named, where nothing is yet."""
    facts: tuple[tuple[str, str], ...]
    why_not: str
    hint: str
    promise: str
    zone: str
    files: str = FILES
    accept: str = ACCEPTED
    most_bytes: int = MOST_BYTES


@bp.route("/cohorts/<slug>/requests/new/<kind>", methods=["GET", "POST"])
@requires(policy.can_ask, my_place)
def ask(me: MyPlace, kind: str) -> ResponseReturnValue:
    """Ask for something, with the facts filled in."""
    found, about, now = queries.offered(kind), request.args.get("about", ""), clock.now()
    if found.subject and not about:
        if request.method == "POST":
            raise NotFound
        return _page(me, found, "", Offer(title=found.title), None, queries.subjects(found, me, now))
    offer = queries.offer(found, me, about, now)
    form = _form(found, offer, me, now)
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                row = actions.ask(me, _asked(found, about, form), actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            _refuse(form, refused)
        else:
            flash("Sent. It is answered by the time that stands here, and you are told.", "good")
            return redirect(url_for(".one", slug=me.cohort.slug, public_id=row.public_id), code=303)
    return _page(me, found, about, offer, form, ())


def _form(kind: Kind, offer: Offer, me: MyPlace, now: dt.datetime) -> AskForm:
    form = AskForm()
    form.fit(kind, kind.asks)
    if not form.is_submitted():
        form.key.data = ids.public_id()
    if Ask.CHOICE in kind.asks:
        form.choice.choices = list(offer.choices)
    if Ask.PERSON in kind.asks:
        staff = queries.candidates(me.cohort.id, queries.STAFF_OF_COHORT, now)
        form.against.choices = [
            ("", "Nobody in particular"),
            *((one.public_id, one.name) for one in staff),
        ]
    if Ask.UNTIL in kind.asks and offer.until:
        there = offer.until.astimezone(ZoneInfo(current_actor().zone))
        default(form, "until_on", there.date())
        default(form, "until_at", there.time().replace(second=0, microsecond=0))
    return form


def _asked(kind: Kind, about: str, form: AskForm) -> Asked:
    zone = current_actor().zone

    def given(name: str) -> object:
        return form[name].data if name in form else None

    return Asked(
        kind=kind.key,
        about=about,
        words=(form.words.data or "").replace("\r\n", "\n"),
        wanted=Wanted(
            until=instant(given("until_on"), given("until_at"), zone),  # type: ignore[arg-type]
            from_on=given("from_on"),  # type: ignore[arg-type]
            back_on=given("back_on"),  # type: ignore[arg-type]
            choice=str(given("choice") or ""),
            line=str(given("line") or ""),
            tick=bool(given("tick")),
        ),
        against=str(given("against") or ""),
        key=form.key.data or "",
        uploads=uploads_of(form.files),
    )


def _refuse(form: AskForm, refused: RuleViolation) -> None:
    fields = {
        RequestRefusal.NO_WORDS: "words",
        RequestRefusal.NO_TICK: "tick",
        RequestRefusal.TOO_LONG: "words",
        RequestRefusal.TOO_MANY_FILES: "files",
        RequestRefusal.DAYS_ORDER: "back_on",
        RequestRefusal.NOT_SOMEBODY: "against",
    }
    at = "files" if isinstance(refused.reason, FileRefusal) else fields.get(refused.reason, "")  # type: ignore[call-overload]
    form.refuse(at, refused.message)


def _page(
    me: MyPlace,
    kind: Kind,
    about: str,
    offer: Offer,
    form: AskForm | None,
    subjects: tuple[tuple[str, str], ...],
) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    no_store()
    page = AskPage(
        kind=kind,
        title=offer.title,
        about=about,
        subjects=subjects,
        facts=tuple(told_fact(each, actor.zone, now) for each in offer.facts),
        why_not=offer.why_not,
        hint=offer.hint,
        promise=when(queries.promise(me.cohort, kind, now), actor.zone, now),
        zone=actor.zone,
    )
    return render_template("requests/ask.html", page=page, form=form, cohort=me.cohort)
