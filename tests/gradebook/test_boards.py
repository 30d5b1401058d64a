"""A board of a cohort: the list as it was taken, votes, decisions carried out and released, and who sees any of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, queries
from lms.gradebook.models import Board, BoardLine, BoardVote
from lms.gradebook.rules.boards import BoardRefusal, Choice, ItemState, Proposal
from lms.notifications.models import Notice
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import boards as board_of
from tests.factories import world
from tests.factories.boards import MEMO, Hall


@pytest.fixture
def hall(cohort, marker, coordinator) -> Hall:
    return Hall(cohort, marker, coordinator)


@pytest.mark.db
@pytest.mark.slow
def test_from_the_front_door_to_the_released_mark_and_the_minutes(cohort, marker, coordinator, visit) -> None:
    """One shift for all: proposed, voted on by one from outside too, carried out, released, undone by a later vote."""
    hall = Hall(cohort, marker, coordinator)
    db.session.rollback()
    staff, chair, member, outside = (visit(one) for one in (coordinator, *hall.voters))
    learner = visit(hall.learners[0])
    page = staff.get(f"/cohorts/{cohort.slug}/boards")
    refused = staff.submit(page, "form.form", status=422, course="core", title="Second", chair="")
    assert "No board was opened" in refused.text()
    page = staff.submit(
        page, "form.form", course="core", title="Course A board W24", chair=hall.chair.public_id,
        members=[hall.member.public_id],
    )  # fmt: skip
    row = db.session.scalars(sa.select(Board).where(Board.title == "Course A board W24")).one()
    page = staff.submit(page, "form:has(#email)", email="olga@elsewhere.example", press="Ask in")
    assert "Olga Outside" in page.text()
    assert "Asha Rao" in page.text()
    before = hall.seen()
    page = staff.submit(
        page, "form#propose-scale", thing=MEMO, figure="2.5", reason="Two markers, nine points apart.",
        press="Put it on the agenda",
    )  # fmt: skip
    address = f"/cohorts/{cohort.slug}/boards/{row.public_id}/items/1"
    assert "every mark +2.5" in page.text()
    notice = db.session.scalars(sa.select(Notice).where(Notice.person_id == hall.outside.id)).all()[-1]
    assert notice.link == address
    assert "2.5" not in notice.title + notice.text
    looked = outside.get(notice.link)
    assert "What it would do" in looked.text()
    outside.submit(looked, "form:has([value=against])", press="Against")
    again = outside.submit(outside.get(address), "form:has([value=against])", press="For")
    assert "Every vote, also those that were changed" in again.text()
    secretary = staff.get(address)
    early = staff.submit(
        secretary,
        "form:has([value=decide])",
        status=422,
        reason="Agreed.",
        press="Count the votes and write it down",
    )
    assert "1 of the 3 votes" in early.text()
    chair.submit(chair.get(address), "form:has([value=against])", press="For")
    member.submit(member.get(address), "form:has([value=against])", press="Against")
    staff.submit(
        staff.get(address),
        "form:has([value=decide])",
        reason="Agreed after discussion.",
        press="Count the votes and write it down",
    )
    assert hall.seen() == before
    done = staff.submit(staff.get(address), "form:has([value=carry-out])", press="Carry it out")
    assert "Somebody else releases it" in done.text()
    assert not done.soup.select("button[value=release]")
    assert hall.seen() == before, "nothing shows before the release"
    chair.submit(chair.get(address), "form:has([value=release])", press="Release it")
    assert hall.seen() == [one + Fraction(5, 2) for one in before]
    assert queries.results(hall.places[0])["core"].value == before[0] + Fraction(5, 2)
    own = learner.get(f"/cohorts/{cohort.slug}/marks/{make.assessment_page(hall.places[0], MEMO)}")
    assert "Board decision 1 of" in own.text()
    assert "2:1:0" not in own.text(), "votes are none of a learner's business"
    asha = queries.room(board_of.of(cohort, row, coordinator)).cases[0].public_id
    cell = staff.get(f"/cohorts/{cohort.slug}/gradebook/cells/{asha}/{MEMO}")
    assert "votes 2:1:0" in cell.text()
    board = staff.get(f"/cohorts/{cohort.slug}/boards/{row.public_id}")
    staff.submit(
        board,
        "form#propose-reverse",
        reverses="1",
        reason="The second look says otherwise.",
        press="Put it on the agenda",
    )
    board_of.in_effect(cohort, row, coordinator, hall.chair, *hall.voters, number=2)
    assert hall.seen() == before
    assert [one[2] for one in make.versions(hall.places[0])] == [
        str(before[0]), str(before[0] + Fraction(5, 2)), str(before[0]),
    ]  # fmt: skip
    board = staff.get(f"/cohorts/{cohort.slug}/boards/{row.public_id}")
    staff.submit(board, "form:has([value=close])", press="Close the minutes")
    minutes = member.get(f"/cohorts/{cohort.slug}/boards/{row.public_id}/minutes")
    assert "2:1:0" in minutes.text()
    assert "Agreed after discussion." in minutes.text()
    lines = outside.get(f"/cohorts/{cohort.slug}/boards/{row.public_id}/minutes.csv").response.get_data(
        as_text=True
    )
    assert "decision,1," in lines
    assert "Chen Li" in lines
    printed = outside.open("GET", f"/cohorts/{cohort.slug}/boards/{row.public_id}/minutes.pdf")
    assert printed.mimetype == "application/pdf"
    assert printed.headers["Cache-Control"] == "no-store"
    assert printed.get_data().startswith(b"%PDF-")
    titles = db.session.scalars(sa.select(Notice.title).where(Notice.person_id == hall.member.id)).all()
    assert "Course A board W24: the minutes are ready" in titles
    acts = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject == "board")).all()
    assert {
        "gradebook.open_board",
        "gradebook.decide",
        "gradebook.carry_out",
        "gradebook.release_decision",
    } <= set(acts)


def test_who_sees_a_board(hall, visit) -> None:
    cohort = hall.cohort
    address = f"/cohorts/{cohort.slug}/boards/{hall.row.public_id}"
    hall.scale()
    for who in (hall.learners[0], make.marker(cohort, "Faye Other"), world.person()):
        for path in (
            address,
            f"{address}/minutes",
            f"{address}/minutes.csv",
            f"{address}/minutes.pdf",
            f"{address}/items/1",
        ):
            visit(who).get(address + path, status=404)
    visit(hall.learners[0]).get(f"/cohorts/{cohort.slug}/boards", status=403)
    auditor = visit(world.granted(Role.AUDITOR))
    director = visit(world.granted(Role.DIRECTOR))
    for there in (auditor, director, visit(hall.member)):
        assert "Course A board" in there.get(f"/cohorts/{cohort.slug}/boards").text()
        assert there.get(address).soup.select("h1")
    assert not auditor.get(f"{address}/items/1").soup.select("main form")
    assert "You sit on no board" in visit(make.marker(cohort)).get(f"/cohorts/{cohort.slug}/boards").text()


@pytest.mark.db
def test_the_list_never_changes_and_knows_what_is_open(hall) -> None:
    room = queries.room(board_of.of(hall.cohort, hall.row, hall.secretary))
    first = room.cases[0]
    assert [case.figures["core"] for case in room.cases] == hall.seen()
    assert any("points are not released" in one["text"] for one in first.pending)
    before = [row.figures for row in db.session.scalars(sa.select(BoardLine).order_by(BoardLine.id))]
    hall.scale()
    board_of.in_effect(hall.cohort, hall.row, hall.secretary, hall.chair, *hall.voters)
    db.session.expire_all()
    assert [row.figures for row in db.session.scalars(sa.select(BoardLine).order_by(BoardLine.id))] == before
    now = queries.room(board_of.of(hall.cohort, hall.row, hall.secretary))
    today = now.now_of(now.cases[0], queries.results_now(now.board))
    assert today["core"] == first.figures["core"] + 5


def test_a_shift_stops_at_100_and_everybody_else_moves_alike(hall) -> None:
    before = hall.seen()
    board_of.proposed(
        hall.cohort, hall.row, hall.secretary, Proposal.SCALE, thing=hall.thing, value=Fraction(20)
    )
    board_of.in_effect(hall.cohort, hall.row, hall.secretary, hall.chair, *hall.voters)
    assert hall.seen() == [min(Fraction(100), (one or 0) + 20) for one in before]


NONSENSE = [
    (Proposal.SCALE, {"value": Fraction(0)}, BoardRefusal.NOT_A_SHIFT),
    (Proposal.SCALE, {"value": Fraction(5), "thing": None}, BoardRefusal.NO_THING),
    (Proposal.MARK, {"value": Fraction(50)}, BoardRefusal.NO_CASE),
    (Proposal.MARK, {"value": Fraction(101), "place": 0}, BoardRefusal.NOT_A_MARK),
    (Proposal.BAND, {"place": 0, "key": "gold"}, BoardRefusal.NO_BAND),
    (Proposal.CONDONE, {"place": 0, "key": "panel"}, BoardRefusal.NO_CONDITION),
    (Proposal.REVERSE, {"reverses": 1}, BoardRefusal.NOT_TO_REVERSE),
    (Proposal.CARRY, {}, BoardRefusal.NO_CASE),
    (Proposal.CONFIRM, {"reason": " "}, BoardRefusal.NO_REASON),
]


def test_what_makes_no_sense_is_not_put_on_the_agenda(hall) -> None:
    for kind, more, why in NONSENSE:
        given = {"thing": hall.thing, **more}
        if "place" in given:
            given["place"] = hall.places[given["place"]]
        with pytest.raises(RuleViolation) as refused:
            board_of.proposed(hall.cohort, hall.row, hall.secretary, kind, **given)
        assert refused.value.reason is why


def test_discretion_for_one_a_band_and_a_condition(hall, visit) -> None:
    """A learner reads what was decided of them, with its reason and without votes; never before it is in effect."""
    cohort, row, by, place = hall.cohort, hall.row, hall.secretary, hall.places[0]
    results = f"/cohorts/{cohort.slug}/results"
    learner = visit(hall.learners[0])
    board_of.proposed(
        cohort,
        row,
        by,
        Proposal.MARK,
        place=place,
        thing=hall.thing,
        value=Fraction(60),
        reason="Ill on the day.",
    )
    attendance = "attendance:core"
    board_of.proposed(cohort, row, by, Proposal.CONDONE, place=place, key=attendance, reason="Border closed.")
    board_of.proposed(cohort, row, by, Proposal.BAND, place=place, key="passed", reason="Taken together.")
    board_of.adopted(cohort, row, by, *hall.voters, number=3)
    hall.act(actions.carry_out, by, 3)
    board_of.adopted(cohort, row, by, *hall.voters, number=1)
    hall.act(actions.carry_out, by, 1)
    public_id = make.assessment_page(place, MEMO)
    for path in (
        "/", results, "/notices", "/account/data.json", f"/cohorts/{cohort.slug}", f"/cohorts/{cohort.slug}/progress",
        f"/cohorts/{cohort.slug}/marks/{public_id}", f"/cohorts/{cohort.slug}/marks/{public_id}/history",
        f"/cohorts/{cohort.slug}/boards", f"/cohorts/{cohort.slug}/boards/{row.public_id}/minutes.csv",
        f"/cohorts/{cohort.slug}/search?q=Ill",
    ):  # fmt: skip
        text = learner.open("GET", path).get_data(as_text=True)
        for sealed in ("Ill on the day", "Taken together", "Board decision", "3:0:0"):
            assert sealed not in text, path
    hall.act(actions.release, hall.chair, 3)
    hall.act(actions.release, hall.chair, 1)
    board_of.in_effect(cohort, row, by, hall.chair, *hall.voters, number=2)
    said = learner.get(results).text()
    assert "Passed" in said
    assert "Border closed." in said
    data = learner.open("GET", "/account/data.json").json["parts"]
    assert {one["reason"] for one in data["results"]["data"]["board_decisions"]} == {
        "Ill on the day.", "Taken together.", "Border closed.",
    }  # fmt: skip
    assert "3:0:0" not in said + str(data)
    votes = visit(hall.member).open("GET", "/account/data.json").json["parts"]["results"]["data"]["votes"]
    assert [one["item"] for one in votes] == [3, 1, 2]
    assert make.seen(place, MEMO) == 60
    assert "Border closed." not in visit(hall.learners[1]).get(results).text()
    room = queries.room(board_of.of(cohort, row, by))
    stands = room.stands(room.cases[0], room.cases[0].figures)
    assert (stands.band.key, stands.by_board) == ("passed", True)
    board_of.proposed(cohort, row, by, Proposal.REVERSE, reverses=3, reason="Decided on a wrong list.")
    board_of.in_effect(cohort, row, by, hall.chair, *hall.voters, number=4)
    assert "Taken together." not in learner.get(results).text()
    assert hall.item(3).state is ItemState.RELEASED, "a decision is never deleted"


def test_the_list_closes_for_all_but_carried_cases_and_only_a_board_changes_it(hall) -> None:
    """Everything but one case is settled; its case is carried, and what is confirmed is changed by a board only."""
    cohort, row, by = hall.cohort, hall.row, hall.secretary
    for line in db.session.scalars(sa.select(BoardLine).where(BoardLine.board_id == row.id)):
        line.pending = []
    db.session.commit()
    board_of.proposed(cohort, row, by, Proposal.CARRY, place=hall.places[0], reason="A late second look.")
    board_of.adopted(cohort, row, by, *hall.voters)
    board_of.proposed(cohort, row, by, Proposal.CONFIRM, reason="All else is settled.")
    board_of.adopted(cohort, row, by, *hall.voters, number=2)
    assert db.session.get_one(Board, row.id).confirmed_at is not None
    activity = hall.thing[0]
    actions.refuse_confirmed(cohort, hall.places[0], activity)
    with pytest.raises(RuleViolation) as refused:
        actions.refuse_confirmed(cohort, hall.places[1], activity)
    assert refused.value.reason is BoardRefusal.CONFIRMED
    make.finish(make.bring(cohort, [hall.places[1]], key="a-2"), hall.marker, level=3)
    with pytest.raises(RuleViolation) as held:
        make.release(cohort, by, key="a-2")
    assert "only a board changes it" in held.value.message


def test_with_every_case_open_there_is_nothing_to_confirm(hall) -> None:
    board_of.proposed(hall.cohort, hall.row, hall.secretary, Proposal.CONFIRM)
    with pytest.raises(RuleViolation) as refused:
        board_of.adopted(hall.cohort, hall.row, hall.secretary, *hall.voters)
    assert refused.value.reason is BoardRefusal.PENDING


def test_who_votes_on_what_and_what_is_closed(hall) -> None:
    cohort, row = hall.cohort, hall.row
    hall.scale()
    with pytest.raises(RuleViolation) as secretary:
        board_of.vote(cohort, row, hall.secretary, Choice.FOR)
    assert secretary.value.reason is BoardRefusal.NOT_VOTING
    board_of.vote(cohort, row, hall.chair, Choice.RECUSED, why="A relative.")
    board_of.vote(cohort, row, hall.member, Choice.FOR)
    board_of.vote(cohort, row, hall.outside, Choice.AGAINST)
    page = board_of.item(cohort, row, hall.secretary)
    assert str(page.item.tally) == "1:1:0"
    with pytest.raises(RuleViolation) as few:
        board_of.adopted(cohort, row, hall.secretary)
    assert few.value.reason is BoardRefusal.NO_QUORUM
    with pytest.raises(RuleViolation) as left, unit_of_work() as work:
        actions.close_board(row.id, actor=world.actor(hall.secretary), now=work.now)
    assert left.value.reason is BoardRefusal.LEFT_OPEN
    board_of.vote(cohort, row, hall.chair, Choice.AGAINST)
    board_of.adopted(cohort, row, hall.secretary)
    assert hall.item().state is ItemState.REJECTED
    for step in (actions.carry_out, actions.release):
        with pytest.raises(RuleViolation):
            hall.act(step, hall.chair)
    with pytest.raises(RuleViolation) as over:
        board_of.vote(cohort, row, hall.member, Choice.FOR)
    assert over.value.reason is BoardRefusal.NOT_OPEN
    with unit_of_work() as work:
        actions.close_board(row.id, actor=world.actor(hall.secretary), now=work.now)
    with pytest.raises(RuleViolation) as closed:
        hall.scale()
    assert closed.value.reason is BoardRefusal.CLOSED
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BoardVote)) == 4, "every vote is kept"


def test_who_sits_on_a_board(hall) -> None:
    actor = world.actor(hall.secretary)

    def seat(email: str) -> None:
        with unit_of_work() as work:
            actions.add_member(hall.row.id, email, actor=actor, now=work.now)

    for email, why in (
        ("nobody@nowhere.example", BoardRefusal.UNKNOWN),
        (hall.learners[0].email, BoardRefusal.LEARNER),
        ("olga@elsewhere.example", BoardRefusal.TWICE),
    ):
        with pytest.raises(RuleViolation) as refused:
            seat(email)
        assert refused.value.reason is why
    with unit_of_work():
        actions.remove_member(hall.row.id, hall.outside.public_id, actor=actor)
    with pytest.raises(NotFound):
        board_of.of(hall.cohort, hall.row, hall.outside)
    with pytest.raises(NotFound), unit_of_work():
        actions.remove_member(hall.row.id, hall.chair.public_id, actor=actor)
