"""Writes about places and teams: enrolling, leave, withdrawal, teams, lists that people bring."""

from lms.enrolment.actions.enrolling import ByHand, Enrolled, Enrolling, enrol, enrol_by_hand, enrol_many
from lms.enrolment.actions.lists import (
    LONG_LIST,
    Applied,
    ListFile,
    apply_list,
    ask_to_apply,
    try_list,
    undo_list,
)
from lms.enrolment.actions.places import (
    carry_out_plan,
    change_joining_day,
    change_section,
    change_state,
    drop_plan,
)
from lms.enrolment.actions.teams import (
    NewTeam,
    add_member,
    dissolve_team,
    form_teams,
    move_member,
    remove_member,
    rename_team,
    seat_many,
)
from lms.enrolment.actions.undoing import Undone

__all__ = [
    "LONG_LIST",
    "Applied",
    "ByHand",
    "Enrolled",
    "Enrolling",
    "ListFile",
    "NewTeam",
    "Undone",
    "add_member",
    "apply_list",
    "ask_to_apply",
    "carry_out_plan",
    "change_joining_day",
    "change_section",
    "change_state",
    "dissolve_team",
    "drop_plan",
    "enrol",
    "enrol_by_hand",
    "enrol_many",
    "form_teams",
    "move_member",
    "remove_member",
    "rename_team",
    "seat_many",
    "try_list",
    "undo_list",
]
