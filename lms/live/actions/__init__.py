"""Writes of sessions and attendance."""

from __future__ import annotations

from lms.live.actions.building import assign_hosts, build_sessions, follow_schedule, refresh_places
from lms.live.actions.bulk import Held, record_sessions
from lms.live.actions.details import Details, join, set_details, set_link
from lms.live.actions.feedback import (
    give_feedback,
)
from lms.live.actions.ledger import NewEvidence, rebuild, record_evidence
from lms.live.actions.logs import plan_log, record_log
from lms.live.actions.questions import (
    ask,
    moderate,
    publish_questions,
    take_back_question,
    vote,
)
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
from lms.live.actions.seats import (
    add_guests,
    follow_leavers,
    give_up_seat,
    remove_guest,
    set_seats,
    take_back_seat,
    take_seat,
)

__all__ = [
    "Details",
    "Held",
    "NameClash",
    "NewEvidence",
    "Roster",
    "RosterSaved",
    "add_guests",
    "ask",
    "assign_hosts",
    "build_sessions",
    "close_session",
    "correct",
    "excuse",
    "follow_leavers",
    "follow_schedule",
    "give_feedback",
    "give_up_seat",
    "join",
    "moderate",
    "plan_log",
    "publish_questions",
    "rebuild",
    "record_evidence",
    "record_log",
    "record_sessions",
    "refresh_places",
    "remove_guest",
    "reopen",
    "set_details",
    "set_link",
    "set_roster",
    "set_seats",
    "take_back_question",
    "take_back_seat",
    "take_seat",
    "vote",
]
