"""Boards under numbers, with few statements, and with everybody voting in the same moment."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from lms.core import clock, pdf
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, queries
from lms.gradebook.models import BoardLine, BoardVote
from lms.gradebook.rules.boards import BoardRefusal, Choice, ItemState, Proposal
from lms.gradebook.views import minutes
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import boards as board_of
from tests.factories import world
from tests.factories.boards import Hall


@pytest.fixture
def hall(cohort, marker, coordinator) -> Hall:
    return Hall(cohort, marker, coordinator)


def test_numbers_instead_of_names(hall, visit) -> None:
    with unit_of_work():
        actions.show_names(hall.row.id, names=False, actor=world.actor(hall.secretary))
    address = f"/cohorts/{hall.cohort.slug}/boards/{hall.row.public_id}"
    board_of.proposed(
        hall.cohort, hall.row, hall.secretary, Proposal.CARRY, place=hall.places[0], reason="A late look."
    )
    for path in (address, f"{address}/items/1", f"{address}/minutes"):
        page = visit(hall.member).get(path)
        assert "Asha Rao" not in str(page.soup)
        assert "No. " in page.text()


def test_a_fraction_that_nobody_can_read_stands_with_six_decimals_and_whole_in_the_spreadsheet(
    app, hall, visit
) -> None:
    """Near a bound too: 59.999… of 14 digits is below 60, and is said so."""
    long = "59999999999999/1000000000000"
    db.session.execute(
        sa.update(BoardLine)
        .where(BoardLine.board_id == hall.row.id, BoardLine.place_id == hall.places[0])
        .values(figures={"core": long})
    )
    db.session.commit()
    address = f"/cohorts/{hall.cohort.slug}/boards/{hall.row.public_id}"
    staff = visit(hall.member)
    for path in (address, f"{address}/minutes"):
        page = staff.get(path)
        assert "59.999999…" in page.text()
        assert long not in str(page.soup)
    assert long in staff.open("GET", f"{address}/minutes.csv").get_data(as_text=True)
    with app.test_request_context():
        view = board_of.of(hall.cohort, hall.row, hall.secretary)
        said = minutes.printed(queries.room(view), queries.results_now(view), clock.now())
    assert long not in str(said)


def test_printed_minutes_say_what_was_decided_and_who_signs(app, hall) -> None:
    """The chair signs first and the secretary last; a numbered list names nobody; a draft says that it is one."""
    cohort, row, by = hall.cohort, hall.row, hall.secretary
    board_of.proposed(cohort, row, by, Proposal.CARRY, place=hall.places[0], reason="A late look.")
    board_of.vote(cohort, row, hall.outside, Choice.RECUSED, why="A relative.")
    with app.test_request_context():
        view = board_of.of(cohort, row, by)
        said = minutes.printed(queries.room(view), queries.results_now(view), clock.now())
        assert [name for name, _seat in said["signers"]] == [
            "Carla Chair", "Milo Member", "Olga Outside", hall.secretary.name,
        ]  # fmt: skip
        assert said["draft"].startswith("Draft of ")
        assert [one["called"] for one in said["lines"]] == ["Asha Rao", "Ben Ode", "Chen Li"]
        (item,) = said["items"]
        assert (item["title"], item["voices"]) == (
            "1. Asha Rao: the case is carried over", "Olga Outside: recused (A relative.)",
        )  # fmt: skip
        with unit_of_work() as work:
            actions.show_names(row.id, names=False, actor=world.actor(by))
            actions.withdraw(board_of.item(cohort, row, by), actor=world.actor(by))
            actions.close_board(row.id, actor=world.actor(by), now=work.now)
        view = board_of.of(cohort, row, by)
        said = minutes.printed(queries.room(view), queries.results_now(view), clock.now())
        assert said["draft"] == ""
        assert "Asha Rao" not in str(said)
        assert pdf.typeset("minutes", said).startswith(b"%PDF-")


@pytest.mark.slow
def test_statements_at_few_and_many(hall, visit) -> None:
    address = f"/cohorts/{hall.cohort.slug}/boards/{hall.row.public_id}"
    hall.scale()
    for one in hall.voters:
        board_of.vote(hall.cohort, hall.row, one, Choice.FOR)
    staff = visit(hall.secretary)
    paths = (f"/cohorts/{hall.cohort.slug}/boards", address, f"{address}/items/1", f"{address}/minutes")
    few = make.counted(staff, *paths, most=14)
    places = [world.place(hall.cohort, world.person()) for _ in range(4)]
    db.session.add_all(
        BoardLine(
            board_id=hall.row.id,
            place_id=place,
            number=50 + n,
            figures={"core": "60"},
            band="passed",
            pending=[],
        )
        for n, place in enumerate(places)
    )
    db.session.commit()
    for _ in range(3):
        hall.scale()
    assert make.counted(staff, *paths, most=14) == few


@pytest.mark.db
def test_a_vote_in_the_moment_of_the_decision_is_counted_or_refused(app, fresh_database) -> None:
    """Three vote anew while the secretary writes down: what was counted is what the last rows before it say."""
    cohort = world.cohort(weeks_in=10)
    hall = Hall(cohort, make.marker(cohort, "Mara Marker"), world.granted(Role.COORDINATOR, cohort))
    hall.scale()
    for one in hall.voters:
        board_of.vote(cohort, hall.row, one, Choice.FOR)
    people = [(one.id, one) for one in hall.voters]
    pages = {key: board_of.item(cohort, hall.row, one) for key, one in people}
    pages[0] = board_of.item(cohort, hall.row, hall.secretary)
    actors = {key: world.actor(one) for key, one in people} | {0: world.actor(hall.secretary)}
    db.session.rollback()
    gate, told = threading.Barrier(4), []

    def run(key: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with unit_of_work() as work:
                    if key:
                        actions.vote(pages[key], Choice.AGAINST, actor=actors[key], now=work.now)
                    else:
                        actions.decide(pages[0], "Counted.", actor=actors[0], now=work.now)
            except RuleViolation as refused:
                told.append(refused.reason)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(key,)) for key in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    item = hall.item()
    against = db.session.scalar(
        sa.select(sa.func.count()).select_from(BoardVote).where(BoardVote.choice == Choice.AGAINST)
    )
    assert (item.favour, item.against) == (3 - against, against)
    assert told == [BoardRefusal.NOT_OPEN] * (3 - against)
    assert item.state is (ItemState.ADOPTED if against < 2 else ItemState.REJECTED)
