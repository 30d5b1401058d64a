"""What stands in a project's room: members, dates, versions with their answers, meetings and story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.capstone.models import (
    GuideAssignment,
    Meeting,
    MilestoneFeedback,
    MilestoneFile,
    MilestoneSubmission,
    Project,
    ProjectEvent,
)
from lms.capstone.queries.projects import ProjectLine, milestones_of
from lms.capstone.rules.milestones import Standing
from lms.capstone.rules.promises import MeetingCount
from lms.capstone.rules.states import ProjectState, Step, SubmissionState
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.files import StoredFile
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.rules import PlaceState
from lms.people.models import Person
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine, Whose


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody who works on a project."""

    place_id: int
    place_public_id: str
    person_id: int
    name: str
    zone: str
    state: PlaceState
    last_seen_on: dt.date | None


_MEMBER = (
    Place.id.label("place_id"),
    Place.public_id.label("place_public_id"),
    Place.person_id,
    Person.name,
    Person.zone,
    Place.state,
    Person.last_seen_on,
)


def members(project: ProjectLine) -> list[MemberLine]:
    """Who works on a project now, by name. One statement."""
    statement = sa.select(*_MEMBER).join(Person, Person.id == Place.person_id)
    if project.team_id is not None:
        statement = statement.join(TeamMembership, TeamMembership.place_id == Place.id).where(
            TeamMembership.team_id == project.team_id, TeamMembership.ends_at.is_(None)
        )
    else:
        statement = statement.where(Place.id == project.place_id)
    rows = db.session.execute(statement.order_by(Person.sort_name, Place.id))
    return [MemberLine(**row._mapping) for row in rows]


# Versions -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that was handed in."""

    public_id: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a guide answered; one that was taken back stays readable."""

    verdict: SubmissionState
    html: str
    revise_by: dt.datetime | None
    by: str
    at: dt.datetime
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One handing-in of a milestone."""

    id: int
    public_id: str
    key: str
    number: int
    state: SubmissionState
    by: str
    submitted_at: dt.datetime
    due_at: dt.datetime
    late_days: int
    answer_by: dt.datetime
    digest: str
    members: tuple[Mapping[str, Any], ...]
    files: tuple[FileLine, ...] = ()
    answers: tuple[Answer, ...] = ()
    html: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    """Answers to the milestone's form, where they were asked for."""

    @property
    def answer(self) -> Answer | None:
        """The answer that holds."""
        return next((one for one in self.answers if not one.taken_back), None)

    @property
    def place_ids(self) -> tuple[int, ...]:
        """The learners it stands for."""
        return tuple(member["place"] for member in self.members)


_by, _answerer = aliased(Person), aliased(Person)


def versions(project_id: int, key: str | None = None, *, texts: bool = False) -> dict[str, list[Version]]:
    """What was handed in, by milestone and number, with files and answers. One statement; texts only where asked."""
    statement = (
        sa.select(
            MilestoneSubmission.id,
            MilestoneSubmission.public_id,
            MilestoneSubmission.activity_key.label("key"),
            MilestoneSubmission.number,
            MilestoneSubmission.state,
            _by.name.label("by"),
            MilestoneSubmission.submitted_at,
            MilestoneSubmission.due_at,
            MilestoneSubmission.late_days,
            MilestoneSubmission.answer_by,
            MilestoneSubmission.digest,
            MilestoneSubmission.members,
            *((MilestoneSubmission.html, MilestoneSubmission.answers.label("form")) if texts else ()),
            StoredFile.public_id.label("file_public_id"),
            StoredFile.name.label("file_name"),
            StoredFile.size.label("file_size"),
            StoredFile.sha256.label("file_sha256"),
            MilestoneFeedback.id.label("answer_id"),
            MilestoneFeedback.verdict,
            MilestoneFeedback.html.label("answer_html"),
            MilestoneFeedback.revise_by,
            _answerer.name.label("answerer"),
            MilestoneFeedback.at.label("answered_at"),
            MilestoneFeedback.taken_back_at,
        )
        .join(_by, _by.id == MilestoneSubmission.by_id)
        .outerjoin(MilestoneFile, MilestoneFile.submission_id == MilestoneSubmission.id)
        .outerjoin(StoredFile, StoredFile.id == MilestoneFile.file_id)
        .outerjoin(MilestoneFeedback, MilestoneFeedback.submission_id == MilestoneSubmission.id)
        .outerjoin(_answerer, _answerer.id == MilestoneFeedback.by_id)
        .where(MilestoneSubmission.project_id == project_id)
        .order_by(
            MilestoneSubmission.activity_id,
            MilestoneSubmission.number,
            MilestoneFile.position,
            MilestoneFeedback.id,
        )
    )
    if key is not None:
        statement = statement.where(MilestoneSubmission.activity_key == key)
    groups: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        groups.setdefault(row.id, []).append(row)
    found: dict[str, list[Version]] = {}
    for rows in groups.values():
        version = _version(rows, texts=texts)
        found.setdefault(version.key, []).append(version)
    return found


