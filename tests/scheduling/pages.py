"""Addresses and clocks of the schedule's pages."""

from __future__ import annotations

from zoneinfo import ZoneInfo


def url(cohort, rest):
    """A page of a cohort."""
    return f"/cohorts/{cohort.slug}/{rest}"


def local(at, zone="Asia/Kolkata"):
    """An instant on the clock of a zone."""
    return at.astimezone(ZoneInfo(zone))
