"""Every route × role × own and other cohort × method, compared with the published table in docs/access.md.

A route that is not in the table is refused: add its line after reading what the failure shows. `make access` does not
exist on purpose; the table is edited by a person who has decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.capstone import actions as capstone
from lms.cohorts.queries import CohortView
from lms.community import actions as community
from lms.community import queries as community_queries
from lms.community.actions import Drafting
from lms.community.rules import Audience, AudienceKind
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment import queries as enrolment_queries
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import world
from tests.support.access import only_guards, routes
from tests.support.pages import Visitor

TABLE = Path(__file__).parents[1] / "docs" / "access.md"
COHORT_ROLES = (Role.LEARNER, Role.FACULTY, Role.ASSISTANT, Role.GUIDE, Role.MARKER, Role.COORDINATOR)
WIDE_ROLES = (Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)
KEYS = {
    "coursework.reading": "r-a0-five-shifts",
    "coursework.mark_read": "r-a0-five-shifts",
    "coursework.unmark_read": "r-a0-five-shifts",
    "coursework.reading_position": "r-a0-five-shifts",
    "coursework.quiz": "q1",
    "coursework.start_quiz": "q1",
    "coursework.form": "self-rating",
    "coursework.answer_form": "self-rating",
    "progress.activity": "ps-r1",
    "progress.course": "core",
    "progress.module": "a1",
    "progress.why": "a1",
    "gradebook.course": "core",
    "scheduling.item": "s1",
    "scheduling.change": "s1",
}
PREFIX_KEYS = {"coursework": "a-1", "live": "s1", "capstone": "m0", "community": "th0", "assessment": "a-1"}


class House:
    """Two cohorts with everybody in them, and one of most things."""

    def __init__(self) -> None:
        self.own, self.other = world.cohort(weeks_in=30), world.cohort(weeks_in=30)
        self.people: dict[str, Person] = {}
        for where, cohort in (("own", self.own), ("other", self.other)):
            for role in COHORT_ROLES:
                self.people[f"{role.value}, {where}"] = self._of(role, cohort)
        for role in WIDE_ROLES:
            self.people[role.value] = world.granted(role)
        self.people["nobody in particular"] = world.person("Nadia Nobody")
        self.learner = self.people["learner, own"]
        self.values = self._things()

    def _of(self, role: Role, cohort: CohortView) -> Person:
        return world.learner(cohort, "Lea Own") if role is Role.LEARNER else world.granted(role, cohort)

    def _things(self) -> dict[str, dict[str, str]]:
        place = enrolment_queries.my_place(world.actor(self.learner), self.own.slug)
        by = world.director()
        with unit_of_work() as work:
            for kind in (TeamKind.WORKING, TeamKind.CAPSTONE):
                enrolment.form_teams(
                    self.own.id,
                    kind,
                    [NewTeam(name="Banyan", place_ids=(place.place_id,))],
                    actor=by,
                    now=work.now,
                )
            capstone.create_for_teams(self.own.id, actor=by, now=work.now)
        with unit_of_work() as work:
            everyone = Audience(kind=AudienceKind.EVERYONE)
            drafting = Drafting(title="Hello", text="All of you.", audience=everyone, by_mail=False)
            said = community.announce(self.own.id, drafting, actor=by, now=work.now)
            heard = len(community_queries.listeners_of(self.own.id, everyone, by.person_id))
            community.send(said.id, expected=heard, actor=by, now=work.now)
            announcement = said.public_id
        (team,) = enrolment_queries.teams(self.own.id, TeamKind.WORKING, work.now)
        (line,) = enrolment_queries.roster(self.own.id)
        return {
            "place": {"public_id": line.public_id},
            "team": {"public_id": team.public_id},
            "person": {"public_id": self.learner.public_id},
            "announcement": {"announcement": announcement},
        }

    def url(self, endpoint: str, rule: str) -> str:
        """The address of a route in the own cohort; what is not there gets an id that nothing has."""
        domain = endpoint.partition(".")[0]
        values: dict[str, str] = {
            "slug": self.own.slug if rule.startswith("/cohorts/") else "product-leadership",
            "key": KEYS.get(endpoint, PREFIX_KEYS.get(domain, "s1")),
            "number": "1",
            "on": "2026-01-05",
            "to": "closed",
            "act": "leave",
            **self.values["announcement"],
        }
        if "/teams/" in rule:
            values |= self.values["team"]
        elif rule.startswith("/cohorts/"):
            values |= self.values["place"]
        elif rule.startswith(("/people/", "/admin/people/")):
            values |= self.values["person"]
        return re.sub(r"<(?:[^<>]*:)?([a-z_]+)>", lambda found: values.get(found[1], "222222222222"), rule)


@pytest.fixture
def house(app: Flask, session: Any) -> Iterator[House]:
    built = House()
    with only_guards(app):
        yield built


def _answer(visitor: Visitor, method: str, url: str) -> str:
    response = visitor.open(method, url)
    if response.status_code in (302, 303) and "/login" in response.headers["Location"]:
        return "sign-in"
    return {200: "yes", 403: "no", 404: "hidden"}.get(response.status_code, str(response.status_code))


def _published() -> dict[tuple[str, str], dict[str, str]]:
    lines = [line.split("|")[1:-1] for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    head = [cell.strip() for cell in lines[0]]
    found = {}
    for cells in lines[1:]:
        row = dict(zip(head, (cell.strip() for cell in cells), strict=True))
        if row["route"].startswith("---"):
            continue
        found[row.pop("route"), row.pop("method")] = row
    return found


def test_every_route_answers_each_person_as_published(app: Flask, house: House) -> None:
    visitors = {name: Visitor(app).signed_in(person) for name, person in house.people.items()}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for endpoint, rule, method in routes(app):
        url = house.url(endpoint, rule)
        answers = {"anonymous": _answer(Visitor(app), method, url)}
        answers |= {name: _answer(visitor, method, url) for name, visitor in visitors.items()}
        found[endpoint, method] = answers
    published = _published()
    wrong = [
        f"{endpoint} {method}: {who} gets “{answer}”, published “{published.get((endpoint, method), {}).get(who)}”"
        for (endpoint, method), answers in found.items()
        for who, answer in answers.items()
        if published.get((endpoint, method), {}).get(who) != answer
    ]
    assert wrong == []
    assert set(published) == set(found), "lines for routes that are no more"


def test_nobody_outside_sees_anything_of_a_cohort(app: Flask, house: House) -> None:
    outsiders = [name for name in house.people if name.endswith(", other")] + ["nobody in particular"]
    visitors = {name: Visitor(app).signed_in(house.people[name]) for name in outsiders}
    seen = [
        (endpoint, name)
        for endpoint, rule, method in routes(app)
        if rule.startswith("/cohorts/<slug>")
        for name, visitor in visitors.items()
        if _answer(visitor, method, house.url(endpoint, rule)) != "hidden"
    ]
    assert seen == []
