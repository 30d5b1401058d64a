"""Announcements to very many: told in steps with a report, stopped in the middle, nothing twice after a kill."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.community import actions, jobs, queries
from lms.community.actions import Drafting
from lms.community.actions import announcements as sending
from lms.community.models import Announcement
from lms.community.rules import Audience, AudienceKind
from lms.core import addresses, clock, errands
from lms.core.db import db
from lms.core.errands import Errand, ErrandState
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.notifications.models import Notice
from lms.notifications.rules import Totals, stopped_words, told_words
from lms.notifications.subscribers import parts
from tests.factories import world
from tests.factories.errands import step

pytestmark = pytest.mark.db
EVERYONE = Audience(AudienceKind.EVERYONE)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


@pytest.fixture
def seven(cohort, monkeypatch):
    """Seven learners, where five are many and three are told by one step."""
    monkeypatch.setattr(sending, "MANY", 5)
    monkeypatch.setattr(parts, "AT_ONCE", 3)
    return [world.learner(cohort, f"Learner {number}") for number in range(7)]


def sent(cohort, by, text="We meet upstairs."):
    with unit_of_work() as work:
        drafting = Drafting(title="Rooms", text=text, audience=EVERYONE, by_mail=True)
        draft = actions.announce(cohort.id, drafting, actor=world.actor(by), now=work.now).id
    with unit_of_work() as work:
        count = len(queries.listeners_of(cohort.id, EVERYONE, by.id))
        actions.send(draft, expected=count, actor=world.actor(by), now=work.now)
    return draft


def told():
    """Names of those who found it in Cadre, and how many mails there are about it."""
    notices = db.session.scalars(sa.select(Notice.person_id).where(Notice.title.like("%Rooms"))).all()
    mails = db.session.scalars(
        sa.select(MailMessage.person_id).where(MailMessage.kind == "notice.announcement")
    ).all()
    assert len(set(notices)) == len(notices)
    assert sorted(mails) == sorted(notices)
    return len(notices)


def errand():
    return db.session.scalars(sa.select(Errand)).one()


def test_very_many_are_told_in_steps_with_a_report(cohort, seven, coordinator):
    sent(cohort, coordinator)
    seen = [told()]
    while step():
        seen.append(told())
    assert seen == [0, 3, 6, 7]
    assert errand().state is ErrandState.DONE
    assert errand().report == "7 people told in Cadre: 7 by mail."


def test_few_are_told_at_once(cohort, coordinator):
    world.learner(cohort, "Only One")
    sent(cohort, coordinator)
    assert told() == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Errand)) == 0


def test_how_far_it_is_stands_on_the_page(cohort, seven, coordinator, visit):
    draft = db.session.get_one(Announcement, sent(cohort, coordinator))
    step()
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/announcements/{draft.public_id}")
    assert "People are being told" in page.text()
    progress = visit(coordinator).get(f"/errands/{errand().public_id}")
    assert "Told 3 of 7 people" in progress.text()
    assert errands.said(errand().public_id).share == pytest.approx(3 / 7)


def test_withdrawn_in_the_middle_nobody_else_is_told(cohort, seven, coordinator):
    draft = sent(cohort, coordinator)
    step()
    with unit_of_work() as work:
        actions.withdraw(draft, "", actor=world.actor(coordinator), now=work.now)
    step()
    assert step() is None
    assert told() == 3
    assert errand().report.startswith("Withdrawn after 3 of 7 people: nobody else is told.")
    titles = set(db.session.scalars(sa.select(Notice.title).where(Notice.title.like("%Rooms"))))
    assert titles == {"Withdrawn: Rooms"}


def test_a_kill_in_the_middle_of_a_step_doubles_and_loses_nothing(cohort, seven, coordinator, monkeypatch):
    sent(cohort, coordinator)
    step()
    tells = parts.tell_of_announcement

    def killed(*given):
        tells(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(parts, "tell_of_announcement", killed)
    with pytest.raises(KeyboardInterrupt):
        step()
    assert told() == 3
    monkeypatch.setattr(parts, "tell_of_announcement", tells)
    while step():
        pass
    assert told() == 7
    assert errand().state is ErrandState.DONE


def test_who_is_not_reached_stands_in_the_report(cohort, seven, coordinator):
    with unit_of_work() as work:
        address = addresses.MailAddress(address=seven[0].email.lower(), dead_at=work.now, last_at=work.now)
        db.session.add(address)
    sent(cohort, coordinator)
    while step():
        pass
    assert errand().report == (
        "7 people told in Cadre: 6 by mail. 1 person not reached by mail: what is sent to their address comes back."
    )


def test_each_reads_their_own_fields(cohort, seven, coordinator):
    sent(cohort, coordinator, "Dear {{ first name }}, we meet upstairs. {{ name }}")
    while step():
        pass
    texts = dict(
        db.session.execute(
            sa.select(MailMessage.person_id, MailMessage.text).where(
                MailMessage.kind == "notice.announcement"
            )
        ).all()
    )
    assert all(one.name in texts[one.id] for one in seven)


def test_its_hour_comes_for_very_many_too(cohort, seven, coordinator):
    with unit_of_work() as work:
        drafting = Drafting(title="Rooms", text="Upstairs.", audience=EVERYONE, by_mail=True)
        draft = actions.announce(cohort.id, drafting, actor=world.actor(coordinator), now=work.now).id
        actions.schedule(draft, expected=7, actor=world.actor(coordinator), now=work.now)
    with clock.at(clock.now() + actions.RECALL):
        with unit_of_work() as work:
            jobs.announcements_due({}, work.now)
        while step():
            pass
    assert told() == 7


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        (Totals(people=1, mail=1), "1 person told in Cadre: 1 by mail."),
        (Totals(), "0 people told in Cadre."),
        (
            Totals(people=1200, mail=1000, digest=100, push=7, only_here=100),
            "1,200 people told in Cadre: 1,000 by mail, 100 in their next digest, 7 on a device, 100 in Cadre only.",
        ),
    ],
)
def test_the_report_in_words(totals, words):
    assert told_words(totals) == words


def test_the_report_of_one_that_was_stopped():
    words = stopped_words(400, 1200, Totals(people=400, mail=400))
    assert words.startswith("Withdrawn after 400 of 1,200 people: nobody else is told.")
