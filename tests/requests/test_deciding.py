"""Deciding, and what granting does where it is known what that is."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.audit import verify
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import queries as coursework
from lms.coursework.models import SubmissionVersion
from lms.coursework.rules.late import end_of
from lms.enrolment.models import Place, PlaceState
from lms.live.models import AttendanceEvidence, AttendanceTotal
from lms.live.rules import EvidenceKind, Verdict
from lms.requests import actions, queries
from lms.requests.actions import Decision
from lms.requests.models import RequestState
from lms.requests.ports import Wanted
from lms.requests.rules import EntryKind, RequestRefusal
from tests.factories import coursework as make
from tests.factories import live, world
from tests.factories import requests as factory
from tests.factories.requests import kinds, refused, told

pytestmark = pytest.mark.db
DAY = dt.timedelta(days=1)


# Deciding ---------------------------------------------------------------------------------------------------------


def test_more_time_that_is_granted_is_a_later_deadline(cohort, lea, cora):
    due = make.due(cohort, "a-1")
    until = due + 3 * DAY
    with clock.at(due - DAY):
        row = factory.asked(
            cohort, lea, "extension", about="a-1", words="", wanted=Wanted(until=until, choice="illness")
        )
        row = factory.decided(row, cora)
    assert row.state is RequestState.GRANTED
    assert coursework.window(make.visit(lea, cohort, "a-1")).ends_at == until
    with clock.at(due + dt.timedelta(minutes=10)):
        make.handed_in(lea, cohort, "a-1")
    version = db.session.scalars(sa.select(SubmissionVersion)).one()
    assert (version.late_days, version.due_at) == (0, until)
    assert "More time for A-1" in " ".join(told(lea))


def test_less_than_was_asked_for_is_granted_in_part(cohort, lea, cora):
    due = make.due(cohort, "a-1")
    with clock.at(due - DAY):
        wanted = Wanted(until=due + 5 * DAY, choice="work")
        row = factory.asked(cohort, lea, "extension", about="a-1", wanted=wanted)
        row = factory.decided(row, cora, until=due + 2 * DAY)
    assert row.state is RequestState.PARTLY
    assert coursework.window(make.visit(lea, cohort, "a-1")).ends_at == due + 2 * DAY


def test_what_cannot_be_done_is_not_decided(cohort, lea, cora):
    due = make.due(cohort, "a-1")
    with clock.at(due - DAY):
        wanted = Wanted(until=due + 5 * DAY, choice="work")
        row = factory.asked(cohort, lea, "extension", about="a-1", wanted=wanted)
        with pytest.raises(RuleViolation, match="later than the present one"):
            factory.decided(row, cora, until=due - dt.timedelta(hours=1))
    assert factory.fresh(row).state is RequestState.OPEN
    assert end_of(coursework.window(make.visit(lea, cohort, "a-1")).ends_at) == end_of(due)


def test_a_refused_request_does_nothing(cohort, lea, cora):
    due = make.due(cohort, "a-1")
    with clock.at(due - DAY):
        wanted = Wanted(until=due + 5 * DAY, choice="work")
        row = factory.asked(cohort, lea, "extension", about="a-1", wanted=wanted)
        row = factory.decided(row, cora, RequestState.REFUSED, "Everybody has had a month.")
    assert row.state is RequestState.REFUSED
    assert coursework.window(make.visit(lea, cohort, "a-1")).ends_at == due
    assert told(lea)[-1].startswith("Refused: More time for A-1")


def attended(cohort, verdicts):
    """A session of last weeks whose roster was closed with these verdicts; returns when."""
    line = live.session(cohort, "s23")
    when = line.ends_at + dt.timedelta(hours=1)
    with clock.at(when):
        live.ticked(cohort, "s23", verdicts)
        live.closed(cohort, "s23")
    return when


def test_an_excuse_that_is_granted_is_evidence_in_the_ledger(cohort, lea, cora):
    place = live.place_of(cohort, lea)
    when = attended(cohort, {place: Verdict.ABSENT})
    with clock.at(when + DAY):
        row = factory.decided(factory.asked(cohort, lea, "excuse", about="s23", words="Dengue."), cora)
    assert row.state is RequestState.GRANTED
    assert live.verdict(cohort, "s23", place) is Verdict.EXCUSED
    entry = db.session.scalars(
        sa.select(AttendanceEvidence).where(AttendanceEvidence.kind == EvidenceKind.EXCUSE)
    ).one()
    assert (entry.place_id, entry.by_id, entry.reason) == (place, cora.id, "As you asked.")


def test_a_namesakes_credit_goes_back_and_both_are_counted_anew(cohort, lea, mira, cora):
    """L4: Lea was there, and Mira was ticked."""
    hers, theirs = live.place_of(cohort, lea), live.place_of(cohort, mira)
    when = attended(cohort, {hers: Verdict.ABSENT, theirs: Verdict.PRESENT})
    with clock.at(when + DAY):
        row = factory.asked(
            cohort, lea, "attendance-dispute", about="s23", words="I spoke.", wanted=Wanted(choice="present")
        )
        mate = db.session.get_one(Place, theirs).public_id
        row = factory.decided(row, cora, choice="present", other=mate)
    assert row.state is RequestState.GRANTED
    assert live.verdict(cohort, "s23", hers) is Verdict.PRESENT
    assert live.verdict(cohort, "s23", theirs) is Verdict.ABSENT
    totals = {one.place_id: one.halves for one in db.session.scalars(sa.select(AttendanceTotal))}
    assert (totals[hers], totals[theirs]) == (2, 0)
    reasons = db.session.scalars(
        sa.select(AttendanceEvidence.reason).where(AttendanceEvidence.kind == EvidenceKind.OVERRIDE)
    ).all()
    assert "Lea" not in " ".join(reasons)


@pytest.mark.parametrize(("days", "possible"), [(6.9, True), (7.1, False)])
def test_attendance_is_disputed_within_seven_days(cohort, lea, cora, days, possible):
    when = attended(cohort, {live.place_of(cohort, lea): Verdict.ABSENT})
    with clock.at(when + days * DAY):
        me = factory.place(cohort, lea)
        offer = queries.offer(queries.offered("attendance-dispute"), me, "s23", clock.now())
    assert (offer.why_not == "") is possible
    assert possible or "7 days" in offer.why_not


def test_a_leave_that_is_granted_is_part_of_the_places_story(cohort, lea, cora):
    today = clock.now().date()
    wanted = Wanted(from_on=today, back_on=today + 20 * DAY)
    row = factory.asked(cohort, lea, "leave", words="My father.", wanted=wanted)
    row = factory.decided(row, cora, from_on=today, back_on=today + 20 * DAY)
    assert row.state is RequestState.GRANTED
    assert db.session.get_one(Place, row.place_id).state is PlaceState.ON_LEAVE


def test_another_section_that_is_granted_is_where_they_sit(cohort, lea, cora):
    from lms.cohorts import actions as cohorts

    with unit_of_work():
        section = cohorts.add_section(cohort.id, "Evening", actor=world.director()).id
    row = factory.asked(cohort, lea, "section", words="I work.", wanted=Wanted(choice="Evening"))
    factory.decided(row, cora, choice="Evening")
    db.session.expire_all()
    assert db.session.get_one(Place, row.place_id).section_id == section


def test_a_decision_on_a_page_that_is_not_fresh_is_stopped(cohort, lea, cora):
    row = factory.asked(cohort, lea)
    seen = queries.latest_entry(row.id)
    with unit_of_work() as work:
        actions.add(row.id, "Found it.", actor=world.actor(lea), now=work.now)
    decision = Decision(outcome=RequestState.GRANTED, reason="Here.", seen=seen)
    refused(RequestRefusal.NEWS, actions.decide, row.id, decision, actor=world.actor(cora))


def test_what_is_over_is_over_and_says_by_whom(cohort, lea, cora):
    row = factory.decided(factory.asked(cohort, lea), cora)
    again = Decision(outcome=RequestState.REFUSED, reason="No.")
    message = refused(RequestRefusal.OVER, actions.decide, row.id, again, actor=world.actor(cora))
    assert message == "This request is granted already by Cora Coordinator. Nothing was changed."
    refused(RequestRefusal.OVER, actions.withdraw, row.id, actor=world.actor(lea))
    refused(RequestRefusal.OVER, actions.add, row.id, "And?", actor=world.actor(lea))


def test_opened_again_it_has_a_new_promise_and_its_history(cohort, lea, cora):
    row = factory.decided(factory.asked(cohort, lea), cora, RequestState.REFUSED, "No.")
    with clock.at(clock.now() + 10 * DAY):
        with unit_of_work() as work:
            actions.reopen(row.id, "New facts.", actor=world.actor(cora), now=work.now)
        row = factory.fresh(row)
        assert row.state is RequestState.OPEN
        assert row.promised_at > clock.now()
    assert kinds(row) == [EntryKind.ASKED, EntryKind.DECIDED, EntryKind.REOPENED]
    assert verify().broken_at is None


# Told properly, and once ----------------------------------------------------------------------------------------------


def mails_to(who, about):
    from lms.core.mail import MailMessage

    return list(
        db.session.scalars(
            sa.select(MailMessage.subject)
            .where(MailMessage.person_id == who.id, MailMessage.subject.contains(about))
            .order_by(MailMessage.id)
        )
    )


def test_whoever_is_excused_gets_one_mail_and_reads_the_decision(cohort, lea, cora):
    when = attended(cohort, {live.place_of(cohort, lea): Verdict.ABSENT})
    with clock.at(when + DAY):
        factory.decided(factory.asked(cohort, lea, "excuse", about="s23", words="Dengue."), cora)
    assert len(mails_to(lea, "S23")) == 1
    assert told(lea)[-1].startswith("Granted: Excuse for S23")


def test_without_mails_of_answers_the_decision_itself_is_mailed(cohort, lea, cora):
    """The correction is an answer, which Lea wants by no mail; the decision is about her request, which she does."""
    from lms.notifications.models import Channel, NoticeChoice, NoticeKind
    from lms.notifications.rules import How

    with unit_of_work():
        off = {"kind": NoticeKind.FEEDBACK, "channel": Channel.MAIL, "how": How.OFF}
        db.session.add(NoticeChoice(person_id=lea.id, **off))
    when = attended(cohort, {live.place_of(cohort, lea): Verdict.ABSENT})
    with clock.at(when + DAY):
        factory.decided(factory.asked(cohort, lea, "excuse", about="s23", words="Dengue."), cora)
    (subject,) = mails_to(lea, "S23")
    assert subject.startswith("Granted: Excuse for S23")


def test_a_namesake_is_told_once_and_not_by_whom(cohort, lea, mira, cora):
    from lms.core.mail import MailMessage

    hers, theirs = live.place_of(cohort, lea), live.place_of(cohort, mira)
    when = attended(cohort, {hers: Verdict.ABSENT, theirs: Verdict.PRESENT})
    with clock.at(when + DAY):
        row = factory.asked(
            cohort, lea, "attendance-dispute", about="s23", words="I spoke.", wanted=Wanted(choice="present")
        )
        mate = db.session.get_one(Place, theirs).public_id
        factory.decided(row, cora, choice="present", other=mate, reason="Lea sat in the second row.")
    assert len(mails_to(lea, "S23")) == 1
    assert len(mails_to(mira, "S23")) == 1
    said = db.session.scalars(sa.select(MailMessage.text).where(MailMessage.person_id == mira.id)).all()[-1]
    assert "somebody else's" in said
    assert "Lea" not in said
    assert "second row" not in said


def test_the_mail_of_a_decision_says_what_it_did(cohort, lea, cora):
    from lms.core.mail import MailMessage

    today = clock.now().date() + 10 * DAY
    wanted = Wanted(from_on=today, back_on=today + 20 * DAY)
    row = factory.asked(cohort, lea, "leave", words="My father.", wanted=wanted)
    factory.decided(row, cora, from_on=today, back_on=today + 20 * DAY)
    text = db.session.scalars(
        sa.select(MailMessage.text).where(MailMessage.person_id == lea.id).order_by(MailMessage.id.desc())
    ).first()
    assert "On leave from:" in text
    assert "Back on:" in text
