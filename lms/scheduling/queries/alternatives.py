"""Other dates for a session, ranked, with reasons: for whoever moves it, and for its make-up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from lms.cohorts.queries import CohortView
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.scheduling import rules
from lms.scheduling.queries.checking import Window, checks, work_of
from lms.scheduling.queries.graph import graph
from lms.scheduling.rules import Alternative, Check, Graph, ItemKind, ItemState, Search

__all__ = ["Alternative", "alternatives", "ranked", "search_window"]


def alternatives(cohort: CohortView, key: str, *, now: dt.datetime, most: int = 5) -> tuple[Alternative, ...]:
    """Other dates for one session of a cohort, the best one first; none for what is no session.

    The candidates lie on the cohort's usual days and the days beside them, in the weeks from one before its date on
    (for a session that is over: from now on), never sooner than the programme's notice. What speaks against each is
    counted: clashes of people in all cohorts, the order of the programme, breaks, holidays, nights, busy dates, weeks
    that become too full, distance. A fixed number of statements.

    Raises NotFound when the cohort has no such item.
    """
    found = graph(cohort)
    if key not in found.standing:
        raise NotFound
    return ranked(cohort, found, key, now=now, most=most)


def search_window(on: Graph, key: str, now: dt.datetime) -> Window:
    """The stretch of time in which other dates for a session are looked for."""
    at = on.standing[key]
    first = min(now, at.starts_at - rules.EARLIER)
    return first, max(now, at.starts_at) + dt.timedelta(weeks=rules.WEEKS + 2)


def ranked(
    cohort: CohortView, on: Graph, key: str, *, now: dt.datetime, most: int = 5, look: Check | None = None
) -> tuple[Alternative, ...]:
    """The same for a graph that is known, perhaps as a draft has it.

    `look`: what its dates are held against, where that is known over the whole `search_window`; nothing is read then.
    """
    if on.specs[key].kind is not ItemKind.SESSION:
        return ()
    look = look or checks(cohort, search_window(on, key, now), on=on)
    kinds = {each: spec.kind for each, spec in on.specs.items()}
    policy = curriculum.outline(cohort.version_id).policies.scheduling
    search = Search(
        key=key,
        dates={**on.standing, key: replace(on.standing[key], state=ItemState.PLANNED)},
        look=replace(look, item_kinds=kinds, calendar=on.calendar),
        work=work_of(cohort.version_id),
        now=now,
        notice=dt.timedelta(hours=policy.urgent_hours),
    )
    return rules.alternatives(search, most)
