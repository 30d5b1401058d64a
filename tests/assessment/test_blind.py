"""Marking without names: until the release a marker meets a number everywhere, and a coordinator may lift that."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.models import CandidateNumber, MarkingTask
from lms.assessment.rules import masked_name, names_in
from lms.core import audit, clock, ids
from lms.core.db import db
from lms.core.nameless import nameless
from lms.enrolment.models import Place
from lms.gradebook import actions as gradebook_actions
from lms.gradebook import queries as gradebook
from lms.gradebook.rules import GradebookRefusal
from lms.gradebook.rules.sheets import SheetRefusal
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import coursework, world
from tests.support.everywhere import pages_of

CANARY = "Zephyrine Quillfeather"
PARTS = ("Zephyrine", "Quillfeather", "zephyrine", "quillfeather")
PDF = b"%PDF-1.4\n1 0 obj << /Author (Zephyrine Quillfeather) /Title (Memo) >> endobj\n%%EOF"


def docx(author: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(
            "docProps/core.xml",
            f"<p><dc:creator>{author}</dc:creator><cp:lastModifiedBy>{author}</cp:lastModifiedBy></p>",
        )
        packed.writestr(
            "word/document.xml", f'<w:ins w:id="1" w:author="{author}"><w:t>We stop.</w:t></w:ins>'
        )
        packed.writestr(
            "word/comments.xml", f'<w:comment w:author="{author}" w:initials="{author}">Hm</w:comment>'
        )
    return out.getvalue()


@pytest.fixture
def scene(session):
    cohort = world.cohort(weeks_in=2)
    marker = make.marker(cohort, "Mara Marker")
    author = world.learner(cohort, CANARY)
    with clock.at(coursework.opened(cohort, "b-2")):
        coursework.handed_in(author, cohort, "b-2", uploads=[(io.BytesIO(PDF), "Quillfeather memo.pdf")])
        task = db.session.scalars(sa.select(MarkingTask)).one()
        yield cohort, marker, author, task


def names(text: str) -> list[str]:
    return [part for part in PARTS if part in text]


@pytest.mark.slow
def test_a_marker_meets_a_number_everywhere_until_the_release(app, scene, visit) -> None:
    cohort, marker, _author, task = scene
    number = db.session.scalar(sa.select(CandidateNumber.number))
    assert task.title == f"Candidate {number}"
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    assert page.text(".paper-in > .meta:first-child").startswith(f"Candidate {number}")
    link = page.one(".paper a[href*='/files/']")
    assert link.get_text().startswith(f"candidate-{number}-1.pdf")
    taken = visitor.open("GET", link["href"])
    assert f"candidate-{number}-1.pdf" in taken.headers["Content-Disposition"]
    assert len(taken.data) == len(PDF) == int(taken.headers["Content-Length"])
    assert b"/Title (Memo)" in taken.data
    make.finish(task, marker)
    mark = db.session.execute(sa.text("select public_id from mark")).scalar_one()
    addresses = [
        "/teaching",
        "/marking",
        "/marking?show=finished",
        "/marking?whose=everybody",
        f"/marking/{task.public_id}",
        link["href"],
        f"/cohorts/{cohort.slug}/marks",
        f"/cohorts/{cohort.slug}/marks.csv",
        f"/cohorts/{cohort.slug}/activities/b-2/marks",
        f"/cohorts/{cohort.slug}/marks/{mark}/history",
        "/notices",
    ]
    found = {}
    for address in addresses:
        answer = visitor.open("GET", address)
        assert answer.status_code == 200, address
        found[address] = answer.get_data().decode("latin-1") + str(answer.headers)
    assert {address: names(text) for address, text in found.items() if names(text)} == {}
    around = dict(pages_of(app, visitor, cohort, [task.public_id, mark]))
    told = {address: names(text) for address, text in around.items() if names(text)}
    of_task = {
        address: parts for address, parts in told.items() if task.public_id in address or mark in address
    }
    assert of_task == {}
    entries = sa.select(audit.AuditEntry.__table__).where(audit.AuditEntry.action.startswith("assessment."))
    assert names(repr([tuple(row) for row in db.session.execute(entries)])) == []
    second = make.marker(cohort, "Sam Second")
    release = visit(second).get(f"/cohorts/{cohort.slug}/activities/b-2/marks/release")
    assert f"Candidate {number}" in release.text()
    assert names(release.text()) == []
    make.release(cohort, second, key="b-2")
    for address in (f"/marking/{task.public_id}", f"/cohorts/{cohort.slug}/activities/b-2/marks"):
        assert CANARY in visitor.get(address).text()
    assert "Quillfeather memo.pdf" in visitor.get(f"/marking/{task.public_id}").text()


def test_the_gradebook_puts_no_name_to_a_masked_mark(scene, visit) -> None:
    cohort, marker, author, task = scene
    make.finish(task, marker)
    place, email = db.session.execute(
        sa.select(Place.public_id, Person.email).join(Person).where(Person.id == author.id)
    ).one()
    cell = visit(marker).get(f"/cohorts/{cohort.slug}/gradebook/cells/{place}/b-2")
    assert not cell.has("a[href$='/history']"), (
        "the history stands under the number: a link from a name tells both"
    )
    body = f"email,activity,score,out of,note\n{email},b-2,50,100,Elsewhere\n".encode()
    (row,) = gradebook_actions.plan_import(gradebook.ground(cohort, world.actor(marker)), body)
    assert (row.does, row.words) == ("refused", GradebookRefusal.BLIND)
    ground = gradebook.marks_ground(cohort, world.actor(marker))
    for guess in ("72", "60"):
        text = f"id,b-2,versions\n{place},{guess},{' '.join(['0'] * len(ground.things))}\n"
        (planned,) = gradebook_actions.plan_marks(ground, text.encode()).cells
        assert planned.words == SheetRefusal.BLIND, "a right guess is answered like a wrong one"


def test_the_number_stays_through_versions_and_is_anothers_elsewhere(scene) -> None:
    cohort, _marker, author, task = scene
    with clock.at(coursework.opened(cohort, "b-2")):
        coursework.handed_in(author, cohort, "b-2", "A better memo than the first one.")
    with clock.at(coursework.opened(cohort, "b-1")):
        coursework.handed_in(author, cohort, "b-1", "Another memo.")
    rows = db.session.scalars(sa.select(MarkingTask).order_by(MarkingTask.id)).all()
    assert [row.candidate_id == task.candidate_id for row in rows] == [True, True, False]
    assert rows[0].title == rows[1].title
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CandidateNumber)) == 2


def test_a_coordinator_knows_sees_a_name_in_the_text_and_lifts_the_mask_with_a_reason(
    scene, coordinator_of, visit
) -> None:
    cohort, marker, _author, task = scene
    visitor = visit(coordinator_of(cohort))
    page = visitor.get(f"/marking/{task.public_id}")
    assert CANARY in page.text(".paper-in > .meta:first-child")
    assert "“Quillfeather” stands in this work, which is marked without names." in page.text()
    batch = visitor.get(f"/cohorts/{cohort.slug}/activities/b-2/marks")
    assert CANARY in batch.text("section[aria-labelledby=waiting-title]")
    page = visitor.submit(page, "form[action$=unmask]", {"unmask_why": ""})
    assert task.title in visit(marker).get(f"/marking/{task.public_id}").text(".paper-in > .meta:first-child")
    assert names(visit(marker).get(f"/marking/{task.public_id}").text()) == []
    visitor.submit(page, "form[action$=unmask]", {"unmask_why": "They speak of their own company."})
    theirs = visit(marker)
    seen = theirs.get(f"/marking/{task.public_id}")
    assert CANARY in seen.text(".paper-in > .meta:first-child")
    assert "Its marker knows whose this is: “They speak of their own company.”" in seen.text()
    entry = db.session.scalars(
        sa.select(audit.AuditEntry).where(audit.AuditEntry.action == "assessment.unmask")
    ).one()
    assert entry.reason == "They speak of their own company."
    token = seen.one("#judgement [name=csrf_token]")["value"]
    answer = theirs.open(
        "POST", f"/marking/{task.public_id}/unmask", data={"csrf_token": token, "unmask_why": "I want to."}
    )
    assert answer.status_code == 403


@pytest.fixture
def coordinator_of():
    return lambda cohort: world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


def test_the_author_is_told_before_handing_in(scene, visit) -> None:
    cohort, _marker, author, _task = scene
    with clock.at(coursework.opened(cohort, "b-1")):
        coursework.drafted(author, cohort, "b-1", "By Zéphyrine QUILLFEATHER: we stop.")
        page = visit(author).get(f"/cohorts/{cohort.slug}/assignments/b-1")
    assert "It is marked without names" in page.text()
    assert "Your name (“Zephyrine Quillfeather”) stands in" in page.text()


def test_a_teams_work_and_formative_work_keep_their_names(session) -> None:
    cohort = world.cohort(weeks_in=2)
    make.marker(cohort, "Mara Marker")
    mates = [world.learner(cohort, name) for name in ("Asha Rao", "Ben Okafor")]
    coursework.team(cohort, mates)
    outline = coursework.visit(mates[0], cohort, "a-1").outline
    blind = {line.key for line in outline.activities.values() if line.anonymous}
    assert {"a-1", "a-2", "b-1", "b-2"} <= blind
    assert all(outline.by_key[key].group_key for key in blind)
    team = next(line.key for line in outline.activities.values() if line.kind.value == "group_work")
    assert team not in blind


# What files say of their author -------------------------------------------------------------------------------------


def test_office_files_pictures_and_pdf_lose_what_programs_note_of_their_author() -> None:
    fresh = zipfile.ZipFile(io.BytesIO(nameless(docx(CANARY), "docx")))
    whole = " ".join(fresh.read(name).decode() for name in fresh.namelist())
    assert names(whole) == []
    assert "We stop." in whole
    assert len(nameless(PDF, "pdf")) == len(PDF)
    assert names(nameless(PDF, "pdf").decode()) == []
    exif = b"\xff\xe1\x00\x08Zephyr"
    picture = b"\xff\xd8" + exif + b"\xff\xdb\x00\x04ab\xff\xda\x00\x02body\xff\xd9"
    assert nameless(picture, "jpg") == picture.replace(exif, b"")


@given(st.binary(max_size=200), st.sampled_from(["docx", "pdf", "jpg", "png", ""]))
def test_what_cannot_be_read_is_handed_out_as_it_is_or_shorter(body: bytes, ending: str) -> None:
    assert isinstance(nameless(body, ending), bytes)


@given(st.text(max_size=60))
def test_a_masked_name_keeps_nothing_but_the_ending(name: str) -> None:
    masked = masked_name(48213, 2, name)
    assert masked.startswith("candidate-48213-2")
    assert masked.isascii()
    assert len(masked) <= 23


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Written by asha rao.", ["Asha", "Rao"]),
        ("The memo of RAÓ", ["Rao"]),
        ("memo_rao_final.docx", ["Rao"]),
        ("A raoful harvest", []),
        ("", []),
    ],
)
def test_a_name_in_the_text_is_found_as_a_word(text: str, found: list[str]) -> None:
    assert names_in("Asha de Rao", [text]) == found


def test_lots_are_drawn_within_their_bounds_and_again_the_same_for_a_seed() -> None:
    drawn = {ids.lot(1, 3) for _ in range(200)}
    assert drawn == {1, 2, 3}
    with ids.seeded(7):
        first = [ids.lot(10_000, 99_999) for _ in range(5)]
    with ids.seeded(7):
        assert [ids.lot(10_000, 99_999) for _ in range(5)] == first
