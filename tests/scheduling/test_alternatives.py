"""Other dates for a session: which are offered, in which order, and why."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lms.cohorts import actions as cohorts
from lms.core import clock
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.uow import unit_of_work
from lms.live.models import LiveSession
from lms.people.models import BusyDate
from lms.people.rules import Role
from lms.scheduling import queries
from lms.scheduling.models import ScheduledItem
from lms.scheduling.rules import Act, Flag
from tests.factories import scheduling, world
from tests.support.statements import statements

pytestmark = pytest.mark.db
DAY = dt.timedelta(days=1)


def found(cohort, key="s15", most=5):
    return queries.alternatives(cohort, key, now=clock.now(), most=most)


def test_the_best_dates_come_first_each_with_its_reasons(cohort):
    offered = found(cohort)
    assert len(offered) == 5
    assert [each.cost for each in offered] == sorted(each.cost for each in offered)
    line = queries.item(cohort.id, "s15")
    for each in offered:
        assert each.ends_at - each.starts_at == line.ends_at - line.starts_at
        assert each.starts_at >= clock.now() + dt.timedelta(hours=48)
        assert each.starts_at != line.starts_at
        assert each.reasons[0].startswith(("A usual time of this cohort: ", "Beside the usual day: "))


def test_a_lecture_is_offered_when_lectures_are_and_a_clinic_is_not(cohort):
    def times(key):
        return {
            f"{each.starts_at.astimezone(ZoneInfo(cohort.zone)):%H:%M}"
            for each in found(cohort, key, most=99)
        }

    lecture = f"{queries.item(cohort.id, 's15').starts_at.astimezone(ZoneInfo(cohort.zone)):%H:%M}"
    assert times("s15") == {lecture}
    assert lecture not in times("clinic-t15")


def test_no_date_on_which_the_cohort_meets_already_comes_before_a_free_one(cohort):
    everything = found(cohort, most=100)
    meets = [each for each in everything if any("At the same time as" in why for why in each.reasons)]
    free = [each for each in everything if each not in meets]
    assert meets
    assert max(each.cost for each in free[:3]) < min(each.cost for each in meets)


def test_a_teacher_who_teaches_elsewhere_makes_a_date_worse(cohort):
    best = found(cohort)[0]
    teacher = world.granted(Role.FACULTY, cohort, "Ana Both")
    other = world.cohort(weeks_in=9)
    with unit_of_work() as work:
        cohorts.appoint(other.id, teacher.id, Role.FACULTY, actor=world.director(), now=work.now)
    there = queries.item(other.id, "s13")
    scheduling.publish(other, "s13", Act.MOVE, by=best.starts_at - there.starts_at)
    clashing = next(each for each in found(cohort, most=100) if each.starts_at == best.starts_at)
    assert clashing.cost >= best.cost + 100
    assert any(why.startswith("Ana Both teaches S13") for why in clashing.reasons)
    assert found(cohort)[0] != clashing


def test_days_on_which_people_are_away_make_a_date_worse(cohort):
    best = found(cohort)[0]
    learner = world.learner(cohort)
    day = best.starts_at.astimezone(ZoneInfo(cohort.zone)).date()
    db.session.add(BusyDate(person_id=learner.id, starts_on=day, ends_on=day))
    worse = next(each for each in found(cohort, most=100) if each.starts_at == best.starts_at)
    assert worse.cost > best.cost
    assert "1 learner is away on that day." in worse.reasons


def test_learners_of_two_cohorts_are_found(cohort):
    other = world.cohort(weeks_in=9)
    both = world.learner(cohort, "Bela Both")
    world.place(other, both)
    best = found(cohort)[0]
    there = queries.item(other.id, "s13")
    scheduling.publish(other, "s13", Act.MOVE, by=best.starts_at - there.starts_at)
    clashing = next(each for each in found(cohort, most=100) if each.starts_at == best.starts_at)
    assert any(why.startswith("Bela Both has to be at the same time in S13") for why in clashing.reasons)


def test_a_session_that_is_over_looks_from_now_on(cohort):
    for each in found(cohort, "s5"):
        assert clock.now() + dt.timedelta(hours=48) <= each.starts_at <= clock.now() + dt.timedelta(weeks=7)


def test_what_is_no_session_has_no_other_dates_and_what_is_not_there_is_not_found(cohort):
    assert found(cohort, "q4") == ()
    with pytest.raises(NotFound):
        found(cohort, "s99")


@pytest.mark.slow
def test_it_reads_the_same_however_many_people_there_are(cohort):
    def look():
        with statements() as seen:
            found(cohort)
        return len(seen)

    look()
    few = look()
    for _ in range(6):
        world.learner(cohort)
        world.granted(Role.FACULTY, cohort)
    assert look() == few <= 11


def test_a_speaker_of_two_cohorts_is_found(cohort):
    other = world.cohort(weeks_in=9)
    for each in (cohort, other):
        found_sessions = db.session.scalars(
            sa.select(LiveSession)
            .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
            .where(LiveSession.cohort_id == each.id, ScheduledItem.key == "s15")
        )
        found_sessions.one().speaker = "Ines Speaker, CPO"
    db.session.commit()
    there = queries.item(other.id, "s15")
    here = queries.item(cohort.id, "s15")
    wanted = scheduling.wanted(cohort, "s15", Act.MOVE, by=there.starts_at - here.starts_at)
    preview = queries.work_out(queries.ground(cohort), wanted, now=clock.now())
    _look, findings = queries.findings(cohort, preview)
    words = [each.words for each in findings["s15"] if each.flag is Flag.HOST]
    title = queries.blueprint(cohort.version_id).titles["s15"]
    assert words == [f"Ines Speaker, CPO speaks in {title} of {other.name} at that time."]
