"""What policies.yaml says about fairness: factors from the ratings of a team."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from lms.curriculum.content.schema.base import Fraction01, Line, Slug, Strict


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
