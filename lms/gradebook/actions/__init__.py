"""Writes of the gradebook: keeping results, recording work done elsewhere."""

from lms.gradebook.actions.agenda import Proposed, propose
from lms.gradebook.actions.allowances import (
    cap,
    excuse,
    mark_resit,
    open_resit,
    release_resit,
    seat_resit_panel,
    take_back_ruling,
    withdraw_resit,
)
from lms.gradebook.actions.boards import (
    Opening,
    add_member,
    close_board,
    open_board,
    refuse_confirmed,
    remove_member,
    show_names,
)
from lms.gradebook.actions.complaints import (
    Incomplete,
    SecondLook,
    ask_assessor,
    decline_review,
    drop_reviews,
    judge_again,
)
from lms.gradebook.actions.decisions import (
    carry_out,
    decide,
    release,
    vote,
    withdraw,
)
from lms.gradebook.actions.external import External, record_external
from lms.gradebook.actions.importing import Planned, apply_import, plan_import
from lms.gradebook.actions.results import catch_up, putting_off, rebuild, update_results
from lms.gradebook.actions.sheets import apply_marks, plan_marks, undo_marks

__all__ = [
    "External",
    "Incomplete",
    "Opening",
    "Planned",
    "Proposed",
    "SecondLook",
    "add_member",
    "apply_import",
    "apply_marks",
    "ask_assessor",
    "cap",
    "carry_out",
    "catch_up",
    "close_board",
    "decide",
    "decline_review",
    "drop_reviews",
    "excuse",
    "judge_again",
    "mark_resit",
    "open_board",
    "open_resit",
    "plan_import",
    "plan_marks",
    "propose",
    "putting_off",
    "rebuild",
    "record_external",
    "refuse_confirmed",
    "release",
    "release_resit",
    "remove_member",
    "seat_resit_panel",
    "show_names",
    "take_back_ruling",
    "undo_marks",
    "update_results",
    "vote",
    "withdraw",
    "withdraw_resit",
]
