"""Who is told what when something happens below: each through the real actions."""

from __future__ import annotations

import datetime as dt
import io
import re
import time

import pytest
import sqlalchemy as sa

from lms.capstone import actions as capstone_actions
from lms.capstone import queries as capstone_queries
from lms.capstone.rules.milestones import Verdict
from lms.cohorts import actions as cohorts
from lms.cohorts.models import CohortState
from lms.community import actions as community_actions
from lms.community.actions import Drafting, Writing
from lms.community.rules import Audience, AudienceKind
from lms.core import events, outbox
from lms.core.db import db
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment_actions
from lms.enrolment.rules import PlaceState
from lms.notifications import queries
from lms.notifications.models import Notice, NoticeKind
from lms.people.rules import Role
from lms.scheduling import actions as scheduling_actions
from lms.scheduling import queries as schedule_queries
from lms.scheduling.actions import PersonalDate
from lms.scheduling.events import SchedulePublished
from lms.scheduling.models import OverrideScope, ScheduleRelease
from lms.scheduling.rules import Act
from tests.factories import assessment, capstone, community, coursework, enrolment, scheduling, world
from tests.support.statements import statements

WEEK = dt.timedelta(days=7)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=1)


@pytest.fixture
def rhea(cohort):
    return world.learner(cohort, "Rhea Menon", zone="Asia/Dubai")


@pytest.fixture
def sanjay(cohort):
    return world.learner(cohort, "Sanjay Kulkarni", zone="America/New_York")


def notices(who, kind=None):
    found = queries.inbox(who.id).rows
    return [line for line in found if kind is None or line.kind is kind]


def mails(who):
    return list(
        db.session.scalars(
            sa.select(MailMessage).where(MailMessage.person_id == who.id).order_by(MailMessage.id)
        )
    )


def clear():
    """Nobody has been told anything yet."""
    with unit_of_work():
        db.session.execute(sa.delete(Notice))
        db.session.execute(sa.delete(MailMessage))


# Dates --------------------------------------------------------------------------------------------------------------


def test_a_moved_session_is_told_in_each_persons_own_zone(cohort, rhea, sanjay):
    faculty = world.granted(Role.FACULTY, cohort)
    clear()
    scheduling.publish(cohort, "s5", Act.MOVE, by=dt.timedelta(days=1))
    (hers,), (his,), (theirs,) = notices(rhea), notices(sanjay), notices(faculty)
    assert {hers.kind, his.kind, theirs.kind} == {NoticeKind.SCHEDULE}
    assert "GST → " in hers.text
    assert re.search(r"E[SD]T → ", his.text)
    assert "Why: Because of a holiday." in hers.text
    assert hers.link == f"/cohorts/{cohort.slug}/schedule"
    (mail,) = mails(rhea)
    assert mail.subject == hers.title
    assert "GST" in mail.text
    assert "GST" in mail.html
    assert "cannot be switched off" in mail.text


def test_a_silent_release_and_the_first_one_tell_nobody(cohort, rhea):
    clear()
    scheduling.publish(cohort, "s5", Act.MOVE, by=dt.timedelta(days=1), announced=False)
    assert notices(rhea) == []


def test_cancelled_and_undone_is_told_twice_in_all(cohort, rhea):
    clear()
    number = scheduling.publish(cohort, "s5", Act.CANCEL)
    scheduling.undo(cohort, number)
    titles = [line.title for line in notices(rhea)]
    assert any("does not take place" in title for title in titles)
    assert any("takes place after all" in title or "dates changed" in title for title in titles)


def test_whom_a_change_does_not_touch_is_not_told_of_it(cohort, rhea, sanjay):
    item = schedule_queries.item(cohort.id, "a-1")
    own(cohort, "a-1", OverrideScope.PERSON, rhea.id, item.ends_at + 2 * WEEK)
    clear()
    scheduling.publish(cohort, "a-1", Act.MOVE, by=dt.timedelta(days=1))
    assert [line for line in notices(rhea) if "A-1" in line.title + line.text and "due" in line.text] == []
    assert "due" in notices(sanjay)[0].text


def own(cohort, key, scope, scope_id, ends_at):
    with unit_of_work() as work:
        return scheduling_actions.set_personal_date(
            PersonalDate(
                cohort_id=cohort.id,
                item_key=key,
                scope=scope,
                scope_id=scope_id,
                ends_at=ends_at,
                reason="Travel.",
            ),
            actor=world.director(),
            now=work.now,
        )


