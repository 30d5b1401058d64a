"""Standing changes with time alone: deadlines pass, days without a visit add up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort, CohortState
from lms.core import jobs
from lms.core.db import db
from lms.progress import actions


@jobs.periodic("standing", every=60)
def refresh_all(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Compute the standing of every learner of an open cohort anew, once an hour."""
    for cohort_id in db.session.scalars(
        sa.select(Cohort.id).where(Cohort.state == CohortState.OPEN).order_by(Cohort.id)
    ).all():
        actions.refresh_cohort(cohort_id, now=now)
