"""Names, holidays, and what a cohort may be."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.cohorts.rules import (
    CohortRefusal,
    countries,
    holidays_of,
    place_name,
    slug_of,
    subdivisions,
    why_not_create,
    why_not_holidays,
)

FINE = {
    "slug": "cohort-15",
    "taken": False,
    "zone": "Asia/Kolkata",
    "starts_on": dt.date(2026, 9, 7),
    "today": dt.date(2026, 9, 7),
    "breaks": [12, 20, 45],
    "planned": 3,
    "weeks": 52,
}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"slug": "x1"}, CohortRefusal.BAD_SLUG),
        ({"slug": "x" * 41}, CohortRefusal.BAD_SLUG),
        ({"slug": "cohort--15"}, CohortRefusal.BAD_SLUG),
        ({"slug": "Cohort"}, CohortRefusal.BAD_SLUG),
        ({"taken": True}, CohortRefusal.SLUG_TAKEN),
        ({"zone": "Asia/Atlantis"}, CohortRefusal.UNKNOWN_ZONE),
        ({"starts_on": dt.date(2026, 9, 6)}, CohortRefusal.IN_THE_PAST),
        ({"breaks": [12, 20]}, CohortRefusal.BAD_BREAKS),
        ({"breaks": [12, 12, 20]}, CohortRefusal.BAD_BREAKS),
        ({"breaks": [1, 12, 20]}, CohortRefusal.BAD_BREAKS),
        ({"breaks": [12, 20, 53]}, CohortRefusal.BAD_BREAKS),
    ],
)
def test_why_a_cohort_is_refused(facts, reason):
    refusal = why_not_create(**{**FINE, **facts})
    assert (refusal[0] if refusal else None) is reason


@pytest.mark.parametrize(
    ("country", "part", "reason"),
    [
        ("", "", None),
        ("IN", "", None),
        ("IN", "KA", None),
        ("IN", "XX", CohortRefusal.UNKNOWN_SUBDIVISION),
        ("", "KA", CohortRefusal.UNKNOWN_COUNTRY),
        ("ZZ", "", CohortRefusal.UNKNOWN_COUNTRY),
    ],
)
def test_which_holiday_calendars_there_are(country, part, reason):
    refusal = why_not_holidays(country, part)
    assert (refusal[0] if refusal else None) is reason


def test_holidays_know_whether_they_are_sure():
    found = {each.on: each for each in holidays_of("AE", "", dt.date(2027, 3, 1), dt.date(2027, 12, 31))}
    eid = found[dt.date(2027, 3, 9)]
    assert (eid.name, eid.tentative, eid.words) == (
        "Eid al-Fitr",
        True,
        "Eid al-Fitr in United Arab Emirates (tentative)",
    )
    assert not found[dt.date(2027, 12, 2)].tentative


def test_parts_of_a_country_have_holidays_of_their_own():
    november = (dt.date(2026, 11, 1), dt.date(2026, 11, 1))
    assert [each.name for each in holidays_of("IN", "KA", *november)] == ["Karnataka Rajyotsava"]
    assert holidays_of("IN", "", *november) == []
    assert holidays_of("IN", "XX", *november) == holidays_of("", "", *november) == []


def test_countries_are_by_name_and_places_read_well():
    names = [name for _code, name in countries()]
    assert names == sorted(names)
    assert ("IN", "India") in countries()
    assert "KA" in subdivisions("IN")
    assert place_name("IN", "KA") == "India (KA)"
    assert place_name("IN", "") == "India"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Cohort 14, Año 2026", "cohort-14-ano-2026"), ("  ", ""), ("x" * 60, "x" * 40)],
)
def test_a_short_name_from_a_name(name, slug):
    assert slug_of(name) == slug
