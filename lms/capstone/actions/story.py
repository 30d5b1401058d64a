"""Moving a project and telling its story: the one place that writes a project's state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from lms.capstone import queries
from lms.capstone.events import ProjectChanged
from lms.capstone.models import Project, ProjectEvent
from lms.capstone.rules import Act, CapstoneRefusal, ProjectState, Told
from lms.capstone.rules.states import after, state_words
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor


def hold(project_id: int) -> Project:
    """The project under a lock: whoever decides about it re-reads it through this."""
    project: Project | None = locked(Project, project_id)
    if project is None:
        raise NotFound
    return project


def move(
    project: Project,
    act: Act,
    *,
    actor: Actor | None,
    now: dt.datetime,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Move a project by a named act; refused where the table has none."""
    target = after(project.state, act)
    if target is None:
        raise RuleViolation(CapstoneRefusal.NOT_POSSIBLE, state=state_words(project.state))
    before, project.state = project.state, target
    tell(project, act, before=before, actor=actor, now=now, note=note, details=details)
    announce(project, act.value, before, actor=actor, now=now, reason=note)


def tell(
    project: Project,
    kind: Act | Told,
    *,
    before: ProjectState | None,
    actor: Actor | None,
    now: dt.datetime,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a sentence to the story; events are only ever added."""
    db.session.add(
        ProjectEvent(
            project_id=project.id,
            kind=kind.value,
            from_state=before,
            to_state=project.state,
            actor_id=actor.person_id if actor else None,
            at=now,
            note=note,
            details=dict(details or {}),
        )
    )
    db.session.flush()


def announce(
    project: Project,
    act: str,
    before: ProjectState | None,
    *,
    actor: Actor | None,
    now: dt.datetime,
    reason: str = "",
) -> None:
    """Record the change for the audit log and for whoever subscribes."""
    record(project, act, actor, before={"state": before}, after={"state": project.state}, reason=reason)
    line = queries.by_id(project.id)
    events.record(
        ProjectChanged(
            cohort_id=project.cohort_id,
            project_id=project.id,
            project_public_id=project.public_id,
            act=act,
            before=before.value if before else "",
            state=project.state.value,
            reason=reason,
            place_ids=queries.place_ids_of(project.id),
            guide_id=line.guide_id,
            actor_id=actor.person_id if actor else None,
            at=now,
        )
    )


def record(
    project: Project,
    verb: str,
    actor: Actor | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """A line in the audit log about a project."""
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action=f"capstone.{verb.replace(' ', '_').replace(chr(39), '')}",
            subject="capstone_project",
            subject_id=project.id,
            cohort_id=project.cohort_id,
            before=before,
            after=after,
            reason=reason,
        )
    )
