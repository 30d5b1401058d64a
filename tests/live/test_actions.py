"""The ledger against the database: marks, totals and completion follow in one transaction."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.cohorts import actions as cohorts
from lms.cohorts import queries as cohort_queries
from lms.completion import queries as completion
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.live import actions, queries
from lms.live.actions import Held, NewEvidence
from lms.live.models import AttendanceEvidence, AttendanceTotal, LiveSession
from lms.live.rules import EvidenceKind, LiveRefusal, SessionState, Verdict
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling import actions as scheduling
from lms.scheduling import queries as scheduling_queries
from lms.scheduling.rules import Setting
from tests.factories import live, world
from tests.support.statements import statements

pytestmark = pytest.mark.db

PRESENT, HALF, ABSENT, EXCUSED, UNMARKED = (
    Verdict.PRESENT,
    Verdict.HALF,
    Verdict.ABSENT,
    Verdict.EXCUSED,
    Verdict.UNMARKED,
)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def learners(cohort):
    return [live.place_of(cohort, world.learner(cohort)) for _ in range(3)]


def test_a_cohort_has_a_session_for_each_lecture_masterclass_and_clinic(cohort):
    lines = queries.sessions(cohort)
    counting = [line for line in lines if line.counts]
    assert len([line for line in counting if not line.masterclass]) == 35
    assert all(line.line.required for line in counting)
    assert not any(line.counts for line in lines if line.key.startswith(("clinic", "kick")))
    assert {line.state for line in lines} == {SessionState.PLANNED}


def test_ticks_become_marks_totals_and_facts_of_completion(cohort, learners):
    a, b, c = learners
    saved = live.ticked(cohort, "s1", {a: PRESENT, b: HALF})
    assert (saved.written, saved.clashes) == (2, ())
    assert [live.verdict(cohort, "s1", place) for place in learners] == [PRESENT, HALF, None]
    assert queries.attendance(b).ratio == Fraction(1, 2)
    assert queries.attendance(c).ratio is None
    activity = live.session(cohort, "s1").activity_id
    assert activity in completion.done(a)
    assert activity not in completion.done(c)


def test_the_unmarked_are_absent_from_the_closing_on_and_not_before(cohort, learners):
    a, b, c = learners
    live.ticked(cohort, "s1", {a: PRESENT, b: EXCUSED})
    live.closed(cohort, "s1")
    assert [live.verdict(cohort, "s1", place) for place in learners] == [PRESENT, EXCUSED, ABSENT]
    assert queries.attendance(b).ratio is None
    assert queries.attendance(c).ratio == 0
    assert live.session(cohort, "s1").state is SessionState.HELD
    with pytest.raises(RuleViolation, match="closed"):
        live.ticked(cohort, "s1", {a: ABSENT})
    with unit_of_work() as work:
        actions.reopen(
            live.session(cohort, "s1").id, "A name was wrong", actor=world.director(), now=work.now
        )
    assert live.verdict(cohort, "s1", c) is UNMARKED
    assert queries.attendance(c).ratio is None


def test_the_second_of_two_assistants_is_told_which_names_differ(cohort, learners):
    a, b, c = learners
    first, second = (world.actor(world.granted(Role.ASSISTANT, cohort, name)) for name in ("Ravi", "Mei"))
    version = live.session(cohort, "s2").roster_version
    live.ticked(cohort, "s2", {a: PRESENT, b: PRESENT}, actor=first, version=version)
    saved = live.ticked(cohort, "s2", {a: ABSENT, b: PRESENT, c: HALF}, actor=second, version=version)
    assert [(clash.mine, clash.theirs, clash.by) for clash in saved.clashes] == [(ABSENT, PRESENT, "Ravi")]
    assert saved.written == 1
    assert len(saved.by_others) == 2
    assert [live.verdict(cohort, "s2", place) for place in learners] == [PRESENT, PRESENT, HALF]
    again = live.ticked(cohort, "s2", {c: PRESENT}, actor=second, version=saved.version)
    assert again.clashes == ()
    assert live.verdict(cohort, "s2", c) is PRESENT


def test_a_roster_is_not_closed_over_somebody_elses_ticks(cohort, learners):
    line = live.session(cohort, "s2")
    other = world.actor(world.granted(Role.ASSISTANT, cohort, "Ravi"))
    live.ticked(cohort, "s2", {learners[0]: PRESENT}, actor=other)
    with pytest.raises(Conflict, match="Ravi changed 1 name since"), unit_of_work() as work:
        actions.close_session(line.id, line.roster_version, actor=world.director(), now=work.now)


def test_a_correction_is_appended_with_its_reason(cohort, learners):
    place, line = learners[0], live.session(cohort, "s1")
    live.closed(cohort, "s1")
    with pytest.raises(RuleViolation, match="why"), unit_of_work() as work:
        actions.correct(line.id, place, PRESENT, "", actor=world.director(), now=work.now)
    with unit_of_work() as work:
        actions.correct(
            line.id, place, PRESENT, "A namesake got the credit", actor=world.director(), now=work.now
        )
    found = queries.mark(line.id, place)
    assert found.verdict is PRESENT
    assert found.trace["weighed"][0]["reason"] == "A namesake got the credit"
    with unit_of_work() as work:
        actions.correct(line.id, place, UNMARKED, "Taken back", actor=world.director(), now=work.now)
    assert live.verdict(cohort, "s1", place) is ABSENT
    assert db.session.scalar(sa.select(sa.func.count(AttendanceEvidence.id))) == 2


def test_a_name_of_another_cohort_is_not_on_the_roster(cohort, learners):
    elsewhere = world.cohort(weeks_in=6)
    stranger = live.place_of(elsewhere, world.learner(elsewhere))
    with pytest.raises(RuleViolation) as refused:
        live.ticked(cohort, "s1", {stranger: PRESENT})
    assert refused.value.reason is LiveRefusal.NOT_ON_ROSTER


def test_a_roster_does_not_open_before_the_room(cohort, learners):
    with pytest.raises(RuleViolation) as refused:
        live.ticked(cohort, "s30", {learners[0]: PRESENT})
    assert refused.value.reason is LiveRefusal.NOT_BEGUN


def publish(cohort, key, setting):
    present = scheduling_queries.schedule(cohort.id)
    wanted = scheduling_queries.Wanted({key: setting}, consent=frozenset({key}))
    with unit_of_work() as work:
        scheduling.publish(
            scheduling.Publishing(
                cohort_id=cohort.id, wanted=wanted, version=present.version, note="The speaker is ill."
            ),
            actor=world.director(),
            now=work.now,
        )


def test_a_cancelled_session_leaves_everybodys_denominator_and_comes_back(cohort, learners):
    with clock.at(live.during(cohort, "s10", -3000)):
        publish(cohort, "s10", Setting(cancelled=True))
    assert live.session(cohort, "s10").state is SessionState.CANCELLED
    assert {live.verdict(cohort, "s10", place) for place in learners} == {EXCUSED}
    assert queries.attendance(learners[0]).ratio is None
    with clock.at(live.during(cohort, "s10", -2000)):
        publish(cohort, "s10", Setting())
    assert live.session(cohort, "s10").state is SessionState.PLANNED
    assert live.verdict(cohort, "s10", learners[0]) is UNMARKED


def test_sessions_before_joining_and_from_leaving_on_do_not_count(cohort):
    live.held(cohort, [Held(key="s1"), Held(key="s2")])
    late = world.person("Late Joiner")
    day = live.session(cohort, "s2").day
    with unit_of_work() as work:
        facts = enrolment.Enrolling(person_id=late.id, joined_on=day)
        place = enrolment.enrol(cohort.id, facts, actor=world.director(), now=work.now).id
    assert [live.verdict(cohort, key, place) for key in ("s1", "s2")] == [EXCUSED, ABSENT]
    assert queries.attendance(place).total.sessions == 1
    leaving = live.session(cohort, "s3").day
    with unit_of_work() as work:
        enrolment.change_state(
            place,
            PlaceState.WITHDRAWN,
            reason="A new post",
            effective_on=leaving,
            actor=world.director(),
            now=work.now,
        )
    live.held(cohort, [Held(key="s3")])
    assert live.verdict(cohort, "s3", place) is None
    assert queries.attendance(place).total.sessions == 1


def leave(place_id, on, wanted=PlaceState.ON_LEAVE):
    with unit_of_work() as work:
        enrolment.change_state(
            place_id, wanted, reason="Parental leave.", effective_on=on, actor=world.director(), now=work.now
        )


def test_sessions_during_a_leave_stand_in_neither_sum_and_one_attended_all_the_same_does(cohort, learners):
    here, away, guest = learners
    days = [live.session(cohort, key).day for key in ("s1", "s2", "s3")]
    live.held(
        cohort,
        [
            Held(key="s1", ticks={here: PRESENT, away: ABSENT, guest: ABSENT}),
            Held(key="s2", ticks={here: PRESENT, guest: PRESENT}),
            Held(key="s3", ticks={here: PRESENT, guest: HALF}),
        ],
    )
    assert queries.attendance(away).ratio == 0
    for place_id in (away, guest):
        leave(place_id, days[1])
    assert [live.verdict(cohort, key, away) for key in ("s1", "s2", "s3")] == [ABSENT, EXCUSED, EXCUSED]
    assert [live.verdict(cohort, key, guest) for key in ("s1", "s2", "s3")] == [ABSENT, PRESENT, EXCUSED]
    assert (queries.attendance(away).total.sessions, queries.attendance(guest).ratio) == (1, Fraction(1, 2))
    mark = queries.mark(live.session(cohort, "s2").id, away)
    assert mark is not None
    assert mark.trace["why"].startswith("On leave since ")
    with unit_of_work() as work:
        actions.correct(
            live.session(cohort, "s3").id,
            away,
            ABSENT,
            "Asked to count it.",
            actor=world.director(),
            now=work.now,
        )
    assert live.verdict(cohort, "s3", away) is ABSENT


def test_a_leave_that_ends_brings_the_later_sessions_back_into_the_sum(cohort, learners):
    place_id = learners[0]
    live.held(cohort, [Held(key=key) for key in ("s1", "s2", "s3")])
    leave(place_id, live.session(cohort, "s1").day)
    assert queries.attendance(place_id).total.sessions == 0
    leave(place_id, live.session(cohort, "s3").day, PlaceState.ENROLLED)
    assert [live.verdict(cohort, key, place_id) for key in ("s1", "s2", "s3")] == [EXCUSED, EXCUSED, ABSENT]


def test_marking_all_the_rest_present_leaves_those_on_leave_alone(visit, cohort, learners):
    leave(learners[0], clock.now().date() - dt.timedelta(days=30))
    visitor = visit(world.granted(Role.FACULTY, cohort))
    page = visitor.get(f"/cohorts/{cohort.slug}/sessions/s3/roster")
    assert "1 person on leave: nothing needs to be done" in page.text()
    visitor.submit(page, "form[data-autosave-url]", press="rest")
    assert [live.verdict(cohort, "s3", place_id) for place_id in learners] == [None, PRESENT, PRESENT]
    live.closed(cohort, "s3")
    assert [live.verdict(cohort, "s3", place_id) for place_id in learners] == [EXCUSED, PRESENT, PRESENT]
    page = visit(db.session.get_one(Person, db.session.get_one(Place, learners[0]).person_id)).get(
        f"/cohorts/{cohort.slug}/sessions/s3"
    )
    assert "Sessions during a leave stand in neither sum" in page.text("[aria-labelledby=mine-title]")


def test_joining_is_noted_and_is_not_presence(cohort, learners):
    line = live.linked(cohort, "s20")
    with (
        clock.at(line.starts_at - dt.timedelta(minutes=16)),
        pytest.raises(RuleViolation, match="15 minutes"),
        unit_of_work() as work,
    ):
        actions.join(line.id, learners[0], now=work.now)
    with clock.at(line.starts_at), unit_of_work() as work:
        assert actions.join(line.id, learners[0], now=work.now) == live.LINK
        assert actions.join(line.id, None, now=work.now) == live.LINK
    assert queries.joined(line.id, learners[0]) == [line.starts_at]
    assert live.verdict(cohort, "s20", learners[0]) is None
    with clock.at(line.ends_at):
        live.closed(cohort, "s20")
    assert live.verdict(cohort, "s20", learners[0]) is ABSENT


def test_hosts_come_and_go_with_the_staff(cohort):
    anil, bea = world.person("Anil"), world.person("Bea")
    with unit_of_work() as work:
        for who in (anil, bea):
            cohorts.appoint(
                cohort.id, who.id, Role.FACULTY, course_key="core", actor=world.director(), now=work.now
            )
    course = live.session(cohort, "s10").line.course_id
    coming = [line for line in queries.sessions(cohort, since=clock.now()) if line.line.course_id == course]
    hosts = [line.host_id for line in coming]
    assert set(hosts) == {anil.id, bea.id}
    assert hosts[0] != hosts[1]
    assert live.session(cohort, "s1").host_id is None
    chosen = next(line for line in coming if line.host_id == anil.id)
    with unit_of_work() as work:
        actions.set_details(chosen.id, actions.Details(host_id=bea.id), actor=world.director(), now=work.now)
    assert queries.by_id(chosen.id).host_chosen
    with unit_of_work() as work:
        task = next(one for one in cohort_queries.staff(cohort.id) if one.person_id == bea.id)
        cohorts.release(
            task.assignment_id, cohort_id=cohort.id, reason="Leaves", actor=world.director(), now=work.now
        )
    after = queries.by_id(chosen.id)
    assert (after.host_id, after.host_chosen) == (anil.id, False)
    assert {
        line.host_id for line in queries.sessions(cohort, since=clock.now()) if line.line.course_id == course
    } == {anil.id}


def test_a_link_goes_to_all_sessions_of_the_course_that_are_not_over(cohort):
    line = live.session(cohort, "s10")
    with unit_of_work() as work:
        count = actions.set_details(
            line.id,
            actions.Details(join_url=live.LINK),
            whole_course=True,
            actor=world.director(),
            now=work.now,
        )
    linked = [each for each in queries.sessions(cohort) if each.join_url]
    assert len(linked) == count
    assert {each.line.course_id for each in linked} == {line.line.course_id}
    assert all(each.ends_at > clock.now() for each in linked)
    with pytest.raises(RuleViolation, match="https"), unit_of_work() as work:
        actions.set_details(
            line.id, actions.Details(join_url="javascript:x"), actor=world.director(), now=work.now
        )


def test_rebuilt_is_what_was_kept(cohort, learners):
    a, b, c = learners
    live.held(
        cohort,
        [
            Held(key="s1", ticks={a: PRESENT, b: HALF, c: EXCUSED}),
            Held(key="s2", ticks={a: ABSENT}, close=False),
            Held(key="s3", intervals=[(b, live.during(cohort, "s3", 0), live.during(cohort, "s3", 100))]),
        ],
    )
    before = {
        row.place_id: (row.halves, row.sessions, row.by_course)
        for row in db.session.scalars(sa.select(AttendanceTotal))
    }
    with unit_of_work() as work:
        assert actions.rebuild(cohort.id, now=work.now) == frozenset()
    after = {
        row.place_id: (row.halves, row.sessions, row.by_course)
        for row in db.session.scalars(sa.select(AttendanceTotal))
    }
    assert after == before
    assert before[b][:2] == (2, 2)


def test_many_learners_and_sessions_cost_no_more_statements_per_name(cohort):
    counts = []
    for size in (2, 12):
        for _ in range(size - len(queries.places(cohort.id))):
            world.learner(cohort)
        places = [one.place_id for one in queries.places(cohort.id)]
        line = live.session(cohort, "s1" if size == 2 else "s2")
        with statements() as seen:
            live.ticked(cohort, line.key, dict.fromkeys(places, PRESENT))
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 1, seen


def test_evidence_of_one_kind_and_another(cohort, learners):
    line = live.session(cohort, "s1")
    with unit_of_work() as work:
        code = NewEvidence(session_id=line.id, place_id=learners[0], kind=EvidenceKind.SELF_CODE, value=1.0)
        actions.record_evidence(cohort.id, [code], now=work.now)
    assert live.verdict(cohort, "s1", learners[0]) is PRESENT
    assert db.session.scalar(sa.select(LiveSession.roster_version).where(LiveSession.id == line.id)) == 0
