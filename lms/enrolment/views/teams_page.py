"""What the pages of teams show: each team with what is wrong with it, and who sits in none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from lms.cohorts.queries import CohortView
from lms.curriculum import queries as curriculum
from lms.enrolment.queries import Member, RosterLine, TeamLine
from lms.enrolment.rules import PlaceState, TeamKind
from lms.enrolment.rules.teams import Broken, Candidate, TeamRules, broken, function_of
from lms.web import filters
from lms.web.shapes import Tab

KINDS = {"working": TeamKind.WORKING, "capstone": TeamKind.CAPSTONE}
"""Kinds of team by their word in addresses."""
LABELS = {TeamKind.WORKING: "Working teams", TeamKind.CAPSTONE: "Capstone teams"}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody in a team, or in none."""

    public_id: str
    href: str
    name: str
    about: str
    on_leave: bool
    clock: str
    zone: str
    email: str = ""
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team with its people and the soft rules that it breaks."""

    public_id: str
    href: str
    name: str
    members: tuple[MemberRow, ...]
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class TeamsPage:
    """The teams of one kind of a cohort."""

    kind: TeamKind
    word: str
    label: str
    tabs: tuple[Tab, ...]
    teams: tuple[TeamRow, ...]
    without: tuple[MemberRow, ...]
    rules: tuple[str, ...]
    seated: int
    wrong: int


def rules_of(cohort: CohortView, kind: TeamKind) -> TeamRules:
    """What the cohort's policy says of teams of a kind."""
    policy = curriculum.outline(cohort.version_id).policies.teams
    size = policy.capstone_size if kind is TeamKind.CAPSTONE else policy.size
    return TeamRules(size[0], size[1], policy.max_zone_hours, policy.max_same_employer)


def rules_words(rules: TeamRules) -> tuple[str, ...]:
    """The soft rules in words."""
    return (
        f"{rules.smallest} to {rules.largest} people",
        f"clocks at most {rules.zone_hours} h apart",
        f"at most {rules.same_employer} of one employer",
        "people who do different work",
    )


def candidate(one: Member | RosterLine) -> Candidate:
    """Somebody as the rules of teams see them."""
    return Candidate(one.place_id, one.name, one.zone, one.employer, one.job_title)


def present(
    cohort: CohortView,
    kind: TeamKind,
    teams: Sequence[TeamLine],
    roster: Iterable[RosterLine],
    counts: dict[TeamKind, int],
    now: dt.datetime,
) -> TeamsPage:
    """Put the teams into words."""
    rules, on = rules_of(cohort, kind), max(now.date(), cohort.starts_on)
    rows = tuple(
        TeamRow(
            public_id=team.public_id,
            href=url_for("enrolment.team", slug=cohort.slug, public_id=team.public_id),
            name=team.name,
            members=tuple(member_row(cohort, one, now) for one in team.members),
            broken=broken([candidate(one) for one in team.members], rules, on),
        )
        for team in teams
    )
    return TeamsPage(
        kind=kind,
        word=word_of(kind),
        label=LABELS[kind],
        tabs=tuple(
            Tab(
                LABELS[each],
                url_for("enrolment.teams", slug=cohort.slug, kind=word),
                counts[each],
                each is kind,
            )
            for word, each in KINDS.items()
        ),
        teams=rows,
        without=tuple(member_row(cohort, one, now) for one in without_team(roster, kind)),
        rules=rules_words(rules),
        seated=sum(len(team.members) for team in teams),
        wrong=sum(bool(row.broken) for row in rows),
    )


def word_of(kind: TeamKind) -> str:
    """The word of a kind in addresses."""
    return "capstone" if kind is TeamKind.CAPSTONE else "working"


def without_team(roster: Iterable[RosterLine], kind: TeamKind) -> list[RosterLine]:
    """The learners of the cohort who sit in no team of a kind; those who completed need none."""
    return [
        line
        for line in roster
        if line.state is not PlaceState.COMPLETED
        and (line.capstone_team_id if kind is TeamKind.CAPSTONE else line.working_team_id) is None
    ]


def member_row(cohort: CohortView, one: Member | RosterLine, now: dt.datetime) -> MemberRow:
    """Somebody in words: what they do, for whom, and what time it is where they are."""
    return MemberRow(
        public_id=one.public_id,
        href=url_for("enrolment.place", slug=cohort.slug, public_id=one.public_id),
        name=one.name,
        about=" · ".join(
            part for part in (one.job_title or function_of(one.job_title), one.employer) if part
        ),
        on_leave=one.state is PlaceState.ON_LEAVE,
        clock=f"{filters.clock(now, one.zone)}",
        zone=one.zone.rsplit("/", 1)[-1].replace("_", " "),
        email=one.email,
        since=one.since if isinstance(one, Member) else None,
    )
