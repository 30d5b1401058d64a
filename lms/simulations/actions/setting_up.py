"""Making a run: scenario, teams, roles, the rounds of the schedule; practice, reset, competition, debrief."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import events
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.enrolment.rules import TeamKind
from lms.people.rules import Actor
from lms.scheduling.models import ItemState, ScheduledItem
from lms.simulations import queries, rules
from lms.simulations.actions.held import run_held, write_down
from lms.simulations.actions.keeping_out import keep_out
from lms.simulations.engines.data import canonical
from lms.simulations.engines.play import parameters as parameters_in
from lms.simulations.engines.play import shipped
from lms.simulations.events import DebriefOpened, RunBegun, RunEnded
from lms.simulations.models import Round, Run, RunMember, RunTeam, World, WorldTeam
from lms.simulations.queries.planning import bots_for, playing_teams, rounds_in, worlds_for
from lms.simulations.rules import Game, Json, Phase, Ranking, RoundKind, RunRefusal, results_due

LIVING = (Phase.SETTING_UP, Phase.PRACTICE, Phase.COMPETITION, Phase.DEBRIEF)
RESULTS_AT = dt.time(9)
SEEDS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class NewRun:
    """A run that somebody wants."""

    cohort_id: int
    engine: str
    teams: TeamKind
    """Which of the cohort's teams play."""
    section_id: int | None = None
    title: str = ""
    seed: int | None = None
    """Empty: drawn."""
    results_at: dt.time = RESULTS_AT
    ranking: Ranking = Ranking.HIDDEN
    parameters: Json | None = None
    """In place of those of the scenario that is shipped."""


def create_run(wanted: NewRun, *, actor: Actor, now: dt.datetime) -> Run:
    """Make a run with the teams of that kind as they stand and the rounds of the cohort's schedule.

    Raises RuleViolation where the simulation is being played there already, where there are no teams, or no rounds;
    InvalidInput where parameters make no sense.
    """
    cohort = cohorts.by_id(wanted.cohort_id)
    game = next((one for one in rules.games() if one.engine == wanted.engine), None)
    if game is None:
        raise NotFound
    _refuse_second(wanted, game)
    parameters = game.checked(wanted.parameters or parameters_in(shipped(game.scenario)))
    text = canonical(parameters)
    run = Run(
        cohort_id=cohort.id,
        section_id=wanted.section_id,
        scenario=game.scenario,
        engine=game.engine,
        engine_version=game.version,
        parameters=text.decode(),
        fingerprint=hashlib.sha256(text).hexdigest(),
        title=wanted.title or game.title,
        seed=wanted.seed if wanted.seed is not None else secrets.randbelow(SEEDS),
        phase=Phase.SETTING_UP,
        ranking=wanted.ranking,
        results_at=wanted.results_at,
        created_at=now,
        created_by_id=actor.person_id,
    )
    db.session.add(run)
    db.session.flush()
    _seat(run, game, parameters, wanted.teams, now)
    _plan_rounds(run, game, parameters, cohort)
    write_down(run, "create_run", actor, after={"engine": game.engine, "fingerprint": run.fingerprint})
    return run


def why_not_create(wanted: NewRun, teams: bool) -> None:
    """Raise what `create_run` would refuse, without making anything; `teams`: whether anybody would play."""
    game = next((one for one in rules.games() if one.engine == wanted.engine), None)
    if game is None:
        raise NotFound
    _refuse_second(wanted, game)
    if not teams:
        raise RuleViolation(RunRefusal.NO_TEAMS)
    cohort = cohorts.by_id(wanted.cohort_id)
    rounds = game.rounds(game.checked(wanted.parameters or parameters_in(shipped(game.scenario))))
    if not any(kind is RoundKind.ROUND for kind, *_ in rounds_in(wanted.section_id, game, cohort, rounds)):
        raise RuleViolation(RunRefusal.NO_ROUNDS)


def set_lens(run_id: int, place_id: int, lens: str, *, actor: Actor) -> None:
    """Give a member another role; whoever held it in their team changes with them."""
    run = run_held(run_id, *LIVING)
    game = queries.game_of(run)
    if lens and lens not in {key for key, _, _ in game.lenses(queries.parameters_of(run))}:
        raise NotFound
    members = {member.place_id: member for member in queries.members_of(run_id)}
    if place_id not in members:
        raise NotFound
    mine = members[place_id]
    before = mine.lens
    for other in members.values():
        if other.team_id == mine.team_id and lens and other.lens == lens:
            other.lens = before
    mine.lens = lens
    write_down(run, "set_lens", actor, before={"lens": before}, after={"lens": lens, "place": place_id})


