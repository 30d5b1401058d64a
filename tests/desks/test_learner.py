"""The learner's desk over HTTP."""

from __future__ import annotations

import pytest

from tests.factories import world
from tests.support.statements import statements


def test_a_learner_opens_the_desk_in_week_three(visit, session) -> None:
    cohort = world.cohort(weeks_in=3)
    learner = world.learner(cohort, "Lea Learner")
    page = visit(learner).get(f"/cohorts/{cohort.slug}")
    assert "Week 3 of 52" in page.text(".desk-head")
    assert page.texts(".rows .row-title")


def test_another_cohorts_learner_does_not_find_it(visit, session) -> None:
    cohort, other = world.cohort(weeks_in=3), world.cohort(weeks_in=3)
    visit(world.learner(other)).refused(f"/cohorts/{cohort.slug}", status=404)


@pytest.mark.db
def test_the_desk_costs_the_same_for_five_and_sixty(visit, session) -> None:
    cohort = world.cohort(weeks_in=3)
    first = world.learner(cohort)
    counts = []
    for more in (4, 20):
        for _ in range(more):
            world.learner(cohort)
        browser = visit(first)
        browser.get(f"/cohorts/{cohort.slug}")
        with statements() as seen:
            browser.get(f"/cohorts/{cohort.slug}")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 10
