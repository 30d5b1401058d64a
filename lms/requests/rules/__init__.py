"""Pure decisions about requests."""

from lms.requests.rules.promises import (
    USUAL_HOURS,
    Urgency,
    promised,
    remind_at,
    resumed,
    urgency,
)
from lms.requests.rules.refusals import RequestRefusal
from lms.requests.rules.states import (
    DECIDED,
    GRANTING,
    INNER,
    LONGEST,
    MOST_FILES,
    RUNNING,
    Candidate,
    EntryKind,
    RequestState,
    first_owner,
    why_not_act,
    why_not_decide,
    why_not_reopen,
    why_not_words,
)

__all__ = [
    "DECIDED",
    "GRANTING",
    "INNER",
    "LONGEST",
    "MOST_FILES",
    "RUNNING",
    "USUAL_HOURS",
    "Candidate",
    "EntryKind",
    "RequestRefusal",
    "RequestState",
    "Urgency",
    "first_owner",
    "promised",
    "remind_at",
    "resumed",
    "urgency",
    "why_not_act",
    "why_not_decide",
    "why_not_reopen",
    "why_not_words",
]
