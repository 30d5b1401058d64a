"""The desk of those who teach, mark and guide: what came to them from somebody else says so."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import clock
from tests.factories import capstone as factory
from tests.support.statements import statements


@pytest.fixture
def c(session):
    found = factory.capstone(upto="m3")
    factory.hand_in(found.cohort, found.team.people[0], "m4")
    return found


def test_pieces_say_from_whom_they_were_handed_over(c, visit):
    with clock.at(factory.due(c.cohort, "m4") + dt.timedelta(days=1)):
        before = visit(c.guide).get("/teaching")
        successor = factory.guide(c.cohort, "Nora New")
        factory.assign(c.project, successor, reason="Grete is on leave.")
        page, after = visit(successor).get("/teaching"), visit(c.guide).get("/teaching")
    assert "handed over from" not in before.text()
    assert "taken over from" not in before.text()
    marking = page.text("section[aria-labelledby=mark-title]")
    assert "handed over from Grete Lind" in marking
    assert "M4 waits" in page.text("section[aria-labelledby=teams-title]")
    assert "taken over from Grete Lind" in page.text("section[aria-labelledby=teams-title]")
    assert "handed over from" not in after.text()


def test_what_came_in_after_the_change_was_not_handed_over(session, visit):
    c = factory.capstone(upto="m3")
    successor = factory.guide(c.cohort, "Nora New")
    factory.assign(c.project, successor, reason="Grete is on leave.")
    factory.hand_in(c.cohort, c.team.people[0], "m4")
    page = visit(successor).get("/teaching")
    assert "M4 waits" in page.text("section[aria-labelledby=teams-title]")
    assert "taken over from" not in page.text("section[aria-labelledby=teams-title]")


def test_it_costs_no_statement(c, visit):
    successor = factory.guide(c.cohort, "Nora New")
    factory.assign(c.project, successor, reason="Grete is on leave.")
    visitor = visit(successor)
    visitor.get("/teaching")
    with statements() as seen:
        visitor.get("/teaching")
    assert len(seen) <= 14, seen
