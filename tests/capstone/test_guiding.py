"""Notes on meetings that are corrected, and what a change of guide hands over."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.capstone import actions, queries
from lms.capstone.actions import Note
from lms.capstone.events import GuideAssigned, MeetingCorrected
from lms.capstone.models import Meeting, MeetingVersion
from lms.capstone.rules import CapstoneRefusal
from lms.core import clock, events
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from tests.factories import capstone as factory
from tests.factories import world


@pytest.fixture
def heard(monkeypatch):
    """Everything that is announced."""
    seen: list[object] = []
    record = events.record
    monkeypatch.setattr(events, "record", lambda event: (seen.append(event), record(event))[1])
    return seen


def of_kind(seen, kind):
    return [event for event in seen if isinstance(event, kind)]


def refused(expected, act, /, *values, **named):
    with pytest.raises(RuleViolation) as caught:
        act(*values, **named)
    assert caught.value.reason is expected, caught.value.message


def tasks(c, key):
    return list(
        db.session.scalars(
            sa.select(MarkingTask)
            .where(MarkingTask.activity_id == factory.activity_id(c.cohort, key))
            .order_by(MarkingTask.id)
        )
    )


def note(c, meeting, **changes):
    values = {
        "held_at": meeting.held_at,
        "held": meeting.held,
        "minutes": meeting.minutes,
        "present": tuple(one.place_public_id for one in queries.members(c.project)),
        "agenda": meeting.agenda,
        "decisions": meeting.decisions,
    }
    return Note(**{**values, **changes})


def correct(meeting, wanted, by, *, reason="It was 60 minutes.", seen=1, days=0):
    with unit_of_work() as work:
        actions.correct_meeting(
            meeting.id, wanted, reason, seen=seen, actor=by, now=work.now + dt.timedelta(days=days)
        )


@pytest.mark.db
def test_a_note_is_corrected_by_its_author_in_time_and_what_it_said_stays(session, heard):
    c = factory.capstone(weeks_in=26)
    factory.meet(c.cohort, c.project, c.guide, at=clock.now() - dt.timedelta(hours=2))
    meeting = db.session.scalars(sa.select(Meeting)).one()
    guide, other = world.actor(c.guide), world.actor(world.granted(Role.FACULTY, c.cohort))
    steers = world.actor(world.granted(Role.COORDINATOR, c.cohort))
    wanted = note(c, meeting, minutes=60, decisions="We keep the fleet.")
    refused(CapstoneRefusal.NOT_AUTHOR, correct, meeting, wanted, other)
    refused(CapstoneRefusal.CORRECTION_OVER, correct, meeting, wanted, guide, days=8)
    refused(CapstoneRefusal.CORRECTION_REASON, correct, meeting, wanted, guide, reason=" ")
    refused(CapstoneRefusal.NOTHING_CORRECTED, correct, meeting, note(c, meeting), guide)
    refused(CapstoneRefusal.NO_DECISIONS, correct, meeting, note(c, meeting, decisions=""), guide)
    correct(meeting, wanted, guide)
    with pytest.raises(Conflict):
        correct(meeting, note(c, meeting, minutes=61), guide)
    correct(meeting, note(c, meeting, held=False), steers, reason="They did not come.", seen=2, days=30)
    versions = db.session.scalars(sa.select(MeetingVersion).order_by(MeetingVersion.number)).all()
    assert [(each.number, each.minutes, each.reason) for each in versions] == [
        (1, 45, "It was 60 minutes."),
        (2, 60, "They did not come."),
    ]
    assert versions[1].written_at == versions[0].replaced_at
    assert (meeting.held, meeting.minutes, meeting.present) == (False, 0, [])
    assert [event.number for event in of_kind(heard, MeetingCorrected)] == [1, 2]
    assert queries.chronicle(c.project.id).meetings[0].corrections == 2


@pytest.mark.db
def test_what_waits_goes_to_the_new_guide_and_what_is_begun_stays(session, heard):
    c = factory.capstone(upto="m3")
    asha = c.team.people[0]
    factory.hand_in(c.cohort, asha, "m4")
    m2, m3 = (tasks(c, key) for key in ("m2", "m3"))
    assert {task.marker_id for task in (*m2, *m3)} == {c.guide.id}
    m2[0].state = TaskState.DRAFT
    db.session.commit()
    successor = factory.guide(c.cohort, "Nora New")
    factory.assign(c.project, successor, reason="Grete is on leave.")
    assert {task.marker_id for task in tasks(c, "m3")} == {successor.id}
    assert {task.handed_over_from_id for task in tasks(c, "m3")} == {c.guide.id}
    assert (m2[0].marker_id, m2[0].handed_over_from_id) == (c.guide.id, None)
    assert [line.key for line in queries.waiting_for_guide(successor.id)] == ["m4"]
    assert queries.waiting_for_guide(c.guide.id) == []
    event = of_kind(heard, GuideAssigned)[-1]
    waiting = sum(
        task.state is TaskState.WAITING for key in ("m1", "m2", "m3", "m4") for task in tasks(c, key)
    )
    assert (event.milestones, event.pieces, event.drafts) == (("M4",), waiting, 1)
    found = queries.hand_over_of(c.project.id)
    assert found is not None
    assert found.before == "Grete Lind"
    factory.assign(c.project, c.guide, reason="She is back.")
    assert {task.marker_id for task in tasks(c, "m3")} == {c.guide.id}
