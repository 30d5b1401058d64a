"""The roster of a session: for sixty names, by keyboard or thumb, kept as one goes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries, rules
from lms.live.actions import Roster, RosterSaved
from lms.live.forms import EmptyForm, ReasonForm
from lms.live.queries import RosterLine, SessionView, makeups
from lms.live.rules import LiveRefusal, Verdict
from lms.live.views.frame import CANCELLED, OPTIONS, TICKS, TONES, WORDS, bp
from lms.people.rules import Actor
from lms.web import filters, requests
from lms.web.guards import current_actor, requires

CONFLICT, REFUSED = 409, 422
SHOWN = "mark-"


@dataclass(frozen=True, slots=True)
class Row:
    """One name as the page shows it."""

    line: RosterLine
    href: str
    about: str
    """Section, team, and their leave."""
    evidence: str
    word: str
    tone: str

    @property
    def name(self) -> str:
        """The name of the row's choices in the form."""
        return SHOWN + self.line.place.public_id


def shown(lines: Iterable[RosterLine], show: str) -> list[RosterLine]:
    """Those whom a filter leaves: all, `unmarked`, a section or a team."""
    kind, _, name = show.partition(":")
    if kind == "unmarked":
        return [line for line in lines if line.verdict is Verdict.UNMARKED]
    if kind in ("section", "team"):
        return [line for line in lines if getattr(line.place, kind) == name]
    return list(lines)


def counts(lines: Iterable[RosterLine]) -> str:
    """“52 present · 2 half · 3 absent · 1 excused · 2 unmarked”."""
    found = Counter(line.verdict for line in lines)
    return " · ".join(
        f"{found[verdict]} {verdict.value}" for verdict in (*TICKS, Verdict.UNMARKED) if found[verdict]
    )


def _row(session: SessionView, line: RosterLine, zone: str, away: str | None = None) -> Row:
    place = line.place
    told = rules.on_leave(line.leave) if line.leave else ""
    leave = told[:1].lower() + told[1:]
    evidence = [f"said that they will not come{': ' + away if away else ''}"] if away is not None else []
    if line.clicks:
        evidence.append(f"joined {', '.join(filters.clock(at, zone) for at in line.clicks[:4])}")
    if line.minutes is not None:
        scheduled = (session.ends_at - session.starts_at) // dt.timedelta(minutes=1)
        evidence.append(f"{line.minutes} of {scheduled} min in the meeting")
    return Row(
        line=line,
        href=url_for(".ledger", slug=session.cohort.slug, key=session.key, name=place.public_id),
        about=" · ".join(part for part in (place.section, place.team, leave) if part),
        evidence=" · ".join(evidence),
        word=CANCELLED if session.cancelled else WORDS[line.verdict],
        tone="" if session.cancelled else TONES[line.verdict],
    )


@bp.route("/cohorts/<slug>/sessions/<key>/roster", methods=["GET", "POST"])
@requires(policy.can_mark, queries.session_visible_to)
def roster(session: SessionView) -> ResponseReturnValue:
    """Show who is here and keep what is ticked, in one batch or by and by."""
    actor, now = current_actor(), clock.now()
    show = request.args.get("show", "")
    if request.method == "POST":
        return _save(session, show, actor)
    requests.no_store()
    lines = queries.roster(session)
    refusal = rules.why_not_mark(
        cancelled=session.cancelled,
        closed=session.closed,
        starts_at=session.starts_at,
        opens_minutes=session.policy.join_opens_minutes,
        now=now,
    )
    visible, away = shown(lines, show), makeups.absences(session.id)
    return render_template(
        "live/roster.html",
        session=session,
        cohort=session.cohort,
        rows=[_row(session, line, actor.zone, away.get(line.place.place_id)) for line in visible],
        total=len(lines),
        show=show,
        choices=_choices(lines),
        options=OPTIONS,
        counts="" if session.cancelled else counts(lines),
        unmarked=_waiting(lines),
        on_leave=sum(line.leave is not None for line in visible),
        refusal=refusal,
        opens=refusal is LiveRefusal.NOT_BEGUN,
        may_close=rules.why_not_close(
            cancelled=session.cancelled, closed=session.closed, starts_at=session.starts_at, now=now
        )
        is None,
        form=EmptyForm(),
        reason=ReasonForm(),
        zone=actor.zone,
        now=now,
    )


