"""Who sits in a team of the cohort and does not come into its game."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from lms.core import events
from lms.simulations import queries
from lms.simulations.actions.held import write_down
from lms.simulations.events import SeatsRefused
from lms.simulations.models import Run, RunTeam


def keep_out(run: Run, team: RunTeam, place_ids: Collection[int], now: dt.datetime) -> None:
    """Write down and tell that people of a team do not come into the game."""
    carried = tuple(sorted(queries.carrying(run.engine, place_ids)))
    why = "The result up to now is carried; there is no way back into a game that goes on."
    write_down(run, "keep_out", None, after={"team": team.key, "places": list(place_ids)}, reason=why)
    events.record(
        SeatsRefused(
            cohort_id=run.cohort_id,
            run_id=run.id,
            team_id=team.id,
            place_ids=tuple(sorted(place_ids)),
            carried=carried,
            at=now,
        )
    )