def begin_practice(run_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Let the practice begin: its worlds stand, its round opens by the schedule, everybody knows their team."""
    run = run_held(run_id, Phase.SETTING_UP)
    _build_worlds(run, RoundKind.PRACTICE)
    _enter(run, Phase.PRACTICE, actor, now)


def begin_competition(run_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Let the competition begin in new worlds: nothing of the practice is left in them."""
    run = run_held(run_id, Phase.SETTING_UP, Phase.PRACTICE)
    open_still = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Round)
        .where(Round.run_id == run.id, Round.kind == RoundKind.PRACTICE, Round.opened_at.is_not(None))
        .where(Round.closed_at.is_(None))
    )
    if open_still:
        raise RuleViolation(RunRefusal.NOT_CLOSED)
    _build_worlds(run, RoundKind.ROUND)
    _enter(run, Phase.COMPETITION, actor, now)


def start_debrief(run_id: int, *, actor: Actor | None, now: dt.datetime) -> None:
    """Open the debrief: what was true is shown to those who played. All rounds have to be published."""
    run = run_held(run_id, Phase.COMPETITION)
    waiting = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Round)
        .outerjoin(
            ScheduledItem,
            sa.and_(ScheduledItem.cohort_id == run.cohort_id, ScheduledItem.key == Round.item_key),
        )
        .where(
            Round.run_id == run.id,
            Round.kind == RoundKind.ROUND,
            Round.published_at.is_(None),
            # A round that the schedule has cancelled is not waited for.
            sa.or_(ScheduledItem.state.is_(None), ScheduledItem.state != ItemState.CANCELLED),
        )
    )
    if waiting:
        raise RuleViolation(RunRefusal.NOT_CLOSED)
    _enter(run, Phase.DEBRIEF, actor, now)
    events.record(
        DebriefOpened(cohort_id=run.cohort_id, run_id=run.id, place_ids=queries.member_places(run.id), at=now)
    )


