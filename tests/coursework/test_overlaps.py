"""Overlap between pieces of work: found by the worker, read by those who read the work, seen by no learner."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
import sqlalchemy as sa

from lms.assessment.models import Mark, MarkingTask
from lms.core import clock, outbox
from lms.core.db import db
from lms.coursework import actions
from lms.coursework.models import SubmissionVersion, WorkOverlap, WorkReading
from lms.people.rules import Role
from tests.factories import coursework as make
from tests.factories import world
from tests.support.statements import statements

ONE = "the sale takes eleven months where ours takes five weeks so that the cash we would need stands idle"
OTHER = "nobody here reads a forecast after lunch because every number in it was true on monday morning alone"
THIRD = "our riders wait twelve minutes at the gate while somebody looks for the list that they are not on"


def address(cohort, rest="", key="a-1"):
    return f"/cohorts/{cohort.slug}/assignments/{key}/overlaps{rest}"


def work_off():
    while outbox.drain():
        pass


def pairs():
    db.session.rollback()
    return db.session.scalars(sa.select(WorkOverlap).order_by(WorkOverlap.id)).all()


@pytest.fixture
def ben(cohort):
    return world.learner(cohort, "Ben Two")


@pytest.fixture
def cora(cohort):
    return make.coordinator(cohort)


@pytest.mark.db
def test_what_two_have_in_common_is_found_after_the_request_and_decides_nothing(
    cohort, lea, ben, cora, now, visit
):
    make.handed_in(lea, cohort, text=f"{ONE} {OTHER}", ai="yes", ai_text="It found two typos.")
    make.handed_in(ben, cohort, text=f"{THIRD}\n\n{ONE}")
    assert pairs() == [], "not in the request"
    before = [(task.state, task.source_id) for task in db.session.scalars(sa.select(MarkingTask))]
    work_off()
    (pair,) = pairs()
    assert (pair.words, pair.shared, pair.other_words, pair.other_shared) == (38, 19, 37, 19)
    assert [(task.state, task.source_id) for task in db.session.scalars(sa.select(MarkingTask))] == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 0
    page = visit(cora).get(
        visit(cora).get(f"/cohorts/{cohort.slug}/assignments/a-1").link("Overlap between pieces of work")
    )
    assert page.rows("#pairs ~ .table-box table") == [
        ["Ben Two", "50.0 %", "Lea Ito", "51.3 %", "for the panel to read"]
    ]
    assert "never a verdict" in page.text()
    both = visit(cora).get(page.link("Ben Two"))
    assert [mark.get_text(" ", strip=True) for mark in both.soup.select("mark")] == [
        f"1 {ONE} (end of passage 1)",
        f"1 {ONE} (end of passage 1)",
    ]
    assert both.one("#a-1 a")["href"] == "#b-1"
    assert "It found two typos." in both.text()
    for version in db.session.scalars(sa.select(SubmissionVersion.id)):
        actions.ask_comparison([version], now=now)
    work_off()
    assert len(pairs()) == 1


def test_no_learner_sees_any_of_it_and_no_other_cohort(cohort, lea, ben, now, visit):
    for who in (lea, ben):
        make.handed_in(who, cohort, text=ONE)
    work_off()
    (pair,) = pairs()
    elsewhere = world.granted(Role.FACULTY, world.cohort(weeks_in=2), "Finn Elsewhere")
    for rest in ("", f"/{pair.public_id}"):
        visit(lea).refused(address(cohort, rest), status=403)
        visit(elsewhere).refused(address(cohort, rest), status=404)
    assert "Overlap" not in visit(lea).get(f"/cohorts/{cohort.slug}/assignments/a-1").text()
    assert "Overlap" not in visit(lea).get("/notices").text()


def test_while_it_is_marked_blind_whoever_may_mark_reads_numbers(cohort, lea, ben, now, visit):
    fay = world.granted(Role.FACULTY, cohort, "Fay Faculty")
    for who in (lea, ben):
        make.handed_in(who, cohort, text=ONE)
    work_off()
    (pair,) = pairs()
    for rest in ("", f"/{pair.public_id}"):
        said = visit(fay).get(address(cohort, rest)).text()
        assert said.count("Candidate ") >= 2
        assert "Lea Ito" not in said
        assert "Ben Two" not in said


def test_a_pair_follows_the_version_that_counts(cohort, lea, ben, cora, now, visit):
    make.handed_in(lea, cohort, text=ONE)
    make.handed_in(ben, cohort, text=ONE)
    work_off()
    where = address(cohort, f"/{pairs()[0].public_id}")
    make.handed_in(ben, cohort, text=THIRD)
    work_off()
    page = visit(cora).get(address(cohort))
    assert "No passages in common" in page.text()
    visit(cora).refused(where, status=404)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WorkReading)) == 3


def test_an_earlier_cohort_shows_its_text_to_its_own_readers_only(cohort, lea, cora, now, visit):
    earlier = world.cohort(weeks_in=30)
    with clock.at(make.opened(earlier, "a-1")):
        eve = world.learner(earlier, "Eve Earlier")
        make.handed_in(eve, earlier, text=f"{OTHER} {ONE}")
    make.handed_in(lea, cohort, text=f"{ONE} {THIRD}")
    work_off()
    page = visit(cora).get(address(cohort))
    (row,) = page.rows("#pairs ~ .table-box table")
    assert row[2].startswith("a piece of work of")
    both = visit(cora).get(page.link("Lea Ito"))
    assert "Eve Earlier" not in both.text()
    assert "forecast after lunch" not in both.text()
    assert len(both.soup.select("mark")) == 1
    director = world.granted(Role.DIRECTOR, None, "Dita Director")
    seen = visit(director).get(address(cohort, f"/{pairs()[0].public_id}")).text()
    assert "Eve Earlier" in seen
    assert "forecast after lunch" in seen


def test_nobody_is_compared_with_their_own_earlier_work(cohort, lea, now):
    earlier = world.cohort(weeks_in=30)
    with clock.at(make.opened(earlier, "a-1")):
        world.place(earlier, lea)
        make.handed_in(lea, earlier, text=ONE)
    make.handed_in(lea, cohort, text=ONE)
    work_off()
    assert pairs() == []


def document(*paragraphs: str) -> io.BytesIO:
    body = io.BytesIO()
    said = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", "<Types/>")
        out.writestr(
            "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{said}</w:body></w:document>'
        )
    return body


def test_words_of_documents_are_compared_and_the_page_says_what_is_not(cohort, lea, ben, cora, now, visit):
    pdf = b"%PDF-1.7 " + ONE.encode()
    bomb = document("x" * 30_000_000)
    make.handed_in(
        lea, cohort, text="", uploads=[(document(ONE, OTHER), "a.docx"), (io.BytesIO(pdf), "b.pdf")]
    )
    make.handed_in(ben, cohort, text=ONE, uploads=[(bomb, "large.docx")])
    work_off()
    assert [(pair.shared, pair.other_shared) for pair in pairs()] == [(19, 19)]
    unread = {row.version_id: row.unread for row in db.session.scalars(sa.select(WorkReading))}
    assert sorted(unread.values()) == [["b.pdf"], ["large.docx"]]
    assert "2 pieces here have such files" in visit(cora).get(address(cohort)).text()


def test_what_was_there_before_is_compared_when_somebody_asks(cohort, lea, ben, cora, now, visit):
    for who in (lea, ben):
        make.handed_in(who, cohort, text=ONE)
    db.session.execute(sa.update(outbox.OutboxRow).values(state="done"))
    db.session.commit()
    at = visit(cora)
    page = at.get(address(cohort))
    assert "2 pieces of 2 wait" in page.text("#rest ~ p")
    said = at.submit(page, "#rest ~ form")
    assert "2 versions are being compared" in " ".join(said.messages)
    work_off()
    assert len(pairs()) == 1
    assert not visit(cora).get(address(cohort)).has("#rest")


@pytest.mark.slow
def test_the_list_takes_as_many_statements_for_many_pairs_as_for_one(cohort, cora, now, visit):
    learners = [world.learner(cohort, f"Learner {number}") for number in range(12)]
    counts = []
    for some in (learners[:2], learners[2:]):
        for who in some:
            make.handed_in(who, cohort, text=f"{ONE} {who.name} {OTHER}")
        work_off()
        at = visit(cora)
        at.get(address(cohort))
        with statements() as seen:
            at.get(address(cohort))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14
    assert len(pairs()) == 66
    assert dt.timedelta(0) <= clock.now() - now


@pytest.mark.db
def test_two_workers_at_once_miss_no_pair(cohort, lea, ben, now):
    """Each began before the other had kept anything: whoever writes second compares with what came meanwhile."""
    from lms.core.uow import unit_of_work
    from lms.coursework.actions.overlap import prepare

    for who in (lea, ben):
        make.handed_in(who, cohort, text=ONE)
    first, second = (prepare(each) for each in db.session.scalars(sa.select(SubmissionVersion.id)))
    for each in (first, second):
        each.send()
        with unit_of_work() as work:
            each.note(work.now)
    assert len(pairs()) == 1
