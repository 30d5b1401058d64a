"""Writes of the gradebook: keeping results, recording work done elsewhere."""

from lms.gradebook.actions.allowances import (
    cap,
    excuse,
    mark_resit,
    open_resit,
    release_resit,
    take_back_ruling,
    withdraw_resit,
)
from lms.gradebook.actions.external import External, record_external
from lms.gradebook.actions.importing import Planned, apply_import, plan_import
from lms.gradebook.actions.results import rebuild, update_results

__all__ = [
    "External",
    "Planned",
    "apply_import",
    "cap",
    "excuse",
    "mark_resit",
    "open_resit",
    "plan_import",
    "rebuild",
    "record_external",
    "release_resit",
    "take_back_ruling",
    "update_results",
    "withdraw_resit",
]
