"""What learners of the house did and what came of it: work, quizzes, marks, a project, attendance."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.assessment import actions as marking
from lms.assessment import queries as marking_queries
from lms.assessment.models import Mark
from lms.assessment.rules import Judgement
from lms.assessment.rules.pack_files import Returned
from lms.assessment.rules.packs import Row
from lms.capstone.models import Meeting, MilestoneFile, MilestoneSubmission
from lms.core import clock
from lms.core.db import db
from lms.core.files import StoredFile
from lms.core.uow import unit_of_work
from lms.coursework import actions as coursework_actions
from lms.coursework import queries
from lms.coursework.models import Submission, SubmissionFile, SubmissionVersion, WorkOverlap
from lms.curriculum.models import Activity
from lms.enrolment.queries import my_place
from lms.gradebook import actions as gradebook
from lms.gradebook import queries as gradebook_queries
from lms.gradebook.rules.boards import Proposal
from lms.live.rules import Verdict
from lms.people.models import Person
from lms.requests import actions as requests
from lms.requests.ports import Wanted
from tests.factories import assessment, boards, capstone, coursework, live, world
from tests.factories.house.finding import place_of, task_of

if TYPE_CHECKING:
    from tests.factories.house import Builder

PDF = b"%PDF-1.4 what was handed in"


def handed_in_and_taken(at: Builder) -> None:
    """Lea's assignments in versions, with files; quizzes finished and open; a reading read; more time taken."""
    lea, own = at.lea, at.own
    with clock.at(coursework.opened(own, "b-1")):
        first = coursework.handed_in(lea, own, "b-1", uploads=[(io.BytesIO(PDF), "memo.pdf")])
    with clock.at(coursework.opened(own, "b-2")):
        coursework.handed_in(lea, own, "b-2", uploads=[(io.BytesIO(PDF + b" 1"), "first.pdf")])
    with clock.at(coursework.opened(own, "b-2") + dt.timedelta(hours=1)):
        version = coursework.handed_in(lea, own, "b-2", uploads=[(io.BytesIO(PDF), "notes.pdf")])
    with clock.at(coursework.opened(own, "q6")):
        coursework.finished(lea, own, "q6")
    with clock.at(coursework.opened(own, "q7")):
        done = coursework.finished(lea, own, "q7", right=2)
    attempt = coursework.started(lea, own, "q7")
    with clock.at(coursework.opened(own, "r-b1-quality-and-lineage")), unit_of_work() as work:
        reading = coursework.visit(lea, own, "r-b1-quality-and-lineage", "reading")
        coursework_actions.mark_read(reading, now=work.now)
    at.values |= {
        "coursework.form_file:key": "tool-check",
        "coursework.form_file:file": sent_with_a_form(at),
    }
    with clock.at(coursework.due(own, "a-2") - dt.timedelta(days=1)), unit_of_work() as work:
        late = coursework.visit(lea, own, "a-2")
        coursework_actions.take_own(late, actor=world.actor(lea), now=work.now)
    row = db.session.execute(
        sa.select(Submission.public_id, StoredFile.public_id)
        .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .join(SubmissionFile, SubmissionFile.version_id == SubmissionVersion.id)
        .join(StoredFile, StoredFile.id == SubmissionFile.file_id)
        .where(SubmissionVersion.public_id == first)
    ).one()
    for who in (lea, at.persons["learner, other team"]):
        with clock.at(coursework.opened(own, "pn1")):
            coursework.handed_in(who, own, "pn1")
    begun = coursework.begun_upload(lea, own, "b-2", "film.pdf", 9_000_000)
    at.values |= {
        "upload": begun,
        "version": version,
        "submission": row[0],
        "coursework:file": row[1],
        "attempt": attempt.public_id,
        "coursework.quiz_result:attempt": done.public_id,
    }
    for name in ("attempt", "save_answers", "finish_quiz", "quiz_result"):
        at.values[f"coursework.{name}:key"] = "q7"


def overlapping(at: Builder) -> None:
    """Two progress notes with the same words."""
    notes = sa.select(SubmissionVersion.id).join(Submission).join(Activity).where(Activity.key == "pn1")
    for version in db.session.scalars(notes).all():
        with unit_of_work() as done:
            coursework_actions.compare(version, now=done.now)
    pair = db.session.scalar(sa.select(WorkOverlap.public_id))
    assert pair is not None
    at.values |= {"pair": pair, "coursework.overlap:key": "pn1"}


def sent_with_a_form(at: Builder) -> str:
    """Lea's tool check with a picture; the picture's public id."""
    here = coursework.visit(at.lea, at.own, "tool-check", "form")
    by = world.actor(at.lea)
    ticks = {name: ["yes"] for name in ("room", "zone", "calendar", "sheets")}
    sent = {"device": ["A telephone"], "reach": ["+65 5550 1234"], **ticks}
    with unit_of_work() as work:
        coursework_actions.add_form_file(
            here, "picture", io.BytesIO(PDF), "screen.pdf", actor=by, now=work.now
        )
    with unit_of_work() as work:
        coursework_actions.answer_form(here, sent, version=0, actor=by, now=work.now)
    return queries.form_files(here.place.place_id, here.line.id)["picture"].public_id


