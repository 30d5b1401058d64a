"""Teams: who joined, who left, what was formed or dissolved. All changes of one act are told together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.core import events, mail
from lms.core.db import db
from lms.enrolment.events import TeamChanged
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import ACTIVE
from lms.notifications import actions, queries, rules
from lms.notifications.actions import Message
from lms.notifications.queries import Recipient
from lms.notifications.rules import NoticeKind, TeamNews
from lms.people.models import Person


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who was in a team until an act, or is since."""

    team_id: int
    person_id: int
    name: str
    was: bool
    is_: bool
    active: bool
    """They see the cohort; whose place ended is told of that instead."""


@events.together(TeamChanged)
def teams_changed(found: list[TeamChanged]) -> None:
    """Tell those who are in the teams, and those who left; a cohort that is not open yet is news to nobody."""
    by_cohort: dict[int, list[TeamChanged]] = defaultdict(list)
    for event in found:
        by_cohort[event.cohort_id].append(event)
    for cohort_id, changed in by_cohort.items():
        cohort = cohorts.by_id(cohort_id)
        if cohort.state is CohortState.OPEN:
            _tell(cohort.slug, cohort_id, {event.team_id for event in changed}, changed[0].at)


def _tell(slug: str, cohort_id: int, team_ids: Collection[int], at: dt.datetime) -> None:
    seats: dict[int, list[Seat]] = defaultdict(list)
    for seat in _seats(team_ids, at):
        seats[seat.team_id].append(seat)
    teams = _teams(team_ids)
    people = {
        who.person_id: who
        for who in queries.people({seat.person_id for each in seats.values() for seat in each})
    }
    told: list[tuple[Recipient, Message]] = []
    for team_id, (name, dissolved_at) in teams.items():
        told += _of_team(
            slug, cohort_id, team_id, name, seats[team_id], people, dissolved=dissolved_at == at, at=at
        )
    actions.tell(told, now=at)


def _of_team(
    slug: str,
    cohort_id: int,
    team_id: int,
    name: str,
    seats: Sequence[Seat],
    people: dict[int, Recipient],
    *,
    dissolved: bool,
    at: dt.datetime,
) -> list[tuple[Recipient, Message]]:
    joined = [seat.name for seat in seats if seat.is_ and not seat.was]
    left = [seat.name for seat in seats if seat.was and not seat.is_]
    now_in = [seat.name for seat in seats if seat.is_]
    messages: dict[TeamNews, Message] = {}
    told = []
    for seat in seats:
        others = bool(joined or left)
        news = rules.team_news(was=seat.was, is_=seat.is_, dissolved=dissolved, others=others)
        if news is None or not seat.active:
            continue
        if news not in messages:
            text = mail.words(
                "notifications/_team", news=news.name.lower(), joined=joined, left=left, members=now_in
            )
            messages[news] = Message(
                kind=NoticeKind.TEAM,
                key=f"team:{team_id}:{at.isoformat()}",
                title=news.value.format(team=name),
                text=text,
                link=queries.path("enrolment.my_team", slug),
                cohort_id=cohort_id,
                act="Open your teams",
            )
        told.append((people[seat.person_id], messages[news]))
    return told


def _teams(team_ids: Collection[int]) -> dict[int, tuple[str, dt.datetime | None]]:
    """What the teams are called; a dissolved one by the name that it had."""
    rows = db.session.execute(
        sa.select(Team.id, Team.name, Team.dissolved_at).where(Team.id.in_(list(team_ids))).order_by(Team.id)
    )
    return {row.id: (row.name.split(" (until ")[0], row.dissolved_at) for row in rows}


def _seats(team_ids: Collection[int], at: dt.datetime) -> list[Seat]:
    """Who is in the teams since an act or before it, and who left in it."""
    rows = db.session.execute(
        sa.select(
            TeamMembership.team_id,
            Person.id,
            Person.name,
            TeamMembership.starts_at,
            TeamMembership.ends_at,
            Place.state,
        )
        .join(Place, Place.id == TeamMembership.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(
            TeamMembership.team_id.in_(list(team_ids)),
            sa.or_(TeamMembership.ends_at.is_(None), TeamMembership.ends_at == at),
        )
        .order_by(TeamMembership.team_id, Person.sort_name, Person.id)
    )
    seats: dict[tuple[int, int], Seat] = {}
    for row in rows:
        known = seats.get((row.team_id, row.id))
        was = row.starts_at < at or bool(known and known.was)
        is_ = row.ends_at is None or bool(known and known.is_)
        seats[row.team_id, row.id] = Seat(row.team_id, row.id, row.name, was, is_, row.state in ACTIVE)
    return list(seats.values())
