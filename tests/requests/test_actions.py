"""Asking, talking, owning; the clock; two at once."""

from __future__ import annotations

import datetime as dt
import io
import threading

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions as people
from lms.people.rules import Role
from lms.requests import actions, queries
from lms.requests.actions import Decision, Upload
from lms.requests.models import Request, RequestState
from lms.requests.ports import Wanted
from lms.requests.rules import EntryKind, RequestRefusal
from tests.factories import coursework as make
from tests.factories import requests as factory
from tests.factories import world
from tests.factories.requests import kinds, refused, told

pytestmark = pytest.mark.db
DAY = dt.timedelta(days=1)


# Asking -----------------------------------------------------------------------------------------------------------


def test_a_question_has_an_owner_and_a_promise_at_once(cohort, lea, cora):
    row = factory.asked(cohort, lea)
    assert (row.owner_id, row.state, row.title) == (cora.id, RequestState.OPEN, "Question")
    assert row.promised_at > row.asked_at
    assert kinds(row) == [EntryKind.ASKED]
    assert told(cora)[-1] == "Lea Learner: Question"


def test_the_same_form_sent_twice_asks_once(cohort, lea, cora):
    first = factory.asked(cohort, lea, key="abcdefghjkmn")
    assert factory.asked(cohort, lea, key="abcdefghjkmn").id == first.id
    assert first.public_id == "abcdefghjkmn"


def test_the_key_of_somebody_elses_form_is_no_way_to_their_request(cohort, lea, mira, cora):
    hers = factory.asked(cohort, lea, key="abcdefghjkmn")
    mine = factory.asked(cohort, mira, key="abcdefghjkmn")
    assert mine.id != hers.id
    assert mine.public_id != hers.public_id


def test_more_time_for_the_same_work_is_asked_once_while_it_is_open(cohort, lea, cora):
    until = make.due(cohort, "a-1") + 4 * DAY
    wanted = Wanted(until=until, choice="illness")
    with clock.at(make.due(cohort, "a-1") - DAY):
        factory.asked(cohort, lea, "extension", about="a-1", wanted=wanted)
        with pytest.raises(RuleViolation) as caught:
            factory.asked(cohort, lea, "extension", about="a-1", wanted=wanted)
    assert caught.value.reason is RequestRefusal.ASKED_ALREADY


@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("no-such", {}, RequestRefusal.UNKNOWN_KIND),
        ("question", {"words": "  "}, RequestRefusal.NO_WORDS),
        ("question", {"words": "x" * 6001}, RequestRefusal.TOO_LONG),
        ("extension", {}, RequestRefusal.NO_SUBJECT),
        ("leave", {}, RequestRefusal.NO_DAYS),
        (
            "leave",
            {"wanted": Wanted(from_on=dt.date(2030, 2, 2), back_on=dt.date(2030, 2, 1))},
            RequestRefusal.DAYS_ORDER,
        ),
        ("section", {"wanted": Wanted(choice="Z")}, RequestRefusal.NO_CHOICE),
        ("complaint", {"against": "nobodyknownx"}, RequestRefusal.NOT_SOMEBODY),
    ],
)
def test_what_is_not_complete_is_not_asked(cohort, lea, cora, kind, more, reason):
    with pytest.raises(RuleViolation) as caught:
        factory.asked(cohort, lea, kind, **more)
    assert caught.value.reason is reason
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Request)) == 0


def test_files_come_with_it_and_what_is_not_taken_stops_all(cohort, lea, cora):
    row = factory.asked(cohort, lea, uploads=[Upload("note.pdf", io.BytesIO(b"%PDF-1.4 x"))])
    assert [each.name for each in queries.files_of(row.id, inner=False)] == ["note.pdf"]
    with pytest.raises(RuleViolation, match="not accepted"):
        factory.asked(cohort, lea, uploads=[Upload("run.exe", io.BytesIO(b"MZ"))])
    many = [Upload(f"{n}.txt", io.BytesIO(b"x")) for n in range(6)]
    with pytest.raises(RuleViolation) as caught:
        factory.asked(cohort, lea, uploads=many)
    assert caught.value.reason is RequestRefusal.TOO_MANY_FILES
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Request)) == 1