def marks(at: Builder) -> None:
    """Both pieces of work are the marker's: one waits, one is marked and released."""
    marker = at.persons["marker, own"]
    tasks = {key: task_of(at.own, key) for key in ("b-1", "b-2")}
    with unit_of_work() as work:
        marking.reassign(
            [task.id for task in tasks.values() if task.marker_id != marker.id],
            marker.id,
            actor=world.director(),
            now=work.now,
        )
    file = annotated(at, marker, "b-1", take=True)
    assessment.finish(tasks["b-1"], marker)
    assessment.release(at.own, at.persons["coordinator, own"], key="b-1")
    mark = db.session.scalar(
        sa.select(Mark.public_id).where(
            Mark.place_id == place_of(at.own, at.lea), Mark.activity_id == assessment.activity_id("b-1")
        )
    )
    assert mark is not None
    at.values |= {
        "task": tasks["b-2"].public_id,
        "assessment.reopen:task": tasks["b-1"].public_id,
        "assessment.mark:public_id": mark,
        "assessment.history:public_id": mark,
        "coursework.feedback:key": "b-1",
        "assessment.annotated:task": tasks["b-1"].public_id,
        "assessment.annotated:file": file,
        "assessment.feedback_file:public_id": mark,
        "assessment.feedback_file:file": file,
        "pack": annotated(at, marker, "b-2", take=False),
    }


def annotated(at: Builder, marker: Person, key: str, *, take: bool) -> str:
    """A marking pack that came back with an annotated file; taken: the file's public id, else the pack's."""
    actor = world.actor(marker)
    view = marking_queries.batch_visible_to(actor, at.own.slug, key)
    (line,) = marking_queries.pack_lines(view, actor)
    row = Row(3, line.piece.public_id, line.piece.version, "", Judgement(overall="From the train."))
    returned = Returned([], ((line.piece.label, "annotated.pdf", PDF + b" annotated"),))
    with unit_of_work() as work:
        kept = marking.keep_return(view, "marks.xlsx", [row], returned, given=(), actor=actor, now=work.now)
        public_id, file = kept.public_id, kept.files[0]["public_id"]
    if take:
        brought = marking_queries.return_visible_to(actor, at.own.slug, key, public_id)
        with unit_of_work() as work:
            marking.take_return(brought, finish=False, actor=actor, now=work.now)
    return file if take else public_id


def complained(at: Builder) -> None:
    """Lea complained about the mark that was released, and a guide, who also marks here, is asked to look again."""
    lea = world.actor(at.lea)
    with unit_of_work() as work:
        row = requests.ask(
            my_place(lea, at.own.slug),
            requests.Asked(
                kind="mark-complaint",
                about="b-1",
                words="Two pages were not read.",
                wanted=Wanted(choice="whole", tick=True),
            ),
            actor=lea,
            now=work.now,
        )
    by = world.actor(at.persons["coordinator, own"])
    found = gradebook_queries.complaint_visible_to(by, at.own.slug, row.public_id)
    with unit_of_work() as work:
        review = gradebook.ask_assessor(found, at.persons["guide, own"].public_id, actor=by, now=work.now)
    at.values |= {
        "gradebook.complaint:public_id": row.public_id,
        "gradebook.ask_assessor:public_id": row.public_id,
        "gradebook.review:public_id": review.public_id,
        "gradebook.judge_again:public_id": review.public_id,
    }


def board(at: Builder) -> None:
    """The coordinator called a board together, with faculty in the chair; one item is on its agenda."""
    row = boards.opened(at.own, at.persons["coordinator, own"], at.persons["faculty, own"], course="data-ai")
    boards.proposed(at.own, row, at.persons["coordinator, own"], Proposal.CONFIRM)
    at.values |= {
        f"gradebook.{name}:public_id": row.public_id
        for name in (
            "board",
            "board_item",
            "act_on_item",
            "change_board",
            "minutes",
            "minutes_csv",
            "minutes_pdf",
        )
    }


def project(at: Builder) -> None:
    """Lea's team has a guide, one milestone answered and one that waits; another team has another guide."""
    own, lea, guide = at.own, at.lea, at.persons["guide, own"]
    capstone.start(own, lea)
    project = capstone.of(own, lea)
    capstone.assign(project, guide)
    capstone.hand_in(own, lea, "m0")
    capstone.answer(project, guide, "m0")
    capstone.hand_in(own, lea, "m1")
    capstone.meet(own, project, guide)
    theirs = capstone.start(own, at.persons["learner, other team"])
    capstone.assign(theirs, at.persons["guide, other team"])
    file = db.session.scalar(
        sa.select(StoredFile.public_id)
        .join(MilestoneFile, MilestoneFile.file_id == StoredFile.id)
        .join(MilestoneSubmission, MilestoneSubmission.id == MilestoneFile.submission_id)
        .where(MilestoneSubmission.project_id == project.id)
        .limit(1)
    )
    meeting = db.session.scalar(sa.select(Meeting.public_id).where(Meeting.project_id == project.id))
    assert file is not None
    assert meeting is not None
    at.values |= {
        "meeting": meeting,
        "capstone:public_id": project.public_id,
        "capstone:file": file,
        "capstone.take_back:key": "m0",
        "capstone:upload": capstone.begun_upload(own, lea, "m3", "interviews.pdf", 9_000_000),
    }
    at.values |= {f"capstone.{name}:key": "m3" for name in ("begin_upload", "send_piece", "discard_upload")}


def sessions(at: Builder) -> None:
    """Lea was there."""
    place = place_of(at.own, at.lea)
    live.ticked(at.own, "s23", {place: Verdict.PRESENT})
