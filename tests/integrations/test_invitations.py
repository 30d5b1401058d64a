"""Invitations by mail: who gets which, never twice, and what a calendar makes of them in any order (RFC 5546, 6047)."""

from __future__ import annotations

import datetime as dt
import email
import itertools
from email import policy

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from lms.core import clock, jobs, mail, outbox
from lms.core.db import db
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment_actions
from lms.enrolment.rules import PlaceState
from lms.integrations import actions, queries
from lms.integrations.calendar import Part
from lms.people import actions as people
from lms.people.rules import Role
from lms.scheduling import queries as scheduling_queries
from lms.scheduling.rules import Act
from tests.factories import calendars, live, scheduling, world
from tests.support.statements import statements

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
pytestmark = pytest.mark.db


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao", zone="Europe/London")


def drain():
    while outbox.drain():
        pass


def invitations(who):
    """The invitations that somebody was sent, in order."""
    return list(
        db.session.scalars(
            sa.select(MailMessage)
            .where(MailMessage.person_id == who.id, MailMessage.calendar != "")
            .order_by(MailMessage.id)
        )
    )


def invited(who):
    """Have somebody invited by mail, and their first invitations sent."""
    calendars.chosen(who, *Part, by_mail=True)
    drain()
    return invitations(who)


def event_of(message):
    (event,) = Calendar.from_ical(message.calendar).events
    return event


def ahead(cohort, days=28):
    now = clock.now()
    return [line for line in live.queries.sessions(cohort) if now < line.starts_at <= now + days * DAY]


class Client:
    """A calendar that acts on what arrives as RFC 5546 has it: the highest SEQUENCE wins, then the latest DTSTAMP."""

    def __init__(self):
        self.kept = {}

    def receive(self, message):
        calendar = Calendar.from_ical(message.calendar)
        (event,) = calendar.events
        rank = (event["sequence"], event["dtstamp"].dt)
        known = self.kept.get(str(event["uid"]))
        if known is None or rank > known[0]:
            self.kept[str(event["uid"])] = (rank, str(calendar["method"]), event)
        return self

    def shown(self):
        return {
            uid: (event.start.astimezone(dt.UTC), event.end.astimezone(dt.UTC))
            for uid, (_rank, method, event) in self.kept.items()
            if method == "REQUEST" and event["status"] == "CONFIRMED"
        }


def right(cohort):
    """What a calendar must show of the sessions of the next weeks."""
    shared = queries.shared_calendar(cohort)
    return {
        shared.by_item[line.item_id].entry.uid: (line.starts_at, line.ends_at)
        for line in ahead(cohort)
        if not line.cancelled
    }


# What they get ------------------------------------------------------------------------------------------------------


def test_nobody_is_invited_who_did_not_ask(cohort, asha):
    scheduling.publish(cohort, "s9", Act.MOVE, by=DAY)
    drain()
    assert invitations(asha) == []
    assert (
        db.session.scalar(sa.select(sa.func.count()).where(outbox.OutboxRow.kind == "calendar.invite")) == 0
    )


def test_who_asks_gets_one_for_each_session_of_the_next_four_weeks(cohort, asha):
    mails = invited(asha)
    assert len(mails) == len(ahead(cohort)) > 0
    event = event_of(mails[0])
    assert str(event["organizer"]).lower() == f"mailto:{mail.sender()[1]}"
    assert str(event["attendee"]).lower() == f"mailto:{asha.email}"
    assert event["attendee"].params["RSVP"] == "FALSE"
    assert mails[0].subject.startswith("Invitation: ")
    assert event["uid"] in right(cohort)
    assert live.LINK not in mails[0].calendar + mails[0].text + mails[0].html


def test_the_mail_carries_it_for_calendars_and_as_a_file(cohort, asha):
    message = email.message_from_bytes(mail._compose(invited(asha)[0]).as_bytes(), policy=policy.default)
    parts = {part.get_content_type(): part for part in message.walk()}
    assert list(parts) == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["text/calendar"].get_content_charset() == "utf-8"
    text = parts["text/calendar"].get_payload(decode=True).decode()
    assert Calendar.from_ical(text)["method"] == "REQUEST"
    assert parts["application/ics"].get_filename() == "invitation.ics"
    assert parts["application/ics"].get_payload(decode=True).decode().split() == text.split()


def test_a_release_is_one_mail_for_each_session_that_it_changed(cohort, asha):
    before = len(invited(asha))
    first, second = ahead(cohort)[1:3]
    scheduling.publish(cohort, first.key, Act.MOVE, by=dt.timedelta(hours=1))
    scheduling.publish(cohort, second.key, Act.CANCEL, announced=False)
    drain()
    moved, cancelled = invitations(asha)[before:]
    assert moved.subject.startswith("Another time: ")
    assert event_of(moved).start == first.starts_at + dt.timedelta(hours=1)
    assert (cancelled.calendar_method, event_of(cancelled)["status"]) == ("CANCEL", "CANCELLED")


