"""The blueprint that all pages of simulations hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("simulations", __name__)
