"""Digests: one mail with what came and what is due; for thousands in seconds; nothing twice, nothing lost."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import sqlalchemy as sa

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.notifications import actions, jobs, queries
from lms.notifications.actions import Message, Wanted
from lms.notifications.models import Delivery, TellingHabits
from lms.notifications.rules import Channel, DeliveryState, Every, How, NoticeKind, Rhythm
from lms.people import actions as people
from lms.scheduling import queries as scheduling
from tests.factories import coursework, enrolment, world
from tests.factories.notifications import clear, leave, mails
from tests.support.statements import statements

DAILY = Rhythm(Every.DAY, 7)


def chose(who, rhythm=DAILY, how=How.DIGEST):
    kinds = (NoticeKind.MARK, NoticeKind.DISCUSSION, NoticeKind.ANNOUNCEMENT)
    wanted = Wanted(choices={(kind, Channel.MAIL): how for kind in kinds}, rhythm=rhythm, quiet=None)
    with unit_of_work() as work:
        actions.choose(wanted, actor=world.actor(who), now=work.now)


def told(who, title, kind=NoticeKind.MARK, **more):
    message = Message(kind=kind, key=f"test:{title}", title=title, text="…", link="/", **more)
    with unit_of_work() as work:
        actions.tell_all(queries.people([who.id]), message, now=work.now)


def morning(days=1):
    """Seven o'clock in Dubai, so many days from now, and a few minutes."""
    day = (clock.now() + dt.timedelta(hours=4)).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(3, 3), dt.UTC)