def test_looked_at_again_and_redelivered_nobody_is_told_twice(cohort, asha):
    invited(asha)
    scheduling.publish(cohort, ahead(cohort)[1].key, Act.MOVE, by=dt.timedelta(hours=1))
    drain()
    told = len(invitations(asha))
    with unit_of_work():
        db.session.execute(
            sa.update(outbox.OutboxRow)
            .where(outbox.OutboxRow.kind == "calendar.invite")
            .values(state=outbox.OutboxState.QUEUED)
        )
    drain()
    jobs.queue_periodic(clock.now())
    drain()
    assert len(invitations(asha)) == told


def test_a_session_that_comes_near_is_invited_to_by_itself(cohort, asha):
    before = invited(asha)
    later = clock.now() + 2 * WEEK
    with clock.at(later):
        jobs.queue_periodic(later)
        drain()
        assert len(invitations(asha)) - len(before) == len(
            [line for line in ahead(cohort) if line.starts_at > later + 2 * WEEK]
        )


def test_a_host_is_invited_and_let_go_when_another_takes_over(cohort):
    host, other = world.granted(Role.FACULTY, cohort), world.granted(Role.FACULTY, cohort)
    invited(host)
    session = next(line for line in ahead(cohort) if line.host_id == host.id)
    with unit_of_work() as work:
        details = live.actions.Details(host_id=other.id)
        live.actions.set_details(session.id, details, actor=world.director(), now=work.now)
    jobs.queue_periodic(clock.now())
    drain()
    assert [mail.calendar_method for mail in invitations(host)].count("CANCEL") == 1


def test_suspended_people_get_nothing(cohort, asha):
    before = len(invited(asha))
    with unit_of_work() as work:
        people.suspend(asha.id, reason="Left.", actor=world.director(), now=work.now)
    scheduling.publish(cohort, ahead(cohort)[1].key, Act.MOVE, by=dt.timedelta(hours=1))
    drain()
    assert len(invitations(asha)) == before


def test_whoever_leaves_or_wants_no_more_has_them_taken_back(cohort, asha):
    mails = invited(asha)
    calendars.chosen(asha, *Part, by_mail=False)
    drain()
    taken_back = invitations(asha)[len(mails) :]
    assert {each.calendar_method for each in taken_back} == {"CANCEL"}
    assert len(taken_back) == len(mails)


def test_on_leave_changes_are_told_and_nothing_new_comes(cohort, asha):
    mails = invited(asha)
    change(cohort, asha, PlaceState.ON_LEAVE)
    scheduling.publish(cohort, ahead(cohort)[1].key, Act.MOVE, by=dt.timedelta(hours=1))
    drain()
    later = clock.now() + WEEK
    with clock.at(later):
        jobs.queue_periodic(later)
        drain()
    assert len(invitations(asha)) == len(mails) + 1


def change(cohort, who, state):
    with unit_of_work() as work:
        enrolment_actions.change_state(
            live.place_of(cohort, who),
            state,
            reason="As agreed.",
            effective_on=work.now.date(),
            actor=world.director(),
            now=work.now,
        )


# In any order -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_in_whatever_order_they_arrive_the_calendar_ends_up_right(cohort, asha):
    """Invited, moved, cancelled, taken back, left, came back: every order of the mails of one session."""
    invited(asha)
    key = ahead(cohort)[1].key
    scheduling.publish(cohort, key, Act.MOVE, by=dt.timedelta(hours=1))
    drain()
    number = scheduling.publish(cohort, key, Act.CANCEL)
    drain()
    scheduling.undo(cohort, number)
    drain()
    change(cohort, asha, PlaceState.WITHDRAWN)
    drain()
    change(cohort, asha, PlaceState.ENROLLED)
    drain()
    mails = invitations(asha)
    item = scheduling_queries.item(cohort.id, key)
    uid = queries.shared_calendar(cohort).by_item[item.id].entry.uid
    about = [each for each in mails if event_of(each)["uid"] == uid]
    others = [each for each in mails if event_of(each)["uid"] != uid]
    assert len(about) == 6
    sequences = [event_of(each)["sequence"] for each in about]
    assert sequences == sorted(set(sequences))
    for order in itertools.permutations(about):
        client = Client()
        for message in (*others, *order):
            client.receive(message)
        assert client.shown() == right(cohort)


def test_the_feed_is_never_behind_the_mails(app, cohort, asha):
    path = calendars.address(asha)
    invited(asha)
    calendars.chosen(asha, *Part, by_mail=False)
    drain()
    mails = invited(asha)
    latest = {str(event_of(each)["uid"]): event_of(each)["sequence"] for each in mails}
    feed = {str(event["uid"]): event["sequence"] for event in calendars.events(app, path).values()}
    assert {uid: feed[uid] for uid in latest} == latest


@pytest.mark.slow
def test_as_many_statements_for_twenty_people_as_for_two(cohort):
    people_here = [world.learner(cohort) for _ in range(20)]
    for who in people_here:
        calendars.chosen(who, *Part, by_mail=True)
    ids = [who.id for who in people_here]

    def counted(some):
        with unit_of_work() as work, statements() as seen:
            count = actions.invite(some, now=work.now)
        return count, len(seen)

    two, for_two = counted(ids[:2])
    rest, for_many = counted(ids[2:])
    assert rest == 9 * two
    assert for_many <= for_two + 2
