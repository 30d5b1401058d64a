"""Giving out work: caps, leave and conflicts hold; what finds nobody says why; previews are carried out and undone."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.assessment import actions
from lms.assessment.models import MarkingCap, MarkingLeave, MarkingTask
from lms.assessment.queries import What, batch_visible_to
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.people.models import Person
from tests.factories import assessment as make
from tests.factories import world

pytestmark = pytest.mark.db
HERE = "/cohorts/{slug}/activities/a-1/allocation"


@pytest.fixture
def second(cohort) -> Person:
    return make.marker(cohort, "Sam Second")


def cap(cohort, who: Person, most: int | None, *, key: str = "", by: Person) -> None:
    with unit_of_work():
        actions.set_cap(cohort.id, who.id, key, most, actor=world.actor(by))


def leave(who: Person, first: int, last: int, *, by: Person | None = None) -> None:
    today = clock.now().date()
    with unit_of_work() as work:
        actions.add_leave(
            who.id,
            today + dt.timedelta(days=first),
            today + dt.timedelta(days=last),
            actor=world.actor(by or who),
            now=work.now,
        )


def said(page) -> list[str]:
    return [words.removesuffix("Close this message") for words in page.messages]


def owners(tasks: list[MarkingTask]) -> list[str]:
    found = []
    for task in tasks:
        marker_id = make.fresh(task).marker_id
        found.append(db.session.get_one(Person, marker_id).name.split()[0] if marker_id else "nobody")
    return found


def conflict(who: Person, place: int, by: Person) -> None:
    public_id = db.session.scalar(sa.select(Place.public_id).where(Place.id == place))
    with unit_of_work() as work:
        actions.declare_conflict(who.id, public_id, reason="One family.", actor=world.actor(by), now=work.now)


def test_work_goes_to_the_least_loaded_who_is_here_below_the_cap_and_free_of_conflict(
    cohort, marker, second, coordinator
) -> None:
    cap(cohort, marker, 2, by=coordinator)
    places = [world.place(cohort, world.person(f"Author {number}")) for number in range(5)]
    conflict(second, places[0], coordinator)
    tasks = [make.bring(cohort, [place]) for place in places]
    assert owners(tasks) == ["Mara", "Sam", "Mara", "Sam", "Sam"]
    leave(second, -1, 3, by=coordinator)
    stuck = make.bring(cohort, [world.place(cohort, world.person("Author 9"))])
    assert owners([stuck]) == ["nobody"]
    cap(cohort, marker, 2, key="a-1", by=coordinator)
    cap(cohort, marker, None, by=coordinator)
    assert owners([make.bring(cohort, [world.place(cohort, world.person("Author 10"))])]) == ["nobody"]
    other = make.bring(cohort, [places[4]], key="a-2")
    assert owners([other]) == ["Mara"], "the cap of one activity leaves the others alone"


def test_by_hand_a_cap_and_leave_need_a_reason_and_a_conflict_gives_way_to_none(
    cohort, marker, second, coordinator
) -> None:
    place = world.place(cohort, world.person("Asha Rao"))
    task = make.bring(cohort, [place], marker_id=marker.id)
    cap(cohort, second, 0, by=coordinator)

    def give(reason: str = "") -> None:
        with unit_of_work() as work:
            actions.reassign(
                [task.id], second.id, reason=reason, actor=world.actor(coordinator), now=work.now
            )

    with pytest.raises(RuleViolation, match="Sam Second has 0 open pieces and a cap of 0"):
        give()
    give("She offered to.")
    assert owners([task]) == ["Sam"]
    with unit_of_work() as work:
        actions.reassign([task.id], marker.id, actor=world.actor(coordinator), now=work.now)
    conflict(second, place, coordinator)
    with pytest.raises(RuleViolation, match="a conflict of interest is declared"):
        give("She offered to.")
    with pytest.raises(RuleViolation, match="You do not mark this author"), unit_of_work() as work:
        actions.save_draft(task.id, make.judgement(task), version=0, actor=world.actor(second), now=work.now)


def test_the_coordinator_looks_gives_out_and_takes_back(cohort, marker, coordinator, visit) -> None:
    cap(cohort, marker, 0, by=coordinator)
    tasks = make.works(cohort, 4)
    assert owners(tasks) == ["nobody"] * 4
    visitor = visit(coordinator)
    address = HERE.format(slug=cohort.slug)
    marks = visitor.get(f"/cohorts/{cohort.slug}/marks")
    assert "4 without a marker" in marks.text()
    page = visitor.get(address)
    assert "4 pieces still to be marked, 4 without a marker." in page.text()
    assert "4 pieces would find nobody as things stand." in page.text()
    assert page.texts("section[aria-labelledby=unowned-title] .meta")[0] == (
        "Of those who mark here 1 is at the cap."
    )
    make.marker(cohort, "Sam Second")
    page = visitor.get(address)
    assert page.texts("section[aria-labelledby=unowned-title] .meta")[0] == "would go to Sam Second"
    page = visitor.get(f"{address}?propose=waiting")
    assert page.texts("section[aria-labelledby=preview-title] tbody tr") == [
        "Mara Marker000",
        "Sam Second044",
    ]
    done = visitor.submit(page, "form:has([value=confirm])", press="Give out 4 pieces")
    assert said(done) == ["4 pieces of work given out. Each marker is told once."]
    assert owners(tasks) == ["Sam"] * 4
    make.finish(tasks[0], marker)
    back = visitor.submit(done, "form:has([value=undo])", press="Take them back")
    assert said(back) == [
        "3 pieces went back to where they were. 1 piece begun or moved since stayed where it is."
    ]
    assert owners(tasks)[1:] == ["nobody"] * 3
    again = visitor.submit(done, "form:has([value=undo])", press="Take them back")
    assert said(again) == ["This is undone already."]


def test_what_changed_since_the_preview_is_not_moved(cohort, marker, second, coordinator, visit) -> None:
    tasks = make.works(cohort, 4)
    leave(second, 0, 5, by=coordinator)
    visitor = visit(coordinator)
    address = f"{HERE.format(slug=cohort.slug)}?propose=leave"
    page = visitor.get(address)
    assert "2 pieces" in page.text("section[aria-labelledby=preview-title]")
    with unit_of_work() as work:
        actions.save_draft(
            tasks[1].id, make.judgement(tasks[1]), version=0, actor=world.actor(second), now=work.now
        )
    refused = visitor.submit(page, "form:has([value=confirm])", press="Give out 2 pieces")
    assert said(refused) == ["Work, caps or leave changed since you looked. Nothing was moved; look again."]
    assert owners(tasks) == ["Mara", "Sam", "Mara", "Sam"]
    done = visitor.submit(refused, "form:has([value=confirm])", press="Give out 1 piece")
    assert owners(tasks) == ["Mara", "Sam", "Mara", "Mara"], done.messages
    view = batch_visible_to(world.actor(coordinator), cohort.slug, "a-1")
    with pytest.raises(Conflict), unit_of_work() as work:
        actions.give_out(view, What.LEAVE, stamp="old", actor=world.actor(coordinator), now=work.now)


def test_loads_are_evened_out_with_the_fewest_moves(cohort, marker, coordinator, visit) -> None:
    tasks = make.works(cohort, 5)
    make.marker(cohort, "Sam Second")
    visitor = visit(coordinator)
    page = visitor.get(f"{HERE.format(slug=cohort.slug)}?propose=even")
    visitor.submit(page, "form:has([value=confirm])", press="Give out 2 pieces")
    assert sorted(owners(tasks)) == ["Mara", "Mara", "Mara", "Sam", "Sam"]


@pytest.mark.slow
def test_caps_leave_and_conflicts_are_set_on_the_page(cohort, marker, second, coordinator, visit) -> None:
    author = world.person("Asha Rao")
    place = world.place(cohort, author)
    public_id = db.session.scalar(sa.select(Place.public_id).where(Place.id == place))
    visitor, address = visit(coordinator), HERE.format(slug=cohort.slug)
    today = clock.now().date()

    def send(press: str, **fields: str):
        page = visitor.get(address)
        form = next(one for one in page.soup.select("main form") if press in one.get_text())
        hidden = {name: form.find("input", {"name": name})["value"] for name in ("csrf_token", "act")}
        data = {**hidden, **fields}
        answer = visitor.open("POST", address, data=data)
        assert answer.status_code == 303
        return visitor.get(address)

    page = send("Set the caps", capped=marker.public_id, most="12", here="5")
    assert "5 here · 12 in the cohort" in page.text("section[aria-labelledby=markers-title]")
    page = send("Set the caps", capped=marker.public_id, most="many")
    assert "A number from 0 to 999" in page.messages[0] or "valid integer" in page.messages[0]
    days = {"from_on": today.isoformat(), "until_on": (today + dt.timedelta(4)).isoformat()}
    page = send("Note the leave", **{"away": second.public_id, **days})
    assert "Sam Second" in page.text("section[aria-labelledby=leave-title]")
    wrong = {**days, "until_on": (today - dt.timedelta(1)).isoformat()}
    page = send("Note the leave", **{"away": second.public_id, **wrong})
    assert said(page) == ["A leave ends on or after the day it begins."]
    page = send("Declare it", barred=marker.public_id, learner=public_id, why="Married.")
    assert "Mara Marker does not mark Asha Rao" in page.text("section[aria-labelledby=conflicts-title]")
    page = visitor.submit(page, "section[aria-labelledby=conflicts-title] form")
    assert said(page) == ["The conflict is withdrawn."]
    page = visitor.submit(page, "section[aria-labelledby=leave-title] form")
    assert said(page) == ["These days of leave are taken away."]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MarkingLeave)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MarkingCap)) == 2


def test_a_marker_notes_leave_and_conflicts_and_another_cannot_take_them_away(
    cohort, marker, second, coordinator, visit
) -> None:
    author = world.person("Asha Rao")
    place = world.place(cohort, author)
    today = clock.now().date()
    visitor = visit(marker)
    page = visitor.get("/marking/terms")
    days = {"from_on": today.isoformat(), "until_on": (today + dt.timedelta(7)).isoformat()}
    page = visitor.submit(page, "section[aria-labelledby=leave-title] form", days, press="Note my leave")
    assert said(page) == ["Noted. You get nothing new on these days; your coordinator sees them."]
    public_id = db.session.scalar(sa.select(Place.public_id).where(Place.id == place))
    page = visitor.submit(
        page,
        "section[aria-labelledby=conflicts-title] form",
        {"learner": public_id, "why": "My sister."},
        press="Declare it",
    )
    assert "Asha Rao" in page.text("section[aria-labelledby=conflicts-title]")
    assert owners([make.bring(cohort, [place])]) == ["Sam"]
    shown = visit(coordinator).get(HERE.format(slug=cohort.slug))
    assert "Mara Marker does not mark Asha Rao" in shown.text()
    leave_id = db.session.scalar(sa.select(MarkingLeave.public_id))
    other = visit(second)
    token = other.get("/marking/terms").soup.select("main [name=csrf_token]")[0]["value"]
    other.open("POST", "/marking/terms", data={"csrf_token": token, "act": "end-leave", "leave": leave_id})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MarkingLeave)) == 1


@pytest.mark.slow
def test_the_page_asks_the_same_of_the_database_for_any_number(cohort, marker, coordinator, visit) -> None:
    make.works(cohort, 3)
    visitor, address = visit(coordinator), f"{HERE.format(slug=cohort.slug)}?propose=even"
    few = make.counted(visitor, address, most=14)
    make.marker(cohort, "Sam Second")
    make.works(cohort, 57)
    assert make.counted(visitor, address, most=14) == few
