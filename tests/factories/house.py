"""Builds the house that the walks over all routes walk through: everybody in it and one of every thing.

Through the real actions; tests/support/house.py says what for.
"""

from __future__ import annotations

import datetime as dt
import io
from fractions import Fraction

import sqlalchemy as sa
from flask import Flask

from lms.assessment import actions as marking
from lms.assessment.models import Mark, MarkingTask, TaskState
from lms.capstone.models import MilestoneFile, MilestoneSubmission
from lms.cohorts import actions as cohorts
from lms.cohorts.queries import CohortView
from lms.community import actions as talk
from lms.community.models import Announcement
from lms.community.rules import Audience, AudienceKind
from lms.core import clock, files, outbox
from lms.core.db import db
from lms.core.files import Limits, StoredFile
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.coursework.models import Submission, SubmissionFile, SubmissionVersion
from lms.enrolment import actions as enrolment
from lms.enrolment import queries as enrolment_queries
from lms.enrolment.actions import Enrolling, NewTeam
from lms.enrolment.rules import PlaceState, TeamKind
from lms.gradebook import actions as gradebook
from lms.people import actions as people
from lms.people import queries as people_queries
from lms.people.models import Person
from lms.people.rules import Days, Role
from lms.progress import actions as progress
from lms.progress.models import CaseKind
from tests.factories import assessment, capstone, community, coursework, live, notifications, world
from tests.factories import enrolment as lists
from tests.support.pages import Visitor

STAFF = (Role.FACULTY, Role.ASSISTANT, Role.GUIDE, Role.MARKER, Role.COORDINATOR)
WIDE = (Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)
PDF = b"%PDF-1.4 what was handed in"
RESULTS = b"email,activity,score,out of,note\nlea@example.org,b-1,34,40,Done at the partner school\n"
PEOPLE = "name,email\nNew Learner,new@example.org\n"
WEEK = 26


