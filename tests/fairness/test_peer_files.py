"""Whose files a reviewer may take: of the piece that was given to them, while the round is open, without its author."""

from __future__ import annotations

import io
import sys
import zipfile

import pytest

from lms.capstone import queries as capstone_queries
from lms.capstone.models import Project
from lms.core import clock, outbox, scanning
from lms.core.db import db
from lms.core.scanning import Program
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.rules import PlaceState
from lms.fairness import actions
from lms.fairness.rules import Ended
from lms.people.rules import Role
from tests.factories import assessment as marking
from tests.factories import capstone, coursework, world
from tests.factories import peers as make

pytestmark = pytest.mark.db
NAME = "Quillfeather"


def sheet(says: str) -> bytes:
    """A workbook that notes who wrote it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", f"<workbook>{says}</workbook>")
        packed.writestr("docProps/core.xml", f"<p><dc:creator>Wilhelmina {NAME}</dc:creator></p>")
    return out.getvalue()


def parts_of(data: bytes) -> str:
    """Everything that a workbook says."""
    packed = zipfile.ZipFile(io.BytesIO(data))
    return " ".join(packed.read(name).decode() for name in packed.namelist())


class Scene:
    """Five learners who handed in A-2 with a file each, and the round that has begun."""

    def __init__(self, cohort) -> None:
        """Hand in, and begin."""
        self.cohort = cohort
        self.people = [
            world.learner(self.cohort, f"{name} {NAME}") for name in ["Ada", "Bo", "Cy", "Di", "Ed"]
        ]
        self.places = [coursework.visit_place(one, self.cohort) for one in self.people]
        for one in self.people:
            self.hand_in(one, f"{one.name} model.xlsx", one.name[0])
        self.round = make.begin(self.cohort)
        self.me = self.people[0]
        self.review = make.reviews(self.round, by=self.places[0])[0]
        self.author = self.people[
            next(
                at
                for at, place in enumerate(self.places)
                if self.review in make.reviews(self.round, of=place)
            )
        ]

    def hand_in(self, who, name: str, says: str) -> None:
        """A version with one file."""
        files = [(io.BytesIO(sheet(says)), name)]
        coursework.emptied(who, self.cohort, "a-2")
        coursework.handed_in(who, self.cohort, "a-2", uploads=files)

    @property
    def page(self) -> str:
        """The first of my reviews."""
        return f"/cohorts/{self.cohort.slug}/peer-reviews/{self.review.public_id}"

    def file_of(self, visitor) -> str:
        """Address of the only file of the work that is reviewed."""
        return visitor.get(self.page).one("#work a[href*='/files/']")["href"]


@pytest.fixture
def opened(session):
    cohort = world.cohort(weeks_in=2)
    with clock.at(coursework.opened(cohort, "a-2")):
        yield cohort


def answer(visit, who, address: str) -> int:
    return visit(who).open("GET", address).status_code


def test_the_reviewer_takes_it_under_a_letter_and_nobody_else_of_the_learners_does(opened, visit) -> None:
    at = Scene(opened)
    address = at.file_of(visit(at.me))
    taken = visit(at.me).open("GET", address)
    assert "work-a-1.xlsx" in taken.headers["Content-Disposition"]
    assert NAME not in str(taken.headers) + parts_of(taken.data)
    assert NAME in parts_of(visit(at.author).open("GET", address).data)
    assert NAME not in visit(at.me).get(at.page).text().replace(at.me.name, "")
    others = [
        one
        for one, place in zip(at.people, at.places, strict=True)
        if one not in (at.me, at.author)
        and all(each.piece_id != at.review.piece_id for each in make.reviews(at.round, by=place))
    ]
    elsewhere = world.cohort(weeks_in=2)
    strangers = [
        world.learner(at.cohort, "Nora Nothing"),
        world.learner(elsewhere, "Elsa Elsewhere"),
        marking.marker(elsewhere, "Mo Marker"),
        world.granted(Role.COORDINATOR, elsewhere, "Cleo Coordinator"),
    ]
    assert len(others) == 2
    assert {answer(visit, one, address) for one in (*others, *strangers)} <= {403, 404}
    assert answer(visit, at.author, address) == 200
    staff = world.granted(Role.COORDINATOR, at.cohort, "Cora Coordinator")
    assert answer(visit, staff, address) == 200


def test_it_ends_with_the_round_and_comes_back_when_the_round_is_lengthened(opened, visit) -> None:
    at = Scene(opened)
    address, director = at.file_of(visit(at.me)), world.director()
    make.submit(at.round, at.review, at.me, "It holds.")
    with clock.at(at.round.closes_at):
        assert answer(visit, at.me, address) == 404
        after = visit(at.me).get(at.page)
        assert "others' work can be read while it is open" in after.text("#work")
        assert after.soup.select_one("#work a") is None
        assert "It holds." in after.text("#review")
        with unit_of_work() as work:
            actions.set_round_end(at.round.id, work.now + make.DAY * 2, actor=director, now=work.now)
        assert answer(visit, at.me, address) == 200
        make.release(at.round, world.granted(Role.COORDINATOR, at.cohort))
        assert answer(visit, at.me, address) == 404


def test_a_conflict_a_leave_and_a_newer_version_take_it_away(opened, visit) -> None:
    at = Scene(opened)
    old = at.file_of(visit(at.me))
    at.hand_in(at.author, "Quillfeather second.xlsx", "Second")
    new = at.file_of(visit(at.me))
    assert (answer(visit, at.me, old), answer(visit, at.me, new)) == (404, 200)
    coursework.emptied(at.author, at.cohort, "a-2")
    draft = [(io.BytesIO(sheet("Third")), "third.xlsx")]
    coursework.drafted(at.author, at.cohort, "a-2", uploads=draft)
    page = visit(at.author).get(f"/cohorts/{at.cohort.slug}/assignments/a-2")
    drafted = page.link("third.xlsx")
    assert (answer(visit, at.author, drafted), answer(visit, at.me, drafted)) == (200, 404)
    with unit_of_work() as work:
        actions.declare_conflict(at.review.id, "We founded a firm.", actor=world.actor(at.me), now=work.now)
    assert answer(visit, at.me, new) == 404
    assert answer(visit, at.me, at.page) == 404
    second = make.reviews(at.round, by=at.places[0])[0]
    at.review = second
    other = at.file_of(visit(at.me))
    with unit_of_work() as work:
        enrolment.change_state(
            at.places[0], PlaceState.ON_LEAVE, reason="A child", effective_on=work.now.date(),
            actor=world.director(), now=work.now,
        )  # fmt: skip
    assert answer(visit, at.me, other) == 404


def test_a_scanner_holds_it_back_from_reviewers_too(opened, visit, tmp_path) -> None:
    script = tmp_path / "scan.py"
    script.write_text("raise SystemExit(1)")
    scanning.configure(Program(f"{sys.executable} {script}", 20))
    try:
        at = Scene(opened)
        address = at.file_of(visit(at.me))
        assert answer(visit, at.me, address) == 409
        while outbox.drain():
            pass
        assert answer(visit, at.me, address) == 409
    finally:
        scanning.configure(None)


@pytest.mark.slow
def test_teams_take_each_others_packs_and_none_that_is_kept_from_them(session, visit) -> None:
    cohort = world.cohort(weeks_in=24)
    teams = [
        capstone.team(cohort, *(f"{name} {NAME}" for name in names), called=called)
        for called, names in (("Fig", "AB"), ("Oak", "CD"), ("Elm", "EF"), ("Yew", "GH"))
    ]
    guide = capstone.guide(cohort)
    projects = []
    for team in teams:
        project = capstone.start(cohort, team.people[0])
        capstone.assign(project, guide, by=world.granted(Role.COORDINATOR, cohort))
        capstone.reach(cohort, project, team.people[0], guide, "m2")
        projects.append(project)
    with unit_of_work():
        db.session.get_one(Project, projects[3].id).confidentiality = "Embargoed"
    for team in teams:
        capstone.hand_in(cohort, team.people[0], "m3")
    with clock.at(capstone.due(cohort, "m3")):
        found = make.begin(cohort, "m3")
        places = [capstone._place(cohort, team.people[0]) for team in teams]
        assert make.reviews(found, of=places[3]) == []
        (review,) = make.reviews(found, by=places[3])
        page = f"/cohorts/{cohort.slug}/peer-reviews/{review.public_id}"
        of = next(at for at, place in enumerate(places) if review in make.reviews(found, of=place))
        address = visit(teams[3].people[1]).get(page).one("#work a[href*='/files/']")["href"]
        assert projects[of].public_id in address
        taken = visit(teams[3].people[1]).open("GET", address)
        assert (taken.status_code, "work.pdf" in taken.headers["Content-Disposition"]) == (200, True)
        kept = capstone_queries.versions(projects[3].id)["m3"][-1].files[0]
        shut = f"/projects/{projects[3].public_id}/files/{kept.public_id}"
        for at, team in enumerate(teams[:3]):
            assert answer(visit, team.people[0], shut) == 404
            reviews_it = any(one.piece_id == review.piece_id for one in make.reviews(found, by=places[at]))
            if at != of:
                assert answer(visit, team.people[0], address) == (200 if reviews_it else 404)
        mine = visit(teams[3].people[0]).get(f"/cohorts/{cohort.slug}/activities/m3/peer-reviews/mine")
        assert "is kept from other teams" in mine.text()
        with unit_of_work():
            db.session.get_one(Project, projects[of].id).confidentiality = "Named readers only"
        assert answer(visit, teams[3].people[0], address) == 404
        assert "keep this work from other teams now" in visit(teams[3].people[0]).get(page).text("#work")
        with unit_of_work() as work:
            actions.people_changed(cohort.id, places, work.now)
        again = db.session.get_one(type(review), review.id, populate_existing=True)
        assert again.ended is Ended.WITHHELD