def test_redelivered_it_tells_nobody_twice(cohort, rhea):
    clear()
    scheduling.publish(cohort, "s5", Act.MOVE, by=dt.timedelta(days=1))
    release = db.session.scalars(sa.select(ScheduleRelease).order_by(ScheduleRelease.id.desc())).first()
    item = schedule_queries.item(cohort.id, "s5")
    with unit_of_work():
        events.record(
            SchedulePublished(
                cohort_id=cohort.id,
                release_id=release.id,
                number=release.number,
                item_ids=(item.id,),
                announced=True,
            )
        )
    assert len(notices(rhea)) == 1
    assert len(mails(rhea)) == 1


def test_on_leave_dates_wait_in_the_list_and_no_mail_comes(cohort, rhea):
    leave(cohort, rhea)
    clear()
    scheduling.publish(cohort, "s5", Act.MOVE, by=dt.timedelta(days=1))
    assert len(notices(rhea)) == 1
    assert mails(rhea) == []


def test_an_extension_is_told_once_with_both_dates(cohort, rhea, sanjay):
    item = schedule_queries.item(cohort.id, "a-1")
    clear()
    coordinator = coursework.coordinator(cohort)
    coursework.extended(rhea, cohort, "a-1", item.ends_at + WEEK, by=coordinator)
    (told,) = notices(rhea)
    assert told.kind is NoticeKind.EXTENSION
    assert told.title.startswith("More time for A-1")
    assert told.text.count("GST") == 2
    assert notices(sanjay) == []
    assert [mail.subject for mail in mails(rhea)] == [told.title]


def test_an_own_date_that_ends_is_told_too(cohort, rhea):
    item = schedule_queries.item(cohort.id, "a-1")
    override = own(cohort, "a-1", OverrideScope.PERSON, rhea.id, item.ends_at + WEEK)
    with unit_of_work() as work:
        scheduling_actions.revoke(override, actor=world.director(), now=work.now)
    titles = [line.title for line in notices(rhea, NoticeKind.EXTENSION)]
    assert titles[0].startswith("Your own date for A-1")
    assert "as for everybody" in notices(rhea, NoticeKind.EXTENSION)[0].text


def test_a_sections_date_goes_to_the_section(cohort, rhea, sanjay):
    item = schedule_queries.item(cohort.id, "a-1")
    section = db.session.scalar(sa.text("SELECT id FROM section WHERE cohort_id = :c"), {"c": cohort.id})
    with unit_of_work():
        db.session.execute(
            sa.text("UPDATE place SET section_id = :s WHERE person_id = :p"), {"s": section, "p": rhea.id}
        )
    clear()
    own(cohort, "a-1", OverrideScope.SECTION, section, item.ends_at - dt.timedelta(days=1))
    assert notices(rhea)[0].title.startswith("Another date for A-1")
    assert notices(sanjay) == []


# Work and marks -----------------------------------------------------------------------------------------------------


def test_a_receipt_goes_to_every_member_and_one_notice_to_the_marker(cohort, rhea, sanjay):
    marker = assessment.marker(cohort, "Mira Marker")
    clear()
    with coursework.at(coursework.opened(cohort, "a-1")):
        coursework.handed_in(rhea, cohort)
        coursework.handed_in(sanjay, cohort)
        coursework.handed_in(rhea, cohort, text="A better version of the memo.")
    receipts = notices(rhea, NoticeKind.RECEIPT)
    assert len(receipts) == 2
    assert "on time" in receipts[0].text
    assert re.search(r"SHA-256\): [0-9a-f]{64}", mails(rhea)[0].text)
    (waiting,) = notices(marker)
    assert waiting.title.startswith("2 pieces of A-1")
    assert len(mails(marker)) == 1, "a mail goes out with the first only"


def test_a_teams_receipt_names_who_handed_it_in(cohort, rhea, sanjay):
    coursework.team(cohort, [rhea, sanjay])
    clear()
    key = next(
        line.key
        for line in community.discussion(cohort, rhea).module.activities
        + tuple(coursework.visit(rhea, cohort, "a-1").outline.activities.values())
        if line.kind.value == "group_work"
    )
    with coursework.at(coursework.opened(cohort, key)):
        coursework.handed_in(rhea, cohort, key, uploads=[(io.BytesIO(b"%PDF-1.4 work"), "work.pdf")])
    assert "handed in by Rhea Menon for your team" in notices(sanjay, NoticeKind.RECEIPT)[0].text


