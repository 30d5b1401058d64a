"""The console, made ready: the clock, every team at a glance, standings, acts, and what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.people.rules import Actor
from lms.simulations import queries, rules
from lms.simulations.queries import RunView
from lms.simulations.queries.console import (
    NoteLine,
    ResultLine,
    SheetLine,
    TeamLine,
    acts_on,
    notes_of,
    parameters_known,
    result_lines,
    running_round,
    team_lines,
)
from lms.simulations.queries.runs import RoundLine
from lms.simulations.rules import (
    PEN,
    Alarm,
    Game,
    Headline,
    Json,
    NoSuchGame,
    Outlook,
    Phase,
    RoundKind,
    RoundState,
    SheetState,
    Verdict,
)
from lms.simulations.views.console_words import Told, event_titles, event_words, round_name, told
from lms.web import charts
from lms.web.charts import Series

BEHIND = (RoundState.CLOSED, RoundState.PUBLISHED)
TONES = {
    SheetState.EMPTY: "none",
    SheetState.DRAFT: "info",
    SheetState.SUBMITTED: "info",
    SheetState.CHANGED: "warn",
    SheetState.CONFIRMED: "good",
}


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team at a glance."""

    line: TeamLine
    state: SheetState
    tone: str
    present: tuple[str, ...]
    pen: str
    """Who writes."""
    confirmed: int
    asked: int
    """Members who are asked to confirm."""
    dissents: tuple[tuple[str, str], ...]
    idle: bool
    """Nothing came of it in the round before."""
    failing: bool
    bot: str
    """How a bot plays in it, in words; empty: none does."""
    rank: int
    score: float | None
    change: float | None
    """Against the round before."""
    headline: Headline | None


@dataclass(frozen=True, slots=True)
class WorldBox:
    """A world with its teams, and how they stood after each round."""

    number: int
    rows: tuple[TeamRow, ...]
    outlook: Outlook
    happened: tuple[tuple[str, str, str], ...]
    """(round, title, text) of the events so far."""
    series: tuple[Series, ...]
    names: tuple[str, ...]
    chart: charts.Chart | None


@dataclass(frozen=True)
class ConsolePage:
    """Everything that whoever runs a game has before them."""

    rounds: tuple[RoundLine, ...]
    at_hand: RoundLine | None
    """Open, frozen or due; else the next one."""
    running: bool
    last: RoundLine | None
    """The latest that was played."""
    may_undo: bool
    """The latest played round can be opened or played again."""
    worlds: tuple[WorldBox, ...]
    others: tuple[TeamRow, ...]
    """Teams that play in no world."""
    submitted: int
    confirmed: int
    deciding: int
    """Teams of people that decide in the round at hand."""
    idle: tuple[str, ...]
    failing: tuple[str, ...]
    alarms: tuple[Alarm, ...]
    given_up: int
    events: tuple[tuple[str, str], ...]
    """(key, title) of the deck."""
    event_now: str
    strategies: tuple[str, ...]
    notes: tuple[NoteLine, ...]
    names: Mapping[int, str]
    """Of teams and, negative, of rounds, for notes."""
    history: tuple[Told, ...]


def console_page(run: RunView, actor: Actor, now: dt.datetime) -> ConsolePage:
    """Read and shape everything of a run; thirteen statements with the frame at most, whatever the size."""
    rounds = [one for one in queries.rounds_of(run.id, now) if one.kind is kind_of(run)]
    behind = [one for one in rounds if one.state in BEHIND]
    last = behind[-1] if behind else None
    at_hand, waits = running_round(rounds)
    running = at_hand is not None and run.phase in (Phase.PRACTICE, Phase.COMPETITION)
    at_hand = at_hand or next((one for one in rounds if one.state is RoundState.PLANNED), None)
    teams = team_lines(run.id, kind_of(run), at_hand, behind)
    results = result_lines(run.id, kind_of(run), last.id if last else None)
    game, parameters = _game(run), parameters_known(run.id, run.fingerprint)
    titles = event_titles(parameters)
    worlds, rows = _worlds(run, teams, results, parameters, now, len(behind))
    due = at_hand is not None and at_hand.state is RoundState.DUE
    given_up = len(queries.given_up(at_hand.id, at_hand.attempt)) if due and at_hand else 0
    deciding = [row for row in rows if row.line.people and not row.line.ended and row.line.world]
    keys = {team.key: team.name for team in teams}
    return ConsolePage(
        rounds=tuple(rounds),
        at_hand=at_hand,
        running=running,
        last=last,
        may_undo=last is not None and run.phase in (Phase.PRACTICE, Phase.COMPETITION),
        worlds=worlds,
        others=tuple(row for row in rows if not row.line.world),
        submitted=sum(row.line.sheet.submission > 0 for row in deciding),
        confirmed=sum(row.state is SheetState.CONFIRMED for row in deciding),
        deciding=len(deciding),
        idle=tuple(row.line.name for row in deciding if row.idle),
        failing=tuple(row.line.name for row in deciding if row.failing),
        alarms=rules.alarms(
            pinned=game is not None,
            state=at_hand.state if running and at_hand else None,
            closes_at=at_hand.closes_at if at_hand else None,
            now=now,
            given_up=given_up,
            waits=running and waits,
        ),
        given_up=given_up,
        events=tuple(titles.items()),
        event_now=event_words(at_hand.event, titles) if at_hand else "",
        strategies=tuple(game.strategies()) if game else (),
        notes=tuple(notes_of(run.id)),
        names={team.id: team.name for team in teams}
        | {-one.id: round_name(one.kind, one.number) for one in rounds},
        history=tuple(told(act, actor.zone, now, titles, keys) for act in acts_on(run.id)),
    )


