"""Work that is written, handed in and read: drafts, versions with their receipts, files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment import ports
from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.core.db import db, read
from lms.core.files import StoredFile
from lms.coursework.models import Submission, SubmissionFile, SubmissionVersion
from lms.coursework.queries.visits import Visit
from lms.coursework.rules.work import Draft
from lms.curriculum.models import Activity
from lms.enrolment.models import Place, TeamMembership
from lms.people.models import Person

SOURCE = "submission"
"""What marking calls work of ours."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose work it is: one learner's place, or a team."""

    cohort_id: int
    activity_id: int
    place_id: int | None = None
    team_id: int | None = None


def owner_of(visit: Visit) -> Owner | None:
    """Whose work this learner does here; None for teamwork of somebody without a team."""
    if visit.place is None:
        return None
    if not visit.team_work:
        return Owner(visit.cohort.id, visit.line.id, place_id=visit.place.place_id)
    return Owner(visit.cohort.id, visit.line.id, team_id=visit.team_id) if visit.team_id else None


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as lists show it."""

    public_id: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One handing-in, without its text."""

    id: int
    public_id: str
    number: int
    words: int
    ai_statement: str
    members: tuple[dict[str, Any], ...]
    by_name: str
    began_at: dt.datetime
    handed_in_at: dt.datetime
    due_at: dt.datetime
    late_days: int
    digest: str
    files: tuple[FileLine, ...]

    @property
    def place_ids(self) -> tuple[int, ...]:
        """The learners it stands for."""
        return tuple(member["place"] for member in self.members)


@dataclass(frozen=True, slots=True)
class WorkView:
    """Everything about a learner's or team's work at one activity, but for the texts handed in."""

    id: int
    public_id: str
    draft: Draft
    draft_version: int
    draft_saved_at: dt.datetime | None
    draft_saved_by: str
    draft_saved_by_id: int | None
    counted_number: int | None
    versions: tuple[VersionLine, ...]

    @property
    def latest(self) -> VersionLine | None:
        """The version handed in last."""
        return self.versions[-1] if self.versions else None

    @property
    def counted(self) -> VersionLine | None:
        """The version that is marked."""
        return next((one for one in self.versions if one.number == self.counted_number), None)


NOTHING_YET = WorkView(0, "", Draft(), 0, None, "", None, None, ())

