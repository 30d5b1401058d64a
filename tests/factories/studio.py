"""Drafts for tests, through the real actions."""

from __future__ import annotations

from lms.cohorts.queries import CohortView
from lms.core.uow import unit_of_work
from lms.people.rules import Actor
from lms.scheduling import actions, queries
from lms.scheduling.actions import DraftChange, SetPublishing
from lms.scheduling.queries import DraftView
from lms.scheduling.rules import Edit
from tests.factories import world


def begun(*cohorts: CohortView, actor: Actor | None = None, name: str = "Diwali week") -> DraftView:
    """A draft without edits."""
    with unit_of_work() as work:
        ids = [cohort.id for cohort in cohorts]
        draft_id = actions.begin_draft(ids, name, actor=actor or world.director(), now=work.now).id
    return queries.draft_by_id(draft_id, cohorts[0])


def again(draft: DraftView) -> DraftView:
    """The draft as it stands now."""
    return queries.draft_by_id(draft.id, draft.cohort)


def seen(draft: DraftView) -> DraftChange:
    """A change of the draft as it stands."""
    return DraftChange(draft_id=draft.id, version=again(draft).version)


def edited(draft: DraftView, *edits: Edit, actor: Actor | None = None) -> DraftView:
    """The draft with further edits."""
    for edit in edits:
        with unit_of_work() as work:
            actions.add_edit(seen(draft), edit, actor=actor or world.director(), now=work.now)
    return again(draft)


def publishing(*cohorts: CohortView, **more: object) -> SetPublishing:
    """What somebody sends who looked at the schedules as they stand."""
    versions = {cohort.id: queries.schedule(cohort.id).version for cohort in cohorts}
    return SetPublishing(versions=versions, note="The festival moved.", **more)  # type: ignore[arg-type]


def published(draft: DraftView, *, actor: Actor | None = None, **more: object) -> list[int]:
    """Publish the draft; the numbers of the releases."""
    draft = again(draft)
    with unit_of_work() as work:
        releases = actions.publish_draft(
            seen(draft), publishing(*draft.cohorts, **more), actor=actor or world.director(), now=work.now
        )
        return [release.number for release in releases]


def joined(one: CohortView, key: str, other: CohortView, their_key: str) -> list[int]:
    """Make two sessions one; the numbers of the releases."""
    draft = begun(one, other, name="A joint session")
    return published(edited(draft, Edit("join", one.id, key, other=(other.id, their_key))))  # type: ignore[arg-type]
