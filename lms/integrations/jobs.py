"""Invitations, written by the worker: after acts that may change sessions, and every quarter of an hour."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import jobs, outbox
from lms.integrations import actions, queries
from lms.integrations.actions.invitations import DUE


@outbox.handles(DUE)
def invite_those_concerned(payload: dict[str, Any], now: dt.datetime) -> None:
    """Tell those of a cohort, or one person, what they do not know yet."""
    person = payload.get("person_id")
    concerned = queries.concerned([person] if person else None, payload.get("cohort_id"))
    actions.invite(concerned, now=now)


@jobs.periodic("invitations", every=15)
def invite_all(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Sessions come nearer, hosts change: whoever is to be invited is, whatever the reason."""
    actions.invite(queries.concerned(), now=now)