_by, _drafter = sa.orm.aliased(Person), sa.orm.aliased(Person)
_WORK = (
    sa.select(
        Submission.id,
        Submission.public_id,
        Submission.draft,
        Submission.draft_version,
        Submission.draft_saved_at,
        Submission.draft_saved_by_id,
        Submission.counted_number,
        _drafter.name.label("drafter"),
        SubmissionVersion.id.label("version_id"),
        SubmissionVersion.public_id.label("version_public_id"),
        SubmissionVersion.number,
        SubmissionVersion.words,
        SubmissionVersion.ai_statement,
        SubmissionVersion.members,
        _by.name.label("by_name"),
        SubmissionVersion.began_at,
        SubmissionVersion.handed_in_at,
        SubmissionVersion.due_at,
        SubmissionVersion.late_days,
        SubmissionVersion.digest,
        StoredFile.public_id.label("file_public_id"),
        StoredFile.name.label("file_name"),
        StoredFile.size.label("file_size"),
        StoredFile.sha256.label("file_sha256"),
    )
    .outerjoin(_drafter, _drafter.id == Submission.draft_saved_by_id)
    .outerjoin(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
    .outerjoin(_by, _by.id == SubmissionVersion.by_id)
    .outerjoin(SubmissionFile, SubmissionFile.version_id == SubmissionVersion.id)
    .outerjoin(StoredFile, StoredFile.id == SubmissionFile.file_id)
    .order_by(SubmissionVersion.number, SubmissionFile.position)
)


_OF_ACTIVITY = _WORK.where(Submission.activity_id == sa.bindparam("activity", type_=sa.Integer))
_OWNER = sa.bindparam("owner", type_=sa.Integer)
_OF_ONE = _OF_ACTIVITY.where(Submission.place_id == _OWNER)
_OF_TEAM = _OF_ACTIVITY.where(Submission.team_id == _OWNER)


def work(owner: Owner) -> WorkView:
    """The draft and the versions of an owner, in one statement; an empty one before anything was written."""
    statement, whose = (_OF_ONE, owner.place_id) if owner.place_id is not None else (_OF_TEAM, owner.team_id)
    found = read(statement, {"activity": owner.activity_id, "owner": whose}).all()
    return _work(found) if found else NOTHING_YET


def _work(rows: Any) -> WorkView:
    first = rows[0]
    versions: dict[int, list[Any]] = {}
    for row in rows:
        if row.version_id is not None:
            versions.setdefault(row.version_id, []).append(row)
    return WorkView(
        id=first.id,
        public_id=first.public_id,
        draft=Draft.read(first.draft),
        draft_version=first.draft_version,
        draft_saved_at=first.draft_saved_at,
        draft_saved_by=first.drafter or "",
        draft_saved_by_id=first.draft_saved_by_id,
        counted_number=first.counted_number,
        versions=tuple(_version(group) for group in versions.values()),
    )


def _version(rows: list[Any]) -> VersionLine:
    row = rows[0]
    return VersionLine(
        id=row.version_id,
        public_id=row.version_public_id,
        number=row.number,
        words=row.words,
        ai_statement=row.ai_statement,
        members=tuple(row.members),
        by_name=row.by_name,
        began_at=row.began_at,
        handed_in_at=row.handed_in_at,
        due_at=row.due_at,
        late_days=row.late_days,
        digest=row.digest,
        files=tuple(
            FileLine(each.file_public_id, each.file_name, each.file_size, each.file_sha256)
            for each in rows
            if each.file_public_id is not None
        ),
    )


@dataclass(frozen=True, slots=True)
class VersionText:
    """What a version says."""

    text: str
    html: str


_TEXT = sa.select(SubmissionVersion.text, SubmissionVersion.html).where(
    SubmissionVersion.id == sa.bindparam("version", type_=sa.Integer)
)


def version_text(version_id: int) -> VersionText:
    """The text of a version."""
    row = read(_TEXT, {"version": version_id}).one()
    return VersionText(*row)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team."""

    place_id: int
    person_id: int
    name: str


def members(team_id: int) -> list[Member]:
    """Who is in a team now, by name."""
    rows = db.session.execute(
        sa.select(Place.id, Person.id, Person.name)
        .select_from(TeamMembership)
        .join(Place, Place.id == TeamMembership.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(TeamMembership.team_id == team_id, TeamMembership.ends_at.is_(None))
        .order_by(Person.sort_name, Person.id)
    )
    return [Member(*row) for row in rows]


_STATES = sa.select(MarkingTask.state).where(
    MarkingTask.source == SOURCE,
    MarkingTask.source_id.in_(sa.bindparam("versions", type_=sa.Integer, expanding=True)),
)


def marking_states(version_ids: Iterable[int]) -> frozenset[TaskState]:
    """Where the marking of some versions stands: nothing of a mark, only whether the door is still open."""
    wanted = list(version_ids)
    return frozenset(read(_STATES, {"versions": wanted}).scalars()) if wanted else frozenset()


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What another version is judged by."""

    id: int
    public_id: str
    number: int
    digest: str
    late_days: int
    marking: tuple[TaskState, ...]


_version_row, _task = SubmissionVersion.__table__.c, MarkingTask.__table__.c
_HANDED_IN = (
    sa.select(
        _version_row.id,
        _version_row.public_id,
        _version_row.number,
        _version_row.digest,
        _version_row.late_days,
        _task.state,
    )
    .select_from(SubmissionVersion.__table__)
    .outerjoin(MarkingTask.__table__, sa.and_(_task.source == SOURCE, _task.source_id == _version_row.id))
    .where(_version_row.submission_id == sa.bindparam("submission", type_=sa.Integer))
    .order_by(_version_row.number)
)


def handed_in(submission_id: int) -> list[HandedIn]:
    """What was handed in, first to last, and where its marking stands; one statement."""
    found: dict[int, HandedIn] = {}
    for row in read(_HANDED_IN, {"submission": submission_id}):
        version_id, public_id, number, digest, late_days, state = row
        marking = found[version_id].marking if version_id in found else ()
        if state is not None:
            marking = (*marking, state)
        found[version_id] = HandedIn(version_id, public_id, number, digest, late_days, marking)
    return list(found.values())


# For the marking desk ------------------------------------------------------------------------------------------------


def works_for_markers(version_ids: Collection[int]) -> dict[int, ports.WorkView]:
    """Versions as the marking desk shows them, by id; two statements however many, none where there are none.

    Nothing says whether the deadline was an extended one.
    """
    found = db.session.execute(
        sa.select(
            SubmissionVersion.id,
            SubmissionVersion.submission_id,
            SubmissionVersion.html,
            SubmissionVersion.members,
            Submission.team_id,
            Activity.title,
        )
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .join(Activity, Activity.id == Submission.activity_id)
        .where(SubmissionVersion.id.in_(version_ids))
    ).all()
    if not found:
        return {}
    groups: dict[int, list[Any]] = {}
    for row in db.session.execute(_WORK.where(Submission.id.in_({one.submission_id for one in found}))):
        groups.setdefault(row.id, []).append(row)
    whole = {number: _work(rows) for number, rows in groups.items()}
    return {one.id: _for_marker(one, whole[one.submission_id]) for one in found}


def _for_marker(found: Any, whole: WorkView) -> ports.WorkView:
    version = next(one for one in whole.versions if one.id == found.id)
    return ports.WorkView(
        html=found.html,
        files=tuple(
            ports.WorkFile(
                name=file.name,
                size=file.size,
                endpoint="coursework.submission_file",
                values={"submission": whole.public_id, "file": file.public_id},
                digest=file.sha256[:12],
                blob=file.sha256,
            )
            for file in version.files
        ),
        words=version.words,
        versions=tuple(
            ports.WorkVersion(
                number=one.number,
                handed_in_at=one.handed_in_at,
                late_days=one.late_days,
                counted=one.number == whole.counted_number,
            )
            for one in whole.versions
        ),
        members=tuple(member["name"] for member in found.members) if found.team_id else (),
        statement=version.ai_statement,
        title=found.title,
    )
