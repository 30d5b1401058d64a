"""Pages of `community`."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("community", __name__)
