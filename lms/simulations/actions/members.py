"""Who plays: a run follows the teams of enrolment, and two teams of which one has melted away are put together.

Whoever leaves keeps what their team did while they were in it. A place that was left does not lead back into a game
that goes on: what others played meanwhile cannot be made up for, so the result up to then is what is carried.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from lms.core import events
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.rules import PlaceState
from lms.people.rules import Actor
from lms.simulations import queries
from lms.simulations.actions.held import run_held, write_down
from lms.simulations.actions.keeping_out import keep_out
from lms.simulations.actions.steering import team_held
from lms.simulations.events import PlayersAway, TeamJoined, TeamShrank
from lms.simulations.models import Round, Run, RunMember, RunTeam
from lms.simulations.rules import Phase, RunRefusal
from lms.simulations.rules.following import free_lens

FOLLOWING = (Phase.SETTING_UP, Phase.PRACTICE, Phase.COMPETITION)
BEGUN = (Phase.PRACTICE, Phase.COMPETITION)


def follow_teams(team_ids: Collection[int], *, now: dt.datetime) -> None:
    """Let the runs in which teams of enrolment play have their present members. One statement where none do."""
    _follow(RunTeam.team_id.in_(team_ids), now)


def follow_places(place_ids: Collection[int], *, now: dt.datetime) -> None:
    """Let those leave their games who are on leave, withdrew or were moved to another cohort."""
    teams = (
        sa.select(RunMember.team_id)
        .where(RunMember.place_id.in_(place_ids), RunMember.left_at.is_(None))
        .union(
            sa.select(RunTeam.id)
            .join(TeamMembership, TeamMembership.team_id == RunTeam.team_id)
            .where(TeamMembership.place_id.in_(place_ids), TeamMembership.ends_at.is_(None))
        )
    )
    _follow(RunTeam.id.in_(teams), now)


def _follow(which: sa.ColumnElement[bool], now: dt.datetime) -> None:
    runs = db.session.scalars(
        sa.select(Run.id)
        .join(RunTeam, RunTeam.run_id == Run.id)
        .where(which, RunTeam.team_id.is_not(None), Run.phase.in_(FOLLOWING))
        .distinct()
        .order_by(Run.id)
    ).all()
    for run_id in runs:
        _follow_run(run_held(run_id), now)


def _follow_run(run: Run, now: dt.datetime) -> None:
    """Bring the members of a run's teams up to date: first who leaves, then who joins, so that nobody sits twice."""
    teams = {team.id: team for team in queries.teams_of(run.id)}
    seats = _seats_in_enrolment(teams.values())
    members = queries.members_of(run.id)
    before = {team_id: [one for one in members if one.team_id == team_id] for team_id in teams}
    left = [one for one in members if seats.get(one.place_id, (0, now))[0] != one.team_id]
    for one in left:
        one.left_at = now
    db.session.flush()
    staying = {one.place_id for one in members} - {one.place_id for one in left}
    new = {place_id: seat for place_id, seat in seats.items() if place_id not in staying}
    barred = _barred(run, new)
    for team_id, team in teams.items():
        gone = [one.place_id for one in left if one.team_id == team_id]
        joined = sorted(at for at, (to, _) in new.items() if to == team_id and at not in barred)
        out = sorted(at for at, (to, _) in new.items() if to == team_id and at in barred and _news(run, at))
        if gone or joined or out:
            here = [one for one in before[team_id] if one.place_id in staying]
            _seat(run, team, joined, here, now)
            _noted(run, team, gone, joined, len(here) + len(joined), now)
            if out:
                keep_out(run, team, out, now)
            _tell_away(run, team, set(gone) - set(new), [one.place_id for one in here], now)