def digests_run(now):
    with clock.at(now):
        with unit_of_work():
            jobs.digests_due({"slot": int(now.timestamp() // 300)}, now)
        while outbox.drain():
            pass


def digests(who):
    return [mail for mail in mails(who) if mail.kind == "digest"]


@pytest.mark.db
def test_what_came_stands_in_one_mail_in_the_morning_and_not_again(cohort, rhea):
    chose(rhea)
    clear()
    told(rhea, "B-1 came back")
    told(rhea, "Sanjay replied to you", NoticeKind.DISCUSSION)
    assert mails(rhea) == []
    digests_run(morning())
    (mail,) = digests(rhea)
    assert "B-1 came back" in mail.text
    assert "Sanjay replied to you" in mail.text
    assert mail.unsubscribe
    digests_run(morning() + dt.timedelta(minutes=5))
    digests_run(morning(2))
    assert all("B-1 came back" not in each.text for each in digests(rhea)[1:])


def test_what_is_due_stands_in_it_with_ones_own_date_and_without_what_is_done(cohort, rhea):
    chose(rhea)
    items = {item.key: item for item in scheduling.items(cohort.id)}
    quiz = min(
        (item for item in items.values() if item.key.startswith("a-") and item.ends_at > clock.now()),
        key=lambda item: item.ends_at,
    )
    before = quiz.ends_at - dt.timedelta(days=1)
    due = queries.due([rhea.id], since=before, until=before + dt.timedelta(days=2))[rhea.id]
    assert any(one.at == quiz.ends_at for one in due)
    by = coursework.coordinator(cohort)
    coursework.extended(rhea, cohort, quiz.key, quiz.ends_at + dt.timedelta(days=20), by=by)
    later = queries.due([rhea.id], since=before, until=before + dt.timedelta(days=2)).get(rhea.id, [])
    assert not any(one.at == quiz.ends_at and one.link.endswith(quiz.key) for one in later)
    own = quiz.ends_at + dt.timedelta(days=20)
    found = queries.due([rhea.id], since=own - dt.timedelta(days=1), until=own + dt.timedelta(days=1))
    assert any(one.at == own and one.link.endswith(quiz.key) for one in found[rhea.id])


def test_on_leave_nothing_is_due_and_replies_wait_for_nobody(cohort, rhea):
    chose(rhea)
    leave(cohort, rhea)
    clear()
    told(rhea, "A reply", NoticeKind.DISCUSSION, cohort_id=cohort.id)
    assert queries.due([rhea.id], since=clock.now(), until=clock.now() + dt.timedelta(days=30)) == {}
    digests_run(morning())
    assert digests(rhea) == []


def test_who_has_nothing_gets_nothing_and_their_next_one_is_reckoned(session):
    nobody = world.person("Nadia Nobody", zone="Asia/Dubai")
    chose(nobody)
    digests_run(morning())
    assert mails(nobody) == []
    row = db.session.get_one(TellingHabits, nobody.id, populate_existing=True)
    assert row.digest_of == morning().date()
    assert row.digest_at == morning(2).replace(minute=0)


def test_what_is_urgent_or_cannot_be_switched_off_waits_for_no_digest(cohort, rhea):
    chose(rhea)
    clear()
    told(rhea, "Round 1 closes", urgent=True)
    told(rhea, "Moved", NoticeKind.SCHEDULE)
    assert [mail.subject for mail in mails(rhea)] == ["Round 1 closes", "Moved"]


def test_without_a_digest_nothing_waits_for_one(cohort, rhea):
    chose(rhea, Rhythm(Every.NEVER))
    clear()
    told(rhea, "B-1 came back")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 0
    assert queries.unread_count(rhea.id) == 1


def test_an_announcement_that_is_withdrawn_leaves_the_digest(cohort, rhea):
    chose(rhea)
    clear()
    told(rhea, "Upstairs", NoticeKind.ANNOUNCEMENT)
    with unit_of_work():
        actions.take_back("test:Upstairs", title="Withdrawn: Upstairs", text="…")
    digests_run(morning())
    assert all("Upstairs" not in mail.text for mail in digests(rhea))


def test_a_zone_that_changes_moves_the_digest_and_doubles_none(cohort, rhea):
    chose(rhea)
    clear()
    told(rhea, "First")
    digests_run(morning())
    with clock.at(morning() + dt.timedelta(hours=1)), unit_of_work():
        people.set_zone("America/New_York", actor=world.actor(rhea))
    told(rhea, "Second")
    with clock.at(morning() + dt.timedelta(hours=9)):
        digests_run(clock.now())
    assert len(digests(rhea)) == 1, "it is seven in New York on a day that had its digest"
    digests_run(morning() + dt.timedelta(hours=33))
    assert ["Second" in mail.text for mail in digests(rhea)] == [False, True]


@pytest.mark.db
def test_a_batch_that_is_run_twice_writes_once(cohort, rhea):
    chose(rhea)
    clear()
    told(rhea, "B-1 came back")
    for _ in range(2):
        with clock.at(morning()), unit_of_work() as work:
            actions.write_digests([rhea.id], now=work.now)
    assert len(digests(rhea)) == 1
    states = db.session.scalars(sa.select(Delivery.state)).all()
    assert states == [DeliveryState.SENT]


def many(cohort, count):
    """So many learners with a digest each and two notices that wait for it."""
    enrolment.many(cohort, count)
    clear()
    ids = db.session.scalars(sa.text(f"SELECT person_id FROM place WHERE cohort_id = {cohort.id}")).all()
    with unit_of_work() as work:
        db.session.execute(
            sa.insert(TellingHabits),
            [
                {
                    "person_id": each, "digest_every": Every.DAY, "digest_hour": 7, "digest_weekday": 0, "links": 0,
                    "digest_at": work.now,
                }
                for each in ids
            ],
        )  # fmt: skip
        waiting = [(NoticeKind.MARK, Channel.MAIL), (NoticeKind.DISCUSSION, Channel.MAIL)]
        db.session.execute(
            sa.text(
                "INSERT INTO notice_choice (person_id, kind, channel, how) VALUES (:p, :k, :c, 'digest')"
            ),
            [{"p": each, "k": kind.value, "c": channel.value} for each in ids for kind, channel in waiting],
        )
        whom = queries.people(ids)
        for number, kind in enumerate((NoticeKind.MARK, NoticeKind.DISCUSSION)):
            messages = [
                (who, Message(kind=kind, key=f"own:{number}:{who.person_id}", title=f"For {who.name} {number}",
                              text="…", link="/"))
                for who in whom
            ]  # fmt: skip
            actions.tell(messages, now=work.now)
    return ids


@pytest.mark.db
def test_sixty_digests_take_the_statements_of_five(session):
    counts = []
    for size in (5, 60):
        ids = many(world.cohort(weeks_in=1, seats=100), size)
        with clock.at(morning()), statements() as sent, unit_of_work() as work:
            actions.write_digests(ids, now=work.now)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 30


@pytest.mark.slow
@pytest.mark.db
def test_five_thousand_digests_are_queued_within_five_seconds(session):
    ids = many(world.cohort(weeks_in=1, seats=6000), 5000)
    now = morning()
    began = time.process_time()  # the machine is shared: our own work counts
    with clock.at(now):
        with unit_of_work():
            jobs.digests_due({"slot": 1}, now)
        for start in range(0, len(ids), actions.BATCH):
            with unit_of_work():
                jobs.write_digests({"people": ids[start : start + actions.BATCH]}, now)
    took = time.process_time() - began
    written = sa.select(sa.func.count()).select_from(MailMessage).where(MailMessage.kind == "digest")
    assert db.session.scalar(written) == 5000
    assert took < 5, f"{took:.1f} s"
