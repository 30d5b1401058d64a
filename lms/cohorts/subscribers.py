"""What all members of a cohort see alike names its staff: it is new when one of them is called otherwise."""

from __future__ import annotations

import sqlalchemy as sa

from lms.cohorts.actions import touch
from lms.cohorts.models import StaffAssignment
from lms.core import events
from lms.core.db import db
from lms.people.events import PeopleRenamed


@events.on(PeopleRenamed)
def renamed(event: PeopleRenamed) -> None:
    """Make what was kept of their cohorts void."""
    cohorts = sa.select(StaffAssignment.cohort_id).where(StaffAssignment.person_id.in_(event.person_ids))
    for cohort_id in db.session.scalars(cohorts.distinct()).all():
        touch(cohort_id)
