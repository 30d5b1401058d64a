"""Judging a list of teams: a row for each person, with the team they are to sit in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.enrolment.rules import cells
from lms.enrolment.rules.cells import Unreadable
from lms.enrolment.rules.lists import Row
from lms.enrolment.rules.plan import Change, Line, Outcome

WORDS: dict[str, Sequence[str]] = {
    "team": ("team name", "group", "group name", "working team", "capstone team"),
    "email": ("e-mail", "e-mail address", "email address", "mail", "work email", "business email"),
    "external id": (
        "id",
        "student id",
        "learner id",
        "employee id",
        "person id",
        "registration number",
        "reference",
    ),
    "name": ("full name", "learner", "participant", "student", "person"),
}
NEEDS = (("team",), ("email", "external id"))
TEMPLATE = ("team", "email", "external id", "name")
EXAMPLE = ("Banyan", "asha.menon@example.org", "1001", "Asha Menon")
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A learner of the cohort, as a list of teams needs them."""

    place_id: int
    public_id: str
    name: str
    email: str
    active: bool
    team_id: int | None


@dataclass(frozen=True, slots=True)
class TeamGround:
    """What a list of teams is judged against: one kind of team of one cohort."""

    by_email: Mapping[str, Member]
    by_external: Mapping[str, str]
    teams: Mapping[str, tuple[int, str]]
    """Name in lower case → id and name."""


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """What a list of teams does."""

    lines: tuple[Line, ...]
    seated: Mapping[int, str]
    """Place → name of the team it is to sit in."""
    new_teams: tuple[str, ...]


def plan(rows: Sequence[Row], ground: TeamGround) -> TeamPlan:
    """Judge every row of a list of teams."""
    seated: dict[int, str] = {}
    new_teams: dict[str, str] = {}
    rows_of: dict[int, int] = {}
    lines = []
    for row in rows:
        try:
            team = _team(row)
            member = _member(row, ground)
            _once(member, rows_of.setdefault(member.place_id, row.number), row)
        except Unreadable as wrong:
            who = row["name"] or row["email"] or row["external id"] or f"Row {row.number}"
            lines.append(Line(row.number, Outcome.ERROR, who, mend=(wrong.mend,)))
            continue
        known = ground.teams.get(team.lower())
        line = _line(row.number, member, known[1] if known else team, known[0] if known else None, ground)
        lines.append(line)
        if line.outcome is not Outcome.HERE:
            seated[member.place_id] = known[1] if known else new_teams.setdefault(team.lower(), team)
    return TeamPlan(tuple(lines), seated, tuple(new_teams.values()))


def _team(row: Row) -> str:
    if not row["team"]:
        raise Unreadable("The team is missing. Write its name, or leave the row out.")
    return cells.short(row["team"], "team's name", LONGEST_NAME)


def _member(row: Row, ground: TeamGround) -> Member:
    external = row["external id"]
    email = cells.address(row["email"]) if row["email"] or not external else ""
    meant = ground.by_external.get(external) if external else None
    if meant and email and meant != email:
        raise Unreadable(
            f"The external id {external} belongs to {meant} here, and this row says {email}. Mend one."
        )
    member = ground.by_email.get(meant or email)
    if member is None:
        raise Unreadable(
            f"Nobody with {email or f'the external id {external}'} has a place here. Enrol them first."
        )
    if not member.active:
        raise Unreadable(f"{member.name} is no longer a learner of this cohort. Leave this row out.")
    return member


def _once(member: Member, first: int, row: Row) -> None:
    if first != row.number:
        raise Unreadable(f"{member.name} stands in row {first} already. Keep one of the two.")


def _line(number: int, member: Member, team: str, team_id: int | None, ground: TeamGround) -> Line:
    who = f"{member.name} ({member.email})"
    if member.team_id is not None and member.team_id == team_id:
        return Line(number, Outcome.HERE, who, person=member.public_id)
    if member.team_id is None:
        note = () if team_id is not None else (f"Forms the team “{team}”.",)
        return Line(
            number, Outcome.ADD, who, notes=note, changes=(Change("team", "", team),), person=member.public_id
        )
    before = dict(ground.teams.values()).get(member.team_id, "")
    return Line(number, Outcome.CHANGE, who, changes=(Change("team", before, team),), person=member.public_id)
