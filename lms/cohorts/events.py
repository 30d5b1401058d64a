"""What happened to cohorts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CohortCreated:
    """A cohort exists; its schedule is built in the same transaction."""

    cohort_id: int
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class CohortStateChanged:
    """A cohort was opened, closed or reopened."""

    cohort_id: int
    before: str
    state: str
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class StaffAppointed:
    """A person has a task in a cohort, from `at` on: now, or a day ahead."""

    cohort_id: int
    person_id: int
    role: str
    course_key: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class StaffReleased:
    """A person no longer has a task in a cohort, from `at` on: now, or a day ahead."""

    cohort_id: int
    person_id: int
    role: str
    course_key: str
    at: dt.datetime
