"""Writes of sessions and attendance."""

from __future__ import annotations

from lms.live.actions.building import assign_hosts, build_sessions, follow_schedule, refresh_places
from lms.live.actions.bulk import Held, record_sessions
from lms.live.actions.details import Details, join, set_details, set_link
from lms.live.actions.feedback import (
    give_feedback,
)
from lms.live.actions.ledger import NewEvidence, rebuild, record_evidence
from lms.live.actions.lists import (
    Brought,
    Recorded,
    counts,
    go_on,
    record_list,
    reread_list,
    try_list,
    undo_list,
)
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
from lms.live.actions.unknown import assign_name, rest_are_guests, set_name_aside, take_name_back

__all__ = [
    "Brought",
    "Details",
    "Held",
    "NameClash",
    "NewEvidence",
    "Recorded",
    "Roster",
    "RosterSaved",
    "add_guests",
    "ask",
    "assign_hosts",
    "assign_name",
    "build_sessions",
    "close_session",
    "correct",
    "counts",
    "excuse",
    "follow_leavers",
    "follow_schedule",
    "give_feedback",
    "give_up_seat",
    "go_on",
    "join",
    "moderate",
    "publish_questions",
    "rebuild",
    "record_evidence",
    "record_list",
    "record_sessions",
    "refresh_places",
    "remove_guest",
    "reopen",
    "reread_list",
    "rest_are_guests",
    "set_details",
    "set_link",
    "set_name_aside",
    "set_roster",
    "set_seats",
    "take_back_question",
    "take_back_seat",
    "take_name_back",
    "take_seat",
    "try_list",
    "undo_list",
    "vote",
]