def test_released_marks_are_told_without_the_mark(cohort, rhea):
    marker, second = assessment.marker(cohort), assessment.marker(cohort)
    place = coursework.visit_place(rhea, cohort)
    task = assessment.bring(cohort, [place], marker_id=marker.id)
    clear()
    assessment.finish(task, marker, level=4, overall="Feedback nobody reads in a mail: 87.5 points.")
    assert notices(rhea) == [], "nothing before the release"
    assessment.release(cohort, second)
    (told,) = notices(rhea)
    assert told.title == "A-1 came back"
    assert told.kind is NoticeKind.MARK
    numerator = db.session.execute(sa.text("SELECT numerator, denominator FROM mark_version")).one()
    figure = f"{numerator[0] / numerator[1]:g}"
    for text in (
        told.title,
        told.text,
        *[part for mail in mails(rhea) for part in (mail.subject, mail.text, _words(mail.html))],
    ):
        assert figure not in re.sub(r"A-1|localhost:\d+", "", text)
        assert "87.5" not in text
        assert "Feedback nobody" not in text


def _words(html):
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)


def test_a_quiz_that_marks_itself_says_nothing_more(cohort, rhea):
    clear()
    assessment.quiz_mark(cohort, coursework.visit_place(rhea, cohort), "q1", 90)
    assert notices(rhea) == []


# Capstone -----------------------------------------------------------------------------------------------------------


def test_the_capstone_tells_the_guide_what_waits_and_the_team_what_came_back(session):
    found = capstone.capstone()
    first, second = found.team.people[:2]
    assert any("guides your project" in line.title for line in notices(second))
    assert any(line.title.startswith("You guide") for line in notices(found.guide))
    clear()
    capstone.hand_in(found.cohort, first, "m1")
    (waits,) = [line for line in notices(found.guide) if "waits for your answer" in line.title]
    assert waits.link == f"/projects/{found.project.public_id}"
    assert "promised by" in waits.text
    assert notices(second, NoticeKind.RECEIPT)[0].title.startswith("Receipt for M1")
    clear()
    capstone.answer(found.project, found.guide, "m1", Verdict.REVISE)
    (back,) = notices(second, NoticeKind.FEEDBACK)
    assert "came back: revise it" in back.title
    assert "Hand it in again by" in back.text
    clear()
    capstone.meet(found.cohort, found.project, found.guide)
    capstone.meet(found.cohort, found.project, found.guide, held=False)
    assert {line.title for line in notices(second)} == {
        "Your guide noted your meeting",
        "A meeting with your guide was missed",
    }


def test_an_accepted_milestone_is_told(session):
    found = capstone.capstone(upto="m1")
    assert "is accepted" in notices(found.team.people[1], NoticeKind.FEEDBACK)[0].title


def test_a_project_room_keeps_one_unread_notice_for_each_person(session):
    found = capstone.capstone()
    first, second = found.team.people[:2]
    clear()
    for text in ("When do we meet?", "Shall we say Friday?"):
        with unit_of_work() as work:
            capstone_actions.say(found.project.id, Writing(text=text), actor=world.actor(first), now=work.now)
    assert notices(first) == []
    (hers,), (theirs,) = notices(second), notices(found.guide)
    assert hers.text == theirs.text == "Shall we say Friday?"
    assert hers.link.endswith("/capstone")
    assert theirs.link == f"/projects/{found.project.public_id}"
    assert len(mails(second)) == 1
    assert capstone_queries.by_id(found.project.id)


# People writing -----------------------------------------------------------------------------------------------------


def test_a_reply_is_told_to_its_author_and_a_post_to_nobody(cohort, rhea, sanjay):
    with community.opened(cohort, rhea):
        clear()
        first = community.said(cohort, rhea, "<script>alert(1)</script> He is right.")
        community.said(cohort, rhea, to=first)
        assert notices(rhea) == notices(sanjay) == []
        reply = community.said(cohort, sanjay, "<script>alert(2)</script> She is not.", to=first)
    (told,) = notices(rhea)
    assert told.title == "Sanjay Kulkarni replied to you in Th1"
    assert told.link.endswith(f"?post={reply.public_id}#p-{reply.public_id}")
    (mail,) = mails(rhea)
    assert "<script>" not in mail.html


def test_a_hidden_post_is_told_with_the_reason(cohort, rhea):
    faculty = world.granted(Role.FACULTY, cohort)
    with community.opened(cohort, rhea):
        post = community.said(cohort, rhea)
        clear()
        with unit_of_work() as work:
            community_actions.hide_in(
                community.discussion(cohort, faculty),
                post.public_id,
                "It names a colleague.",
                actor=world.actor(faculty),
                now=work.now,
            )
    assert "It names a colleague." in notices(rhea, NoticeKind.FEEDBACK)[0].text


