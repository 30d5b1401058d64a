"""Writes of sessions and attendance."""

from __future__ import annotations

from lms.live.actions.building import assign_hosts, build_sessions, follow_schedule, refresh_places
from lms.live.actions.bulk import Held, record_sessions
from lms.live.actions.details import Details, join, set_details, set_link
from lms.live.actions.ledger import NewEvidence, rebuild, record_evidence
from lms.live.actions.logs import plan_log, record_log
from lms.live.actions.rosters import (
    NameClash,
    Roster,
    RosterSaved,
    close_session,
    correct,
    excuse,
    reopen,
    set_roster,
)

__all__ = [
    "Details",
    "Held",
    "NameClash",
    "NewEvidence",
    "Roster",
    "RosterSaved",
    "assign_hosts",
    "build_sessions",
    "close_session",
    "correct",
    "excuse",
    "follow_schedule",
    "join",
    "plan_log",
    "rebuild",
    "record_evidence",
    "record_log",
    "record_sessions",
    "refresh_places",
    "reopen",
    "set_details",
    "set_link",
    "set_roster",
]
