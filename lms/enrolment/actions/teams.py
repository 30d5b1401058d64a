"""Forming and changing teams. Who sat where from when to when is kept; the present team of each kind is one at most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment import queries
from lms.enrolment.events import TeamChanged
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import ACTIVE, EnrolmentRefusal, TeamKind
from lms.people.rules import Actor, clean


@dataclass(frozen=True, kw_only=True)
class NewTeam:
    """A team to form."""

    name: str
    place_ids: tuple[int, ...] = ()


def form_teams(
    cohort_id: int, kind: TeamKind, teams: Sequence[NewTeam], *, actor: Actor, now: dt.datetime
) -> list[int]:
    """Form teams, all or none; returns their ids in the same order.

    Raises RuleViolation when a name is missing or taken, or somebody has no place here or sits in a team of this kind.
    """
    locked(Cohort, cohort_id)
    names = [clean(team.name) for team in teams]
    _refuse_names(cohort_id, kind, names)
    wanted = [place_id for team in teams for place_id in team.place_ids]
    _refuse_members(cohort_id, kind, wanted)
    if not teams:
        return []
    db.session.execute(
        sa.insert(Team),
        [
            {"cohort_id": cohort_id, "kind": kind, "name": name, "created_at": now, "dissolved_at": None}
            for name in names
        ],
    )
    found = db.session.execute(
        sa.select(Team.name, Team.id).where(
            Team.cohort_id == cohort_id, Team.kind == kind, Team.name.in_(names)
        )
    )
    ids = {row.name: row.id for row in found}
    _sit(
        kind,
        {place: ids[name] for name, team in zip(names, teams, strict=True) for place in team.place_ids},
        now,
    )
    for name, team in zip(names, teams, strict=True):
        after: dict[str, object] = {"name": name, "kind": kind.value, "places": list(team.place_ids)}
        _record("form_team", ids[name], cohort_id, actor, after=after)
        _announce(cohort_id, [ids[name]], now)
    return [ids[name] for name in names]


def rename_team(team_id: int, name: str, *, actor: Actor, now: dt.datetime) -> None:
    """Give a team another name. Raises RuleViolation when it is missing or taken."""
    team = _standing(team_id)
    name = clean(name)
    if name == team.name:
        return
    others = None if name.lower() == team.name.lower() else [name]
    _refuse_names(team.cohort_id, team.kind, others or [], given=name)
    before, team.name = team.name, name
    db.session.flush()
    _record("rename_team", team_id, team.cohort_id, actor, before={"name": before}, after={"name": name})
    _announce(team.cohort_id, [team_id], now)


def dissolve_team(team_id: int, *, reason: str = "", actor: Actor, now: dt.datetime) -> None:
    """Dissolve a team: its members sit in none of this kind from now on; what it did stays theirs."""
    team = _standing(team_id)
    members = _seated(team_id)
    _rise(members, now, kind=team.kind)
    before: dict[str, object] = {"name": team.name, "places": members}
    team.dissolved_at, team.name = now, _past_name(team, now)
    db.session.flush()
    _record("dissolve_team", team_id, team.cohort_id, actor, before=before, reason=reason)
    _announce(team.cohort_id, [team_id], now)


def _past_name(team: Team, now: dt.datetime) -> str:
    """A dissolved team frees its name for another."""
    name = f"{team.name[:160]} (until {now.day} {now:%b %Y})"
    taken = db.session.scalar(
        sa.select(Team.id).where(Team.cohort_id == team.cohort_id, Team.kind == team.kind, Team.name == name)
    )
    return name if taken is None else f"{name} {team.public_id}"


def add_member(team_id: int, place_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Let a learner sit in a team from now on.

    Raises RuleViolation when the team was dissolved or they sit in another of its kind.
    """
    team = _standing(team_id)
    _refuse_members(team.cohort_id, team.kind, [place_id], joining=team_id)
    _sit(team.kind, {place_id: team_id}, now)
    _record("join_team", team_id, team.cohort_id, actor, after={"place": place_id})
    _announce(team.cohort_id, [team_id], now)


def remove_member(team_id: int, place_id: int, *, reason: str = "", actor: Actor, now: dt.datetime) -> None:
    """Let a learner sit in this team no longer. Raises RuleViolation when they do not."""
    team = _standing(team_id)
    if place_id not in _seated(team_id):
        raise RuleViolation(EnrolmentRefusal.NOT_IN_TEAM, name=queries.name_at(place_id))
    _rise([place_id], now, kind=team.kind)
    _record("leave_team", team_id, team.cohort_id, actor, before={"place": place_id}, reason=reason)
    _announce(team.cohort_id, [team_id], now)


def move_member(
    place_id: int, *, from_team: int, to_team: int, reason: str = "", actor: Actor, now: dt.datetime
) -> None:
    """Move a learner from one team to another of the same kind, in one step.

    Raises RuleViolation when they do not sit in the first, or the second was dissolved.
    """
    team, other = _standing(from_team), _standing(to_team)
    if other.cohort_id != team.cohort_id or other.kind is not team.kind:
        raise NotFound
    if from_team == to_team:
        raise RuleViolation(EnrolmentRefusal.IN_THIS_TEAM, name=queries.name_at(place_id))
    if place_id not in _seated(from_team):
        raise RuleViolation(EnrolmentRefusal.NOT_IN_TEAM, name=queries.name_at(place_id))
    seat_many(team.cohort_id, team.kind, {place_id: to_team}, reason=reason, actor=actor, now=now)


