"""Learners, teams and lists for tests, built through the real actions."""

from __future__ import annotations

import itertools
import re

from lms.cohorts.queries import CohortView
from lms.core.uow import unit_of_work
from lms.enrolment import actions, queries
from lms.enrolment.actions import Applied, Enrolling, ListFile, NewTeam, Undone
from lms.enrolment.rules import ListKind, TeamKind
from lms.people.actions import PersonFacts, bulk
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import world

_numbers = itertools.count(1)
OWN = re.compile(
    r"(insert into|update) (person|place|place_event|role_grant|team|team_membership)\b", re.IGNORECASE
)
"""Statements that write what enrolling writes; what other domains do then is theirs to count."""
ZONES = ("Asia/Kolkata", "Asia/Dubai", "Europe/London", "Asia/Singapore")
TITLES = ("Head of Product", "Chief Financial Officer", "Marketing Director", "VP Engineering", "Sales Lead")


def coordinator(cohort: CohortView, name: str = "Carla Coordinator") -> Person:
    """Somebody who coordinates this cohort and nothing else."""
    return world.granted(Role.COORDINATOR, cohort, name)


def many(cohort: CohortView, count: int) -> list[int]:
    """So many learners at once, of several zones, employers and functions; their places, in order of name."""
    numbers = [next(_numbers) for _ in range(count)]
    facts = [
        PersonFacts(
            name=f"Learner {number:05}",
            email=f"learner{number}@many.example",
            zone=ZONES[number % len(ZONES)],
            employer=f"Employer {number % 6}",
            job_title=TITLES[number % len(TITLES)],
        )
        for number in numbers
    ]
    with unit_of_work() as work:
        by = world.director()
        ids = bulk.add_people(facts, actor=by, now=work.now)
        return actions.enrol_many(
            cohort.id,
            [Enrolling(person_id=ids[one.email], joined_on=cohort.starts_on) for one in facts],
            actor=by,
            now=work.now,
        )


def team(
    cohort: CohortView, name: str, places: tuple[int, ...] = (), kind: TeamKind = TeamKind.WORKING
) -> int:
    """A team with these places in it."""
    with unit_of_work() as work:
        new = NewTeam(name=name, place_ids=places)
        return actions.form_teams(cohort.id, kind, [new], actor=world.director(), now=work.now)[0]


def tried(cohort: CohortView, text: str | bytes, what: ListKind = ListKind.LEARNERS) -> queries.ImportView:
    """A list that was brought and judged."""
    body = text.encode() if isinstance(text, str) else text
    with unit_of_work() as work:
        by = world.director()
        row = actions.try_list(cohort.id, what, ListFile(name="list.csv", body=body), actor=by, now=work.now)
        public_id = row.public_id
    return queries.import_visible_to(world.director(), cohort.slug, public_id)


def applied(found: queries.ImportView, *, confirmed: bool = False, invite: bool = False) -> Applied:
    """A list carried out."""
    with unit_of_work() as work:
        return actions.apply_list(
            found.line.id, confirmed=confirmed, invite=invite, actor=world.director(), now=work.now
        )


def undone(found: queries.ImportView) -> Undone:
    """A list taken back."""
    with unit_of_work() as work:
        return actions.undo_list(found.line.id, actor=world.director(), now=work.now)


def outcomes(found: queries.ImportView) -> list[str]:
    """What each row of a list does."""
    return [str(kept["outcome"]) for kept in found.report]
