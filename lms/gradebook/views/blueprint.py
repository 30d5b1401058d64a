"""The blueprint that the pages of `gradebook` are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("gradebook", __name__)