def _choices(lines: list[RosterLine]) -> list[tuple[str, str]]:
    sections = sorted({line.place.section for line in lines if line.place.section})
    teams = sorted({line.place.team for line in lines if line.place.team})
    found = [("", "Everybody"), ("unmarked", "Unmarked only")]
    if len(sections) > 1:
        found += [(f"section:{name}", f"Section {name}") for name in sections]
    return found + [(f"team:{name}", f"Team {name}") for name in teams]


def _waits(line: RosterLine) -> bool:
    """Nothing is known yet, and closing would make them absent: not those on leave."""
    return line.verdict is Verdict.UNMARKED and line.leave is None


def _waiting(lines: Iterable[RosterLine]) -> int:
    return sum(_waits(line) for line in lines)


def _wanted(lines: list[RosterLine], show: str) -> dict[int, Verdict]:
    """What the posted form asks for: ticks by place."""
    values = {verdict.value: verdict for verdict in TICKS}
    wanted = {
        line.place.place_id: values[chosen]
        for line in lines
        if (chosen := request.form.get(SHOWN + line.place.public_id, "")) in values
    }
    if request.form.get("do") == "rest":
        for line in shown(lines, show):
            if _waits(line):
                wanted.setdefault(line.place.place_id, Verdict.PRESENT)
    return wanted


def _save(session: SessionView, show: str, actor: Actor) -> ResponseReturnValue:
    quietly = request.accept_mimetypes.best == "application/json"
    back = url_for(".roster", slug=session.cohort.slug, key=session.key, show=show or None)
    wanted = _wanted(queries.roster(session), show)
    version = _number(request.form.get("version", ""))
    try:
        with unit_of_work() as work:
            saved = actions.set_roster(
                session.id, Roster(version=version, wanted=wanted), actor=actor, now=work.now
            )
    except RuleViolation as refused:
        if quietly:
            return jsonify(reason=refused.message), REFUSED
        flash(refused.message, "bad")
        return redirect(back, code=303)
    if quietly:
        return _told(session, saved, actor)
    _flash(saved)
    return redirect(back, code=303)


def _number(text: str) -> int:
    """The version that a page carried; nonsense is the oldest, which overwrites nobody."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _told(session: SessionView, saved: RosterSaved, actor: Actor) -> ResponseReturnValue:
    lines = queries.roster(session)
    if saved.clashes:
        return jsonify(reason=_clash_words(saved)), CONFLICT
    words = filters.clock(clock.now(), actor.zone)
    if saved.by_others:
        words += f" · {_names(saved.by_others)} changed by somebody else; reload to see"
    return jsonify(
        saved=words, version=saved.version, out={"counts": counts(lines), "unmarked": str(_waiting(lines))}
    )


def _clash_words(saved: RosterSaved) -> str:
    each = [
        f"{clash.name} (you: {clash.mine.value}; {clash.by}: {clash.theirs.value})" for clash in saved.clashes
    ]
    return f"Not overwritten: {'; '.join(each)}. Everything else is saved. Reload to see both."


def _names(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def _flash(saved: RosterSaved) -> None:
    if saved.clashes:
        flash(_clash_words(saved), "warn")
    elif saved.written:
        flash(f"Saved {filters.plural(saved.written, 'name')}.", "good")
    else:
        flash("Nothing was changed.", "info")


@bp.post("/cohorts/<slug>/sessions/<key>/close")
@requires(policy.can_mark, queries.session_visible_to)
def close(session: SessionView) -> ResponseReturnValue:
    """Close the roster: who is unmarked is absent."""
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work() as work:
                absent = actions.close_session(
                    session.id, _number(request.form.get("version", "")), actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            flash(refused.message, "bad")
        else:
            flash(f"The roster is closed: {filters.plural(absent, 'person', 'people')} absent.", "good")
    return redirect(url_for(".roster", slug=session.cohort.slug, key=session.key), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/reopen")
@requires(policy.can_mark, queries.session_visible_to)
def reopen(session: SessionView) -> ResponseReturnValue:
    """Open a closed roster again, with a reason."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.reopen(session.id, form.reason.data or "", actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "bad")
        else:
            flash("The roster is open again.", "good")
    else:
        flash(" ".join(form.reason.errors) or "Nothing was changed.", "bad")
    return redirect(url_for(".roster", slug=session.cohort.slug, key=session.key), code=303)
