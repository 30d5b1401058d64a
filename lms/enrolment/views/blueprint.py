"""The blueprint that the pages of this domain register with."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("enrolment", __name__)