def test_the_least_laden_coordinator_gets_it_and_nobody_who_is_suspended(cohort, lea, mira, cora):
    first = factory.asked(cohort, lea)
    other = world.granted(Role.COORDINATOR, cohort, "Abe Away")
    second = factory.asked(cohort, mira)
    assert (first.owner_id, second.owner_id) == (cora.id, other.id)
    boss = world.granted(Role.ADMINISTRATOR)
    with unit_of_work() as work:
        people.suspend(other.id, reason="Left.", actor=world.actor(boss), now=work.now)
    assert factory.asked(cohort, lea).owner_id == cora.id


def test_a_complaint_about_the_only_coordinator_goes_to_the_director(cohort, lea, cora):
    director = world.granted(Role.DIRECTOR, name="Aida Above")
    row = factory.asked(cohort, lea, "complaint", words="She laughed.", against=cora.public_id)
    assert row.against_id == cora.id
    assert row.owner_id not in (None, cora.id)
    assert row.owner_id == director.id
    assert all("Complaint" not in title for title in told(cora))


# Talking ----------------------------------------------------------------------------------------------------------


def test_a_question_back_lets_the_promise_rest_until_it_is_answered(cohort, lea, cora):
    row = factory.asked(cohort, lea)
    before = row.promised_at
    with unit_of_work() as work:
        actions.write(row.id, EntryKind.ASKED_BACK, "Which template?", actor=world.actor(cora), now=work.now)
    row = factory.fresh(row)
    assert row.state is RequestState.WAITING
    with clock.at(before + 30 * DAY):
        with unit_of_work() as work:
            actions.look_at_promises(now=work.now)
        assert kinds(row) == [EntryKind.ASKED, EntryKind.ASKED_BACK]
        with unit_of_work() as work:
            actions.add(row.id, "The memo's.", actor=world.actor(lea), now=work.now)
    row = factory.fresh(row)
    assert (row.state, row.waiting_since) == (RequestState.OPEN, None)
    assert row.promised_at > before + 30 * DAY
    assert told(lea)[-1] == "Cora Coordinator asks you something about “Question”"
    assert told(cora)[-1] == "Lea Learner added to “Question”"


def test_a_note_is_for_staff_and_tells_nobody(cohort, lea, cora):
    row = factory.asked(cohort, lea)
    before = told(lea)
    with unit_of_work() as work:
        actions.write(row.id, EntryKind.NOTED, "Seen before.", actor=world.actor(cora), now=work.now)
    assert told(lea) == before
    assert [line.kind for line in queries.history(row.id, inner=False)] == [EntryKind.ASKED]
    assert [line.kind for line in queries.history(row.id, inner=True)] == [
        EntryKind.ASKED,
        EntryKind.NOTED,
    ]


# Owning -----------------------------------------------------------------------------------------------------------


def test_handing_over_needs_a_reason_and_somebody_who_may(cohort, lea, cora, fred):
    row = factory.asked(cohort, lea)
    by = world.actor(cora)
    refused(RequestRefusal.HAND_OVER_REASON, actions.hand_over, row.id, fred.public_id, " ", actor=by)
    refused(RequestRefusal.NOT_AN_OWNER, actions.hand_over, row.id, lea.public_id, "You.", actor=by)
    refused(RequestRefusal.SAME_OWNER, actions.hand_over, row.id, cora.public_id, "Me.", actor=by)
    with unit_of_work() as work:
        actions.hand_over(row.id, fred.public_id, "You teach it.", actor=by, now=work.now)
    assert factory.fresh(row).owner_id == fred.id
    assert told(fred)[-1] == "Lea Learner: Question"
    assert told(lea)[-1] == "Fred Faculty answers “Question” now"
    excuse = factory.asked(cohort, lea, "deferral", words="From March.")
    refused(RequestRefusal.NOT_AN_OWNER, actions.hand_over, excuse.id, fred.public_id, "You.", actor=by)