def kind_of(run: RunView) -> RoundKind:
    """Which rounds a run is about now: those of the practice until the competition begins."""
    return RoundKind.PRACTICE if run.phase in (Phase.SETTING_UP, Phase.PRACTICE) else RoundKind.ROUND


def _game(run: RunView) -> Game | None:
    try:
        return rules.game(run.engine, run.engine_version)
    except NoSuchGame:
        return None


def _worlds(
    run: RunView,
    teams: Sequence[TeamLine],
    results: Sequence[ResultLine],
    parameters: Json,
    now: dt.datetime,
    played: int,
) -> tuple[tuple[WorldBox, ...], list[TeamRow]]:
    by_world: dict[int, list[ResultLine]] = {}
    for result in results:
        by_world.setdefault(result.world_id, []).append(result)
    states = {result.world_id: result.state for result in results if result.state is not None}
    foreseen = rules.outlooks(run.engine, parameters, states) if _game(run) else {}
    rows: list[TeamRow] = []
    boxes = []
    for number in sorted({team.world for team in teams}):
        mine = [team for team in teams if team.world == number]
        world_id = mine[0].world_id or 0
        past = by_world.get(world_id, [])
        here = [
            _row(run, team, past, parameters, states.get(world_id), now=now, played=played) for team in mine
        ]
        rows += here
        if number:
            boxes.append(
                _box(number, sorted(here, key=_place), past, foreseen.get(world_id, rules.NO_OUTLOOK))
            )
    return tuple(boxes), rows


def _place(row: TeamRow) -> tuple[int, str]:
    return (row.rank or 99, row.line.name)


def _box(number: int, rows: Sequence[TeamRow], past: Sequence[ResultLine], outlook: Outlook) -> WorldBox:
    names = tuple(str(one.number) for one in past)
    series = tuple(
        Series(row.line.name, tuple(_points(one.scores.get(row.line.key)) for one in past)) for row in rows
    )
    happened = tuple(
        (str(one.number), str(one.event.get("title", "")), str(one.event.get("text", "")))
        for one in past
        if one.event
    )
    chart = charts.lines(series, names) if len(past) > 1 else None
    return WorldBox(number, tuple(rows), outlook, happened, series, names, chart)


def _points(score: float | None) -> float | None:
    return None if score is None else round(score, 1)


def _row(
    run: RunView,
    team: TeamLine,
    past: Sequence[ResultLine],
    parameters: Json,
    state: Json | None,
    *,
    now: dt.datetime,
    played: int,
) -> TeamRow:
    sheet = team.sheet
    said = [seat.said for seat in team.seats if seat.said is not None]
    found = rules.sheet_state(
        version=sheet.version,
        submission=sheet.submission,
        submitted_version=sheet.submitted_version,
        members=[seat.place_id for seat in team.seats],
        said=said,
        by=sheet.submitted_by_id,
    )
    standing = [one for one in said if sheet.submission and one.submission == sheet.submission]
    others = [seat for seat in team.seats if seat.place_id != sheet.submitted_by_id]
    scores = [one.scores[team.key] for one in past if team.key in one.scores]
    ranks = {key: rank for rank, key in rules.ranked(past[-1].scores)} if past else {}
    bot = not team.people or bool(team.strategy)
    return TeamRow(
        line=team,
        state=found,
        tone=TONES[found],
        present=tuple(seat.name for seat in team.seats if seat.seen_at and now - seat.seen_at < PEN),
        pen=_holder(team, sheet, now),
        confirmed=sum(one.verdict is Verdict.CONFIRM for one in standing),
        asked=len(others) if sheet.submission else 0,
        dissents=tuple(
            (seat.name, seat.reason)
            for seat in team.seats
            if seat.said is not None and seat.said in standing and seat.said.verdict is Verdict.DISSENT
        ),
        idle=bool(team.last.idle),
        failing=rules.failing(
            members=len(team.seats),
            active=sum(seat.active for seat in team.seats),
            played=played,
            bot=bot or team.ended or not team.world,
        ),
        bot=_bot_words(team),
        rank=ranks.get(team.key, 0),
        score=scores[-1] if scores else None,
        change=scores[-1] - scores[-2] if len(scores) > 1 else None,
        headline=rules.headline(run.engine, parameters, state, team.key) if state else None,
    )


def _holder(team: TeamLine, sheet: SheetLine, now: dt.datetime) -> str:
    holder = rules.pen_of(sheet.pen, now)
    return next((seat.name for seat in team.seats if seat.place_id == holder), "")


def _bot_words(team: TeamLine) -> str:
    if not team.strategy:
        return ""
    return f"helped by the bot “{team.strategy}”" if team.people else f"a bot, “{team.strategy}”"