def end_run(run_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """End a run after its debrief; everything stays to be read."""
    run = run_held(run_id, Phase.DEBRIEF)
    run.ended_at = now
    _enter(run, Phase.ENDED, actor, now)
    outline = curriculum.outline(cohorts.by_id(run.cohort_id).version_id)
    activity = outline.by_key.get(f"{queries.game_of(run).prefix}-debrief")
    events.record(
        RunEnded(
            cohort_id=run.cohort_id,
            run_id=run.id,
            activity_id=activity.id if activity else None,
            place_ids=queries.member_places(run.id),
            at=now,
        )
    )


def discard_run(run_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Take a run back that has not counted for anything yet: while it is set up, or in practice."""
    run = run_held(run_id, Phase.SETTING_UP, Phase.PRACTICE)
    if not reason.strip():
        raise RuleViolation(RunRefusal.REASON)
    before, run.phase, run.ended_at = run.phase, Phase.DISCARDED, now
    run.version += 1
    db.session.execute(
        sa.update(RunMember)
        .where(RunMember.run_id == run.id, RunMember.left_at.is_(None))
        .values(left_at=now)
    )
    write_down(run, "discard_run", actor, before={"phase": before.value}, reason=reason)


def _enter(run: Run, phase: Phase, actor: Actor | None, now: dt.datetime) -> None:
    before, run.phase = run.phase, phase
    run.version += 1
    write_down(run, "enter_phase", actor, before={"phase": before.value}, after={"phase": phase.value})
    if before is Phase.SETTING_UP:
        events.record(
            RunBegun(
                cohort_id=run.cohort_id,
                run_id=run.id,
                public_id=run.public_id,
                place_ids=queries.member_places(run.id),
                at=now,
            )
        )


def _refuse_second(wanted: NewRun, game: Game) -> None:
    """Raise where the same learners play the same simulation already."""
    rows = db.session.execute(
        sa.select(Run.title, Run.section_id).where(
            Run.cohort_id == wanted.cohort_id, Run.engine == game.engine, Run.phase.in_(LIVING)
        )
    ).all()
    for title, section_id in rows:
        if None in (section_id, wanted.section_id) or section_id == wanted.section_id:
            raise RuleViolation(RunRefusal.ONE_RUN, name=title)


def _seat(run: Run, game: Game, parameters: Json, kind: TeamKind, now: dt.datetime) -> None:
    """Take the cohort's teams of a kind into the run, roles in the order of names, and fill up with bots."""
    lines = playing_teams(run.cohort_id, kind, run.section_id, now, engine=game.engine)
    everybody = {line.id: line.members for line in playing_teams(run.cohort_id, kind, run.section_id, now)}
    if not lines:
        raise RuleViolation(RunRefusal.NO_TEAMS)
    numbers = count(1)
    lenses = [key for key, _, _ in game.lenses(parameters)]
    for line in lines:
        team = RunTeam(run_id=run.id, key=f"team-{next(numbers):02}", name=line.name, team_id=line.id)
        db.session.add(team)
        db.session.flush()
        db.session.add_all(
            RunMember(
                run_id=run.id,
                team_id=team.id,
                place_id=member.place_id,
                lens=lenses[at] if at < len(lenses) else "",
                joined_at=now,
            )
            for at, member in enumerate(line.members)
        )
        playing = {member.place_id for member in line.members}
        out = [one.place_id for one in everybody[line.id] if one.place_id not in playing]
        if out:
            keep_out(run, team, out, now)
    short = bots_for(len(lines), game.world_sizes(parameters))
    strategies = game.strategies()
    for at in range(short):
        key = f"team-{next(numbers):02}"
        strategy = strategies[at % len(strategies)]
        db.session.add(
            RunTeam(run_id=run.id, key=key, name=f"Rival {at + 1}", team_id=None, strategy=strategy)
        )
    db.session.flush()


def _plan_rounds(run: Run, game: Game, parameters: Json, cohort: CohortView) -> None:
    """Give the run the rounds that the cohort's schedule has of it."""
    found = list(rounds_in(run.section_id, game, cohort, game.rounds(parameters)))
    if not any(kind is RoundKind.ROUND for kind, _, _, _ in found):
        raise RuleViolation(RunRefusal.NO_ROUNDS)
    db.session.add_all(
        Round(
            run_id=run.id,
            kind=kind,
            number=number,
            activity_id=activity_id,
            item_key=item.key,
            opens_at=item.starts_at,
            closes_at=item.ends_at,
            results_at=results_due(item.ends_at, run.results_at, cohort.zone),
            event={"drawn": True},
        )
        for kind, number, activity_id, item in found
    )
    db.session.flush()


def _build_worlds(run: Run, kind: RoundKind) -> None:
    """Make the worlds of practice or competition: teams in even numbers, every world with its own seed."""
    game, parameters = queries.game_of(run), queries.parameters_of(run)
    teams = [team for team in queries.teams_of(run.id) if team.ended_at is None]
    people = [team for team in teams if team.team_id is not None]
    bots = [team for team in teams if team.team_id is None]
    least, most, _ = game.world_sizes(parameters)
    number_of = worlds_for(len(people), most)
    if len(teams) < least * number_of:
        raise RuleViolation(
            RunRefusal.TOO_FEW_TEAMS, least=least, most=most, teams=len(people), filled=len(teams)
        )
    for number, seats in enumerate(_dealt([*people, *bots], number_of), start=1):
        seed = world_seed(run.seed, kind, number)
        world = World(run_id=run.id, kind=kind, number=number, seed=seed, start="")
        db.session.add(world)
        db.session.flush()
        keys = [team.key for team in seats]
        world.start = canonical(game.begin(parameters, f"{kind.value}-{number}", seed, keys)).decode()
        db.session.add_all(WorldTeam(world_id=world.id, team_id=team.id) for team in seats)
    db.session.flush()


def world_seed(seed: int, kind: RoundKind, number: int) -> int:
    """The seed of a world: another for practice, so that nobody has seen the weather of the competition."""
    digest = hashlib.sha256(f"{seed}:{kind.value}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _dealt(teams: Sequence[RunTeam], worlds: int) -> list[list[RunTeam]]:
    """Teams dealt round the table, so that every world has about as many."""
    return [list(teams[at::worlds]) for at in range(worlds)]
