"""Who is told what when dates move: each through the real actions."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
import sqlalchemy as sa

from lms.core import events, outbox
from lms.core.db import db
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.notifications.models import NoticeKind
from lms.people.rules import Role
from lms.scheduling import actions as scheduling_actions
from lms.scheduling import queries as schedule_queries
from lms.scheduling.events import SchedulePublished
from lms.scheduling.models import OverrideScope, ScheduleRelease
from lms.scheduling.rules import Act
from tests.factories import coursework, enrolment, scheduling, world
from tests.factories.errands import step
from tests.factories.notifications import announced, clear, leave, mails, notices, own
from tests.support.statements import statements

WEEK = dt.timedelta(days=7)


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
    while step():
        pass
    took = time.process_time() - began
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MailMessage)) == 5000
    waiting = sa.select(sa.func.count()).select_from(outbox.OutboxRow).where(outbox.OutboxRow.kind == "mail")
    assert db.session.scalar(waiting) >= 5000
    assert took < 5