def announced(cohort, by, *, by_mail=True, title="Rooms change"):
    audience = Audience(AudienceKind.EVERYONE)
    actor = world.actor(by)
    with unit_of_work() as work:
        drafting = Drafting(title=title, text="We meet **upstairs**.", audience=audience, by_mail=by_mail)
        draft = community_actions.announce(cohort.id, drafting, actor=actor, now=work.now).id
    from lms.community import queries as community_queries

    expected = len(community_queries.listeners_of(cohort.id, audience, by.id))
    with unit_of_work() as work:
        community_actions.send(draft, expected=expected, actor=actor, now=work.now)
    return draft


def test_an_announcement_goes_to_its_recipients_by_mail_only_when_asked(cohort, rhea):
    coordinator = coursework.coordinator(cohort)
    clear()
    announced(cohort, coordinator)
    announced(cohort, coordinator, by_mail=False, title="Quietly")
    assert [line.title for line in notices(rhea)] == ["Quietly", "Rooms change"]
    (mail,) = mails(rhea)
    assert mail.subject == "Rooms change"
    assert "<strong>upstairs</strong>" in mail.html
    assert notices(coordinator) == []


def test_a_withdrawn_announcement_says_so_in_its_notices(cohort, rhea):
    coordinator = coursework.coordinator(cohort)
    sent = announced(cohort, coordinator)
    with unit_of_work() as work:
        community_actions.withdraw(sent, "Wrong floor.", actor=world.actor(coordinator), now=work.now)
    assert notices(rhea, NoticeKind.ANNOUNCEMENT)[0].title == "Withdrawn: Rooms change"


# Places and tasks ---------------------------------------------------------------------------------------------------


def leave(cohort, who):
    place = enrolment_place(cohort, who)
    with unit_of_work() as work:
        enrolment_actions.change_state(
            place,
            PlaceState.ON_LEAVE,
            reason="A new child.",
            effective_on=work.now.date(),
            actor=world.director(),
            now=work.now,
        )


def enrolment_place(cohort, who):
    return queries.place_id_of(cohort.id, who.id)


def test_who_is_enrolled_is_welcomed_once(cohort, rhea):
    (told,) = notices(rhea)
    assert told.title == f"Welcome to {cohort.name}"
    assert told.link == f"/cohorts/{cohort.slug}"
    assert mails(rhea) == [], "who has no password yet gets the invitation instead"


def test_before_a_cohort_opens_nobody_is_welcomed(session):
    cohort = world.cohort(weeks_in=0)
    with unit_of_work() as work:
        cohorts.set_state(cohort.id, CohortState.PREPARING, actor=world.director(), now=work.now)
    who = world.learner(cohort)
    assert notices(who) == []
    with unit_of_work() as work:
        cohorts.set_state(cohort.id, CohortState.OPEN, actor=world.director(), now=work.now)
    assert len(notices(who)) == 1


def test_leave_is_a_decision_that_is_told_by_mail(cohort, rhea):
    clear()
    leave(cohort, rhea)
    (told,) = notices(rhea)
    assert told.title == f"You are on leave from {cohort.name}"
    assert len(mails(rhea)) == 1
    assert "A new child." not in told.text + mails(rhea)[0].text


def test_a_task_in_a_cohort_is_told(cohort):
    faculty = world.granted(Role.FACULTY, cohort)
    (told,) = notices(faculty)
    assert told.title == f"You are faculty in {cohort.name}"


# In bulk ------------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_sixty_people_are_told_of_a_change_by_the_statements_of_five(session):
    counts = []
    for size in (5, 60):
        cohort = world.cohort(weeks_in=1, seats=100)
        enrolment.many(cohort, size)
        with statements() as sent:
            scheduling.publish(cohort, "s5", Act.MOVE, by=dt.timedelta(days=1))
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.slow
@pytest.mark.db
def test_five_thousand_people_are_written_to_within_five_seconds(session):
    cohort = world.cohort(weeks_in=1, seats=6000)
    coordinator = coursework.coordinator(cohort)
    enrolment.many(cohort, 5000)
    clear()
    began = time.process_time()  # the machine is shared: our own work counts
    announced(cohort, coordinator)
    took = time.process_time() - began
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MailMessage)) == 5000
    waiting = sa.select(sa.func.count()).select_from(outbox.OutboxRow).where(outbox.OutboxRow.kind == "mail")
    assert db.session.scalar(waiting) >= 5000
    assert took < 5
