"""What stands in a project's room: members, dates, versions with their answers, meetings and story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.capstone.models import MilestoneFeedback, MilestoneFile, MilestoneSubmission
from lms.capstone.queries.chronicle import Chronicle, chronicle
from lms.capstone.queries.projects import ProjectLine, milestones_of
from lms.capstone.rules.milestones import Standing
from lms.capstone.rules.states import SubmissionState
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
    return [MemberLine(**row._asdict()) for row in rows]


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


def versions(
    project_id: int, key: str | None = None, *, texts_of: str | None = None
) -> dict[str, list[Version]]:
    """What was handed in, by milestone and number, with files and answers. One statement; texts of one only."""
    return versions_of([project_id], key, texts_of=texts_of).get(project_id, {})


def versions_of(
    project_ids: Collection[int], key: str | None = None, *, texts_of: str | None = None
) -> dict[int, dict[str, list[Version]]]:
    """The same for several projects, by project. One statement."""
    wanted = MilestoneSubmission.activity_key == (texts_of or "")
    statement = (
        sa.select(
            MilestoneSubmission.id,
            MilestoneSubmission.project_id,
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
            sa.case((wanted, MilestoneSubmission.html), else_="").label("html"),
            sa.case((wanted, MilestoneSubmission.answers), else_=sa.null()).label("form"),
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
        .where(MilestoneSubmission.project_id.in_(project_ids))
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
    found: dict[int, dict[str, list[Version]]] = {}
    for rows in groups.values():
        version = _version(rows)
        found.setdefault(rows[0].project_id, {}).setdefault(version.key, []).append(version)
    return found


def _version(rows: list[Any]) -> Version:
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
        html=first.html,
        form=first.form or {},
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
        for key, latest in ((key, each[-1]) for key, each in found.items())
    }


# Dates --------------------------------------------------------------------------------------------------------------


def dates(cohort: CohortView, whose: Whose, keys: Iterable[str] | None = None) -> dict[str, ItemLine]:
    """When milestones open and are due for somebody; `personal`: the deadline is their own. One statement."""
    wanted = [line.key for line in milestones_of(cohort)] if keys is None else list(keys)
    found = scheduling.effective_items_of(cohort.id, wanted, {0: whose, 1: Whose(0)})
    return {
        key: replace(line, personal=line.ends_at != found[1][key].ends_at) for key, line in found[0].items()
    }


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
