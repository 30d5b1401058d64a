"""A marking pack goes out under numbers and comes back: tried, taken by the verbs of the desk, never overwriting."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa
import xlsxwriter

from lms.assessment import actions
from lms.assessment.models import MarkingTask, PackReturn
from lms.assessment.rules import Judgement, TaskState
from lms.assessment.rules.pack_files import read
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.uow import unit_of_work
from tests.assessment.test_blind import CANARY, PDF, names
from tests.factories import assessment as make
from tests.factories import coursework, world
from tests.support.statements import statements

pytestmark = pytest.mark.db


@pytest.fixture
def scene(session):
    cohort = world.cohort(weeks_in=2)
    marker = make.marker(cohort, "Mara Marker")
    authors = [world.learner(cohort, name) for name in (CANARY, "Asha Rao", "Ben Okafor")]
    with clock.at(coursework.opened(cohort, "b-2")):
        for author in authors:
            coursework.handed_in(
                author, cohort, "b-2", f"The memo of number {author.id}.",
                uploads=[(io.BytesIO(PDF + str(author.id).encode()), f"{author.name}.pdf")],
            )  # fmt: skip
        tasks = list(db.session.scalars(sa.select(MarkingTask).order_by(MarkingTask.id)))
        yield cohort, marker, tasks, authors


def address(cohort, ending: str = "") -> str:
    return f"/cohorts/{cohort.slug}/activities/b-2/pack{ending}"


def taken_out(visitor, cohort) -> dict[str, bytes]:
    answer = visitor.open("GET", address(cohort, ".zip"))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def filled(book: bytes, **by_piece: dict[str, object]) -> bytes:
    """The table with some cells filled in: piece → key → value."""
    lines = read(book).lines
    head = lines[1]
    out = io.BytesIO()
    fresh = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = fresh.add_worksheet("Marks")
    for at, line in enumerate(lines):
        changes = by_piece.get(str(line[head.index("piece")]), {}) if at > 1 else {}
        for column, cell in enumerate(line):
            sheet.write(at, column, changes.get(str(head[column]), cell))
    fresh.close()
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()


def brought(visitor, cohort, body: bytes, name: str = "marks.xlsx", status: int = 200):
    page = visitor.get(address(cohort))
    return visitor.submit(
        page,
        "form[enctype]",
        {"back": (body, name)},
        press="Look at what it brings",
        status=status,
    )


def levels(task: MarkingTask, level: int = 3) -> dict[str, object]:
    return {f"level:{key}": level for key in make.judgement(task).levels}


def test_a_pack_holds_the_work_under_numbers_and_names_nobody(scene, visit) -> None:
    cohort, marker, tasks, _authors = scene
    members = taken_out(visit(marker), cohort)
    folders = sorted({name.split("/")[0] for name in members if "/" in name})
    assert folders == sorted(task.title.removeprefix("Candidate ") for task in tasks)
    number = folders[0]
    assert {f"{number}/work.html", f"{number}/candidate-{number}-1.pdf"} <= set(members)
    whole = " ".join(members) + " ".join(data.decode("latin-1") for data in members.values())
    assert names(whole) == []
    book = read(members["marks.xlsx"])
    assert [line[0] for line in book.lines[2:]] == [task.title.removeprefix("Candidate ") for task in tasks]


def test_untouched_it_changes_nothing_and_filled_in_it_is_taken_as_drafts_or_finished(scene, visit) -> None:
    cohort, marker, tasks, _authors = scene
    visitor = visit(marker)
    book = taken_out(visitor, cohort)["marks.xlsx"]
    page = brought(visitor, cohort, book)
    assert "3 unchanged" in page.text(".lede")
    assert "There is nothing to take" in page.text()
    body = filled(
        book,
        **{
            tasks[0].public_id: {**levels(tasks[0]), "overall": "=SUM(A1) is no figure of yours."},
            tasks[1].public_id: levels(tasks[1], 2),
            tasks[2].public_id: {"level:" + next(iter(make.judgement(tasks[2]).levels)): 9},
        },
    )
    page = brought(visitor, cohort, body)
    assert page.text(".lede").endswith("2 to be taken, 1 refused")
    assert "has no level 9" in page.text()
    assert db.session.scalar(sa.select(sa.func.max(MarkingTask.version))) == 0, "looking takes nothing"
    done = visitor.submit(page, "main form", {"finish": "yes"}, press="Take 2 pieces")
    assert "2 pieces taken, 1 of them finished, 1 kept as drafts" in done.messages[0]
    assert [make.fresh(task).state for task in tasks] == [
        TaskState.FINALISED,
        TaskState.DRAFT,
        TaskState.WAITING,
    ]
    assert make.fresh(tasks[0]).draft["overall"] == "=SUM(A1) is no figure of yours."
    again = visitor.submit(page, "main form", press="Take 2 pieces")
    assert "This pack is taken already." in again.messages[0]


def test_what_was_written_on_the_desk_since_is_a_conflict_with_both_values(scene, visit) -> None:
    cohort, marker, tasks, _authors = scene
    visitor = visit(marker)
    book = taken_out(visitor, cohort)["marks.xlsx"]
    for task in tasks[:2]:
        with unit_of_work() as work:
            actions.save_draft(
                task.id,
                Judgement(overall="From the desk"),
                version=0,
                actor=world.actor(marker),
                now=work.now,
            )
    body = filled(book, **{tasks[0].public_id: {"overall": "From the train"}})
    page = brought(visitor, cohort, body)
    assert page.text(".lede").endswith("1 conflict, 2 unchanged")
    assert page.rows("article table") == [["To the author", "From the train", "From the desk"]]
    assert not page.has("main form [value=yes]")
    assert [make.fresh(task).draft.get("overall") for task in tasks] == [
        "From the desk",
        "From the desk",
        None,
    ]


def test_annotated_pdf_files_go_back_with_the_mark_and_never_before(scene, visit) -> None:
    cohort, marker, tasks, authors = scene
    visitor, number = visit(marker), tasks[0].title.removeprefix("Candidate ")
    members = taken_out(visitor, cohort)
    own = members[f"{number}/candidate-{number}-1.pdf"]
    body = zipped(
        **{
            "marks.xlsx": filled(
                members["marks.xlsx"], **{tasks[0].public_id: {**levels(tasks[0]), "overall": "Good."}}
            ),
            f"{number}/candidate-{number}-1.pdf": own,
            f"{number}/annotated.pdf": own + b"% notes",
            "00000/other.pdf": own + b"% more",
        }
    )
    page = brought(visitor, cohort, body, "pack.zip")
    assert "its folder “00000” is none of your pack" in page.text()
    visitor.submit(page, "main form", {"finish": "yes"}, press="Take 1 piece and 1 annotated file")
    desk = visitor.get(f"/marking/{tasks[0].public_id}")
    link = desk.one("a[href*='/annotated/']")
    assert "annotated.pdf" in link.get_text()
    assert visitor.open("GET", link["href"]).data == own + b"% notes"
    file = link["href"].rsplit("/", 1)[1]
    mark = db.session.execute(sa.text("select public_id from mark")).scalar_one()
    theirs = f"/cohorts/{cohort.slug}/marks/{mark}/files/{file}"
    author, other = visit(authors[0]), visit(authors[1])
    assert author.open("GET", theirs).status_code == 404
    make.release(cohort, make.marker(cohort, "Sam Second"), key="b-2")
    shown = author.get(f"/cohorts/{cohort.slug}/marks/{mark}")
    assert shown.one("a[href*='/files/']")["href"] == theirs
    assert author.open("GET", theirs).data == own + b"% notes"
    assert other.open("GET", theirs).status_code == 404


def test_an_annotated_file_is_removed_and_put_back_with_what_was_typed(scene, visit) -> None:
    """It stays on the desk as removed, with who and when; only what stands there at the end goes to the author."""
    cohort, marker, tasks, authors = scene
    visitor, number = visit(marker), tasks[0].title.removeprefix("Candidate ")
    members = taken_out(visitor, cohort)
    own = members[f"{number}/candidate-{number}-1.pdf"]
    body = zipped(
        **{
            "marks.xlsx": members["marks.xlsx"],
            f"{number}/good.pdf": own + b"% good",
            f"{number}/wrong.pdf": own + b"% another's",
        }
    )
    page = brought(visitor, cohort, body, "pack.zip")
    visitor.submit(page, "main form", press="Take 2 annotated files")
    address_ = f"/marking/{tasks[0].public_id}"
    filled_in = {f"level-{key}": "3" for key in make.judgement(tasks[0]).levels}
    for name in ("wrong.pdf", "good.pdf"):
        desk = visitor.submit(
            visitor.get(address_), "#judgement", {**filled_in, "comment": "Good."}, press=f"Remove {name}"
        )
        assert "does not go to the author" in desk.messages[0]
    assert "No file goes with the mark." in desk.text("#annotated")
    assert desk.text("#annotated details").count("by Mara Marker") == 2
    assert desk.one("#comment").get_text().strip() == "Good."
    removed = {one.get_text(): one["href"] for one in desk.soup.select("#annotated details a")}
    assert visitor.open("GET", removed["wrong.pdf"]).status_code == 200, "it is kept for those who mark here"
    back = [one for one in desk.soup.select("#annotated button") if "good.pdf" in one.parent.get_text()]
    token = desk.one("#judgement [name=csrf_token]")["value"]
    version = desk.one("#judgement [name=version]")["value"]
    sent = {"csrf_token": token, "version": version, "comment": "Good.", **filled_in, "act": back[0]["value"]}
    assert visitor.open("POST", address_, data=sent).status_code == 303
    assert visitor.open("POST", address_, data={**sent, "version": str(int(version) + 1)}).status_code == 404
    visitor.submit(visitor.get(address_), "#judgement", press="Finish, next Ctrl ↵")
    closed = visitor.get(address_)
    assert not closed.soup.select("#annotated button")
    assert "good.pdf" in closed.text("#annotated .files")
    acts = ("assessment.remove_file", "assessment.put_file_back")
    told = sa.select(AuditEntry.action).where(AuditEntry.action.in_(acts)).order_by(AuditEntry.id)
    assert db.session.scalars(told).all() == [acts[0], acts[0], acts[1]]
    make.release(cohort, make.marker(cohort, "Sam Second"), key="b-2")
    mark = db.session.execute(sa.text("select public_id from mark")).scalar_one()
    author = visit(authors[0])
    shown = author.get(f"/cohorts/{cohort.slug}/marks/{mark}").soup.select("a[href*='/files/']")
    assert [one.get_text().strip() for one in shown] == ["good.pdf"]
    wrong = removed["wrong.pdf"].rsplit("/", 1)[1]
    author.refused(f"/cohorts/{cohort.slug}/marks/{mark}/files/{wrong}", status=404)


def test_anothers_pieces_and_packs_are_refused(scene, visit) -> None:
    cohort, marker, tasks, _authors = scene
    second = make.marker(cohort, "Sam Second")
    book = taken_out(visit(marker), cohort)["marks.xlsx"]
    other = visit(second)
    assert len(read(taken_out(other, cohort)["marks.xlsx"]).lines) == 2
    db.session.execute(sa.update(MarkingTask).values(marker_id=marker.id))
    page = brought(visit(marker), cohort, filled(book, **{tasks[0].public_id: {"overall": "Mine"}}))
    public_id = db.session.scalar(sa.select(PackReturn.public_id).order_by(PackReturn.id.desc()))
    other.refused(address(cohort, f"/{public_id}"), status=404)
    assert "1 to be taken" in page.text(".lede")
    bad = brought(visit(marker), cohort, b"not a table", status=422)
    assert "neither the table (.xlsx) nor a zip" in bad.text()


@pytest.mark.slow
def test_a_pack_asks_as_much_for_many_pieces_as_for_few(scene, visit) -> None:
    """Taken out, brought back and looked at: the same statements for three pieces and for fifteen."""
    cohort, marker, tasks, _authors = scene
    visitor = visit(marker)

    def counted(tasks) -> dict[str, int]:
        found = {}

        def of(name, act):
            act()
            with statements() as seen:
                result = act()
            found[name] = len(seen)
            return result

        of("page", lambda: visitor.get(address(cohort)))
        members = of("zip", lambda: taken_out(visitor, cohort))
        book = filled(members["marks.xlsx"], **{task.public_id: {"overall": "Good."} for task in tasks})
        page = brought(visitor, cohort, zipped(**{"marks.xlsx": book}), "pack.zip")
        of("return", lambda: visitor.get(page.url))
        return found

    few = counted(tasks)
    for number in range(12):
        author = world.learner(cohort, f"Learner Number{number}")
        uploads = [(io.BytesIO(PDF + str(author.id).encode()), "memo.pdf")]
        coursework.handed_in(author, cohort, "b-2", f"The memo of number {author.id}.", uploads=uploads)
    many = list(db.session.scalars(sa.select(MarkingTask).order_by(MarkingTask.id)))
    assert len(many) == 15
    assert counted(many) == few
    assert max(few.values()) <= 14, few
