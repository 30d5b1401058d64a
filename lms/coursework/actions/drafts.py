"""Writing: drafts that save themselves, and never over somebody else's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

import sqlalchemy as sa

from lms.core import audit, files
from lms.core.db import db, insert_ignoring
from lms.core.errors import RuleViolation
from lms.core.files import Limits, Received, StoredFile
from lms.core.ids import public_id
from lms.coursework import queries
from lms.coursework.models import Submission
from lms.coursework.queries import Content, Owner
from lms.coursework.rules import CourseworkRefusal, work
from lms.coursework.rules.work import Draft
from lms.people.models import Person
from lms.people.rules import Actor

PURPOSE = "submission"


@dataclass(frozen=True, kw_only=True)
class DraftChange:
    """What somebody's page holds, made on `version` of the draft."""

    text: str = ""
    ai: str = ""
    ai_text: str = ""
    version: int = 0
    remove: str = ""
    """Public id of a file to take out."""
    files: Sequence[Received] = ()
    """What came with it, checked and kept by `received`."""
    seen: tuple[str, ...] | None = None
    """Public ids of the files that the page showed; None where it does not say."""


@dataclass(frozen=True)
class Saved:
    """What came of saving. With a conflict the words were not kept; files were."""

    version: int
    conflict: Draft | None = None
    changed_by: str = ""
    changed_at: dt.datetime | None = None
    others: tuple[str, ...] = ()
    """Names of files that somebody else added or took out since this page was opened."""


def received(activity_id: int, uploads: Sequence[tuple[IO[bytes], str]]) -> tuple[Received, ...]:
    """Check files and keep their bytes, before a unit of work begins. Raises RuleViolation: then none is added."""
    content = queries.content(activity_id)
    if uploads:
        require_room(content, len(uploads))
    return tuple(files.receive(stream, name, limits=limits(content)) for stream, name in uploads)


def save_draft(owner: Owner, change: DraftChange, *, actor: Actor, now: dt.datetime) -> Saved:
    """Keep a draft, unless somebody changed it since this page was opened: then both are kept apart.

    Files are added and removed in any case: two people who add files do not stand in each other's way, nor in that of
    somebody who writes. Raises RuleViolation when a file is refused; nothing is stored then.
    """
    return keep_draft(open_submission(owner), owner, change, actor, now)


def keep_draft(
    submission: Submission, owner: Owner, change: DraftChange, actor: Actor, now: dt.datetime
) -> Saved:
    """The same for a submission that is under lock already."""
    present = Draft.read(submission.draft)
    wanted = replace(
        present,
        text=change.text[: work.LONGEST_TEXT],
        ai=change.ai if change.ai in ("yes", "no") else "",
        ai_text=change.ai_text[: work.LONGEST_STATEMENT],
    )
    others = files_changed(present.files, change.seen)
    kept_files = _with_files(owner, present, change, actor, now)
    stale = change.version != submission.draft_version and wanted != present
    by_id, at = submission.draft_saved_by_id, submission.draft_saved_at
    result = replace(present if stale else wanted, files=kept_files)
    if result != present:
        write(submission, result, actor, now, bump=wanted != present and not stale)
    if not stale:
        return Saved(submission.draft_version, others=others)
    who = db.session.scalar(sa.select(Person.name).where(Person.id == by_id))
    return Saved(submission.draft_version, present, who or "", at)


_LOCKED = (
    sa.select(Submission)
    .where(Submission.activity_id == sa.bindparam("activity", type_=sa.Integer))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_OWNER = sa.bindparam("owner", type_=sa.Integer)
_OF_ONE, _OF_TEAM = _LOCKED.where(Submission.place_id == _OWNER), _LOCKED.where(Submission.team_id == _OWNER)


def open_submission(owner: Owner) -> Submission:
    """The owner's submission under a lock, made when there is none yet."""
    statement, whose = (_OF_ONE, owner.place_id) if owner.place_id is not None else (_OF_TEAM, owner.team_id)
    values = {"activity": owner.activity_id, "owner": whose}
    found = db.session.scalars(statement, values).one_or_none()
    if found is not None:
        return found
    insert_ignoring(
        Submission.__table__,
        [
            {
                "public_id": public_id(),
                "cohort_id": owner.cohort_id,
                "activity_id": owner.activity_id,
                "place_id": owner.place_id,
                "team_id": owner.team_id,
                "latest_number": 0,
                "draft": Draft().document(),
                "draft_version": 0,
            }
        ],
    )
    return db.session.scalars(statement, values).one()


def write(submission: Submission, draft: Draft, actor: Actor, now: dt.datetime, *, bump: bool) -> None:
    """Keep what a draft says now; `bump`: its words changed, which other open pages must hear of."""
    submission.draft = draft.document()
    submission.draft_version += bump
    if bump or submission.draft_saved_at is None:
        submission.draft_saved_at = now
        submission.draft_saved_by_id = actor.person_id


def files_changed(present: Sequence[Mapping[str, Any]], seen: tuple[str, ...] | None) -> tuple[str, ...]:
    """Names of the files of a draft that came or went since a page showed those it has `seen`."""
    if seen is None:
        return ()
    fresh = [each["name"] for each in present if each["public_id"] not in seen]
    gone = set(seen) - {each["public_id"] for each in present}
    return (*fresh, *(["a file that was taken out"] if gone else []))


def _with_files(
    owner: Owner, present: Draft, change: DraftChange, actor: Actor, now: dt.datetime
) -> tuple[dict[str, Any], ...]:
    kept = tuple(each for each in present.files if each["public_id"] != change.remove)
    if change.files:
        require_room(queries.content(owner.activity_id), len(kept) + len(change.files))
    for each in change.files:
        kept = with_file(owner, kept, each, actor, now)[0]
    return kept


def with_file(
    owner: Owner, kept: tuple[dict[str, Any], ...], file: Received, actor: Actor, now: dt.datetime
) -> tuple[tuple[dict[str, Any], ...], StoredFile | None]:
    """The files of a draft with one more; the same file twice is one file, and no row is made of it."""
    if any(each["sha256"] == file.sha256 and each["name"] == file.name for each in kept):
        return kept, None
    stored = files.enter(file, owner_id=actor.person_id, purpose=PURPOSE, now=now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="coursework.add_file",
            subject="stored_file",
            subject_id=stored.id,
            cohort_id=owner.cohort_id,
            after={"name": stored.name, "sha256": stored.sha256},
        )
    )
    line = {
        "id": stored.id,
        "public_id": stored.public_id,
        "name": stored.name,
        "size": stored.size,
        "sha256": stored.sha256,
    }
    return (*kept, line), stored


def limits(content: Content) -> Limits:
    """What files a brief accepts."""
    return Limits(types=tuple(content.head.get("file_types", ())), megabytes=content.head.get("max_mb", 25))


def require_room(content: Content, count: int) -> None:
    """Refuse files where none are accepted, and more than are."""
    if "files" not in content.accepts:
        raise RuleViolation(CourseworkRefusal.NO_FILES_HERE)
    most = content.head.get("max_files", 5)
    if count > most:
        raise RuleViolation(CourseworkRefusal.TOO_MANY_FILES, limit=most)
