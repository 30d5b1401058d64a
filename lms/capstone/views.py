"""Pages of `capstone`."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("capstone", __name__)
