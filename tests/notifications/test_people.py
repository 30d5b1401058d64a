"""Who is told what of posts, announcements, places and tasks: each through the real actions."""

from __future__ import annotations

from lms.cohorts import actions as cohorts
from lms.cohorts.models import CohortState
from lms.community import actions as community_actions
from lms.core.uow import unit_of_work
from lms.notifications.models import NoticeKind
from lms.people.rules import Role
from tests.factories import community, coursework, world
from tests.factories.notifications import announced, clear, leave, mails, notices


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
