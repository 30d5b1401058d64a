"""Work handed in: a receipt for everybody it stands for, and one notice for whoever marks it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment.events import MarkingAssigned
from lms.assessment.models import MarkingTask
from lms.assessment.rules import OPEN
from lms.capstone.models import MilestoneFile, MilestoneSubmission, Project
from lms.core import afterwards, events, mail
from lms.core.db import db, read
from lms.core.files import StoredFile
from lms.core.scanning import FileRefused
from lms.coursework.events import WorkHandedIn
from lms.coursework.models import Submission, SubmissionFile, SubmissionVersion
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import Thing
from lms.notifications.rules import NoticeKind
from lms.people.models import Person


@afterwards.on(WorkHandedIn, name="notices.work_handed_in", key=lambda event: str(event.version_id))
def work_handed_in(event: WorkHandedIn, now: dt.datetime) -> None:
    """Send the receipt to every member it stands for; the hash in it is their proof. Its page was there at once."""
    about = queries.thing(event.cohort_id, event.activity_id)
    version = db.session.get_one(SubmissionVersion, event.version_id)
    people = queries.of_places(event.place_ids)
    files = db.session.scalars(
        sa.select(StoredFile.name)
        .join(SubmissionFile, SubmissionFile.file_id == StoredFile.id)
        .where(SubmissionFile.version_id == version.id)
        .order_by(SubmissionFile.position)
    ).all()
    facts = {
        "number": version.number,
        "by": db.session.get_one(Person, event.actor_id).name,
        "team": event.team_id is not None,
        "handed_in_at": version.handed_in_at,
        "due_at": version.due_at,
        "late_days": version.late_days,
        "words": version.words,
        "files": list(files),
        "digest": version.digest,
        "answer_by": None,
        "now": now,
    }
    messages = {
        zone: Message(
            kind=NoticeKind.RECEIPT,
            key=f"receipt:{version.id}",
            title=f"Receipt for {about.title}, version {version.number}",
            text=mail.words("notifications/_receipt", **facts, zone=zone),
            link=about.path,
            cohort_id=event.cohort_id,
            act=f"Open {about.short}",
            template="receipt",
            facts={**facts, "zone": zone},
        )
        for zone in {who.zone for who in people}
    }
    actions.tell([(who, messages[who.zone]) for who in people], now=now)
    for marker_id in _markers(event):
        tell_marker(marker_id, about, at=now)


@events.on(FileRefused)
def file_refused(event: FileRefused) -> None:
    """Tell whoever brought it that the scanner found harm in a file, and what that means where it was handed in."""
    rows = db.session.execute(
        sa.select(
            StoredFile.id,
            StoredFile.name,
            StoredFile.owner_id,
            sa.func.coalesce(Submission.cohort_id, Project.cohort_id).label("cohort_id"),
            sa.func.coalesce(Submission.activity_id, MilestoneSubmission.activity_id).label("activity_id"),
        )
        .outerjoin(SubmissionFile, SubmissionFile.file_id == StoredFile.id)
        .outerjoin(SubmissionVersion, SubmissionVersion.id == SubmissionFile.version_id)
        .outerjoin(Submission, Submission.id == SubmissionVersion.submission_id)
        .outerjoin(MilestoneFile, MilestoneFile.file_id == StoredFile.id)
        .outerjoin(MilestoneSubmission, MilestoneSubmission.id == MilestoneFile.submission_id)
        .outerjoin(Project, Project.id == MilestoneSubmission.project_id)
        .where(StoredFile.sha256 == event.sha256, StoredFile.owner_id.is_not(None))
        .order_by(StoredFile.id, SubmissionVersion.id, MilestoneSubmission.id)
    ).all()
    found = {row.id: row for row in rows}
    people = {who.person_id: who for who in queries.people({row.owner_id for row in found.values()})}
    told = []
    for row in found.values():
        about = queries.thing(row.cohort_id, row.activity_id) if row.activity_id else None
        message = Message(
            kind=NoticeKind.RECEIPT,
            key=f"harm:{row.id}",
            title=f"Harm was found in “{row.name}”",
            text=mail.words("notifications/_harm", handed_in=about.title if about else ""),
            link=about.path if about else queries.path("notifications.inbox"),
            cohort_id=row.cohort_id,
            act=f"Open {about.short}" if about else "Open it in Cadre",
        )
        if row.owner_id in people:
            told.append((people[row.owner_id], message))
    actions.tell(told, now=event.at)


_MARKERS = (
    sa.select(MarkingTask.marker_id)
    .where(
        MarkingTask.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
        MarkingTask.activity_id == sa.bindparam("activity", type_=sa.Integer),
        MarkingTask.source == "submission",
        MarkingTask.source_id == sa.bindparam("version", type_=sa.Integer),
        MarkingTask.marker_id.is_not(None),
        MarkingTask.state.in_(OPEN),
    )
    .distinct()
)


def _markers(event: WorkHandedIn) -> list[int]:
    """Who marks the version that was handed in."""
    values = {"cohort": event.cohort_id, "activity": event.activity_id, "version": event.version_id}
    return list(read(_MARKERS, values).scalars())


@events.on(MarkingAssigned)
def marking_assigned(event: MarkingAssigned) -> None:
    """Tell a marker that work of somebody else's is theirs now."""
    if event.marker_id != event.actor_id:
        tell_marker(event.marker_id, queries.thing(event.cohort_id, event.activity_id), at=event.at)


_WAITING = sa.select(
    sa.func.count().label("number"),
    sa.func.min(MarkingTask.promised_at).label("promised_at"),
    sa.func.max(MarkingTask.id).label("latest"),
).where(
    MarkingTask.marker_id == sa.bindparam("marker", type_=sa.Integer),
    MarkingTask.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
    MarkingTask.activity_id == sa.bindparam("activity", type_=sa.Integer),
    MarkingTask.state.in_(OPEN),
)


def tell_marker(marker_id: int, about: Thing, *, at: dt.datetime) -> None:
    """Say how much of an activity waits for a marker: at most one unread notice for each activity."""
    values = {"marker": marker_id, "cohort": about.cohort.id, "activity": about.line.id}
    waiting = read(_WAITING, values).one()
    people = queries.people([marker_id])
    if not waiting.number or not people:
        return
    pieces = "1 piece" if waiting.number == 1 else f"{waiting.number} pieces"
    stack = f"marking:{about.cohort.id}:{about.line.id}"
    message = Message(
        kind=NoticeKind.MARKING,
        key=f"{stack}:{waiting.latest}:{at.isoformat()}",
        title=f"{pieces} of {about.title} to mark",
        text=mail.words(
            "notifications/_to_mark",
            cohort=about.cohort.name,
            promised_at=waiting.promised_at,
            zone=people[0].zone,
            now=at,
        ),
        link=queries.path("assessment.queue"),
        cohort_id=about.cohort.id,
        act="Open your marking",
    )
    actions.tell_latest(people[0], message, stack=stack, now=at)
