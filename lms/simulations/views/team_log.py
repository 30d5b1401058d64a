"""The contribution log of a team: who saved, took the pen, submitted and confirmed, and what each save changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound
from lms.people.rules import Actor
from lms.simulations import policy, queries, rules
from lms.simulations.engines.data import InvalidInput
from lms.simulations.queries import TeamView
from lms.simulations.queries.console import parameters_known
from lms.simulations.queries.log import LogEntry, MemberLine, entries_of, team_members
from lms.simulations.rules import Entry, Json
from lms.simulations.views.blueprint import bp
from lms.simulations.views.console import place
from lms.simulations.views.console_words import round_name
from lms.simulations.views.desks import Wording, desk_of
from lms.web import requests
from lms.web.downloads import csv_file, xlsx_file
from lms.web.guards import current_actor, requires

COUNTED = (Entry.SAVED, Entry.PEN_TAKEN, Entry.SUBMITTED, Entry.CONFIRMED, Entry.DISSENTED)
OF_THE_WORKER = {
    Entry.PLAYED: "was played as submitted",
    Entry.CARRIED: "nothing valid was submitted: the rule for that decided",
    Entry.BOT: "a bot decided",
}
COLUMNS = ("Round", "Time (UTC)", "Who", "Did", "Place", "Before", "After", "Words")


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the log in words."""

    at: dt.datetime
    who: str
    did: str
    words: str
    changes: tuple[tuple[str, str, str], ...]
    """(place, before, after)."""


@dataclass(frozen=True, slots=True)
class RoundLog:
    """What was done in one round."""

    name: str
    acts: tuple[Act, ...]


def team_at(actor: Actor, slug: str, public_id: str, team: str) -> TeamView:
    """The team that an address names."""
    return queries.team_visible_to(actor, slug, public_id, team)


@bp.get("/cohorts/<slug>/simulations/<public_id>/teams/<team>/log/")
@requires(policy.can_watch, team_at)
def team_log(view: TeamView) -> ResponseReturnValue:
    """Show who did what to a team's sheets, round by round, and each member's part."""
    requests.no_store()
    entries, members, wording = _read(view)
    now = clock.now()
    rounds = {one.id: round_name(one.kind, one.number) for one in queries.rounds_of(view.run.id, now)}
    return render_template(
        "simulations/team_log.html",
        view=view,
        cohort=view.cohort,
        members=members,
        counted=COUNTED,
        rounds=rounds,
        log=list(_by_round(entries, wording)),
        game_href=place(
            "simulations.game", slug=view.cohort.slug, public_id=view.run.public_id, team=view.public_id
        ),
        zone=current_actor().zone,
        now=now,
    )


@bp.get("/cohorts/<slug>/simulations/<public_id>/teams/<team>/log.<any(csv, xlsx):ending>")
@requires(policy.can_watch, team_at)
def team_log_file(view: TeamView, ending: str) -> Response:
    """Give the log as a table, one line for each place that a save changed."""
    entries, _members, wording = _read(view)
    rows = list(_rows(entries, wording))
    name = f"log-{view.run.engine}-{view.key}"
    return (csv_file if ending == "csv" else xlsx_file)(name, COLUMNS, rows)


def _read(view: TeamView) -> tuple[list[LogEntry], list[MemberLine], Wording]:
    entries = entries_of(view.team_id)
    parameters = parameters_known(view.run.id, view.run.fingerprint)
    return entries, team_members(view.run.id, view.team_id, entries), _wording(view.run.engine, parameters)


def _wording(engine: str, parameters: Json) -> Wording:
    """The cockpit's words; places as they are kept where this installation cannot read the parameters any more."""
    try:
        return desk_of(engine).wording(parameters)
    except (InvalidInput, NotFound):
        return Wording(label=str, value=lambda _seed, _place, value: str(value))


def _by_round(entries: Iterable[LogEntry], wording: Wording) -> Iterable[RoundLog]:
    found: dict[str, list[Act]] = {}
    for entry in entries:
        found.setdefault(round_name(entry.kind, entry.number), []).append(_act(entry, wording))
    return [RoundLog(name, tuple(acts)) for name, acts in reversed(found.items())]


def _act(entry: LogEntry, wording: Wording) -> Act:
    saved = entry.did is Entry.SAVED
    value = partial(wording.value, entry.seed)
    changes = tuple(rules.changes(entry.changed, wording.label, value)) if saved else ()
    did = OF_THE_WORKER.get(entry.did, entry.did.value)
    return Act(entry.at, entry.who or "The round", did, entry.words, changes)


def _rows(entries: Iterable[LogEntry], wording: Wording) -> Iterable[list[str]]:
    for entry in entries:
        act = _act(entry, wording)
        head = [
            round_name(entry.kind, entry.number), f"{entry.at:%Y-%m-%d %H:%M:%S}", act.who, act.did
        ]  # fmt: skip
        for change in act.changes or (("", "", ""),):
            yield [*head, *change, act.words]
