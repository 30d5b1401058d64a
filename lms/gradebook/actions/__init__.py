"""Writes of the gradebook: keeping results, recording work done elsewhere."""

from lms.gradebook.actions.external import External, record_external
from lms.gradebook.actions.importing import Planned, apply_import, plan_import
from lms.gradebook.actions.results import rebuild, update_results

__all__ = [
    "External",
    "Planned",
    "apply_import",
    "plan_import",
    "rebuild",
    "record_external",
    "update_results",
]
