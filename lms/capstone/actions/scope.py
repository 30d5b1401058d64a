"""Another scope for a project that is under way: another question, another host, or less to deliver."""

from __future__ import annotations

import datetime as dt

from lms.capstone.actions.projects import LONGEST_TITLE
from lms.capstone.actions.story import announce, hold, tell
from lms.capstone.rules import CapstoneRefusal, Told
from lms.capstone.rules.scope import Scope, ScopeChange, why_not_change
from lms.capstone.rules.states import RUNNING
from lms.core.errors import RuleViolation
from lms.people.rules import Actor, clean


def change_scope(
    project_id: int, change: ScopeChange, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Change what a project is about; its state, and what was accepted, stay as they are.

    Raises RuleViolation when it has ended, or the new question or host is not given.
    """
    project = hold(project_id)
    if project.state not in RUNNING:
        raise RuleViolation(CapstoneRefusal.ENDED)
    refusal = why_not_change(change)
    if refusal:
        raise RuleViolation(refusal)
    line = clean(change.line)[:LONGEST_TITLE]
    before: dict[str, str] = {}
    if change.scope is Scope.QUESTION:
        before["title"], project.title = project.title, line
    elif change.scope is Scope.HOST:
        before["host"], project.host = project.host, line
    details = {"what": change.scope.words, "before": before}
    note = " ".join(part for part in (line if before else "", clean(reason)) if part)
    tell(project, Told.SCOPE, before=project.state, actor=actor, now=now, note=note, details=details)
    announce(project, Told.SCOPE.value, project.state, actor=actor, now=now, reason=clean(reason))
