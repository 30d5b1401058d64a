"""A sheet of marks taken away and brought back: what each cell does, conflicts, the stop, undo, both kinds of file."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.sheets import to_csv
from lms.enrolment.models import Place
from lms.gradebook import actions, queries
from lms.gradebook.models import GradeImport
from lms.gradebook.rules.sheets import CellDoes, Present, SheetRefusal, judge_cell, read_stamps, stamps
from tests.factories import assessment as make
from tests.factories import world

F = Fraction


@pytest.mark.parametrize(
    ("text", "stamp", "present", "does"),
    [
        ("", 0, Present(0, None, None), CellDoes.NOTHING),
        ("", 1, Present(1, F(70), None), CellDoes.REFUSED),
        ("", 1, Present(2, F(70), F(60)), CellDoes.NOTHING),
        ("70", 0, Present(0, None, None), CellDoes.RECORDS),
        ("70", 1, Present(1, F(70), None), CellDoes.NOTHING),
        ("66.6", 1, Present(1, F(200, 3), None), CellDoes.NOTHING),
        ("66.7", 1, Present(1, F(200, 3), None), CellDoes.CHANGES),
        ("60", 1, Present(2, F(70), F(60)), CellDoes.NOTHING),
        ("65", 1, Present(2, F(70), F(60)), CellDoes.CONFLICT),
        ("70", 1, Present(2, F(70), F(60)), CellDoes.NOTHING),
        ("70", 0, Present(1, F(60), None), CellDoes.CONFLICT),
        ("101", 1, Present(1, F(70), None), CellDoes.REFUSED),
        ("=1+1", 1, Present(1, F(70), None), CellDoes.REFUSED),
    ],
)
def test_what_a_cell_does(text: str, stamp: int, present: Present, does: CellDoes) -> None:
    assert judge_cell(text, stamp, present).does is does


def test_versions_come_back_as_they_were_given_or_not_at_all() -> None:
    assert read_stamps(stamps([0, 3, 12]), 3) == [0, 3, 12]
    for text in ("0 3", "0 3 x", "", "0 3 -1", "0 3 12345678", "０ 3 1"):
        assert read_stamps(text, 3) is None


@pytest.fixture
def people(cohort: CohortView) -> dict[str, int]:
    return {
        name: world.place(cohort, world.person(name))
        for name in ("Asha Rao", "Ben Okafor", "=cmd|' /C calc'!A0")
    }


def public(place: int) -> str:
    return db.session.scalars(sa.select(Place.public_id).where(Place.id == place)).one()


def taken(visitor, cohort, kind: str = "csv", more: str = "?with=unreleased") -> list[list[str]]:
    body = visitor.open("GET", f"/cohorts/{cohort.slug}/gradebook-marks.{kind}{more}").get_data()
    if kind == "xlsx":
        return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def changed(rows: list[list[str]], place: int, **figures: str) -> bytes:
    head, *body = rows
    for row in body:
        if row[1] == public(place):
            for key, figure in figures.items():
                row[head.index(key.replace("_", "-"))] = figure
    return to_csv(head, body).encode()


@pytest.mark.slow
@pytest.mark.db
def test_a_sheet_does_what_its_preview_says_once_and_is_taken_back(
    cohort, coordinator, marker, people, visit
) -> None:
    asha, ben = people["Asha Rao"], people["Ben Okafor"]
    for key in ("q1", "q2", "q3"):
        make.quiz_mark(cohort, asha, key, 60)
    make.quiz_mark(cohort, ben, "q1", 50)
    visitor = visit(coordinator)
    rows = taken(visitor, cohort)
    assert [row[0] for row in rows[1:]] == ["'=cmd|' /C calc'!A0", "Asha Rao", "Ben Okafor"]
    make.quiz_mark(cohort, ben, "q1", 55)
    body = changed(rows, asha, q1="71,5", a_1="64")
    body = changed(list(csv.reader(io.StringIO(body.decode("utf-8-sig")))), ben, q1="58", q2="abc")
    page = visitor.get(f"/cohorts/{cohort.slug}/gradebook-import")
    preview = visitor.submit(page, "form.form", file=(body, "marks.csv"))
    assert preview.title == "Enter 2 marks?"
    does = {(row[1], row[2].split()[0]): row[3] for row in preview.rows()}
    assert does["Asha Rao", "Q1"] == "changes 71,5 after 60.0, to be released"
    assert does["Asha Rao", "A-1"] == "records mark 64, to be released"
    assert "the sheet says 58, but 55.0 was entered since" in does["Ben Okafor", "Q1"]
    assert "“abc” is no mark" in does["Ben Okafor", "Q2"]
    assert make.versions(asha)[-1][2] == "60", "a preview writes nothing"
    stopped = visitor.submit(preview, "form.form", status=422, reason="Read again.")
    assert "This list would change 33 % of the marks it holds" in stopped.text()
    done = visitor.submit(stopped, "form.form", reason="Read again.", meant=True)
    assert "2 marks entered. Somebody else releases them" in done.messages[0]
    assert make.seen(asha, "q1") == 60
    again = visitor.submit(
        visitor.get(f"/cohorts/{cohort.slug}/gradebook-import"), "form.form", file=(body, "marks.csv")
    )
    assert again.title == "Nothing to enter"
    visitor.submit(visitor.get(f"/cohorts/{cohort.slug}/gradebook-import"), "form[action$='/undo']")
    ground = queries.marks_ground(cohort, world.actor(coordinator))
    held = ground.marks[asha, make.activity_id("q1"), ""]
    assert (held.standing, held.seen) == (60, 60)
    assert ground.marks[asha, make.activity_id("a-1"), ""].standing is None
    assert db.session.scalars(sa.select(GradeImport)).one().undone_at is not None
    page = visitor.get(f"/cohorts/{cohort.slug}/gradebook-import")
    assert "Cora Coordinator" in page.rows()[0][4]


@pytest.mark.slow
@pytest.mark.db
def test_a_workbook_goes_out_and_comes_back_and_changes_nothing(cohort, coordinator, people, visit) -> None:
    make.quiz_mark(cohort, people["Asha Rao"], "q1", F(200, 3))
    make.quiz_mark(cohort, people["Asha Rao"], "q2", 41, released=False)
    visitor = visit(coordinator)
    rows = taken(visitor, cohort, "xlsx", "")
    head, asha = rows[0], rows[2]
    assert asha[head.index("q1")] == 66.6
    assert asha[head.index("q2")] == "", "what is not released goes out only when it is asked for"
    body = visitor.open("GET", f"/cohorts/{cohort.slug}/gradebook-marks.xlsx?with=unreleased").get_data()
    page = visitor.get(f"/cohorts/{cohort.slug}/gradebook-import")
    preview = visitor.submit(page, "form.form", file=(body, "marks.xlsx"))
    assert preview.title == "Nothing to enter"
    assert "Every figure is what stands already" in preview.text()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"id,versions\nx,1\n", "Nobody in this cohort has the id"),
        (b"id,q1\nx,1\n", "There is no column for versions"),
        (b"PK\x03\x04nothing", "not the"),
    ],
)
def test_what_is_no_sheet_of_ours_is_said(cohort, coordinator, visit, body: bytes, words: str) -> None:
    visitor = visit(coordinator)
    page = visitor.get(f"/cohorts/{cohort.slug}/gradebook-import")
    name = "marks.xlsx" if body.startswith(b"PK") else "marks.csv"
    status = 200 if words.startswith("Nobody") else 422
    assert words in visitor.submit(page, "form.form", status=status, file=(body, name)).text()


def test_a_row_twice_and_a_row_without_its_versions_do_nothing(cohort, coordinator, people) -> None:
    ground = queries.marks_ground(cohort, world.actor(coordinator))
    asha, zeros = public(people["Asha Rao"]), stamps([0] * len(ground.things))
    rows = [[asha, "70", zeros], [asha, "71", zeros], [public(people["Ben Okafor"]), "70", "1 2"]]
    planned = actions.plan_marks(ground, to_csv(["id", "q1", "versions"], rows).encode())
    assert [(cell.row, cell.does) for cell in planned.cells] == [
        (2, CellDoes.RECORDS),
        (3, CellDoes.REFUSED),
        (4, CellDoes.REFUSED),
    ]
    assert planned.cells[2].words == SheetRefusal.STAMPS.value


def test_a_list_of_another_cohort_and_learners_are_refused(cohort, coordinator, visit) -> None:
    other = world.cohort()
    author = world.learner(cohort)
    for path in ("gradebook-marks.csv", "gradebook-marks.xlsx?with=unreleased", "gradebook-import"):
        visit(author).refused(f"/cohorts/{cohort.slug}/{path}", status=403)
        visit(coordinator).refused(f"/cohorts/{other.slug}/{path}", status=404)
    visit(coordinator).refused(f"/cohorts/{cohort.slug}/gradebook-import/nothing", status=404)
