"""The blueprint that the pages of `fairness` are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("fairness", __name__)
