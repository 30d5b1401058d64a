"""The inbox of staff: of one cohort, and over all of theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people.rules import Actor
from lms.requests import actions, policy, ports, queries
from lms.requests.queries import Colleague, Counts, Filter, Show
from lms.requests.views.frame import Row, bp, row_of, word_of
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store
from lms.web.shapes import Tab
from lms.web.shell import local_path

TABS = {
    Show.OPEN: "Open",
    Show.LATE: "Promise passed",
    Show.WAITING: "Waiting for the learner",
    Show.CLOSED: "Closed",
    Show.ALL: "All",
}
LONGEST_FIND = 80
MOST_TICKED = 500


@dataclass(frozen=True)
class InboxPage:
    """What an inbox shows."""

    wanted: Filter
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    owners: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    cohorts: tuple[tuple[str, str], ...]
    colleagues: list[Colleague]
    older: str
    newest: str
    csv_href: str
    here: str
    any: bool
    narrowed: bool
    all_cohorts: bool


@bp.get("/requests")
@requires(policy.can_see_any_inbox)
def inbox() -> ResponseReturnValue:
    """Show the requests of all one's cohorts."""
    return render_template("requests/inbox.html", page=_page(None), cohort=None, now=clock.now())


@bp.get("/cohorts/<slug>/requests/inbox")
@requires(policy.can_see_inbox, cohort_visible_to)
def cohort_inbox(cohort: CohortView) -> ResponseReturnValue:
    """Show the requests of a cohort."""
    return render_template("requests/cohort_inbox.html", page=_page(cohort), cohort=cohort, now=clock.now())


def _page(cohort: CohortView | None) -> InboxPage:
    no_store()
    actor, now = current_actor(), clock.now()
    wanted = _wanted(cohort)
    found = queries.inbox(actor, wanted, now=now, cursor=request.args.get("after"))
    counted = queries.counts(actor, wanted, now=now)
    steers = policy.can_assign(actor) if cohort is None else policy.can_steer(actor, cohort)
    return InboxPage(
        wanted=wanted,
        tabs=_tabs(wanted, counted, cohort),
        rows=tuple(
            row_of(
                line,
                url_for(".one", slug=line.cohort_slug, public_id=line.public_id),
                actor.zone,
                now,
            )
            for line in found.rows
        ),
        owners=_owners(actor, counted),
        kinds=tuple((one.key, one.title) for one in ports.kinds()),
        cohorts=counted.cohorts,
        colleagues=queries.colleagues(actor, cohort.id if cohort else None, now) if steers else [],
        older=_here(cohort, wanted, after=found.next_cursor) if found.next_cursor else "",
        newest=_here(cohort, wanted) if request.args.get("after") else "",
        csv_href=_here(cohort, wanted, csv=True),
        here=_here(cohort, wanted),
        any=bool(counted.show[Show.ALL]),
        narrowed=bool(wanted.owner or wanted.kind or wanted.find or (wanted.cohort and cohort is None)),
        all_cohorts=cohort is None,
    )


def _wanted(cohort: CohortView | None) -> Filter:
    return _filter(request.args, cohort.slug if cohort else "")


def _filter(asked: Mapping[str, str], slug: str) -> Filter:
    show = asked.get("show", "")
    return Filter(
        show=Show(show) if show in list(Show) else Show.OPEN,
        cohort=slug or asked.get("cohort", "")[:LONGEST_FIND],
        owner=asked.get("owner", "")[:LONGEST_FIND],
        kind=asked.get("kind", "")[:LONGEST_FIND],
        find=asked.get("find", "").replace("\x00", "").strip()[:LONGEST_FIND],
    )


def _here(cohort: CohortView | None, wanted: Filter, *, csv: bool = False, **more: Any) -> str:
    values = {
        "show": wanted.show.value if wanted.show is not Show.OPEN else "",
        "owner": wanted.owner,
        "kind": wanted.kind,
        "find": wanted.find,
        "cohort": "" if cohort else wanted.cohort,
        **more,
    }
    given = {name: value for name, value in values.items() if value}
    if cohort:
        return url_for(".cohort_inbox_csv" if csv else ".cohort_inbox", slug=cohort.slug, **given)
    return url_for(".inbox_csv" if csv else ".inbox", **given)


