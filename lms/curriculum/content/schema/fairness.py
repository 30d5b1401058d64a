"""What authors say about fairness: ratings inside a team, samples, the piece markers begin with, peer review."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lms.curriculum.content.schema.base import Fraction01, Line, Percent, Slug, Strict


class ContributionItem(Strict):
    """One thing that members of a team say of each other, from 1 to 5."""

    id: Slug
    title: Line
    about: Line


ITEMS = (
    ContributionItem(
        id="reliable", title="Reliable", about="Did what was agreed, by the time that was agreed."
    ),
    ContributionItem(
        id="share", title="A fair share", about="Took a fair part of the work, the dull parts included."
    ),
    ContributionItem(
        id="substance", title="Substance", about="Brought facts, ideas or drafts that are in the result."
    ),
    ContributionItem(
        id="together", title="Works with others", about="Listened, answered, and made others' parts better."
    ),
    ContributionItem(
        id="standard", title="Standard", about="Held the work to a standard, their own parts first."
    ),
)


class ContributionPolicy(Strict):
    """Ratings inside teams: of which activities, how long they are open, what is asked."""

    activities: list[Slug] = []
    """Group work and milestones whose team parts are multiplied by the factor; with none there are no ratings."""
    days: Annotated[int, Field(ge=1, le=30)] = 5
    comment_from: Fraction01 = 0.15
    items: Annotated[list[ContributionItem], Field(min_length=1, max_length=9)] = Field(
        default_factory=lambda: list(ITEMS)
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        ids = [item.id for item in self.items]
        if len(set(ids)) != len(ids):
            raise ValueError("two items have the same id; give each its own")
        return self


class ModerationPolicy(Strict):
    """Samples of single-marked work; how large they are says `marking`."""

    sampled: bool = False
    """Without it nothing is marked again before its release."""
    least_batch: Annotated[int, Field(ge=1, le=200)] = 6
    """A smaller batch has a sample only where two markers lie far apart."""
    apart_from: Percent = 9
    """From so many points between two markers' means a sample is due whatever the size of the batch."""
    tolerance: Percent = 5
    """Two marks so close, on the same side of the pass mark, need no decision."""
    shown_from: Annotated[int, Field(ge=2, le=50)] = 5
    """So many pairs before agreement is shown in figures."""


class CalibrationPolicy(Strict):
    """The piece that everybody who marks an activity judges first."""

    asked: Literal["off", "advised", "required"] = "advised"
    """`required`: whoever has not judged it judges no other piece of the activity, once there is one."""
    tolerance: Percent = 7
    """Points between a marker's total and the agreed one that need no second try."""
    shown_from: Annotated[int, Field(ge=2, le=50)] = 5
    """So many markers before their distances are shown to each other."""


class PeerCriterion(Strict):
    """One thing that a reviewer judges."""

    id: Slug
    title: Line
    levels: Annotated[list[Line], Field(min_length=2, max_length=5)]
    """From the weakest to the best, in words; a level is no mark and has no points."""


class PeerReview(Strict):
    """After the deadline whoever handed in reviews what others handed in; teams review teams."""

    each: Annotated[int, Field(ge=1, le=5)] = 2
    """So many pieces each, and so many reviews of each piece."""
    days: Annotated[int, Field(ge=2, le=30)] = 7
    """From the beginning of the round to its end."""
    anonymous: bool = True
    """Neither side learns who the other is."""
    employers_apart: bool = False
    """Nobody reviews the work of somebody of the same employer."""
    withheld: list[Line] = []
    """Levels of confidentiality whose work no other team reads; its authors review all the same."""
    criteria: Annotated[list[PeerCriterion], Field(max_length=8)] = []
    """With none the rows of the rubric are judged."""

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        ids = [row.id for row in self.criteria]
        if len(set(ids)) != len(ids):
            raise ValueError("two criteria have the same id; give each its own")
        return self
