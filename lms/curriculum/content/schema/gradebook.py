"""What policies.yaml says about the gradebook."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lms.curriculum.content.schema.base import Fraction01, Percent, Strict


class GradebookPolicy(Strict):
    """Lists that are brought, statistics, and the board."""

    import_stop: Fraction01 = 0.25
    """A list that would change more of the marks it holds than this needs a second yes."""
    statistics_from: Annotated[int, Field(ge=2)] = 5
    """Below so many marks a distribution says more about people than about marking."""
    borderline: Percent = 1
    """So many points below a bound the board looks at a case."""
    board_quorum: Annotated[int, Field(ge=2)] = 3
    """Members who have to vote."""


class SimulationPolicy(Strict):
    """What a team's result in a simulation is worth to a member."""

    participation: Fraction01 = 0.5
    """Whoever had a part in a smaller share of their rounds gets nothing of the team's result."""
