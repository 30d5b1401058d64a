"""The part of a learner's standing that hangs on work alone, computed anew while the rest stays as it was kept."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.completion import queries as completion
from lms.core.db import read
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.gradebook import queries as gradebook
from lms.progress import rules
from lms.progress.models import Standing
from lms.progress.queries.standing import Learner, Shared, all_required, late_open_of, weeks_of
from lms.progress.rules import Risk
from lms.scheduling import queries as scheduling
from lms.scheduling.models import Override, OverrideScope, Schedule


@dataclass(frozen=True)
class WorkDone:
    """What of a learner's standing changes when they do something, or have more time for it."""

    place_id: int
    late_open: int
    risks: list[Risk]
    weeks: tuple[int | None, ...]


_place, _standing, _override = Place.__table__.c, Standing.__table__.c, Override.__table__.c
_KEPT = (
    sa.select(
        *cohorts.COLUMNS,
        _place.id.label("place_id"),
        _place.person_id,
        _place.state.label("place_state"),
        _place.joined_on,
        _standing.reasons,
        Schedule.__table__.c.version.label("schedule_version"),
    )
    .select_from(Place.__table__)
    .join(Standing.__table__, _standing.place_id == _place.id)
    .join(Cohort, Cohort.id == _place.cohort_id)
    .outerjoin(Schedule.__table__, Schedule.__table__.c.cohort_id == _place.cohort_id)
    .where(_place.id.in_(sa.bindparam("places", type_=sa.Integer, expanding=True)))
    .order_by(_place.id)
)
_OWN_ENDS = sa.select(_override.scope_id, _override.item_id, _override.ends_at).where(
    _override.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
    _override.scope == OverrideScope.PERSON,
    _override.scope_id.in_(sa.bindparam("people", type_=sa.Integer, expanding=True)),
    _override.revoked_at.is_(None),
    _override.ends_at.is_not(None),
)


def compute_work(place_ids: Sequence[int], now: dt.datetime) -> list[WorkDone]:
    """Compute anew what depends on work; what depends on sessions, marks and visits stays as it was kept.

    Four statements for any number of learners of one cohort. Whoever has no standing yet is left out.
    """
    kept = read(_KEPT, {"places": list(place_ids)}).all()
    if not kept:
        return []
    view = cohorts.view_of(kept[0])
    outline = curriculum.outline(view.version_id)
    shared = Shared(
        view=view,
        outline=outline,
        required=all_required(outline, view, kept[0].schedule_version),
        present_week=scheduling.week_now(view, now),
        ahead={},
        now=now,
    )
    done, excused = completion.done_of(place_ids), gradebook.excused_of(place_ids)
    own: dict[int, dict[int, dt.datetime]] = defaultdict(dict)
    people = {"cohort": view.id, "people": [row.person_id for row in kept]}
    for person_id, item_id, ends_at in read(_OWN_ENDS, people):
        own[person_id][item_id] = ends_at
    found = []
    for row in kept:
        learner = Learner(
            place_id=row.place_id,
            state=row.place_state,
            joined_on=row.joined_on,
            last_seen_on=None,
            totals=(0, 0, {}),
            results={},
            done=done.get(row.place_id, frozenset()) | excused.get(row.place_id, frozenset()),
            own_ends=own.get(row.person_id, {}),
            missed_in_a_row=0,
        )
        late = late_open_of(shared, learner)
        risks = [Risk(each["rule"], each["text"]) for each in row.reasons]
        on_leave = row.place_state is not PlaceState.ENROLLED
        found.append(
            WorkDone(
                row.place_id,
                late,
                [] if on_leave else rules.with_late(risks, late),
                weeks_of(shared, learner),
            )
        )
    return found
