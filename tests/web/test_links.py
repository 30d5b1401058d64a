"""Addresses are remembered, and are those that Flask builds."""

from __future__ import annotations

import pytest
from flask import url_for

from lms.web.links import href

CASES = [
    ("desks.learner", {"slug": "cohort-1"}),
    ("scheduling.schedule", {"slug": "a", "month": "2026-11"}),
    ("scheduling.schedule", {"slug": "a", "month": None}),
    ("scheduling.schedule", {"slug": "a", "month": 1}),
    ("scheduling.schedule", {"slug": "a", "month": True}),
    ("scheduling.schedule", {"slug": "ä/b c", "month": "&=?"}),
    ("community.announcements", {"slug": "a", "person": ["x", "y"]}),
    ("people.profile", {}),
]


@pytest.mark.parametrize(("endpoint", "values"), CASES)
def test_an_address_is_the_one_that_flask_builds(app, endpoint, values):
    with app.test_request_context("/"):
        assert [href(endpoint, **values) for _ in range(2)] == [url_for(endpoint, **values)] * 2


def test_an_endpoint_of_the_same_blueprint_is_named_by_a_point(app):
    with app.test_request_context("/cohorts/a/schedule"):
        assert href(".schedule", slug="a") == "/cohorts/a/schedule"


def test_where_the_application_is_mounted_counts(app):
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/lms"}):
        assert href("people.profile") == "/lms/account/profile"
    with app.test_request_context("/"):
        assert href("people.profile") == "/account/profile"
