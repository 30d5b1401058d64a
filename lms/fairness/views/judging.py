"""A judgement on the form of the desk that is sent: kept, refused, or saved in two windows; once for all who judge.

Second looks, the piece that markers begin with and the judgement that was agreed on differ in what keeps them and in
where one goes afterwards, and in nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from flask import flash, jsonify, redirect
from flask.typing import ResponseReturnValue

from lms.assessment.actions import Unfinished
from lms.assessment.forms import Typed, shown_as_typed
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.web import filters
from lms.web.forms import sent_number
from lms.web.guards import current_actor

STALE = (
    "This was saved in another window. What stands there was kept; what you typed stands in the fields below."
)


class Kept(Protocol):
    """What was kept, with its version."""

    version: int


Keep = Callable[[dt.datetime], Kept]
Draw = Callable[[Typed, "int | None"], str]
"""The page with what was typed, over a version; None: over the one that stands by now."""


def errors_of(fields: Typed) -> list[tuple[str, str]]:
    """(anchor, sentence) for the summary at the top of the rubric."""
    return [(f"row-{key}" if key else "comment", sentence) for key, sentence in fields.errors.items()]


def sent(fields: Typed, keep: Keep, draw: Draw, *, refused_to: str) -> ResponseReturnValue | None:
    """Keep what was sent; None where it is kept, else the answer: the page again, or away from it."""
    version = sent_number("version")
    if fields.errors:
        return draw(fields, version), 422
    try:
        with unit_of_work() as work:
            keep(work.now)
    except Unfinished as refused:
        return draw(shown_as_typed(fields.judgement(), refused.problems), version), 422
    except Conflict:
        flash(STALE, "bad")
        return draw(fields, None), 409
    except RuleViolation as refused:
        flash(refused.message, "bad")
        return redirect(refused_to, code=303)
    return None


def quietly(fields: Typed, keep: Keep) -> ResponseReturnValue:
    """Keep a judgement while it is written; answers in JSON."""
    if fields.errors:
        return jsonify(reason=f"Not saved: {next(iter(fields.errors.values()))}"), 422
    try:
        with unit_of_work() as work:
            version, at = keep(work.now).version, work.now
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 409
    return jsonify(saved=filters.clock(at, current_actor().zone), version=version)