def test_many_go_in_one_act_and_what_cannot_go_says_why(cohort, lea, mira, cora, fred):
    rows = [factory.asked(cohort, lea), factory.asked(cohort, mira), factory.asked(cohort, lea, "deferral")]
    with unit_of_work() as work:
        came = actions.assign(
            [row.id for row in rows],
            fred.public_id,
            "While I am away.",
            actor=world.actor(cora),
            now=work.now,
        )
    assert came.done == 2
    assert came.left == (
        ("Deferral", "That person may not decide requests of this kind. Choose somebody else."),
    )
    assert [factory.fresh(row).owner_id for row in rows] == [fred.id, fred.id, cora.id]


# The clock --------------------------------------------------------------------------------------------------------


def look(when):
    with clock.at(when), unit_of_work() as work:
        actions.look_at_promises(now=work.now)


def test_owners_are_reminded_once_and_others_told_once_after_it(cohort, lea, cora):
    director = world.granted(Role.DIRECTOR, name="Dana Director")
    row = factory.asked(cohort, lea, "complaint", words="The room is cold.")
    look(row.asked_at + dt.timedelta(hours=1))
    assert kinds(row) == [EntryKind.ASKED]
    for _ in range(2):
        look(row.promised_at - dt.timedelta(hours=2))
    assert kinds(row) == [EntryKind.ASKED, EntryKind.REMINDED]
    for _ in range(2):
        look(row.promised_at + dt.timedelta(minutes=1))
    assert kinds(row) == [EntryKind.ASKED, EntryKind.REMINDED, EntryKind.OVERDUE]
    assert [title for title in told(cora) if "Complaint" in title] == [
        "Lea Learner: Complaint",
        "Your answer to Lea Learner is due: Complaint",
        "The promise to Lea Learner has passed: Complaint",
    ]
    assert told(director) == ["The promise to Lea Learner has passed: Complaint"]
    factory.decided(row, cora)
    look(row.promised_at + 9 * DAY)
    assert kinds(row)[-1] is EntryKind.DECIDED


def test_whom_a_complaint_is_about_never_hears_of_it(cohort, lea, cora):
    world.granted(Role.COORDINATOR, cohort, "Other One")
    row = factory.asked(cohort, lea, "complaint", words="She laughed.", against=cora.public_id)
    look(row.promised_at + DAY)
    assert not [title for title in told(cora) if "Complaint" in title]


# Contested --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_who_decide_at_once_decide_once(app, fresh_database):
    with app.app_context():
        cohort = world.cohort(weeks_in=26)
        lea = world.learner(cohort)
        both = [world.granted(Role.COORDINATOR, cohort).id for _ in range(2)]
        row_id = factory.asked(cohort, lea).id
    came: list[object] = []
    gate = threading.Barrier(2)

    def decide(person_id: int, outcome: RequestState) -> None:
        from lms.people import queries as people_queries

        with app.app_context():
            actor = people_queries.actor_for(person_id, clock.now())
            db.session.rollback()
            gate.wait()
            try:
                with unit_of_work() as work:
                    actions.decide(row_id, Decision(outcome=outcome, reason="So."), actor=actor, now=work.now)
                came.append(outcome)
            except RuleViolation as caught:
                came.append(caught.reason)

    threads = [
        threading.Thread(target=decide, args=(who, outcome))
        for who, outcome in zip(both, (RequestState.GRANTED, RequestState.REFUSED), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert RequestRefusal.OVER in came
    assert len([one for one in came if isinstance(one, RequestState)]) == 1
