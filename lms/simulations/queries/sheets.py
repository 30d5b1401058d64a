"""A team's seat at the game: what guards of the cockpit load, and the sheet of a round."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE
from lms.people.rules import Actor
from lms.simulations.models import RunMember, RunTeam, Sheet, Voice
from lms.simulations.queries.runs import RunView, run_visible_to
from lms.simulations.rules import Pen, Said, begun


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team of a run, for one of its members or for whoever watches."""

    run: RunView
    team_id: int
    public_id: str
    key: str
    name: str
    place_id: int | None
    """The viewer's, where they sit in it."""
    lens: str

    @property
    def cohort(self) -> CohortView:
        """The cohort that plays."""
        return self.run.cohort

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.run.cohort_id

    @property
    def own(self) -> bool:
        """Whether the viewer sits in it."""
        return self.place_id is not None

    @property
    def begun(self) -> bool:
        """Whether its members may read its debrief."""
        return begun(self.run.phase)


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as its team sees it; one that nobody has saved has version 0."""

    id: int | None
    draft: dict[str, Any]
    rationale: str
    version: int
    saved_by_id: int | None
    saved_at: dt.datetime | None
    pen: Pen
    submitted: dict[str, Any]
    submitted_rationale: str
    submission: int
    submitted_version: int
    submitted_by_id: int | None
    submitted_at: dt.datetime | None
    idle: bool | None
    said: tuple[Said, ...]
    reasons: dict[int, str]
    """Place → why they dissent from this submission."""


NO_SHEET = SheetView(None, {}, "", 0, None, None, Pen(None, None), {}, "", 0, 0, None, None, None, (), {})


def team_visible_to(actor: Actor, slug: str, run_id: str, team_id: str) -> TeamView:
    """A team of a run by their ids: NotFound when there is none, or the actor does not see the cohort.

    That a learner sees no team but their own is for the policy.
    """
    run = run_visible_to(actor, slug, run_id)
    row = db.session.execute(
        sa.select(
            RunTeam.id, RunTeam.public_id, RunTeam.key, RunTeam.name, RunMember.place_id, RunMember.lens
        )
        .outerjoin(
            RunMember,
            sa.and_(
                RunMember.team_id == RunTeam.id,
                RunMember.left_at.is_(None),
                RunMember.place_id.in_(
                    sa.select(Place.id).where(
                        Place.cohort_id == run.cohort_id,
                        Place.person_id == actor.person_id,
                        Place.state.in_(ACTIVE),
                    )
                ),
            ),
        )
        .where(RunTeam.run_id == run.id, RunTeam.public_id == team_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return TeamView(run, row.id, row.public_id, row.key, row.name, row.place_id, row.lens or "")


def sheet_of(round_id: int, team_id: int) -> SheetView:
    """The sheet of a team for a round, with what its members say of what was submitted. Two statements."""
    found = sheet_row(round_id, team_id)
    if found.id is None:
        return found
    voices = db.session.execute(
        sa.select(Voice.place_id, Voice.verdict, Voice.submission, Voice.reason).where(
            Voice.sheet_id == found.id, Voice.submission == found.submission
        )
    ).all()
    return replace(
        found,
        said=tuple(Said(one.place_id, one.verdict, one.submission) for one in voices),
        reasons={one.place_id: one.reason for one in voices if one.reason},
    )


def sheet_row(round_id: int, team_id: int) -> SheetView:
    """The sheet of a team for a round, without what its members say. One statement."""
    return sheet_view(
        db.session.scalar(sa.select(Sheet).where(Sheet.round_id == round_id, Sheet.team_id == team_id))
    )


def sheet_view(row: Sheet | None) -> SheetView:
    """A row as its team sees it."""
    if row is None:
        return NO_SHEET
    return SheetView(
        row.id,
        row.draft,
        row.rationale,
        row.version,
        row.saved_by_id,
        row.saved_at,
        Pen(row.pen_id, row.pen_seen_at),
        row.submitted,
        row.submitted_rationale,
        row.submission,
        row.submitted_version,
        row.submitted_by_id,
        row.submitted_at,
        row.idle,
        (),
        {},
    )
