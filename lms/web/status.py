"""`/healthz` (the process answers) and `/readyz` (database, migrations and outbox are fit for work)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from lms.web.guards import public

bp = Blueprint("status", __name__)

_checks: dict[str, Callable[[], str]] = {}


def check(name: str, run: Callable[[], str]) -> None:
    """Add a readiness check: it returns an empty text when all is well, else what is wrong."""
    _checks[name] = run


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say that the process is alive; asks nobody else."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Say whether everything this process needs is there."""
    found = {}
    for name, run in _checks.items():
        try:
            found[name] = run() or "ok"
        except Exception as failure:  # noqa: BLE001 - whatever is wrong, the answer is "not ready"
            found[name] = type(failure).__name__
    ready = all(value == "ok" for value in found.values())
    return jsonify(status="ready" if ready else "not ready", checks=found), 200 if ready else 503
