"""Files of work: who may take which, and those that are still arriving in pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from lms.assessment import ports
from lms.assessment import queries as assessment
from lms.assessment.models import MarkingTask
from lms.assessment.policy import MARKING, knows_authors
from lms.assessment.rules import masked_name, named_as
from lms.core import clock, files, uploads
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.uploads import UploadLine
from lms.coursework.models import Submission, SubmissionFile, SubmissionVersion
from lms.coursework.queries.visits import Visit, assignment_visible_to
from lms.coursework.queries.work import SOURCE, Owner, owner_of
from lms.enrolment.models import Place, TeamMembership
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of somebody's work, and what the viewer is to it."""

    cohort_id: int
    name: str
    content_type: str
    size: int
    sha256: str
    own: bool
    """The viewer's own, their team's, or handed in with them in the team."""
    marks: bool
    """The viewer marks it."""
    draft: bool
    """It was not handed in yet."""
    masked: bool = False
    """The viewer may not know whose it is: its name is the candidate's number, or that of their right to it."""
    reviews: bool = False
    """The viewer has a right of their own to it: they review it among peers, or judge it a second time."""


def file_visible_to(actor: Actor, submission: str, file: str) -> FileView:
    """A file of a submission; NotFound when there is none. Whether the actor may take it is the policy's."""
    row = db.session.execute(
        sa.select(
            Submission.id, Submission.cohort_id, Submission.place_id, Submission.team_id, Submission.draft
        ).where(Submission.public_id == submission)
    ).one_or_none()
    stored = files.by_public_id(file)
    if row is None or stored is None:
        raise NotFound
    versions = db.session.execute(
        sa.select(SubmissionVersion.id, SubmissionVersion.members, SubmissionFile.position)
        .join(SubmissionFile, SubmissionFile.version_id == SubmissionVersion.id)
        .where(SubmissionVersion.submission_id == row.id, SubmissionFile.file_id == stored.id)
    ).all()
    drafted = any(each["id"] == stored.id for each in row.draft.get("files", ()))
    if not versions and not drafted:
        raise NotFound
    stands_for = {member["place"] for version in versions for member in version.members}
    own = _is_own(actor.person_id, row.place_id, row.team_id, stands_for)
    number = None
    if not own and not knows_authors(actor, row):
        number = assessment.number_of(SOURCE, [version.id for version in versions])
    marks = actor.has_any(MARKING, row.cohort_id) and _marks(
        actor.person_id, [version.id for version in versions]
    )
    right = None
    if not own and not marks:
        right = ports.right_to(actor, SOURCE, [version.id for version in versions], clock.now())
    if right is not None:
        position = versions[0].position + 1
        return FileView(
            cohort_id=row.cohort_id,
            name=named_as(right.label, position, stored.name) if right.label else stored.name,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
            own=False,
            marks=False,
            draft=False,
            masked=bool(right.label),
            reviews=True,
        )
    return FileView(
        cohort_id=row.cohort_id,
        name=stored.name if number is None else masked_name(number, versions[0].position + 1, stored.name),
        masked=number is not None,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        own=own,
        marks=marks,
        draft=not versions,
    )


def _is_own(person_id: int, place_id: int | None, team_id: int | None, stands_for: Iterable[int]) -> bool:
    wanted = set(stands_for) | ({place_id} if place_id else set())
    ours = sa.select(TeamMembership.place_id).where(
        TeamMembership.team_id == team_id, TeamMembership.ends_at.is_(None)
    )
    statement = sa.select(Place.id).where(
        Place.person_id == person_id, sa.or_(Place.id.in_(wanted), Place.id.in_(ours))
    )
    return db.session.scalar(statement.limit(1)) is not None


def _marks(person_id: int, version_ids: list[int]) -> bool:
    statement = sa.select(MarkingTask.id).where(
        MarkingTask.source == SOURCE,
        MarkingTask.source_id.in_(version_ids),
        MarkingTask.marker_id == person_id,
    )
    return db.session.scalar(statement.limit(1)) is not None


# Arriving in pieces ---------------------------------------------------------------------------------------------------


def upload_place(owner: Owner) -> str:
    """What an upload in pieces is for."""
    whose = f"place:{owner.place_id}" if owner.place_id is not None else f"team:{owner.team_id}"
    return f"submission:{owner.activity_id}:{whose}"


@dataclass(frozen=True, slots=True)
class UploadVisit:
    """A file that somebody sends in pieces, with the work it is for."""

    visit: Visit
    owner: Owner
    upload: UploadLine

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.visit.cohort.id

    @property
    def place(self) -> object | None:
        """The sender's place."""
        return self.visit.place


def upload_visible_to(actor: Actor, slug: str, key: str, upload: str) -> UploadVisit:
    """An upload of one's own for this work; NotFound for everybody else."""
    visit = assignment_visible_to(actor, slug, key)
    owner, found = owner_of(visit), uploads.by_public_id(upload)
    if owner is None or found is None:
        raise NotFound
    if (found.owner_id, found.place) != (actor.person_id, upload_place(owner)):
        raise NotFound
    return UploadVisit(visit, owner, found)
