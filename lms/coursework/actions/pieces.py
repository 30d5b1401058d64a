"""Large files of a draft that arrive in pieces; when all of one is here it belongs to the draft like any other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from lms.core import uploads
from lms.core.errors import RuleViolation
from lms.core.files import Received
from lms.core.uploads import Announced, Arrived, FileUpload, UploadLine, UploadRefusal
from lms.coursework import queries
from lms.coursework.actions.drafts import limits, open_submission, require_room, with_file, write
from lms.coursework.queries import Owner
from lms.coursework.rules.work import Draft
from lms.people.rules import Actor


def begin_upload(owner: Owner, name: str, size: int, *, actor: Actor, now: dt.datetime) -> FileUpload:
    """Begin to send a file, or go on with the same one. Raises RuleViolation for what would be refused in the end."""
    content = queries.content(owner.activity_id)
    draft = Draft.read(open_submission(owner).draft)
    require_room(content, len(draft.files) + 1)
    announced = Announced(owner_id=actor.person_id, place=queries.upload_place(owner), name=name, size=size)
    return uploads.begin(announced, limits=limits(content), now=now)


def received_in_pieces(owner: Owner, upload: UploadLine) -> Received:
    """Check a file all of whose pieces are here and keep its bytes, before a unit of work begins."""
    return uploads.received(upload, limits(queries.content(owner.activity_id)))


def add_arrived(
    owner: Owner, upload: UploadLine, file: Received, *, actor: Actor, now: dt.datetime
) -> Arrived:
    """Add a file that has arrived to the draft. The same file sent twice is one file of the draft."""
    submission = open_submission(owner)
    draft = Draft.read(submission.draft)
    known = next(
        (each for each in draft.files if each["sha256"] == file.sha256 and each["name"] == file.name), None
    )
    if known is not None:
        uploads.drop(upload)
        return Arrived(str(known["public_id"]), file.name)
    require_room(queries.content(owner.activity_id), len(draft.files) + 1)
    kept, stored = with_file(owner, draft.files, file, actor, now)
    if stored is None:
        raise RuleViolation(UploadRefusal.NOT_ALL)
    uploads.finish(upload, stored, now)
    write(submission, replace(draft, files=kept), actor, now, bump=False)
    return Arrived(stored.public_id, stored.name)
