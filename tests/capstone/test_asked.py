"""What members ask about their project: another scope, another guide. Granting does it, and everybody is told once."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.capstone import queries
from lms.capstone.actions import assign_guide
from lms.capstone.rules import CapstoneRefusal
from lms.capstone.rules.scope import Scope, ScopeChange, why_not_change
from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.enrolment.rules import PlaceState
from lms.people.rules import Role
from lms.requests import queries as asked
from lms.requests.models import Request, RequestState
from lms.requests.ports import Wanted
from tests.factories import capstone as factory
from tests.factories import requests, world


@pytest.fixture
def team(session):
    """A project under way, whose guide is Grete, with Cora who coordinates."""
    made = factory.capstone()
    world.granted(Role.COORDINATOR, made.cohort, "Cora Coordinator")
    return made


@pytest.fixture
def cora(team):
    from lms.people.models import Person

    return db.session.scalars(sa.select(Person).where(Person.name == "Cora Coordinator")).one()


def mails_to(who, since=0):
    return list(
        db.session.scalars(
            sa.select(MailMessage.subject)
            .where(MailMessage.person_id == who.id, MailMessage.id > since)
            .order_by(MailMessage.id)
        )
    )


def latest_mail():
    return db.session.scalar(sa.select(sa.func.max(MailMessage.id))) or 0


def scope(team, who, wanted=None, **more):
    wanted = wanted or Wanted(choice="question", line="Should one depot open to rivals?")
    return requests.asked(team.cohort, who, "scope-change", words="Two of us left.", wanted=wanted, **more)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (ScopeChange(Scope.LESS), None),
        (ScopeChange(Scope.QUESTION, "Should one depot open?"), None),
        (ScopeChange(Scope.QUESTION, " "), CapstoneRefusal.NO_QUESTION),
        (ScopeChange(Scope.HOST, ""), CapstoneRefusal.NO_NEW_HOST),
        (ScopeChange(Scope.HOST, "Lautan"), None),
    ],
)
def test_what_a_change_of_scope_needs(change, refusal):
    assert why_not_change(change) is refusal


def test_the_guide_owns_a_change_of_scope_and_granting_does_it(team):
    asker, mate = team.team.people[:2]
    row = scope(team, asker)
    assert row.owner_id == team.guide.id
    before, since = queries.by_id(team.project.id), latest_mail()
    row = requests.decided(row, team.guide, reason="One depot is enough for a panel.")
    after = queries.by_id(team.project.id)
    assert row.state is RequestState.GRANTED
    assert (after.title, after.host, after.state) == (
        "Should one depot open to rivals?",
        before.host,
        before.state,
    )
    line = queries.steps(team.project.id)[-1]
    assert line.kind == "scope changed"
    for who in (asker, mate):
        assert mails_to(who, since) == ["The scope of Should one depot open to rivals? has changed"]


def test_less_to_deliver_keeps_question_and_host(team):
    before = queries.by_id(team.project.id)
    requests.decided(scope(team, team.team.people[0], Wanted(choice="less")), team.guide)
    after = queries.by_id(team.project.id)
    assert (after.title, after.host) == (before.title, before.host)


def test_another_question_has_to_be_written_before_it_is_decided(team):
    row = scope(team, team.team.people[0], Wanted(choice="question"))
    with pytest.raises(RuleViolation, match="new question"):
        requests.decided(row, team.guide)
    row = requests.decided(requests.fresh(row), team.guide, choice="question", line="Which depot first?")
    assert queries.by_id(team.project.id).title == "Which depot first?"


def test_something_else_than_was_asked_is_granted_in_part(team):
    row = requests.decided(scope(team, team.team.people[0]), team.guide, choice="less")
    assert row.state is RequestState.PARTLY


def test_members_read_it_in_the_story(team, visit):
    asker = team.team.people[0]
    requests.decided(scope(team, asker), team.guide, reason="One depot is enough.")
    page = visit(team.team.people[1]).get(f"/cohorts/{team.cohort.slug}/capstone")
    assert "Scope changed" in page.text()
    assert "Another question for the same host" in page.text()


def test_without_a_project_there_is_nothing_to_ask(team):
    alone = world.learner(team.cohort, "Alone Anders")
    for kind in ("scope-change", "guide-change"):
        offer = asked.offer(asked.offered(kind), requests.place(team.cohort, alone), "", clock.now())
        assert "no project" in offer.why_not


def another(team, name="Gero Sand"):
    return factory.guide(team.cohort, name)


def test_another_guide_comes_by_a_coordinators_decision(team, cora):
    asker, mate = team.team.people[:2]
    gero = another(team)
    row = requests.asked(
        team.cohort, asker, "guide-change", words="We never meet.", wanted=Wanted(choice=gero.public_id)
    )
    assert row.owner_id == cora.id
    since = latest_mail()
    row = requests.decided(row, cora, choice=gero.public_id)
    assert row.state is RequestState.GRANTED
    assert queries.by_id(team.project.id).guide == "Gero Sand"
    for who in (asker, mate):
        assert mails_to(who, since) == ["Gero Sand guides your project"]


def test_whoever_fits_has_to_be_chosen_by_who_decides(team, cora):
    gero = another(team)
    row = requests.asked(team.cohort, team.team.people[0], "guide-change", wanted=Wanted(choice="anybody"))
    with pytest.raises(RuleViolation, match="Choose who guides"):
        requests.decided(row, cora, choice="anybody")
    row = requests.decided(requests.fresh(row), cora, choice=gero.public_id)
    assert row.state is RequestState.GRANTED


def test_the_present_guide_is_not_offered_and_does_not_decide(team, visit):
    another(team)
    asker = team.team.people[0]
    offer = asked.offer(asked.offered("guide-change"), requests.place(team.cohort, asker), "", clock.now())
    assert "Grete Lind" not in dict(offer.choices).values()
    row = requests.asked(team.cohort, asker, "guide-change", wanted=Wanted(choice="anybody"))
    visit(team.guide).refused(f"/cohorts/{team.cohort.slug}/requests/{row.public_id}", status=404)


def test_a_guide_is_changed_on_request_once(team, cora):
    gero = another(team)
    asker, mate = team.team.people[:2]
    row = requests.asked(team.cohort, asker, "guide-change", wanted=Wanted(choice=gero.public_id))
    requests.decided(row, cora)
    offer = asked.offer(asked.offered("guide-change"), requests.place(team.cohort, mate), "", clock.now())
    assert "once" in offer.why_not
    with unit_of_work() as work:
        assign_guide(
            team.project.id, team.guide.public_id, "Gero left.", actor=world.actor(cora), now=work.now
        )


def test_on_leave_a_decision_is_mailed_all_the_same(team, cora):
    """Nobody on leave is nudged about the capstone: then the decision itself is the one mail."""
    gero = another(team)
    asker = team.team.people[0]
    row = requests.asked(team.cohort, asker, "guide-change", wanted=Wanted(choice=gero.public_id))
    _leave(team, asker, cora)
    since = latest_mail()
    requests.decided(row, cora)
    assert [subject.partition(":")[0] for subject in mails_to(asker, since)] == ["Granted"]


def _leave(team, who, by):
    from lms.enrolment import actions as enrolment

    with unit_of_work() as work:
        enrolment.change_state(
            requests.place(team.cohort, who).place_id,
            PlaceState.ON_LEAVE,
            reason="Family.",
            effective_on=work.now.date() - dt.timedelta(days=1),
            actor=world.actor(by),
            now=work.now,
        )


def test_the_pages_ask_and_decide(team, visit):
    asker = team.team.people[0]
    base = f"/cohorts/{team.cohort.slug}/requests"
    learner, guide = visit(asker), visit(team.guide)
    assert "Ask for another guide" in learner.get(f"{base}/new").text()
    page = learner.get(f"{base}/new/scope-change")
    sent = learner.submit(page, choice="host", line="Samudra Freight", words="Our host closed the depot.")
    assert "Samudra Freight" in sent.text()
    row = db.session.scalars(sa.select(Request)).one()
    decided = guide.get(f"{base}/{row.public_id}")
    guide.submit(decided, "form[action$=decision]", outcome="granted", reason="Go on with them.")
    assert queries.by_id(team.project.id).host == "Samudra Freight"