def _version(rows: list[Any], *, texts: bool) -> Version:
    first = rows[0]
    files = {
        row.file_public_id: FileLine(row.file_public_id, row.file_name, row.file_size, row.file_sha256)
        for row in rows
        if row.file_public_id is not None
    }
    answers = {
        row.answer_id: Answer(
            row.verdict,
            row.answer_html,
            row.revise_by,
            row.answerer,
            row.answered_at,
            row.taken_back_at is not None,
        )
        for row in rows
        if row.answer_id is not None
    }
    return Version(
        id=first.id,
        public_id=first.public_id,
        key=first.key,
        number=first.number,
        state=first.state,
        by=first.by,
        submitted_at=first.submitted_at,
        due_at=first.due_at,
        late_days=first.late_days,
        answer_by=first.answer_by,
        digest=first.digest,
        members=tuple(first.members),
        files=tuple(files.values()),
        answers=tuple(answers.values()),
        html=first.html if texts else "",
        form=first.form if texts else {},
    )


def standings(found: Mapping[str, list[Version]]) -> dict[str, Standing]:
    """Where each milestone stands by its latest version."""
    return {
        key: Standing(
            latest.state,
            latest.number,
            latest.answer_by,
            latest.answer.revise_by if latest.answer else None,
        )
        for key, each in found.items()
        if (latest := each[-1])
    }


# Meetings and story -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting, held or missed."""

    id: int
    public_id: str
    held_at: dt.datetime
    minutes: int
    held: bool
    agenda: str
    decisions_html: str
    present: tuple[int, ...]
    by: str
    noted_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One sentence of a project's story."""

    kind: str
    from_state: ProjectState | None
    to_state: ProjectState | None
    at: dt.datetime
    by: str
    note: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Meetings, latest first, and the story, first to last."""

    meetings: tuple[MeetingLine, ...]
    story: tuple[StoryLine, ...]

    @property
    def count(self) -> MeetingCount:
        """How the meetings stand."""
        held = sum(meeting.held for meeting in self.meetings)
        return MeetingCount(held, len(self.meetings) - held)


def chronicle(project_id: int) -> Chronicle:
    """Meetings and story of a project in one statement."""
    noter, teller = aliased(Person), aliased(Person)
    told = (
        sa.select(
            sa.literal("story").label("what"),
            ProjectEvent.id.label("id"),
            sa.literal("").label("public_id"),
            ProjectEvent.kind.label("kind"),
            ProjectEvent.from_state.label("from_state"),
            ProjectEvent.to_state.label("to_state"),
            ProjectEvent.at.label("at"),
            ProjectEvent.at.label("noted_at"),
            sa.literal(0).label("minutes"),
            sa.true().label("held"),
            ProjectEvent.note.label("words"),
            sa.literal("").label("html"),
            ProjectEvent.details.label("details"),
            teller.name.label("by"),
        )
        .outerjoin(teller, teller.id == ProjectEvent.actor_id)
        .where(ProjectEvent.project_id == project_id)
    )
    met = (
        sa.select(
            sa.literal("meeting"),
            Meeting.id,
            Meeting.public_id,
            sa.literal(""),
            sa.null(),
            sa.null(),
            Meeting.held_at,
            Meeting.noted_at,
            Meeting.minutes,
            Meeting.held,
            Meeting.agenda,
            Meeting.decisions_html,
            Meeting.present,
            noter.name,
        )
        .join(noter, noter.id == Meeting.by_id)
        .where(Meeting.project_id == project_id)
    )
    rows = db.session.execute(sa.union_all(told, met)).all()
    meetings = [row for row in rows if row.what == "meeting"]
    story = [row for row in rows if row.what == "story"]
    return Chronicle(
        meetings=tuple(
            MeetingLine(
                id=row.id,
                public_id=row.public_id,
                held_at=row.at,
                minutes=row.minutes,
                held=bool(row.held),
                agenda=row.words,
                decisions_html=row.html,
                present=tuple(row.details or ()),
                by=row.by,
                noted_at=row.noted_at,
            )
            for row in sorted(meetings, key=lambda row: (row.at, row.id), reverse=True)
        ),
        story=tuple(
            StoryLine(
                row.kind, row.from_state, row.to_state, row.at, row.by or "", row.words, row.details or {}
            )
            for row in sorted(story, key=lambda row: row.id)
        ),
    )


def steps(project_id: int) -> list[Step]:
    """A project's story as the rules read it."""
    rows = db.session.execute(
        sa.select(ProjectEvent.kind, ProjectEvent.from_state, ProjectEvent.to_state, ProjectEvent.details)
        .where(ProjectEvent.project_id == project_id)
        .order_by(ProjectEvent.id)
    )
    return [Step(*row) for row in rows]