def _seats_in_enrolment(teams: Collection[RunTeam]) -> dict[int, tuple[int, dt.datetime]]:
    """Place → the team of the run where enrolment seats it, and since when; a merged team's people sit in the other."""
    here = {team.team_id: team.merged_into_id or team.id for team in teams if team.team_id is not None}
    rows = db.session.execute(
        sa.select(TeamMembership.place_id, TeamMembership.team_id, TeamMembership.starts_at)
        .join(Place, Place.id == TeamMembership.place_id)
        .where(
            TeamMembership.team_id.in_(here),
            TeamMembership.ends_at.is_(None),
            Place.state == PlaceState.ENROLLED,
        )
    )
    return {row.place_id: (here[row.team_id], row.starts_at) for row in rows}


def _barred(run: Run, new: Mapping[int, tuple[int, dt.datetime]]) -> set[int]:
    """Who of these does not come into the game.

    Those who gave up their seat in a team of it and missed a round since (whoever was only on leave kept the seat), and
    those who bring a result of the same game from another cohort: these not before it has begun either.
    """
    carried = queries.carrying(run.engine, new)
    if not new or run.phase not in BEGUN:
        return carried
    missed = sa.exists().where(Round.run_id == run.id, Round.closed_at > RunMember.left_at)
    gone = db.session.execute(
        sa.select(RunMember.place_id, sa.func.max(RunMember.left_at))
        .where(
            RunMember.run_id == run.id, RunMember.place_id.in_(new), RunMember.left_at.is_not(None), missed
        )
        .group_by(RunMember.place_id)
    )
    return carried | {place_id for place_id, left_at in gone if left_at and new[place_id][1] > left_at}


def _news(run: Run, place_id: int) -> bool:
    """Whether it was not written down before that somebody is kept out."""
    known = db.session.scalars(
        sa.select(AuditEntry.after).where(
            AuditEntry.action == "simulations.keep_out",
            AuditEntry.subject == "simulation_run",
            AuditEntry.subject_id == run.id,
        )
    )
    return all(place_id not in (one or {}).get("places", ()) for one in known)


def _noted(
    run: Run,
    team: RunTeam,
    gone: Collection[int],
    joined: Collection[int],
    count: int,
    now: dt.datetime,
) -> None:
    """Write down who left and joined, and tell those whom it concerns once the game has begun."""
    run.version += 1
    if gone or joined:
        before, after = {"left": list(gone)}, {"team": team.key, "joined": list(joined)}
        write_down(run, "follow_team", None, before=before, after=after)
    if run.phase not in BEGUN:
        return
    if joined:
        _joined(run, team, joined, now)
    if gone and count <= 1 and team.merged_into_id is None:
        events.record(
            TeamShrank(cohort_id=run.cohort_id, run_id=run.id, team_id=team.id, members=count, at=now)
        )


def _tell_away(
    run: Run, team: RunTeam, gone: Collection[int], mates: Collection[int], now: dt.datetime
) -> None:
    """Tell of those who left because their place rests or ended; who left the cohort's team heard it there."""
    if not gone or run.phase not in BEGUN:
        return
    rows = db.session.execute(
        sa.select(Place.id, Place.state).where(Place.id.in_(gone), Place.state != PlaceState.ENROLLED)
    ).all()
    if rows:
        events.record(
            PlayersAway(
                cohort_id=run.cohort_id,
                run_id=run.id,
                team_id=team.id,
                place_ids=tuple(sorted(row.id for row in rows)),
                resting=tuple(sorted(row.id for row in rows if row.state is PlaceState.ON_LEAVE)),
                mates=tuple(sorted(mates)),
                at=now,
            )
        )


def _joined(run: Run, team: RunTeam, place_ids: Collection[int], now: dt.datetime) -> None:
    places = tuple(sorted(place_ids))
    events.record(
        TeamJoined(cohort_id=run.cohort_id, run_id=run.id, team_id=team.id, place_ids=places, at=now)
    )


