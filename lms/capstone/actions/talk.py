"""The thread between a project and its guide."""

from __future__ import annotations

import datetime as dt

from lms.capstone.actions.story import hold
from lms.community import actions as community
from lms.community.actions import Writing
from lms.community.models import Post, ThreadSubject
from lms.community.queries import About
from lms.people.rules import Actor


def say(project_id: int, writing: Writing, *, actor: Actor, now: dt.datetime) -> Post:
    """Write in a project's thread; the caller's guard has made sure that the actor may."""
    project = hold(project_id)
    thread = community.open_thread(About(project.cohort_id, ThreadSubject.PROJECT, project.id))
    return community.post(thread, writing, actor=actor, now=now)
