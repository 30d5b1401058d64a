"""Who is told of teams, recordings, quizzes and projects; and that marks and marking reach the right people."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.assessment import actions as assessment_actions
from lms.assessment.models import MarkingTask
from lms.capstone import actions as capstone_actions
from lms.capstone import queries as capstone_queries
from lms.core import clock, events
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.coursework import actions as coursework_actions
from lms.coursework.models import QuizAttempt
from lms.enrolment import actions as enrolment
from lms.enrolment.rules import PlaceState, TeamKind
from lms.live import actions as live_actions
from lms.live import queries as live_queries
from lms.live.actions import Held
from lms.live.events import SessionNotReady
from lms.live.rules import Stage, Verdict
from lms.notifications import rules
from lms.notifications.models import NoticeKind
from lms.notifications.rules import TeamNews
from lms.people.rules import Role
from tests.factories import assessment, capstone, coursework, live, world
from tests.factories.notifications import clear, mails, notices

N = TeamNews


@pytest.mark.parametrize(
    ("was", "is_", "dissolved", "others", "news"),
    [
        (False, True, False, True, N.JOINED),
        (True, False, False, True, N.LEFT),
        (True, True, False, True, N.OTHERS),
        (True, True, False, False, None),
        (False, False, False, True, None),
        (True, False, True, True, N.DISSOLVED),
        (False, False, True, True, None),
    ],
)
def test_what_a_change_of_a_team_is_for_one_person(was, is_, dissolved, others, news):
    assert rules.team_news(was=was, is_=is_, dissolved=dissolved, others=others) is news


def form(cohort, name, *people):
    with unit_of_work() as work:
        places = tuple(live.place_of(cohort, one) for one in people)
        (number,) = enrolment.form_teams(
            cohort.id,
            TeamKind.WORKING,
            [enrolment.NewTeam(name=name, place_ids=places)],
            actor=world.director(),
            now=work.now,
        )
    return number


def titles(who, kind=NoticeKind.TEAM):
    return [each.title for each in notices(who, kind)]


@pytest.mark.db
def test_a_team_is_told_of_itself_and_nobody_else_is(cohort, rhea, sanjay):
    other = world.learner(cohort, "Wen Li")
    clear()
    team = form(cohort, "Fig", rhea, sanjay)
    assert (titles(rhea), titles(other)) == (["You are in team “Fig”"], [])
    assert "In it now: Rhea Menon, Sanjay Kulkarni." in notices(sanjay, NoticeKind.TEAM)[0].text
    clear()
    with unit_of_work() as work:
        enrolment.add_member(team, live.place_of(cohort, other), actor=world.director(), now=work.now)
    assert (titles(other), titles(rhea)) == (["You are in team “Fig”"], ["Team “Fig” has changed"])
    assert "Wen Li joined." in notices(rhea, NoticeKind.TEAM)[0].text
    clear()
    with unit_of_work() as work:
        enrolment.dissolve_team(team, actor=world.director(), now=work.now)
    assert titles(sanjay) == ["Team “Fig” was dissolved"]


def test_who_withdraws_is_told_of_the_place_and_the_others_of_the_team(cohort, rhea, sanjay):
    form(cohort, "Fig", rhea, sanjay)
    clear()
    with unit_of_work() as work:
        enrolment.change_state(
            live.place_of(cohort, sanjay),
            PlaceState.WITHDRAWN,
            reason="Moves abroad.",
            effective_on=clock.now().date(),
            actor=world.director(),
            now=work.now,
        )
    assert titles(sanjay) == []
    assert titles(rhea) == ["Team “Fig” has changed"]
    assert "In it now: Rhea Menon." in notices(rhea, NoticeKind.TEAM)[0].text


@pytest.mark.db
def test_a_recording_is_told_to_all_and_mailed_to_those_who_missed_the_session(session):
    cohort = world.cohort(weeks_in=6)
    there, missed = world.learner(cohort, "Tara There"), world.learner(cohort, "Mia Missed")
    teacher = world.granted(Role.FACULTY, cohort)
    ticks = {live.place_of(cohort, there): Verdict.PRESENT, live.place_of(cohort, missed): Verdict.ABSENT}
    live.held(cohort, [Held(key="s1", ticks=ticks)])
    clear()
    for _ in range(2):
        with unit_of_work() as work:
            recording = live_actions.Recording(url="https://video.example.org/1", consent=True)
            if not live_queries.recordings_of(live.session(cohort, "s1").id):
                live_actions.add_recording(
                    live.session(cohort, "s1").id, recording, actor=world.actor(teacher), now=work.now
                )
            live_actions.release_recordings(now=work.now)
    assert (
        titles(there, NoticeKind.SESSION)
        == titles(missed, NoticeKind.SESSION)
        == ["The recording of S1 is there"]
    )
    assert (len(mails(there)), len(mails(missed)), notices(teacher, NoticeKind.SESSION)) == (0, 1, [])


def test_an_attempt_has_a_receipt_and_the_clock_a_mail(cohort, rhea, sanjay):
    clear()
    with coursework.at(coursework.opened(cohort, "q1")):
        coursework.finished(rhea, cohort, "q1")
        coursework.started(sanjay, cohort, "q1")
    with clock.at(coursework.opened(cohort, "q1") + dt.timedelta(hours=5)), unit_of_work() as work:
        assert coursework_actions.close_expired(now=work.now) == 1
    assert titles(rhea, NoticeKind.RECEIPT) == ["Your attempt 1 at Q1 is handed in"]
    assert titles(sanjay, NoticeKind.RECEIPT) == ["Your attempt 1 at Q1 was ended by the clock"]
    assert (mails(rhea), len(mails(sanjay))) == ([], 1)
    score = db.session.scalars(sa.select(QuizAttempt.points)).all()
    assert score, "there were attempts"


@pytest.mark.db
def test_a_project_begun_stepped_back_and_ended_is_told_to_the_others(session):
    cohort = world.cohort(weeks_in=26)
    team = capstone.team(cohort)
    asha, ben, _chi = team.people
    clear()
    project = capstone.start(cohort, asha)
    assert (titles(asha, NoticeKind.CAPSTONE), titles(ben, NoticeKind.CAPSTONE)) == (
        [],
        ["Your project has begun"],
    )
    guide = capstone.guide(cohort)
    capstone.assign(project, guide)
    capstone.hand_in(cohort, asha, "m1")
    capstone.answer(project, guide, "m1")
    clear()
    steers = world.actor(world.granted(Role.COORDINATOR, cohort))
    with unit_of_work() as work:
        capstone_actions.step_back(project.id, "It was meant for another team.", actor=steers, now=work.now)
    heading = f"One step back in {capstone_queries.by_id(project.id).title}"
    assert heading in titles(ben, NoticeKind.CAPSTONE)
    assert heading in titles(guide, NoticeKind.CAPSTONE)
    assert "meant for another team" in notices(guide, NoticeKind.CAPSTONE)[0].text


@pytest.mark.db
def test_released_marks_reach_their_authors_and_only_them(cohort, rhea, sanjay):
    first, second = assessment.marker(cohort, "Mira Marker"), assessment.marker(cohort, "Nils Second")
    other = world.learner(world.cohort(weeks_in=1), "Somebody Elsewhere")
    task = assessment.bring(cohort, [live.place_of(cohort, rhea)], marker_id=first.id)
    clear()
    assessment.finish(task, first, level=3)
    assessment.release(cohort, second)
    assert titles(rhea, NoticeKind.MARK) == ["A-1 came back"]
    assert [titles(who, NoticeKind.MARK) for who in (sanjay, other, first, second)] == [[], [], [], []]


@pytest.mark.db
def test_work_given_to_another_marker_is_told_to_them_and_only_them(cohort, rhea):
    first, second = assessment.marker(cohort, "Mira Marker"), assessment.marker(cohort, "Nils Second")
    task = assessment.bring(cohort, [live.place_of(cohort, rhea)], marker_id=first.id)
    clear()
    with unit_of_work() as work:
        assessment_actions.reassign(
            [task.id], second.id, reason="Leave", actor=world.director(), now=work.now
        )
    assert [title.startswith("1 piece of A-1") for title in titles(second, NoticeKind.MARKING)] == [True]
    assert (titles(first, NoticeKind.MARKING), notices(rhea)) == ([], [])
    with unit_of_work() as work:
        assessment_actions.reassign([task.id], first.id, actor=world.actor(first), now=work.now)
    assert titles(first, NoticeKind.MARKING) == [], "who takes work for themselves knows it"
    row = db.session.get_one(MarkingTask, task.id)
    assert (row.handed_over_from_id, row.handed_over_at is not None) == (second.id, True)
    assert row.handed_over_at <= clock.now() + dt.timedelta(minutes=1)


@pytest.mark.parametrize("own", [True, False])
def test_what_a_session_lacks_reaches_whoever_coordinates_the_cohort(session, own):
    cohort = world.cohort(weeks_in=3)
    chief = world.granted(Role.COORDINATOR)
    mine = world.granted(Role.COORDINATOR, cohort) if own else None
    clear()
    with unit_of_work() as work:
        events.record(
            SessionNotReady(
                cohort_id=cohort.id,
                session_id=live.session(cohort, "s5").id,
                stage=Stage.TODAY.value,
                lacking=("host",),
                coordinators=True,
                at=work.now,
            )
        )
    told = {who for who in (chief, mine) if who is not None and notices(who)}
    assert told == ({mine} if own else {chief}), "those of the institution stand in where a cohort has none"
