"""Pages of people: the roster of a cohort, one place, lists that are brought, teams."""

from __future__ import annotations

from lms.enrolment.views import lists, people, place, suggestion, teams
from lms.enrolment.views.blueprint import bp

__all__ = ["bp", "lists", "people", "place", "suggestion", "teams"]
