"""Every route × kind of person × own and other cohort × method, compared with the published table in docs/access.md.

A route that is not in the table is refused: add its line after reading what the failure shows. `make access` does not
exist on purpose; the table is edited by a person who has decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from lms.cohorts import actions as cohorts
from lms.cohorts.queries import staff as cohort_staff
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people import actions as people
from lms.people.models import Person
from tests.factories import world
from tests.support.access import Answers, asked, only_guards, published, routes
from tests.support.house import House

SUSPENDED = ("learner, suspended", "coordinator, suspended")
OUTSIDE = ("other cohort", "nobody in particular", "learner, withdrawn")
NOBODY_GETS_IN: dict[str, str] = {}
"""Routes that nobody of the house may enter, each with the reason."""


@pytest.fixture
def house(app: Flask, session: Any) -> Iterator[House]:
    built = House(app)
    with clock.at(built.now), only_guards(app):
        yield built


def suspend(house: House, *names: str) -> None:
    for name in names:
        with unit_of_work() as work:
            administrator = world.actor(db.session.get_one(Person, house.people["administrator"].id))
            people.suspend(
                house.people[name].id, reason="Left the company.", actor=administrator, now=work.now
            )


def answers(house: House) -> Answers:
    """What everybody gets, with sessions that began before anybody was suspended."""
    visitors = {name: house.visitor(name) for name in ("anonymous", *house.people)}
    suspend(house, *SUSPENDED)
    return {
        (endpoint, method): asked(visitors, method, house.url(endpoint, rule))
        for endpoint, rule, method in routes(house.app)
    }


@pytest.mark.slow
def test_every_route_answers_each_person_as_published(house: House) -> None:
    found, expected = answers(house), published()
    wrong = [
        f"{endpoint} {method}: {who} gets “{answer}”, published “{expected.get((endpoint, method), {}).get(who)}”"
        for (endpoint, method), given in found.items()
        for who, answer in given.items()
        if expected.get((endpoint, method), {}).get(who) != answer
    ]
    assert wrong == []
    assert set(expected) == set(found), "lines for routes that are no more"


def test_every_route_is_published_and_nothing_else(app: Flask) -> None:
    """The quick half of the test above, which asks everybody: a new route is named at once."""
    there = {(endpoint, method) for endpoint, _rule, method in routes(app)}
    assert there == set(published())


def test_the_table_lets_somebody_in_everywhere() -> None:
    """A route that nobody can enter is not tested at all: the house lacks the thing that it names."""
    shut = {endpoint for (endpoint, _method), row in published().items() if "yes" not in row.values()}
    assert shut == set(NOBODY_GETS_IN)


def test_the_table_says_nothing_but_the_four_answers() -> None:
    said = {answer for row in published().values() for answer in row.values()}
    assert said == {"yes", "no", "hidden", "sign-in"}


def test_somebody_suspended_is_out_at_once() -> None:
    """Their sessions are as old as everybody's: nothing is left to them but what is public."""
    reached = [
        (key, name) for key, row in published().items() for name in SUSPENDED if row[name] != row["anonymous"]
    ]
    assert reached == []


def test_nobody_outside_sees_anything_of_a_cohort(app: Flask) -> None:
    seen = [
        (key, name, answer)
        for key, row in _of_a_cohort(app).items()
        for name, answer in row.items()
        if name.endswith(OUTSIDE) and answer != "hidden"
    ]
    assert seen == []


def test_a_role_in_one_cohort_is_none_in_another(app: Flask) -> None:
    different = [
        (key, row["learner here, coordinator there"])
        for key, row in _of_a_cohort(app).items()
        if row["learner here, coordinator there"] not in (row["learner, other team"], "hidden")
    ]
    assert different == []


def _of_a_cohort(app: Flask) -> Answers:
    """The routes whose address names something of a cohort."""
    rules = {endpoint: rule for endpoint, rule, _method in routes(app)}
    of = ("/cohorts/<slug>", "/projects/<", "/marking/<", "/submissions/<")
    return {key: row for key, row in published().items() if rules[key[0]].startswith(of)}


@pytest.mark.slow
def test_what_one_was_opens_nothing_any_more(house: House) -> None:
    """A guide and a marker whose task in the cohort has ended: their project and their piece of work are shut."""
    names = ("guide, own", "marker, own")
    visitors = {name: house.visitor(name) for name in names}
    for name in names:
        member = db.session.get_one(Person, house.people[name].id)
        for line in staff_of(house.own.id, member.id):
            with unit_of_work() as work:
                cohorts.release(
                    line, cohort_id=house.own.id, reason="Moved on.", actor=world.director(), now=work.now
                )
    let_in = [
        (endpoint, method, name)
        for endpoint, rule, method in routes(house.app)
        if rule.startswith(("/cohorts/<slug>", "/projects/<", "/marking/<", "/submissions/<"))
        for name, answer in asked(visitors, method, house.url(endpoint, rule)).items()
        if answer != "hidden"
    ]
    assert let_in == []


def staff_of(cohort_id: int, person_id: int) -> list[int]:
    return [line.assignment_id for line in cohort_staff(cohort_id) if line.person_id == person_id]


@pytest.mark.slow
def test_things_of_another_cohort_are_not_found_by_way_of_ones_own(house: House) -> None:
    """Ids that are really there, in the address of a cohort where they are not."""
    visitors = {name: house.visitor(name) for name in ("coordinator, own", "faculty, own", "learner, own")}
    let_in = []
    for endpoint, rule, method in routes(house.app):
        url = house.foreign_url(endpoint, rule)
        if url != house.url(endpoint, rule):
            let_in += [
                (endpoint, method, name)
                for name, answer in asked(visitors, method, url).items()
                if answer != "hidden"
            ]
    assert let_in == []