def seat_many(
    cohort_id: int,
    kind: TeamKind,
    seats: Mapping[int, int],
    *,
    reason: str = "",
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let learners sit in teams from now on, leaving whichever they sat in: place id → team id."""
    if not seats:
        return
    found = db.session.execute(
        sa.select(TeamMembership.place_id, TeamMembership.team_id).where(
            TeamMembership.place_id.in_(seats), TeamMembership.kind == kind, TeamMembership.ends_at.is_(None)
        )
    )
    left = {row.place_id: row.team_id for row in found}
    moving = {place_id: team_id for place_id, team_id in seats.items() if left.get(place_id) != team_id}
    _rise([place_id for place_id in moving if place_id in left], now, kind=kind)
    _sit(kind, moving, now)
    for place_id, team_id in moving.items():
        before = {"team": left[place_id]} if place_id in left else None
        _record(
            "join_team", team_id, cohort_id, actor, before=before, after={"place": place_id}, reason=reason
        )
    _announce(cohort_id, {*moving.values(), *(left[place] for place in moving if place in left)}, now)


def leave_all(
    place_ids: Iterable[int], *, cohort_id: int, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Let those who lose their place sit in no team any more."""
    ids = list(place_ids)
    rows = db.session.execute(
        sa.select(TeamMembership.place_id, TeamMembership.team_id).where(
            TeamMembership.place_id.in_(ids), TeamMembership.ends_at.is_(None)
        )
    ).all()
    _rise([place_id for place_id, _team in rows], now)
    for place_id, team_id in rows:
        _record("leave_team", team_id, cohort_id, actor, before={"place": place_id}, reason=reason)
    _announce(cohort_id, {team_id for _place, team_id in rows}, now)


def _standing(team_id: int) -> Team:
    """The team under the lock of its cohort. Raises RuleViolation when it was dissolved."""
    cohort_id = db.session.scalar(sa.select(Team.cohort_id).where(Team.id == team_id))
    if cohort_id is None:
        raise NotFound
    locked(Cohort, cohort_id)
    team: Team = locked(Team, team_id)
    if team.dissolved_at is not None:
        raise RuleViolation(EnrolmentRefusal.TEAM_DISSOLVED)
    return team


def _seated(team_id: int) -> list[int]:
    return list(
        db.session.scalars(
            sa.select(TeamMembership.place_id)
            .where(TeamMembership.team_id == team_id, TeamMembership.ends_at.is_(None))
            .order_by(TeamMembership.id)
        )
    )


def _sit(kind: TeamKind, seats: Mapping[int, int], now: dt.datetime) -> None:
    if seats:
        db.session.execute(
            sa.insert(TeamMembership),
            [
                {"team_id": team_id, "kind": kind, "place_id": place_id, "starts_at": now, "ends_at": None}
                for place_id, team_id in seats.items()
            ],
        )


def _rise(place_ids: Sequence[int], now: dt.datetime, *, kind: TeamKind | None = None) -> None:
    if not place_ids:
        return
    statement = sa.update(TeamMembership).where(
        TeamMembership.place_id.in_(place_ids), TeamMembership.ends_at.is_(None)
    )
    if kind is not None:
        statement = statement.where(TeamMembership.kind == kind)
    db.session.execute(statement.values(ends_at=now).execution_options(synchronize_session=False))


def _refuse_names(cohort_id: int, kind: TeamKind, names: Sequence[str], *, given: str | None = None) -> None:
    if not all(names) or given == "":
        raise RuleViolation(EnrolmentRefusal.NO_TEAM_NAME)
    taken = {
        name.lower()
        for name in db.session.scalars(
            sa.select(Team.name).where(Team.cohort_id == cohort_id, Team.kind == kind)
        )
    }
    for name in names:
        if name.lower() in taken:
            raise RuleViolation(EnrolmentRefusal.TEAM_NAME_TAKEN, name=name)
        taken.add(name.lower())


def _refuse_members(
    cohort_id: int, kind: TeamKind, place_ids: Sequence[int], *, joining: int | None = None
) -> None:
    """Refuse those who have no active place here or sit in a team of this kind."""
    here = set(
        db.session.scalars(
            sa.select(Place.id).where(
                Place.id.in_(place_ids), Place.cohort_id == cohort_id, Place.state.in_(ACTIVE)
            )
        )
    )
    sitting = {
        place_id: (team_id, name)
        for place_id, team_id, name in db.session.execute(
            sa.select(TeamMembership.place_id, Team.id, Team.name)
            .join(Team, Team.id == TeamMembership.team_id)
            .where(
                TeamMembership.place_id.in_(place_ids),
                TeamMembership.kind == kind,
                TeamMembership.ends_at.is_(None),
            )
        )
    }
    seen: set[int] = set()
    for place_id in place_ids:
        if place_id not in here:
            raise RuleViolation(EnrolmentRefusal.NOT_IN_COHORT, name=queries.name_at(place_id))
        if place_id in seen:
            raise RuleViolation(EnrolmentRefusal.TWICE, name=queries.name_at(place_id))
        seen.add(place_id)
        if place_id in sitting:
            team_id, team = sitting[place_id]
            why = EnrolmentRefusal.IN_THIS_TEAM if team_id == joining else EnrolmentRefusal.IN_ANOTHER_TEAM
            raise RuleViolation(why, name=queries.name_at(place_id), team=team)


def _announce(cohort_id: int, team_ids: Iterable[int], now: dt.datetime) -> None:
    for team_id in sorted(set(team_ids)):
        events.record(TeamChanged(cohort_id=cohort_id, team_id=team_id, at=now))


def _record(
    verb: str,
    team_id: int,
    cohort_id: int,
    actor: Actor,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=f"enrolment.{verb}",
            subject="team",
            subject_id=team_id,
            cohort_id=cohort_id,
            before=before,
            after=after,
            reason=reason,
        )
    )
