"""What can be arranged by hand while a run is set up: names of teams, rivals that bots play."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor, clean
from lms.simulations import queries
from lms.simulations.actions.held import run_held, write_down
from lms.simulations.actions.setting_up import LIVING
from lms.simulations.actions.steering import team_held
from lms.simulations.models import RunTeam, Sheet, WorldTeam
from lms.simulations.queries.planning import worlds_for
from lms.simulations.rules import Phase, RunRefusal

BEFORE = (Phase.SETTING_UP, Phase.PRACTICE)
LONGEST = 160


def rename_team(run_id: int, team_id: int, name: str, *, actor: Actor) -> RunTeam:
    """Give a team another name in this run. Raises RuleViolation where it is missing or another's."""
    run = run_held(run_id, *LIVING)
    team, wanted = team_held(run, team_id), clean(name)[:LONGEST]
    if not wanted:
        raise RuleViolation(RunRefusal.NO_NAME)
    others = {one.name.lower() for one in queries.teams_of(run.id) if one.id != team.id}
    if wanted.lower() in others:
        raise RuleViolation(RunRefusal.NAME_TAKEN, name=wanted)
    before, team.name = team.name, wanted
    run.version += 1
    write_down(run, "rename_team", actor, before={"team": team.key, "name": before}, after={"name": wanted})
    return team


def add_rival(run_id: int, strategy: str, *, actor: Actor) -> RunTeam:
    """Let one more bot compete. Raises RuleViolation where the worlds are full or the competition has begun."""
    run = run_held(run_id, *BEFORE)
    game = queries.game_of(run)
    if strategy not in game.strategies():
        raise NotFound
    everybody = queries.teams_of(run.id)
    standing = [one for one in everybody if one.ended_at is None]
    people = [one for one in standing if one.team_id is not None]
    _, most, _ = game.world_sizes(queries.parameters_of(run))
    worlds = worlds_for(len(people), most)
    if len(standing) >= worlds * most:
        raise RuleViolation(RunRefusal.FULL, teams=len(standing), worlds=worlds, most=most)
    names = {one.name for one in everybody}
    number = next(at for at in range(1, len(everybody) + 2) if f"Rival {at}" not in names)
    key = f"team-{max((int(one.key.rpartition('-')[2]) for one in everybody), default=0) + 1:02}"
    team = RunTeam(run_id=run.id, key=key, name=f"Rival {number}", team_id=None, strategy=strategy)
    db.session.add(team)
    db.session.flush()
    run.version += 1
    write_down(run, "add_rival", actor, after={"team": key, "strategy": strategy})
    return team


def remove_rival(run_id: int, team_id: int, *, actor: Actor) -> str:
    """Take a bot out that has not played yet; returns its name. Raises RuleViolation otherwise."""
    run = run_held(run_id, Phase.SETTING_UP)
    team = team_held(run, team_id)
    if team.team_id is not None:
        raise RuleViolation(RunRefusal.NOT_A_BOT, name=team.name)
    name, key = team.name, team.key
    db.session.execute(sa.delete(WorldTeam).where(WorldTeam.team_id == team.id))
    db.session.execute(sa.delete(Sheet).where(Sheet.team_id == team.id))
    db.session.delete(team)
    db.session.flush()
    run.version += 1
    write_down(run, "remove_rival", actor, before={"team": key, "name": name})
    return name
