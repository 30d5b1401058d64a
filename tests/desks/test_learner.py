"""The learner's desk over HTTP."""

from __future__ import annotations

from dataclasses import replace

from lms.capstone.models import SubmissionState
from lms.core import clock
from lms.desks import queries
from lms.desks.views.learner import present
from lms.enrolment.queries import my_place
from tests.factories import world


def test_a_learner_opens_the_desk_in_week_three(visit, session) -> None:
    cohort = world.cohort(weeks_in=3)
    learner = world.learner(cohort, "Lea Learner")
    page = visit(learner).get(f"/cohorts/{cohort.slug}")
    assert "Week 3 of 52" in page.text(".desk-head")
    assert page.texts(".rows .row-title")


def test_another_cohorts_learner_does_not_find_it(visit, session) -> None:
    cohort, other = world.cohort(weeks_in=3), world.cohort(weeks_in=3)
    visit(world.learner(other)).refused(f"/cohorts/{cohort.slug}", status=404)


def test_what_the_team_has_handed_in_is_not_due_any_more(app, session) -> None:
    cohort = world.cohort(weeks_in=30)
    lea = world.learner(cohort)
    read = queries.learner(my_place(world.actor(lea), cohort.slug), clock.now())
    first, second, third = [line for line in read.outline.activities.values() if line.kind == "milestone"][:3]
    states = {first.id: SubmissionState.ACCEPTED, second.id: SubmissionState.SUBMITTED}
    project = queries.ProjectRead(title="Night bus", guide="Grete Lind", states=states, members=4, active=2)
    with app.test_request_context(f"/cohorts/{cohort.slug}"):
        desk = present(replace(read, project=project), "UTC")
    shown = [(stop.code, stop.state, stop.note) for stop in desk.capstone.milestones[:3]]
    assert shown == [
        (first.code, "done", ""),
        (second.code, "now", "handed in"),
        (third.code, "ahead", ""),
    ]
