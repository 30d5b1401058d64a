"""Pages of `coursework`."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("coursework", __name__)
