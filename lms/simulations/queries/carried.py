"""Who brings a result of the same game from another cohort: it is carried as it is, and not played for once more."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.completion.models import CompletionFact
from lms.completion.rules import FactKind
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.simulations.models import Round, Run, RunMember
from lms.simulations.rules import Phase, RoundKind


def carrying(engine: str, place_ids: Collection[int]) -> set[int]:
    """Those of these places whose person has a result of a game in another cohort.

    A result has whoever sat in a team for at least half of its rounds (`rules.marks.member_mark`); with less there is
    nothing to carry, and they play like anybody who joins. One statement.
    """
    if not place_ids:
        return set()
    mine, theirs = aliased(Place), aliased(Place)
    counted = aliased(Round)
    whole = (
        sa.select(sa.func.count())
        .select_from(counted)
        .where(counted.run_id == Run.id, counted.kind == RoundKind.ROUND)
        .correlate(Run)
        .scalar_subquery()
    )
    return set(
        db.session.scalars(
            sa.select(mine.id)
            .join(theirs, sa.and_(theirs.person_id == mine.person_id, theirs.cohort_id != mine.cohort_id))
            .join(RunMember, RunMember.place_id == theirs.id)
            .join(Run, Run.id == RunMember.run_id)
            .join(Round, sa.and_(Round.run_id == Run.id, Round.closed_at >= RunMember.joined_at))
            .where(
                mine.id.in_(place_ids),
                Run.engine == engine,
                Run.phase != Phase.DISCARDED,
                Round.kind == RoundKind.ROUND,
                sa.or_(RunMember.left_at.is_(None), Round.closed_at < RunMember.left_at),
            )
            .group_by(mine.id, Run.id)
            .having(2 * sa.func.count(Round.id.distinct()) >= whole)
        )
    )


def played_elsewhere(prefix: str, place_ids: Collection[int]) -> list[tuple[int, str]]:
    """(place, key of an activity) of what people of these places have played of a game in other cohorts."""
    mine, theirs = aliased(Place), aliased(Place)
    rows = db.session.execute(
        sa.select(mine.id, Activity.key)
        .join(theirs, sa.and_(theirs.person_id == mine.person_id, theirs.cohort_id != mine.cohort_id))
        .join(CompletionFact, CompletionFact.place_id == theirs.id)
        .join(Activity, Activity.id == CompletionFact.activity_id)
        .where(
            mine.id.in_(place_ids),
            CompletionFact.kind == FactKind.PLAYED,
            CompletionFact.reached.is_(True),
            Activity.key.startswith(f"{prefix}-", autoescape=True),
        )
        .distinct()
        .order_by(mine.id, Activity.key)
    )
    return [(place_id, key) for place_id, key in rows]
