"""Pieces of pages that many requests share, drawn once."""

from __future__ import annotations

from flask import current_app
from markupsafe import Markup


def drawn(component: str, *values: object, **named: object) -> Markup:
    """What the macro of a component makes of these values; for pieces that are remembered by version."""
    template = current_app.jinja_env.get_template(f"components/{component}.html")
    piece: Markup = getattr(template.module, component)(*values, **named)
    return piece
