"""What the pages of this domain share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, url_for

bp = Blueprint("community", __name__)


def href(endpoint: str, slug: str, **values: Any) -> str:
    """The address of a page of another domain; the cohort's home where there is no such page."""
    if endpoint not in current_app.view_functions:
        return f"/cohorts/{slug}"
    return url_for(endpoint, slug=slug, **values)
