"""A house with everybody in it and one of every thing: what the walks over all routes walk through.

The own cohort is in its week 26, on a Wednesday at noon; Lea's team works on a project, Lea has handed in, taken
quizzes, been marked; staff have brought lists, recorded results, noted, announced. The other cohort has people and a
little of the same, so that ids of things that are really there can be tried where they do not belong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from lms.core.db import db
from lms.people.models import Person
from tests.factories.house import Builder
from tests.support.pages import Visitor

NOTHING = ("222222222222", "9" * 40, "a%00b", "%F0%9F%A6%86", "x" * 3000)
"""What names nothing, as it stands in an address."""
PLURAL = re.compile(r"/(course|module)s/<key>")
PART = re.compile(r"<(?:[^<>]*:)?([a-z_]+)>")


@dataclass(frozen=True)
class Someone:
    """A person of the house, by what stays true outside the database's session."""

    id: int
    public_id: str
    email: str


class House:
    """Two cohorts with everybody in them, and one of every thing."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        builder = Builder(app)
        builder.build()
        self.own, self.other, self.now = builder.own, builder.other, builder.now
        self.values, self.foreign = builder.values, builder.foreign
        self.people = {
            name: Someone(one.id, one.public_id, one.email or "") for name, one in builder.persons.items()
        }

    def visitor(self, name: str) -> Visitor:
        """Somebody of the house, signed in; "anonymous" is nobody."""
        visitor = Visitor(self.app)
        if name == "anonymous":
            return visitor
        return visitor.signed_in(db.session.get_one(Person, self.people[name].id))

    def url(self, endpoint: str, rule: str) -> str:
        """The address of a route: of the thing that the own cohort, or Lea, has of what it names."""
        return _filled(endpoint, rule, self.values)

    def foreign_url(self, endpoint: str, rule: str) -> str:
        """The same route with the other cohort's things in the own cohort's address."""
        return _filled(endpoint, rule, {**self.values, **self.foreign})

    def broken_urls(self, endpoint: str, rule: str) -> Iterator[str]:
        """The route with one part of its address at a time replaced by what names nothing."""
        for part in PART.findall(rule):
            for nothing in NOTHING:
                yield _filled(endpoint, rule, {**self.values, f"{endpoint}:{part}": nothing})


def _filled(endpoint: str, rule: str, values: dict[str, str]) -> str:
    """A rule with its parts: by endpoint, by domain, by name, in this order."""
    domain = endpoint.partition(".")[0]

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if f"{endpoint}:{name}" in values:
            return values[f"{endpoint}:{name}"]
        if name == "key" and (plural := PLURAL.search(rule)):
            return values[plural[1]]
        for key in (f"{domain}:{name}", name):
            if key in values:
                return values[key]
        if name == "public_id":
            return values["person" if rule.startswith(("/people/", "/admin/people/")) else "place"]
        raise KeyError(f"{endpoint} {rule}: the house has no {name}")

    return PART.sub(value, rule)


@contextmanager
def undone(app: Flask) -> Iterator[None]:
    """Inside an isolated test: whatever happens inside, commits included, is undone at its end."""
    connection = db._app_engines[app][None]
    db.session.remove()
    connection.exec_driver_sql("SAVEPOINT before_all_this")
    try:
        yield
    finally:
        db.session.remove()
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT before_all_this")
        # Rolling back leaves the savepoint open: thousands inside each other make PostgreSQL slow, then end its locks.
        connection.exec_driver_sql("RELEASE SAVEPOINT before_all_this")
