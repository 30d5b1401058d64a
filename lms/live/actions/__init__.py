"""Writes of sessions and attendance."""

from __future__ import annotations

from lms.live.actions.building import assign_hosts, build_sessions, follow_schedule, refresh_places
from lms.live.actions.bulk import Held, record_sessions
from lms.live.actions.cancelling import (
    Cancelling,
    can_attend,
    cancel_session,
    cannot_attend,
    make_up,
    reinstate_session,
)
from lms.live.actions.clockwork import escalate, follow_clock
from lms.live.actions.console import rooms_from_teams, set_note, set_rooms
from lms.live.actions.details import Details, join, set_details, set_link
from lms.live.actions.feedback import give_feedback
from lms.live.actions.hosting import Substituting, confirm, end_substitution, substitute, take_over
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
from lms.live.actions.materials import (
    Recording,
    add_file,
    add_recording,
    change_recording,
    hold_back,
    release_recordings,
    remove_file,
    remove_recording,
    set_phase,
)
from lms.live.actions.meetings import ask_for_meeting, ask_for_reports, carry_out, follow_meetings
from lms.live.actions.questions import ask, moderate, publish_questions, take_back_question, vote
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
    "Cancelling",
    "Details",
    "Held",
    "NameClash",
    "NewEvidence",
    "Recorded",
    "Recording",
    "Roster",
    "RosterSaved",
    "Substituting",
    "add_file",
    "add_guests",
    "add_recording",
    "ask",
    "ask_for_meeting",
    "ask_for_reports",
    "assign_hosts",
    "assign_name",
    "build_sessions",
    "can_attend",
    "cancel_session",
    "cannot_attend",
    "carry_out",
    "change_recording",
    "close_session",
    "confirm",
    "correct",
    "counts",
    "end_substitution",
    "escalate",
    "excuse",
    "follow_clock",
    "follow_leavers",
    "follow_meetings",
    "follow_schedule",
    "give_feedback",
    "give_up_seat",
    "go_on",
    "hold_back",
    "join",
    "make_up",
    "moderate",
    "publish_questions",
    "rebuild",
    "record_evidence",
    "record_list",
    "record_sessions",
    "refresh_places",
    "reinstate_session",
    "release_recordings",
    "remove_file",
    "remove_guest",
    "remove_recording",
    "reopen",
    "reread_list",
    "rest_are_guests",
    "rooms_from_teams",
    "set_details",
    "set_link",
    "set_name_aside",
    "set_note",
    "set_phase",
    "set_rooms",
    "set_roster",
    "set_seats",
    "substitute",
    "take_back_question",
    "take_back_seat",
    "take_name_back",
    "take_over",
    "take_seat",
    "try_list",
    "undo_list",
    "vote",
]
