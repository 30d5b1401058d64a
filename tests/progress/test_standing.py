"""Standing that follows work alone is what would have been computed whole."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.progress import actions
from lms.progress.models import Standing
from tests.factories import coursework, notifications, world

pytestmark = pytest.mark.db


def kept(place_id):
    db.session.expire_all()
    row = db.session.get_one(Standing, place_id)
    return row.late_open, row.risk, row.reasons, row.weeks, row.forecast


def whole(place_id):
    """The same, computed anew from everything."""
    with unit_of_work() as work:
        actions.refresh([place_id], now=work.now)
    return kept(place_id)


def test_what_follows_work_is_what_is_computed_whole(session):
    cohort = world.cohort(weeks_in=20)
    lea, cora = world.learner(cohort, "Lea Ito"), coursework.coordinator(cohort)
    place = coursework.visit_place(lea, cohort)
    late = whole(place)
    assert late[0] >= 3
    assert "late" in [each["rule"] for each in late[2]]

    coursework.handed_in(lea, cohort, "a-1")
    one_less = kept(place)
    assert one_less[0] == late[0] - 1
    assert one_less == whole(place)

    coursework.extended(lea, cohort, "a-2", clock.now() + dt.timedelta(days=3), by=cora)
    assert kept(place)[0] == late[0] - 2
    assert kept(place) == whole(place)


def test_whoever_has_no_standing_yet_gets_a_whole_one(session):
    cohort = world.cohort(weeks_in=20)
    lea = world.learner(cohort, "Lea Ito")
    place = coursework.visit_place(lea, cohort)
    with unit_of_work():
        db.session.execute(sa.delete(Standing))
    coursework.handed_in(lea, cohort, "a-1")
    assert kept(place) == whole(place)


def test_work_of_somebody_on_leave_makes_no_risk(session):
    cohort = world.cohort(weeks_in=20)
    lea = world.learner(cohort, "Lea Ito")
    place = coursework.visit_place(lea, cohort)
    notifications.leave(cohort, lea)
    with unit_of_work() as work:
        actions.touch_work(cohort.id, [place], now=work.now)
    assert (kept(place)[1], kept(place)[2]) == (0, [])
    assert kept(place) == whole(place)


def test_a_failure_forgets_whom_it_touched(session):
    """The next unit of work of the same worker keeps standing all the same."""
    cohort = world.cohort(weeks_in=20)
    lea = world.learner(cohort, "Lea Ito")
    place = coursework.visit_place(lea, cohort)
    with pytest.raises(RuntimeError, match="in the middle"):
        touched_and_failed(place)
    db.session.execute(sa.update(Standing).values(late_open=99))
    db.session.commit()
    with unit_of_work() as work:
        actions.touch([place], now=work.now)
    assert kept(place)[0] != 99


def touched_and_failed(place):
    with unit_of_work() as work:
        actions.touch([place], now=work.now)
        raise RuntimeError("in the middle")
