"""The frame of every page, filled in: who is here, where they may go, which hat they wear."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request

from lms.core.config import Mode, Settings
from lms.people.rules import Actor
from lms.web.guards import current_actor_or_none
from lms.web.shell import Shell, initials, theme_of


def register(app: Flask, settings: Settings) -> None:
    """Give every template its `shell`."""

    @app.context_processor
    def context() -> dict[str, Any]:
        if "shell" not in g:
            g.shell = _shell(settings, current_actor_or_none())
        return {"shell": g.shell}


def _shell(settings: Settings, actor: Actor | None) -> Shell:
    frame = {
        "institution": settings.institution,
        "theme": theme_of(request.cookies),
        "demo": settings.mode is Mode.DEMO,
        "path": request.full_path.rstrip("?"),
    }
    if actor is None:
        return Shell(**frame)
    return Shell(
        **frame, actor_name=actor.name, actor_initials=initials(actor.name), signed_in=True, zone=actor.zone
    )