def _seat(
    run: Run, team: RunTeam, place_ids: Collection[int], staying: Collection[RunMember], now: dt.datetime
) -> None:
    """Seat people in a team, each with the first role that nobody there has; who had none gets one that is free."""
    lenses = [key for key, _, _ in queries.game_of(run).lenses(queries.parameters_of(run))]
    held = {one.lens for one in staying}
    for one in staying:
        if not one.lens and (lens := free_lens(lenses, held)):
            one.lens = lens
            held.add(lens)
    for place_id in place_ids:
        lens = free_lens(lenses, held)
        held.add(lens)
        db.session.add(RunMember(run_id=run.id, team_id=team.id, place_id=place_id, lens=lens, joined_at=now))
    db.session.flush()


def merge(run_id: int, team_id: int, into_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> RunTeam:
    """Let the people of a team play on in another; a bot plays on for theirs, so that nobody's market changes.

    Each of them has the score of the team in which they saw most rounds close (`rules.marks.member_mark`).
    Raises RuleViolation where the teams are one, a bot's, or too many people would sit in one.
    """
    run = run_held(run_id, *FOLLOWING)
    if not reason.strip():
        raise RuleViolation(RunRefusal.REASON)
    team, into = team_held(run, team_id), team_held(run, into_id)
    if team.id == into.id or team.team_id is None or into.team_id is None:
        raise RuleViolation(RunRefusal.SAME_TEAM)
    game = queries.game_of(run)
    members = queries.members_of(run.id)
    moving = [one for one in members if one.team_id == team.id]
    staying = [one for one in members if one.team_id == into.id]
    if len(moving) + len(staying) > game.most:
        raise RuleViolation(
            RunRefusal.NO_SEATS, name=into.name, members=len(moving) + len(staying), most=game.most
        )
    for one in moving:
        one.left_at = now
    db.session.flush()
    _seat(run, into, [one.place_id for one in moving], staying, now)
    if not team.strategy:
        team.strategy, team.assisted_at = game.strategies()[0], now
    team.merged_into_id, team.ended_at = into.id, now
    run.version += 1
    write_down(
        run,
        "merge_teams",
        actor,
        before={"team": team.key, "places": [one.place_id for one in moving]},
        after={
            "into": into.key,
            "bot": team.strategy,
            "score": "of the team in which they saw most rounds close",
        },
        reason=reason,
    )
    if run.phase in BEGUN:
        _joined(run, into, [one.place_id for one in moving], now)
    return into


def part(run_id: int, team_id: int, *, actor: Actor, now: dt.datetime) -> RunTeam:
    """Take a merge back, as long as no round has closed since: who came over is in their own team again."""
    run = run_held(run_id, *FOLLOWING)
    team = db.session.get(RunTeam, team_id, populate_existing=True)
    if team is None or team.run_id != run.id or team.merged_into_id is None or team.ended_at is None:
        raise RuleViolation(RunRefusal.NOT_MERGED, name=team.name if team else "This team")
    since = team.ended_at
    closed = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Round)
        .where(Round.run_id == run.id, Round.closed_at.is_not(None), Round.closed_at >= since)
    )
    if closed:
        raise RuleViolation(RunRefusal.NOT_MERGED, name=team.name)
    left = {
        one.place_id: one.lens
        for one in db.session.scalars(
            sa.select(RunMember).where(RunMember.team_id == team.id, RunMember.left_at == since)
        )
    }
    for one in queries.members_of(run.id):
        if one.team_id == team.merged_into_id and one.place_id in left:
            one.left_at = now
    db.session.flush()
    db.session.add_all(
        RunMember(run_id=run.id, team_id=team.id, place_id=place_id, lens=lens, joined_at=now)
        for place_id, lens in left.items()
    )
    if team.assisted_at == since:
        team.strategy, team.assisted_at = "", None
    into, team.merged_into_id, team.ended_at = team.merged_into_id, None, None
    run.version += 1
    write_down(
        run,
        "part_teams",
        actor,
        before={"team": team.key, "into": into},
        after={"places": sorted(left)},
    )
    db.session.flush()
    return team
