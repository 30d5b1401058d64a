"""The front door: everybody's home page."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.web.guards import current_actor_or_none, public

bp = Blueprint("desks", __name__)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Send everybody to the desk that is theirs."""
    if current_actor_or_none() is None:
        return redirect(url_for("security.login"))
    return redirect(url_for("web.style_guide"))
