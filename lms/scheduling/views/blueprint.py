"""The blueprint that all pages of the schedule hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("scheduling", __name__)