class Builder:
    """Builds two cohorts, one part after the other."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.own, self.other = world.cohort(weeks_in=WEEK), world.cohort(weeks_in=WEEK)
        monday = self.own.starts_on + dt.timedelta(weeks=WEEK - 1)
        self.now = dt.datetime.combine(monday + dt.timedelta(days=2), dt.time(12), dt.UTC)
        self.values: dict[str, str] = {}
        self.foreign: dict[str, str] = {}
        self.persons: dict[str, Person] = {}

    def build(self) -> None:
        """Build all of it, as of a Wednesday at noon."""
        with clock.at(self.now):
            self._build()

    def _build(self) -> None:
        with clock.at(dt.datetime.combine(self.own.starts_on, dt.time(6), dt.UTC)):
            self._people()
            self._teams()
        self._coursework()
        self._marks()
        self._project()
        self._sessions()
        self._staff_things()
        self._own_things()
        self._others_things()
        self._who_left()
        while outbox.drain():
            pass
        mail = db.session.scalar(sa.select(MailMessage.public_id).limit(1))
        assert mail is not None
        self.values |= {"people.kept_mail:public_id": mail}

    # People -------------------------------------------------------------------------------------------------------

    def _people(self) -> None:
        with unit_of_work():
            section = cohorts.add_section(self.own.id, "B", actor=world.director()).id
        self.persons["learner, own"] = self.lea = world.person("Lea Own", email="lea@example.org")
        world.place(self.own, self.lea)
        mate = world.person("Mira Elsewhere")
        with unit_of_work() as work:
            enrolling = Enrolling(person_id=mate.id, joined_on=self.own.starts_on, section_id=section)
            enrolment.enrol(self.own.id, enrolling, actor=world.director(), now=work.now)
        self.persons["learner, other team"] = mate
        for name in ("learner, on leave", "learner, withdrawn", "learner, suspended"):
            self.persons[name] = world.learner(self.own)
        for role in STAFF:
            self.persons[f"{role.value}, own"] = world.granted(role, self.own)
        self.persons["guide, other team"] = world.granted(Role.GUIDE, self.own)
        self.persons["marker, other work"] = world.granted(Role.MARKER, self.own)
        self.persons["coordinator, suspended"] = world.granted(Role.COORDINATOR, self.own)
        self.persons["learner, other cohort"] = world.learner(self.other)
        for role in STAFF:
            self.persons[f"{role.value}, other cohort"] = world.granted(role, self.other)
        both = world.learner(self.own, "Bo Both")
        with unit_of_work() as work:
            cohorts.appoint(self.other.id, both.id, Role.COORDINATOR, actor=world.director(), now=work.now)
        self.persons["learner here, coordinator there"] = both
        for role in WIDE:
            self.persons[role.value] = world.granted(role)
        self.persons["nobody in particular"] = world.person("Nadia Nobody")
        self.values |= {
            "slug": self.own.slug,
            "curriculum:slug": "product-leadership",
            "place": coursework.place_public_id(self.lea, self.own),
            "name": coursework.place_public_id(self.lea, self.own),
            "person": self.lea.public_id,
            "cohorts.staff_member:public_id": self.persons["faculty, own"].public_id,
            "notifications.mail_sample:name": "announcement",
            "number": "1",
            "on": (self.own.starts_on + dt.timedelta(weeks=WEEK)).isoformat(),
            "to": "closed",
            "enrolment.change:act": "leave",
            "people.care_for_account:act": "suspend",
            "token": "not-a-token",
            "key": "b-2",
            "coursework.reading:key": "r-b1-data-as-a-product",
            "coursework.mark_read:key": "r-b1-data-as-a-product",
            "coursework.unmark_read:key": "r-b1-data-as-a-product",
            "coursework.reading_position:key": "r-b1-data-as-a-product",
            "coursework.quiz:key": "q7",
            "coursework.start_quiz:key": "q7",
            "coursework.form:key": "self-rating",
            "coursework.answer_form:key": "self-rating",
            "progress.activity:key": "ps-r1",
            "progress.course:key": "core",
            "progress.module:key": "a1",
            "progress.why:key": "a1",
            "gradebook.course:key": "core",
            "community.contribution:key": "core",
            "community.course_participation:key": "core",
            "community.course_participation_csv:key": "core",
            "community.learner_participation:key": "core",
            "community.record_contribution:key": "core",
            "community.record_participation:key": "core",
            "scheduling:key": "s25",
            "live:key": "s23",
            "capstone:key": "m1",
            "community:key": "th5",
        }

    def _teams(self) -> None:
        mine = [_place(self.own, self.lea), _place(self.own, self.persons["learner, on leave"])]
        theirs = [_place(self.own, self.persons["learner, other team"])]
        for kind in (TeamKind.WORKING, TeamKind.CAPSTONE):
            with unit_of_work() as work:
                new = [
                    NewTeam(name="Banyan", place_ids=tuple(mine)),
                    NewTeam(name="Cedar", place_ids=tuple(theirs)),
                ]
                enrolment.form_teams(self.own.id, kind, new, actor=world.director(), now=work.now)
        self.values["team"] = _team(self.own, "Banyan")
        for endpoint in (
            "team",
            "rename_team",
            "add_members",
            "move_member",
            "dissolve_team",
        ):
            self.values[f"enrolment.{endpoint}:public_id"] = self.values["team"]

    # Work and marks -----------------------------------------------------------------------------------------------

    def _coursework(self) -> None:
        lea, own = self.lea, self.own
        with clock.at(coursework.opened(own, "b-1")):
            first = coursework.handed_in(lea, own, "b-1", uploads=[(io.BytesIO(PDF), "memo.pdf")])
        with clock.at(coursework.opened(own, "b-2")):
            self.version = coursework.handed_in(lea, own, "b-2", uploads=[(io.BytesIO(PDF), "notes.pdf")])
        with clock.at(coursework.opened(own, "q6")):
            coursework.finished(lea, own, "q6")
        with clock.at(coursework.opened(own, "q7")):
            done = coursework.finished(lea, own, "q7", right=2)
        attempt = coursework.started(lea, own, "q7")
        row = db.session.execute(
            sa.select(Submission.public_id, StoredFile.public_id)
            .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
            .join(SubmissionFile, SubmissionFile.version_id == SubmissionVersion.id)
            .join(StoredFile, StoredFile.id == SubmissionFile.file_id)
            .where(SubmissionVersion.public_id == first)
        ).one()
        self.values |= {
            "version": self.version,
            "submission": row[0],
            "coursework:file": row[1],
            "attempt": attempt.public_id,
            "coursework.quiz_result:attempt": done.public_id,
        }
        for name in ("attempt", "save_answers", "finish_quiz", "quiz_result"):
            self.values[f"coursework.{name}:key"] = "q7"

    def _marks(self) -> None:
        marker = self.persons["marker, own"]
        tasks = {key: _task(self.own, key) for key in ("b-1", "b-2")}
        with unit_of_work() as work:
            marking.reassign(
                [task.id for task in tasks.values() if task.marker_id != marker.id],
                marker.id,
                actor=world.director(),
                now=work.now,
            )
        assessment.finish(tasks["b-1"], marker)
        assessment.release(self.own, self.persons["coordinator, own"], key="b-1")
        mark = db.session.scalar(
            sa.select(Mark.public_id).where(
                Mark.place_id == _place(self.own, self.lea), Mark.activity_id == assessment.activity_id("b-1")
            )
        )
        assert mark is not None
        self.values |= {
            "task": tasks["b-2"].public_id,
            "assessment.mark:public_id": mark,
            "assessment.history:public_id": mark,
            "coursework.feedback:key": "b-1",
        }

    def _project(self) -> None:
        own, lea, guide = self.own, self.lea, self.persons["guide, own"]
        capstone.start(own, lea)
        project = capstone.of(own, lea)
        capstone.assign(project, guide)
        capstone.hand_in(own, lea, "m1")
        capstone.meet(own, project, guide)
        theirs = capstone.start(own, self.persons["learner, other team"])
        capstone.assign(theirs, self.persons["guide, other team"])
        file = db.session.scalar(
            sa.select(StoredFile.public_id)
            .join(MilestoneFile, MilestoneFile.file_id == StoredFile.id)
            .join(MilestoneSubmission, MilestoneSubmission.id == MilestoneFile.submission_id)
            .where(MilestoneSubmission.project_id == project.id)
            .limit(1)
        )
        assert file is not None
        self.values |= {"capstone:public_id": project.public_id, "capstone:file": file}

    def _sessions(self) -> None:
        place = _place(self.own, self.lea)
        live.ticked(self.own, "s23", {place: live.Verdict.PRESENT})

    # What staff brought and wrote -----------------------------------------------------------------------------------

    def _staff_things(self) -> None:
        own, by = self.own, world.actor(self.persons["coordinator, own"])
        place = _place(own, self.lea)
        tried = lists.tried(own, PEOPLE)
        said = notifications.announced(own, self.persons["coordinator, own"])
        self._draft()
        desk = Visitor(self.app).signed_in(self.persons["coordinator, own"])
        page = desk.get(f"/cohorts/{own.slug}/external-results/import")
        preview = desk.submit(page, "form.form", file=(RESULTS, "results.csv"))
        brought = preview.url.rpartition("/")[2]
        with unit_of_work() as work:
            limits = Limits(types=("pdf",), megabytes=1)
            evidence = files.keep(
                io.BytesIO(PDF),
                "proof.pdf",
                limits=limits,
                owner_id=by.person_id,
                purpose="evidence",
                now=work.now,
            )
            external = gradebook.record_external(
                gradebook.External(
                    place_id=place,
                    cohort_id=own.id,
                    activity_id=assessment.activity_id("a-1"),
                    score=Fraction(34),
                    out_of=Fraction(40),
                    note="Done at the partner school.",
                    evidence_id=evidence.id,
                ),
                actor=by,
                now=work.now,
            )
            promise = progress.add_case_entry(
                place,
                progress.CaseWords(
                    kind=CaseKind.PROMISE, text="Call on Friday.", readers="staff", due_on=work.now.date()
                ),
                actor=by,
                now=work.now,
            )
            self.values |= {
                "gradebook:file": brought,
                "gradebook.evidence:public_id": external.public_id,
                "entry": promise.public_id,
                "announcement": _announcement(said),
            }
        for endpoint in ("list_report", "list_errors", "list_apply", "list_undo"):
            self.values[f"enrolment.{endpoint}:public_id"] = tried.line.public_id
        self._discussion()

    def _draft(self) -> None:
        with unit_of_work() as work:
            drafting = talk.Drafting(
                title="Rooms", text="Upstairs.", audience=Audience(AudienceKind.EVERYONE), by_mail=True
            )
            by = world.actor(self.persons["coordinator, own"])
            draft = talk.announce(self.own.id, drafting, actor=by, now=work.now)
            for act in ("edit", "send", "discard"):
                self.values[f"community.{act}_announcement:announcement"] = draft.public_id

    def _discussion(self) -> None:
        with unit_of_work() as work:
            here = community.discussion(self.own, self.lea, "th5")
            writing = talk.Writing(text=community.LONG)
            talk.say(here, writing, actor=world.actor(self.lea), now=work.now)

    def _own_things(self) -> None:
        actor = world.actor(self.lea)
        ahead = clock.now().date() + dt.timedelta(days=30)
        with unit_of_work() as work:
            busy = people.add_busy_date(Days(ahead, ahead), "Audit week", actor=actor, now=work.now)
            for endpoint in ("busy_date", "remove_busy_date"):
                self.values[f"people.{endpoint}:public_id"] = busy.public_id
        Visitor(self.app).signed_in(self.lea)
        (one,) = people_queries.sign_ins(self.lea.id, None, clock.now())
        self.values["handle"] = one.handle
        notice = notifications.notices(self.lea)[0]
        self.values["notice"] = notice.public_id

    def _others_things(self) -> None:
        """What the other cohort has of the same, to be tried where it does not belong."""
        stranger = self.persons["learner, other cohort"]
        lists.team(self.other, "Elsewhere", (_place(self.other, stranger),))
        task = assessment.bring(self.other, [_place(self.other, stranger)], key="b-2")
        self.foreign = {
            "place": coursework.place_public_id(stranger, self.other),
            "name": coursework.place_public_id(stranger, self.other),
            "cohorts.staff_member:public_id": self.persons["faculty, other cohort"].public_id,
            "task": task.public_id,
            "announcement": _announcement(
                notifications.announced(self.other, self.persons["coordinator, other cohort"])
            ),
        }
        team, brought = _team(self.other, "Elsewhere"), lists.tried(self.other, PEOPLE).line.public_id
        for endpoint in ("team", "rename_team", "add_members", "move_member", "dissolve_team"):
            self.foreign[f"enrolment.{endpoint}:public_id"] = team
        for endpoint in ("list_report", "list_errors", "list_apply", "list_undo"):
            self.foreign[f"enrolment.{endpoint}:public_id"] = brought

    def _who_left(self) -> None:
        for name, state in (
            ("learner, on leave", PlaceState.ON_LEAVE),
            ("learner, withdrawn", PlaceState.WITHDRAWN),
        ):
            with unit_of_work() as work:
                enrolment.change_state(
                    _place(self.own, self.persons[name]),
                    state,
                    reason="As agreed.",
                    effective_on=work.now.date(),
                    actor=world.director(),
                    now=work.now,
                )


def _place(cohort: CohortView, who: Person) -> int:
    return live.place_of(cohort, who)


def _team(cohort: CohortView, name: str) -> str:
    return next(
        one.public_id
        for one in enrolment_queries.teams(cohort.id, TeamKind.WORKING, clock.now())
        if one.name == name
    )


def _task(cohort: CohortView, key: str) -> MarkingTask:
    found = db.session.scalar(
        sa.select(MarkingTask).where(
            MarkingTask.cohort_id == cohort.id,
            MarkingTask.activity_id == assessment.activity_id(key),
            MarkingTask.state != TaskState.SUPERSEDED,
        )
    )
    assert found is not None
    return found


def _announcement(number: int) -> str:
    return db.session.get_one(Announcement, number).public_id
