"""Files of a milestone's draft, each in its slot: small ones with the form, large ones in pieces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import IO, Any

from lms.capstone import queries
from lms.capstone.actions.drafts import open_draft, require_running, write
from lms.capstone.actions.steps import require_member
from lms.capstone.models import MilestoneDraft
from lms.capstone.queries import MilestoneVisit, ProjectLine
from lms.capstone.rules import CapstoneRefusal
from lms.capstone.rules import drafts as rules
from lms.capstone.rules.drafts import Draft
from lms.core import audit, files, uploads
from lms.core.errors import NotFound, RuleViolation
from lms.core.files import Limits, Received, StoredFile
from lms.core.uploads import Announced, Arrived, FileUpload, UploadLine
from lms.coursework import queries as coursework
from lms.people.rules import Actor

PURPOSE = "submission"


def receive(visit: MilestoneVisit, stream: IO[bytes], name: str, slot: str) -> Received:
    """Check a file and keep its bytes, before a unit of work begins: a large file holds no lock of the database."""
    spec = coursework.content(visit.line.id).spec
    _require_slot(spec, slot)
    return files.receive(stream, name, limits=limits(spec))


def add_file(visit: MilestoneVisit, file: Received, slot: str, *, actor: Actor, now: dt.datetime) -> Arrived:
    """Add a file to the draft; one in a named slot takes the place of the one before. The same file twice is one."""
    return _add(visit, file, slot, actor, now)[0]


def _add(
    visit: MilestoneVisit, file: Received, slot: str, actor: Actor, now: dt.datetime
) -> tuple[Arrived, StoredFile | None]:
    """What it became for the page, and its row: none where the draft had it already."""
    project, spec = _open(visit, actor), coursework.content(visit.line.id).spec
    _require_slot(spec, slot)
    row = open_draft(project, visit.line.id, actor, now)
    draft = _read(row)
    same = next((each for each in draft.files if _is(each, file, slot)), None)
    if same is not None:
        return Arrived(str(same["public_id"]), str(same["name"])), None
    kept = _with_room(spec, draft, slot)
    stored = files.enter(file, owner_id=actor.person_id, purpose=PURPOSE, now=now)
    line = {
        "id": stored.id,
        "public_id": stored.public_id,
        "name": stored.name,
        "size": stored.size,
        "sha256": stored.sha256,
        "field": slot,
    }
    gone = tuple(str(each["public_id"]) for each in draft.files if each not in kept)
    write(row, replace(draft, files=(*kept, line)), bump=False)
    _record("add_file", project, stored.name, stored.sha256, actor)
    return Arrived(stored.public_id, stored.name, gone), stored


def remove_file(visit: MilestoneVisit, public_id: str, *, actor: Actor, now: dt.datetime) -> str:
    """Take a file out of the draft; what was handed in keeps it. Returns its name."""
    project = _open(visit, actor)
    row = open_draft(project, visit.line.id, actor, now)
    draft = _read(row)
    gone = next((each for each in draft.files if each["public_id"] == public_id), None)
    if gone is None:
        raise NotFound
    kept = tuple(each for each in draft.files if each is not gone)
    write(row, replace(draft, files=kept), bump=False)
    _record("remove_file", project, gone["name"], gone["sha256"], actor)
    return str(gone["name"])


# In pieces ----------------------------------------------------------------------------------------------------------


def begin_upload(
    visit: MilestoneVisit, name: str, size: int, slot: str, *, actor: Actor, now: dt.datetime
) -> FileUpload:
    """Begin to send a file, or go on with the same one. Raises RuleViolation for what would be refused in the end."""
    project, spec = _open(visit, actor), coursework.content(visit.line.id).spec
    number = _require_slot(spec, slot)
    _with_room(spec, _read(open_draft(project, visit.line.id, actor, now)), slot)
    place = queries.upload_place(project.id, visit.line.id, number)
    announced = Announced(owner_id=actor.person_id, place=place, name=name, size=size)
    return uploads.begin(announced, limits=limits(spec), now=now)


def received_in_pieces(visit: MilestoneVisit, upload: UploadLine) -> Received:
    """Check a file all of whose pieces are here and keep its bytes, before a unit of work begins."""
    return uploads.received(upload, limits(coursework.content(visit.line.id).spec))


def add_arrived(
    visit: MilestoneVisit, slot: str, upload: UploadLine, file: Received, *, actor: Actor, now: dt.datetime
) -> Arrived:
    """Add a file that has arrived to the draft."""
    arrived, stored = _add(visit, file, slot, actor, now)
    if stored is None:
        uploads.drop(upload)
    else:
        uploads.finish(upload, stored, now)
    return arrived


# What is asked of them ----------------------------------------------------------------------------------------------


def limits(spec: Mapping[str, Any]) -> Limits:
    """What files a milestone's brief accepts."""
    head = spec.get("head", {})
    return Limits(types=tuple(head.get("file_types", ())), megabytes=head.get("max_mb", 25))


def _require_slot(spec: Mapping[str, Any], slot: str) -> int:
    """The number of a slot; refuses files where none are accepted, and slots that the brief does not have."""
    known = [field for field, _label in rules.slots(spec)]
    if not known:
        raise RuleViolation(CapstoneRefusal.NO_FILES_HERE)
    if slot not in known:
        raise RuleViolation(CapstoneRefusal.NO_SUCH_SLOT)
    return known.index(slot)


def _with_room(spec: Mapping[str, Any], draft: Draft, slot: str) -> tuple[dict[str, Any], ...]:
    """The files that stay when one more comes; refuses one too many."""
    kept = tuple(each for each in draft.files if not slot or each["field"] != slot)
    most = spec.get("head", {}).get("max_files", 5)
    if len(kept) >= most:
        raise RuleViolation(CapstoneRefusal.TOO_MANY_FILES, limit=most)
    return kept


def _open(visit: MilestoneVisit, actor: Actor) -> ProjectLine:
    project = require_running(visit)
    require_member(project, actor)
    return project


def _read(row: MilestoneDraft) -> Draft:
    return queries.read_draft(row.text, row.answers, row.file_ids)


def _is(line: Mapping[str, Any], file: Received, slot: str) -> bool:
    return (line["sha256"], line["field"]) == (file.sha256, slot)


def _record(verb: str, project: ProjectLine, name: str, sha256: str, actor: Actor) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=f"capstone.{verb}",
            subject="capstone_project",
            subject_id=project.id,
            cohort_id=project.cohort_id,
            after={"name": name, "sha256": sha256},
        )
    )
