"""Writing a milestone: drafts that save themselves, never over somebody else's words, and files in their slots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.capstone import queries
from lms.capstone.actions.steps import name_of, require_member
from lms.capstone.models import MilestoneDraft
from lms.capstone.queries import MilestoneVisit, ProjectLine
from lms.capstone.rules import CapstoneRefusal
from lms.capstone.rules import drafts as rules
from lms.capstone.rules.drafts import Draft
from lms.core.db import db, insert_ignoring
from lms.core.errors import NotFound, RuleViolation
from lms.coursework import queries as coursework
from lms.coursework.actions.drafts import files_changed
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class DraftChange:
    """What somebody's page holds, made on `version` of the draft."""

    text: str = ""
    sent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The form's fields as they were sent."""
    version: int = 0
    seen: tuple[str, ...] | None = None
    """Public ids of the files that the page showed; None where it does not say."""


@dataclass(frozen=True)
class Saved:
    """What came of saving. With a conflict the shared words were not kept; the sender's own answers were."""

    version: int
    conflict: Draft | None = None
    changed_by: str = ""
    changed_at: dt.datetime | None = None
    others: tuple[str, ...] = ()
    """Names of files that somebody else added or took out since this page was opened."""


def save_draft(visit: MilestoneVisit, change: DraftChange, *, actor: Actor, now: dt.datetime) -> Saved:
    """Keep a draft, unless somebody changed it since this page was opened: then both are kept apart."""
    project = require_running(visit)
    place_id = require_member(project, actor)
    row = open_draft(project, visit.line.id, actor, now)
    present = queries.read_draft(row.text, row.answers, row.file_ids)
    spec = coursework.content(visit.line.id).spec
    shared, mine = rules.read_sent(spec, change.sent)
    text = change.text.replace("\x00", "")[: rules.LONGEST_TEXT] if rules.asks_text(spec) else ""
    own = _with_mine(present, mine, place_id)
    changed = (text, shared) != (present.text, dict(present.answers))
    stale = change.version != row.version and changed
    wanted = replace(present, own=own) if stale else replace(present, text=text, answers=shared, own=own)
    if wanted != present:
        write(row, wanted, bump=changed and not stale)
    if not stale:
        if changed:
            row.saved_at, row.saved_by_id = now, actor.person_id
            db.session.flush()
        return Saved(row.version, others=files_changed(present.files, change.seen))
    return Saved(row.version, present, name_of(row.saved_by_id), row.saved_at)


def _with_mine(
    present: Draft, mine: Mapping[str, list[str]], place_id: int
) -> dict[str, dict[str, list[str]]]:
    own = {name: {place: list(kept) for place, kept in each.items()} for name, each in present.own.items()}
    for name in {*own, *mine}:
        own.setdefault(name, {}).pop(str(place_id), None)
        if name in mine:
            own[name][str(place_id)] = mine[name]
    return {name: each for name, each in own.items() if each}


def write(row: MilestoneDraft, draft: Draft, *, bump: bool) -> None:
    row.text = draft.text
    row.answers = {"shared": dict(draft.answers), "own": dict(draft.own)}
    row.file_ids = list(draft.files)
    row.version += bump
    db.session.flush()


def require_running(visit: MilestoneVisit) -> ProjectLine:
    """The visitor's project; NotFound without one, refused when it has ended."""
    if visit.project is None:
        raise NotFound
    project = queries.by_id(visit.project.id)
    if not project.running:
        raise RuleViolation(CapstoneRefusal.ENDED)
    return project


def open_draft(project: ProjectLine, activity_id: int, actor: Actor, now: dt.datetime) -> MilestoneDraft:
    """The draft of a milestone under a lock, made when there is none yet."""
    key = (project.id, activity_id)
    found: MilestoneDraft | None = db.session.get(
        MilestoneDraft, key, with_for_update=True, populate_existing=True
    )
    if found is not None:
        return found
    insert_ignoring(
        MilestoneDraft.__table__,
        [
            {
                "project_id": project.id,
                "activity_id": activity_id,
                "text": "",
                "answers": {"shared": {}, "own": {}},
                "file_ids": [],
                "version": 0,
                "saved_at": now,
                "saved_by_id": actor.person_id,
            }
        ],
    )
    return db.session.get_one(MilestoneDraft, key, with_for_update=True, populate_existing=True)
