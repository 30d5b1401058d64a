"""The learner's desk over HTTP."""

from __future__ import annotations

import datetime as dt
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


def next_of(read, now, *, done=frozenset()):
    """What the desk puts first at an instant, for somebody who has done these activities."""
    app_read = replace(read, now=now, dates=replace(read.dates, done=done))
    return present(app_read, "UTC").next_up


def test_a_deadline_comes_first_when_no_session_is_near(app, session) -> None:
    cohort = world.cohort(weeks_in=43)
    read = queries.learner(my_place(world.actor(world.learner(cohort)), cohort.slug), clock.now())
    pairs = [(read.outline.activities[item.activity_id], item) for item in read.dates.items.values()]
    sessions = sorted(
        item.starts_at
        for line, item in pairs
        if line.kind in ("live_session", "masterclass") and line.required
    )
    work = [(item, line) for line, item in pairs if line.required and line.kind in ("milestone", "form")]
    last = max(sessions)
    after = sorted(
        (item for item, _line in work if item.ends_at > last + dt.timedelta(days=2)), key=lambda i: i.ends_at
    )
    with app.test_request_context(f"/cohorts/{cohort.slug}"):
        shown = next_of(read, last + dt.timedelta(days=1))
        assert (shown.kind, shown.starts_at) in (("due", after[0].ends_at), ("opens", after[0].starts_at))
        everything = frozenset(line.id for line, _item in pairs)
        assert next_of(read, last + dt.timedelta(days=1), done=everything).kind == "nothing"
        near = next_of(read, sessions[-1] - dt.timedelta(days=3))
        assert (near.kind, near.starts_at) == ("session", sessions[-1])
