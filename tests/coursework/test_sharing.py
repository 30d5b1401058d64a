"""Work of teams, and who may see whose work and files."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.completion import queries as completion
from lms.core import clock
from lms.core.db import db
from lms.core.files import StoredFile
from lms.coursework import queries
from lms.people.rules import Role
from tests.factories import assessment as marking
from tests.factories import coursework as make
from tests.factories import world
from tests.support.statements import statements

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def address(cohort, rest="", key="a-1"):
    return f"/cohorts/{cohort.slug}/assignments/{key}{rest}"


def view(who, cohort, key="a-1"):
    owner = queries.owner_of(make.visit(who, cohort, key))
    return queries.work(owner)


def tasks():
    return db.session.scalars(sa.select(MarkingTask).order_by(MarkingTask.id)).all()


# Teams --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def rina(cohort):
    return world.learner(cohort, "Rina Mehta")


@pytest.fixture
def group_time(cohort):
    with clock.at(make.opened(cohort, "g1")):
        yield clock.now()


def test_any_member_hands_in_for_all_and_the_version_keeps_who_was_there(
    cohort, lea, rina, group_time, visit
):
    make.team(cohort, [lea, rina])
    at = visit(lea)
    page = at.get(address(cohort, key="g1"))
    assert page.texts("#team ~ ul li") == ["Lea Ito", "Rina Mehta"]
    at.submit(page, "#work", {"files": (PDF, "model.pdf"), "ai": "no"}, press="Add the chosen files")
    hers = visit(rina)
    page = hers.get(address(cohort, key="g1"))
    assert "last by Lea Ito" in page.text()
    receipt = hers.submit(page, "#work", press="Hand in version 1 for team Kestrel")
    assert "for Lea Ito, Rina Mehta" in receipt.text()
    for who in (lea, rina):
        where = make.visit(who, cohort, "g1")
        assert where.line.id in completion.done(where.place.place_id)
    (version,) = view(lea, cohort, "g1").versions
    assert (version.by_name, len(version.place_ids)) == ("Rina Mehta", 2)
    assert "by Rina Mehta" in at.get(address(cohort, key="g1")).text()


def test_two_members_who_write_at_once_both_keep_their_words(cohort, lea, rina, group_time, visit):
    make.team(cohort, [lea, rina])
    make.drafted(lea, cohort, "g1", text="")
    hers, his = visit(rina), visit(lea)
    page, other = hers.get(address(cohort, key="g1")), his.get(address(cohort, key="g1"))
    his.submit(other, "#work", {"ai": "yes", "ai_text": "drawing the diagram"}, press="Save draft")
    both = hers.submit(
        page,
        "#work",
        {"ai": "yes", "ai_text": "the sums", "files": (PDF, "b.pdf")},
        press="Add the chosen files",
    )
    assert "Lea Ito changed this draft" in both.text()
    assert "drawing the diagram" in both.text()
    assert both.texts(".files a") == ["b.pdf"], "the file is not lost with the words"


def test_somebody_without_a_team_is_told_whom_to_ask(cohort, lea, group_time, visit, send):
    make.coordinator(cohort, "Cora Coordinator")
    page = visit(lea).get(address(cohort, key="g1"))
    assert "You have no team yet" in page.text()
    assert "Cora Coordinator puts teams together" in page.text()
    assert not page.has("#work")
    assert send(visit(lea), address(cohort, key="g1"), {"act": "hand-in"}).status_code == 409


# Files and pages of others -------------------------------------------------------------------------------------------


@pytest.fixture
def file(cohort, lea, now, visit):
    at = visit(lea)
    page = at.submit(
        at.get(address(cohort)),
        "#work",
        {"files": (PDF, "memo “final”.pdf"), "ai": "no"},
        press="Add the chosen files",
    )
    return page.link("memo “final”.pdf")


def test_a_file_is_always_a_download(cohort, lea, file, visit):
    answer = visit(lea).open("GET", file)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_whose_bytes_are_gone_is_not_found(lea, file, visit):
    db.session.execute(sa.update(StoredFile).values(sha256="0" * 64))
    visit(lea).refused(file, status=404)


def test_who_may_take_a_file(cohort, lea, file, visit):
    cora, mara = make.coordinator(cohort), marking.marker(cohort, "Mara Marker", role=Role.MARKER)
    faculty = world.granted(Role.FACULTY, world.cohort(weeks_in=2), "Fred Elsewhere")
    rina = world.learner(cohort, "Rina Mehta")
    for who in (cora, mara, faculty, rina):
        visit(who).refused(file, status=404)  # a draft is nobody else's
    at = visit(lea)
    at.submit(at.get(address(cohort)), "#work", press="Hand in version 1")
    (task,) = tasks()
    assert task.marker_id == mara.id
    for who in (cora, mara, lea):
        assert visit(who).open("GET", file).status_code == 200
    for who in (faculty, rina):
        visit(who).refused(file, status=404)


def test_the_marking_desk_can_show_the_work(cohort, lea, now):
    make.handed_in(lea, cohort)
    (version,) = view(lea, cohort).versions
    with statements() as seen:
        shown = queries.works_for_markers([version.id])[version.id]
    assert len(seen) <= 2, seen
    assert "<p>We stop the lake.</p>" in shown.html
    assert (shown.statement, [one.counted for one in shown.versions]) == (
        "No generative tools were used.",
        [True],
    )
    assert queries.works_for_markers([10**6]) == {}


def test_work_of_others_is_not_there(cohort, lea, now, visit, send):
    receipt = make.handed_in(lea, cohort)
    rina = world.learner(cohort, "Rina Mehta")
    visit(rina).refused(address(cohort, f"/versions/{receipt}"), status=404)
    cora = make.coordinator(cohort)
    visit(cora).refused(address(cohort, f"/versions/{receipt}"), status=403)
    assert send(visit(cora), address(cohort)).status_code == 403
    assert visit(cora).get(address(cohort)).has(".reading")
    stranger = world.learner(world.cohort(weeks_in=3))
    visit(stranger).refused(address(cohort), status=404)
