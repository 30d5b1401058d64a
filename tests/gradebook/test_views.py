"""The pages of the gradebook: grids, one learner's results, work done elsewhere, lists of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core import files
from lms.core.db import db
from lms.core.files import StoredFile
from lms.enrolment.models import Place
from lms.gradebook.models import ExternalResult
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import enrolment, world

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def lea(cohort: CohortView) -> str:
    """A learner with a place; its public id."""
    place = world.place(cohort, world.person("Lea Learner", email="lea@example.org"))
    return db.session.scalar(sa.select(Place.public_id).where(Place.id == place))


def place_id(public_id: str) -> int:
    return db.session.scalar(sa.select(Place.id).where(Place.public_id == public_id))


def test_the_grid_shows_results_so_far_and_how_much_they_rest_on(cohort, coordinator, lea, visit) -> None:
    world.place(cohort, world.person("Abe Absent"))
    make.quiz_mark(cohort, place_id(lea), "q1", Fraction(50))
    make.quiz_mark(cohort, place_id(lea), "q6", Fraction(200, 3))
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/gradebook")
    heads = page.texts("thead th")
    assert heads[0] == "Learner"
    assert heads[1].startswith("A ")
    assert heads[-1] == "Programme so far"
    absent, learner = page.rows()
    assert absent == ["Abe Absent", "–", "–", "–", "–", "–"]
    assert learner[:3] == ["Lea Learner", "50.0 1/20", "66.6 1/9"]
    assert learner[-1] == "57.8 2 %"
    course = visit(coordinator).get(page.soup.select("thead a")[0]["href"])
    assert course.texts("thead th")[1:8] == ["Open", "Q1", "Q2", "Q3", "Q4", "Q5", "A-1"]
    assert course.rows()[1][2:4] == ["50.0", "missing"]
    assert course.texts("tfoot td")[1] == "50.0"
    csv = visit(coordinator).open("GET", f"/cohorts/{cohort.slug}/gradebook.csv").get_data(as_text=True)
    head, _absent, row = csv.removeprefix("\ufeff").splitlines()
    assert dict(zip(head.split(","), row.split(","), strict=True))["q6"] == "66.6"


def test_an_empty_cohort_says_what_will_come(cohort, coordinator, visit) -> None:
    assert (
        visit(coordinator).get(f"/cohorts/{cohort.slug}/gradebook").text(".empty h2")
        == "Nobody is enrolled yet"
    )
    visit(coordinator).refused(f"/cohorts/{cohort.slug}/gradebook/nowhere", status=404)


@pytest.mark.slow
def test_grids_ask_the_same_of_the_database_for_any_number(cohort, coordinator, visit) -> None:
    def learners(count: int) -> None:
        places = enrolment.many(cohort, count)
        for place in places[:6]:
            make.quiz_mark(cohort, place, "q1", Fraction(70))

    visitor = visit(coordinator)
    learners(5)
    lea = db.session.scalar(sa.select(Place.public_id).order_by(Place.id).limit(1))
    paths = ("gradebook", "gradebook?show=everything", "gradebook/core", f"gradebook/cells/{lea}/q1")
    addresses = [f"/cohorts/{cohort.slug}/{path}" for path in paths]
    few = make.counted(visitor, *addresses, most=14)
    learners(55)
    assert make.counted(visitor, *addresses, most=14) == few


def test_one_learners_results_open_every_step(cohort, coordinator, lea, visit) -> None:
    make.quiz_mark(cohort, place_id(lea), "q1", Fraction(50))
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/learners/{lea}/results")
    assert page.title == "Results of Lea Learner"
    assert "50.0 so far in the programme, with 1.1 of 100 points released." in page.text()
    assert "best 4 of 5" in page.text()
    assert "not released yet" in page.text()
    assert page.text().count("Nothing of this course is released yet.") == 3


def new(cohort: CohortView, lea: str) -> str:
    return f"/cohorts/{cohort.slug}/learners/{lea}/external-results/new"


def test_work_done_elsewhere_is_recorded_with_its_evidence_and_waits(cohort, coordinator, lea, visit) -> None:
    visitor = visit(coordinator)
    page = visitor.get(new(cohort, lea))
    assert page.texts("optgroup:first-of-type option")[0].startswith("Q1")
    done = visitor.submit(
        page,
        "form.form",
        activity="a-1",
        score="34,5",
        out_of="40",
        note="At another institute",
        evidence=(PDF, "transcript.pdf"),
    )
    assert "Recorded for Lea Learner: A-1" in done.messages[0]
    (row,) = done.rows()
    assert row[:4] == ["Lea Learner", "A-1 Vision and strategy memo", "86.2", "not released"]
    assert "transcript.pdf" in row[4]
    file = visitor.open("GET", done.link("transcript.pdf"))
    assert (file.get_data(), file.headers["Content-Security-Policy"]) == (PDF, "default-src 'none'; sandbox")
    assert file.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"score": ""}, "Write the score."),
        ({"score": "many"}, "“many” is not a number. Write it like 34 or 34.5."),
        ({"score": "41"}, "41 is more than the 40 that could be reached."),
        ({"out_of": "0"}, "“Out of” is more than 0."),
        ({"note": " "}, "Say where it was done and what you saw: the learner reads this with the mark."),
        ({"note": "x" * 2001}, "The note is longer than 2,000 characters. Shorten it."),
        ({"activity": "r-a0-five-shifts"}, "Not a valid choice."),
        (
            {"evidence": (b"MZ", "virus.exe")},
            "“virus.exe” is not accepted here. Accepted: pdf, png, jpg, docx, xlsx.",
        ),
        ({"evidence": (b"not a pdf", "a.pdf")}, "“a.pdf” is not the pdf file its name says."),
        ({"evidence": (b"", "a.pdf")}, "“a.pdf” is empty."),
    ],
)
def test_bad_input_is_said_and_kept(cohort, coordinator, lea, visit, fields, words: str) -> None:
    visitor = visit(coordinator)
    good = {"activity": "a-1", "score": "34", "out_of": "40", "note": "At another institute"}
    page = visitor.submit(visitor.get(new(cohort, lea)), "form.form", {**good, **fields}, status=422)
    assert words in page.text(".summary-errors")
    if "note" not in fields:
        assert page.text("#note") == "At another institute"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ExternalResult)) == 0


def test_nobody_elses_learner_is_found(cohort, coordinator, visit) -> None:
    other = world.cohort()
    place = world.place(other, world.person())
    stranger = db.session.scalar(sa.select(Place.public_id).where(Place.id == place))
    visit(coordinator).refused(new(cohort, stranger), status=404)
    visit(coordinator).refused(f"/cohorts/{other.slug}/gradebook", status=404)


@pytest.mark.parametrize(
    "path", ["gradebook", "gradebook/core", "gradebook.csv", "external-results", "external-results/import"]
)
def test_learners_see_none_of_it(cohort, visit, path: str) -> None:
    author = world.learner(cohort)
    visit(author).refused(f"/cohorts/{cohort.slug}/{path}", status=403)


def test_a_list_is_shown_first_and_recorded_then(cohort, coordinator, lea, visit) -> None:
    visitor = visit(coordinator)
    body = b"email,activity,score,out of,note\nlea@example.org,A-1,34,40,Elsewhere\nnobody@x.org,A-1,1,2,Elsewhere\n"
    page = visitor.get(f"/cohorts/{cohort.slug}/external-results/import")
    preview = visitor.submit(page, "form.form", file=(body, "results.csv"))
    assert preview.title == "Record 1 result?"
    assert [row[3].split()[0] for row in preview.rows()] == ["records", "not"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ExternalResult)) == 0
    done = visitor.submit(preview, "form.acts")
    assert "1 result recorded; somebody else releases them. 1 row could not be taken" in done.messages[0]
    assert done.title == "Nothing left to record"
    assert done.rows()[0][3] == "nothing 85.0 is recorded already"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ((b"", "a.csv"), "“a.csv” is empty."),
        ((b"who,what\n1,2\n", "a.csv"), "The first line has no heading that we know."),
        ((b"email,activity\na,b\n", "a.csv"), "There is no column for score."),
        ((PDF, "a.pdf"), "“a.pdf” is not accepted here."),
        ((b"PK\x03\x04zip", "a.csv"), "not the csv file its name says"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(cohort, coordinator, visit, file, words: str) -> None:
    visitor = visit(coordinator)
    page = visitor.get(f"/cohorts/{cohort.slug}/external-results/import")
    refused = visitor.submit(page, "form.form", file=file, status=422)
    assert words in refused.text(".summary-errors")


def test_a_list_of_another_cohort_is_not_there(cohort, coordinator, visit) -> None:
    other = world.cohort(weeks_in=10)
    theirs = world.granted(Role.COORDINATOR, other)
    visitor = visit(theirs)
    body = b"email,activity,score,out of,note\nx@example.org,A-1,34,40,Elsewhere\n"
    page = visitor.get(f"/cohorts/{other.slug}/external-results/import")
    preview = visitor.submit(page, "form.form", file=(body, "results.csv"))
    file = preview.url.rsplit("/", 1)[-1]
    visit(coordinator).refused(f"/cohorts/{cohort.slug}/external-results/import/{file}", status=404)


def test_a_list_whose_file_is_gone_says_so_and_what_to_do(cohort, coordinator, visit) -> None:
    visitor = visit(coordinator)
    body = b"email,activity,score,out of,note\nx@example.org,A-1,34,40,Elsewhere\n"
    page = visitor.get(f"/cohorts/{cohort.slug}/external-results/import")
    preview = visitor.submit(page, "form.form", file=(body, "results.csv"))
    digest = db.session.scalar(sa.select(StoredFile.sha256).where(StoredFile.name == "results.csv"))
    files.storage().path(files.blob_key(digest)).unlink()
    gone = visitor.get(preview.url, status=409)
    assert "bring the list again" in gone.text()
