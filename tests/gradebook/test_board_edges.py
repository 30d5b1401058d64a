"""Boards where things cross: a reversal, a batch that is released, a mark that moved on, somebody who was let go."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.queries import my_place
from lms.gradebook import actions, queries
from lms.gradebook.models import BoardLine
from lms.gradebook.rules.boards import PANEL, BoardRefusal, Choice, ItemState, Proposal
from lms.people.rules import Role
from lms.requests import actions as requests
from lms.requests.ports import Wanted
from tests.factories import assessment as make
from tests.factories import boards as board_of
from tests.factories import world
from tests.factories.boards import MEMO, Hall


@pytest.fixture
def hall(cohort, marker, coordinator) -> Hall:
    return Hall(cohort, marker, coordinator)


def entered(hall: Hall, number: int = 1) -> None:
    board_of.adopted(hall.cohort, hall.row, hall.secretary, *hall.voters, number=number)
    hall.act(actions.carry_out, hall.secretary, number)


def complain(hall: Hall, who: int = 0) -> int:
    actor = world.actor(hall.learners[who])
    asked = requests.Asked(
        kind="mark-complaint",
        about=MEMO,
        words="The third row of the rubric is met on page three.",
        wanted=Wanted(choice="whole", tick=True),
    )
    with unit_of_work() as work:
        return requests.ask(my_place(actor, hall.cohort.slug), asked, actor=actor, now=work.now).id


def grid(hall: Hall, visit, place: int, **sent: str):
    room = queries.room(board_of.of(hall.cohort, hall.row, hall.secretary))
    public_id = next(case.public_id for case in room.cases if case.place_id == place)
    staff = visit(hall.secretary)
    cell = staff.get(f"/cohorts/{hall.cohort.slug}/gradebook/cells/{public_id}/{MEMO}")
    return staff, cell


@pytest.mark.db
def test_a_release_of_the_batch_does_not_let_a_decision_out_before_the_board_does(hall) -> None:
    """Neither what the board entered goes out with the batch, nor what the batch still keeps with the board."""
    late = world.place(hall.cohort, world.person("Dora Late"))
    make.finish(make.bring(hall.cohort, [late], key=MEMO), hall.marker, level=3)
    with unit_of_work():
        db.session.add(
            BoardLine(
                board_id=hall.row.id,
                place_id=late,
                number=90,
                figures={"core": "60"},
                band="passed",
                pending=[],
            )
        )
    before = hall.seen()
    hall.scale()
    entered(hall)
    other = world.granted(Role.COORDINATOR, hall.cohort)
    with pytest.raises(RuleViolation) as held:
        make.release(hall.cohort, other)
    assert "released on the board's page" in held.value.message
    assert hall.seen() == before
    hall.act(actions.release, hall.chair)
    assert hall.seen() == [one + 5 for one in before]
    assert make.seen(late, MEMO) is None, "nobody released the batch that this waits in"
    make.release(hall.cohort, other)
    assert make.seen(late, MEMO) is not None


def test_a_mark_that_moved_on_is_told_with_the_release(hall, visit) -> None:
    hall.scale()
    entered(hall)
    staff, cell = grid(hall, visit, hall.places[0])
    staff.submit(cell, "form[data-guard]", figure="71", reason="Added up wrongly.", press="Enter this mark")
    address = f"/cohorts/{hall.cohort.slug}/boards/{hall.row.public_id}/items/1"
    chair = visit(hall.chair)
    done = chair.submit(chair.get(address), "form:has([value=release])", press="Release it")
    assert "1 mark changed since it was carried out" in done.messages[0]
    assert "3 marks, of which 1 changed before the release and stayed as it was" in done.text()


def test_a_reversal_waits_for_a_complaint_and_its_second_assessor_does_not_vote(hall) -> None:
    cohort, row, by = hall.cohort, hall.row, hall.secretary
    board_of.proposed(
        cohort, row, by, Proposal.MARK, place=hall.places[0], thing=hall.thing, value=Fraction(70)
    )
    board_of.in_effect(cohort, row, by, hall.chair, *hall.voters)
    request_id = complain(hall)
    board_of.proposed(cohort, row, by, Proposal.REVERSE, reverses=1)
    with pytest.raises(RuleViolation) as twice:
        board_of.proposed(cohort, row, by, Proposal.REVERSE, reverses=1)
    assert twice.value.reason is BoardRefusal.ASKED_ALREADY
    public_id = db.session.scalar(sa.text("select public_id from request where id = :id"), {"id": request_id})
    room = queries.complaint_visible_to(world.actor(by), cohort.slug, public_id)
    with unit_of_work() as work:
        actions.ask_assessor(room, hall.member.public_id, actor=world.actor(by), now=work.now)
    with pytest.raises(RuleViolation) as recused:
        board_of.vote(cohort, row, hall.member, Choice.FOR, 2)
    assert recused.value.reason is BoardRefusal.RECUSED
    fourth = make.marker(cohort, "Fay Fourth")
    with unit_of_work() as work:
        actions.add_member(row.id, fourth.email, actor=world.actor(by), now=work.now)
    board_of.adopted(cohort, row, by, hall.chair, hall.outside, fourth, number=2)
    with pytest.raises(RuleViolation) as waits:
        hall.act(actions.carry_out, by, 2)
    assert waits.value.reason is BoardRefusal.COMPLAINT
    assert make.seen(hall.places[0], MEMO) == 70


def test_what_cannot_be_carried_out_is_set_aside_and_the_minutes_close(hall, visit) -> None:
    """Nobody has a mark in it; the first of two shifts cannot be taken back below the second."""
    cohort, row, by = hall.cohort, hall.row, hall.secretary
    board_of.proposed(cohort, row, by, Proposal.SCALE, thing=(make.activity_id("a-2"), ""), value=Fraction(2))
    board_of.adopted(cohort, row, by, *hall.voters)
    with pytest.raises(RuleViolation) as nothing:
        hall.act(actions.carry_out, by)
    assert nothing.value.reason is BoardRefusal.NOTHING
    staff = visit(by)
    address = f"/cohorts/{cohort.slug}/boards/{row.public_id}"
    page = staff.get(f"{address}/items/1")
    silent = staff.submit(page, "form:has(#aside)", status=422, reason=" ", press="Set it aside")
    assert BoardRefusal.SET_ASIDE.value in silent.text()
    staff.submit(page, "form:has(#aside)", reason="Nobody has handed it in.", press="Set it aside")
    assert hall.item().state is ItemState.WITHDRAWN
    for number in (2, 3):
        hall.scale()
        board_of.in_effect(cohort, row, by, hall.chair, *hall.voters, number=number)
    board_of.proposed(cohort, row, by, Proposal.REVERSE, reverses=2)
    board_of.adopted(cohort, row, by, *hall.voters, number=4)
    with pytest.raises(RuleViolation) as beneath:
        hall.act(actions.carry_out, by, 4)
    assert beneath.value.reason is BoardRefusal.NOTHING
    page = staff.get(f"{address}/items/4")
    staff.submit(page, "form:has(#aside)", reason="The later shift comes first.", press="Set it aside")
    with unit_of_work() as work:
        actions.close_board(row.id, actor=world.actor(by), now=work.now)
    said = visit(hall.outside).get(f"{address}/minutes").text()
    assert "Not carried out: Nobody has handed it in." in said
    assert "Nothing was proposed" not in said
    assert "Show numbers" not in staff.get(address).text()


def test_who_was_let_go_since_they_opened_the_page_has_no_vote_and_votes_are_written_down(hall) -> None:
    hall.scale()
    page = board_of.item(hall.cohort, hall.row, hall.outside)
    with unit_of_work():
        actions.remove_member(hall.row.id, hall.outside.public_id, actor=world.actor(hall.secretary))
    with pytest.raises(RuleViolation) as gone, unit_of_work() as work:
        actions.vote(page, Choice.FOR, actor=world.actor(hall.outside), now=work.now)
    assert gone.value.reason is BoardRefusal.NOT_VOTING
    board_of.vote(hall.cohort, hall.row, hall.member, Choice.AGAINST)
    told = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "gradebook.vote")).all()
    assert [(one.actor_id, one.after) for one in told] == [(hall.member.id, {"item": 1})]


def test_a_reversed_band_is_said_as_reversed_and_the_last_band_to_take_effect_stands(hall, visit) -> None:
    cohort, row, by, place = hall.cohort, hall.row, hall.secretary, hall.places[0]
    board_of.proposed(cohort, row, by, Proposal.BAND, place=place, key="passed", reason="Taken together.")
    board_of.proposed(cohort, row, by, Proposal.BAND, place=place, key="not-passed", reason="Too little.")
    board_of.in_effect(cohort, row, by, hall.chair, *hall.voters, number=2)
    board_of.in_effect(cohort, row, by, hall.chair, *hall.voters, number=1)
    room = queries.room(board_of.of(cohort, row, by))
    assert room.stands(room.cases[0], room.cases[0].figures).band.key == "passed"
    board_of.proposed(cohort, row, by, Proposal.REVERSE, reverses=1, reason="Decided on a wrong list.")
    learner = visit(hall.learners[0])
    results = f"/cohorts/{cohort.slug}/results"
    entered(hall, 3)
    assert "Decided on a wrong list." not in learner.get(results).text()
    assert "Decided on a wrong list." not in learner.open("GET", "/account/data.json").get_data(as_text=True)
    hall.act(actions.release, hall.chair, 3)
    said = learner.get(results).text()
    assert "Board decision 1 is reversed" in said
    assert "Decided on a wrong list." in said
    assert "Taken together." not in said
    mine = learner.open("GET", "/account/data.json").json["parts"]["results"]["data"]["board_decisions"]
    assert [one["reversed_because"] for one in mine] == ["Decided on a wrong list.", None]


@pytest.mark.slow
@pytest.mark.db
def test_a_later_board_reverses_what_a_closed_one_decided(hall, visit) -> None:
    """A shift and a band of closed minutes: only a board of the same results takes them back, each of them once."""
    cohort, first, by, place = hall.cohort, hall.row, hall.secretary, hall.places[0]
    before = hall.seen()
    hall.scale()
    board_of.proposed(cohort, first, by, Proposal.BAND, place=place, key="not-passed", reason="Too little.")
    for number in (1, 2):
        board_of.in_effect(cohort, first, by, hall.chair, *hall.voters, number=number)
    shifted = hall.seen()
    assert shifted == [mark + 5 for mark in before]
    hall.row = board_of.opened(cohort, by, hall.chair, hall.member, hall.outside, title="Second look")
    secretary = visit(by)
    here = f"/cohorts/{cohort.slug}/boards"

    def offered() -> list[str]:
        page = secretary.get(f"{here}/{hall.row.public_id}")
        return [one.get_text() for one in page.soup.select("#reverse-reverses option")][1:]

    assert offered() == [], "an open board takes its own decisions back"
    with pytest.raises(RuleViolation) as refused:
        board_of.proposed(cohort, hall.row, by, Proposal.REVERSE, reverses=1, of_board=first.public_id)
    assert refused.value.reason is BoardRefusal.NOT_TO_REVERSE
    with unit_of_work() as work:
        actions.close_board(first.id, actor=world.actor(by), now=work.now)
    assert "propose on a later board" in secretary.get(f"{here}/{first.public_id}/items/2").text()
    shift, band = offered()
    assert shift.startswith("Decision 1 of “Course A board”: ")
    assert shift.endswith("every mark +5")
    assert band == "Decision 2 of “Course A board”: Asha Rao: Not passed"
    page = secretary.get(f"{here}/{hall.row.public_id}")
    value = page.soup.select("#reverse-reverses option")[1]["value"]
    secretary.submit(page, "form#propose-reverse", reverses=value, reason="The markers agreed after all.")
    board_of.proposed(cohort, hall.row, by, Proposal.REVERSE, reverses=2, of_board=first.public_id)
    with pytest.raises(RuleViolation) as twice:
        board_of.proposed(cohort, hall.row, by, Proposal.REVERSE, reverses=2, of_board=first.public_id)
    assert twice.value.reason is BoardRefusal.ASKED_ALREADY
    assert "Decision 1 of “Course A board” is reversed" in secretary.get(page.url).text(
        '[aria-label="Agenda"] table'
    )
    for number in (1, 2):
        board_of.in_effect(cohort, hall.row, by, hall.chair, *hall.voters, number=number)
    assert hall.seen() == before
    assert offered() == []
    earlier = queries.room(board_of.of(cohort, first, by))
    assert [one.row.number for one in earlier.in_effect] == []
    assert earlier.band_set(earlier.cases[0]) == ""
    assert (
        "A later decision has reversed this one." in secretary.get(f"{here}/{first.public_id}/items/2").text()
    )
    learner = visit(hall.learners[0])
    said = learner.get(f"/cohorts/{cohort.slug}/results").text()
    assert "Board decision 2 is reversed" in said
    mark = make.assessment_page(place, "a-1")
    assert (
        "decision 1 of an earlier board is reversed"
        in learner.get(f"/cohorts/{cohort.slug}/marks/{mark}").text()
    )


def test_a_confirmed_result_keeps_its_excuses_and_takes_nothing_from_elsewhere(hall, visit) -> None:
    cohort, row, by = hall.cohort, hall.row, hall.secretary
    for line in db.session.scalars(sa.select(BoardLine).where(BoardLine.board_id == row.id)):
        line.pending = []
    db.session.commit()
    thing = next(one for one in queries.markable(cohort.version_id) if one.key == "a-2")
    with unit_of_work() as work:
        actions.excuse(hall.places[0], thing, reason="Ill.", actor=world.actor(by), now=work.now)
    board_of.proposed(cohort, row, by, Proposal.CONFIRM, reason="All is settled.")
    with pytest.raises(RuleViolation) as waits:
        board_of.proposed(cohort, row, by, Proposal.CONFIRM, reason="Again.")
    assert waits.value.reason is BoardRefusal.ASKED_ALREADY
    board_of.adopted(cohort, row, by, *hall.voters)
    with pytest.raises(RuleViolation) as again:
        board_of.proposed(cohort, row, by, Proposal.CONFIRM, reason="Again.")
    assert again.value.reason is BoardRefusal.LIST_CONFIRMED
    staff, cell = grid(hall, visit, hall.places[0])
    address = cell.url.replace(f"/{MEMO}", "/a-2")
    cell = staff.get(address)
    refused = staff.submit(
        cell, "form[data-guard]", status=422, reason="Handed in after all.", press="Take the excuse back"
    )
    assert BoardRefusal.CONFIRMED.value in refused.text()
    with pytest.raises(RuleViolation) as closed, unit_of_work() as work:
        actions.record_external(
            actions.External(
                place_id=hall.places[0],
                cohort_id=cohort.id,
                activity_id=hall.thing[0],
                score=Fraction(30),
                out_of=Fraction(40),
                note="Seen elsewhere.",
            ),
            actor=world.actor(hall.marker),
            now=work.now,
        )
    assert closed.value.reason is BoardRefusal.CONFIRMED


def test_an_auditor_hears_that_there_is_no_board_yet(cohort, visit) -> None:
    page = visit(world.granted(Role.AUDITOR)).get(f"/cohorts/{cohort.slug}/boards")
    assert "No board yet" in page.text()


def test_the_panel_stands_as_it_is_now_beside_the_list(hall) -> None:
    """What a board changed in the panel meets its minimum on the board's own page too."""
    cohort = hall.cohort
    capstone = next(one for one in queries.plan(cohort.version_id).courses if one.key == "capstone")
    items = [
        item
        for group in capstone.groups
        if group.key == PANEL
        for share in group.shares
        for item in share.items
    ]

    def give(value: int) -> None:
        with unit_of_work() as work:
            for item in items:
                assessment.record_mark(
                    assessment.Recorded(
                        place_id=hall.places[0],
                        cohort_id=cohort.id,
                        activity_id=item.activity_id,
                        part=item.part,
                        value=Fraction(value),
                        origin="quiz",
                        released=True,
                    ),
                    actor=None,
                    now=work.now,
                )

    give(40)
    row = board_of.opened(
        cohort,
        hall.secretary,
        hall.chair,
        hall.member,
        hall.outside,
        course="capstone",
        title="Capstone board",
    )
    give(70)
    room = queries.room(board_of.of(cohort, row, hall.secretary))
    today = room.now_of(room.cases[0], queries.results_now(room.board))
    assert (room.cases[0].figures[PANEL], today[PANEL]) == (40, 70)