# Dates --------------------------------------------------------------------------------------------------------------


def dates(cohort: CohortView, whose: Whose, keys: Iterable[str] | None = None) -> dict[str, ItemLine]:
    """When milestones open and are due for a project or learner. One statement."""
    wanted = [line.key for line in milestones_of(cohort)] if keys is None else list(keys)
    return scheduling.effective_items_of(cohort.id, wanted, {0: whose})[0]


@dataclass(frozen=True)
class Room:
    """Everything in a project's room but the conversation. Four statements."""

    project: ProjectLine
    cohort: CohortView
    milestones: tuple[ActivityLine, ...]
    members: tuple[MemberLine, ...]
    versions: Mapping[str, list[Version]]
    dates: Mapping[str, ItemLine]
    chronicle: Chronicle


def room(project: ProjectLine, cohort: CohortView) -> Room:
    """Read a project's room."""
    return Room(
        project=project,
        cohort=cohort,
        milestones=tuple(milestones_of(cohort)),
        members=tuple(members(project)),
        versions=versions(project.id),
        dates=dates(cohort, project.whose),
        chronicle=chronicle(project.id),
    )


# For desks and notifications ----------------------------------------------------------------------------------------


def members_of(project_id: int) -> list[tuple[int, int, str]]:
    """Who works on a project now: place, person, name. One statement."""
    rows = db.session.execute(
        sa.select(Place.id, Person.id, Person.name)
        .select_from(Project)
        .join(
            TeamMembership,
            sa.and_(TeamMembership.team_id == Project.team_id, TeamMembership.ends_at.is_(None)),
            isouter=True,
        )
        .join(Place, sa.or_(Place.id == Project.place_id, Place.id == TeamMembership.place_id))
        .join(Person, Person.id == Place.person_id)
        .where(Project.id == project_id)
        .order_by(Person.sort_name, Place.id)
    )
    return [(place_id, person_id, name) for place_id, person_id, name in rows]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A milestone that waits for an answer."""

    project_public_id: str
    project: str
    cohort_id: int
    key: str
    submitted_at: dt.datetime
    answer_by: dt.datetime
    number: int


def waiting_for_guide(person_id: int) -> list[WaitingLine]:
    """What a guide has promised to answer, the earliest promise first. One statement."""
    mine = sa.and_(GuideAssignment.person_id == person_id, GuideAssignment.ends_at.is_(None))
    return _waiting(sa.exists().where(GuideAssignment.project_id == Project.id, mine).correlate(Project))


def waiting_in_cohort(cohort_id: int) -> list[WaitingLine]:
    """What waits for an answer in a cohort, whoever has to give it. One statement."""
    return _waiting(Project.cohort_id == cohort_id)


def _waiting(which: sa.ColumnElement[bool]) -> list[WaitingLine]:
    rows = db.session.execute(
        sa.select(
            Project.public_id.label("project_public_id"),
            Project.title.label("project"),
            Project.cohort_id,
            MilestoneSubmission.activity_key.label("key"),
            MilestoneSubmission.submitted_at,
            MilestoneSubmission.answer_by,
            MilestoneSubmission.number,
        )
        .join(Project, Project.id == MilestoneSubmission.project_id)
        .where(MilestoneSubmission.state == SubmissionState.SUBMITTED, which)
        .order_by(MilestoneSubmission.answer_by, MilestoneSubmission.id)
    )
    return [WaitingLine(**row._mapping) for row in rows]