def _tabs(wanted: Filter, counted: Counts, cohort: CohortView | None) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            label,
            _here(cohort, Filter(show, wanted.cohort, wanted.owner, wanted.kind, wanted.find)),
            counted.show[show],
            current=wanted.show is show,
        )
        for show, label in TABS.items()
    )


def _owners(actor: Actor, counted: Counts) -> tuple[tuple[str, str], ...]:
    named = tuple((key, f"{name} ({number})" if number else name) for key, name, number in counted.owners)
    mine = next((each for each in named if each[0] == actor.public_id), (actor.public_id, "Mine"))
    rest = tuple(each for each in named if each[0] != actor.public_id)
    return (
        (mine[0], "Mine"),
        ("none", f"Nobody ({counted.unowned})" if counted.unowned else "Nobody"),
        *rest,
    )


@bp.get("/requests.csv")
@requires(policy.can_see_any_inbox)
def inbox_csv() -> ResponseReturnValue:
    """Give the requests of all one's cohorts as a spreadsheet."""
    return _csv(None, "requests")


@bp.get("/cohorts/<slug>/requests/inbox.csv")
@requires(policy.can_see_inbox, cohort_visible_to)
def cohort_inbox_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give the requests of a cohort as a spreadsheet."""
    return _csv(cohort, f"{cohort.slug}-requests")


HEADINGS = ("Cohort", "Learner", "Kind", "Request", "State", "Owner", "Asked", "Promised", "Decided")


def _csv(cohort: CohortView | None, name: str) -> ResponseReturnValue:
    lines = queries.everything(current_actor(), _wanted(cohort), now=clock.now())
    return csv_file(
        name,
        HEADINGS,
        (
            (
                line.cohort,
                line.person,
                line.kind.title,
                line.title,
                word_of(line.kind, line.state),
                line.owner,
                _stamp(line.asked_at),
                _stamp(line.promised_at),
                _stamp(line.decided_at),
            )
            for line in lines
        ),
    )


def _stamp(at: dt.datetime | None) -> str:
    return at.isoformat(timespec="minutes") if at else ""


def _ticked(actor: Actor) -> list[int]:
    return queries.ids_of(actor, request.form.getlist("request")[:MOST_TICKED])


def _everything(actor: Actor) -> list[int]:
    """All that is not decided of what the filters of the page let through, on every page of it."""
    asked = dict(parse_qsl(urlsplit(request.form.get("next", "")).query))
    wanted = _filter(asked, request.form.get("cohort", "")[:LONGEST_FIND])
    return [line.id for line in queries.everything(actor, wanted, now=clock.now()) if line.running]


@bp.post("/requests/owner")
@requires(policy.can_assign)
def assign() -> ResponseReturnValue:
    """Give the requests that were ticked to one person."""
    back = local_path(request.form.get("next", "")) or url_for(".inbox")
    actor = current_actor()
    ticked = _everything(actor) if "all" in request.form else _ticked(actor)
    to, reason = request.form.get("to", ""), request.form.get("reason", "").replace("\x00", "").strip()[:400]
    if not ticked or not to:
        flash("Tick at least one request and choose who answers.", "warn")
        return redirect(back, code=303)
    try:
        if len(ticked) > actions.MANY:
            with unit_of_work() as work:
                errand = actions.ask_to_assign(ticked, to, reason, back=back, actor=actor, now=work.now)
                progress = errand.public_id
            return redirect(url_for("people.errand", public_id=progress), code=303)
        with unit_of_work() as work:
            came = actions.assign(ticked, to, reason, actor=actor, now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
        return redirect(back, code=303)
    if came.done:
        flash(
            "1 request was handed over." if came.done == 1 else f"{came.done} requests were handed over.",
            "good",
        )
    for title, why in came.left:
        flash(f"“{title}” stays: {why}", "warn")
    return redirect(back, code=303)
