"""Milestones: their order, when they may be handed in, what an answer may say, and what is marked when.

The keys are those of the programme's content, where schedule and completion refer to them too.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.capstone.rules.refusals import CapstoneRefusal
from lms.capstone.rules.states import Act, ProjectState, SubmissionState, after

INTEREST, PROPOSAL, PLAN, DRAFT, REPORT, PANEL = "m0", "m1", "m2", "m5", "m6a", "m6b"
APPROVED_FACT = "approved"
"""The kind of fact that dates of the schedule hang on: `milestone(m1).approved`."""
MARKED_WHEN_ACCEPTED = frozenset({PROPOSAL, PLAN})
NOT_MARKED_HERE = frozenset({PANEL})
"""The panel marks what it hears, not what was uploaded."""
NEVER_BACK = frozenset({REPORT, PANEL})
"""They are marked as they were handed in."""
CONFIDENTIAL_FIELDS = frozenset({"conflicts"})
"""Read by the team itself, the coordinator and the director: the form of M0 promises so."""
LEAST_WORDS = 20
LATEST_REVISION_DAYS = 14
MEMBERS_MOST = 100


class Verdict(enum.StrEnum):
    """What a guide answers."""

    ACCEPT = "accept"
    REVISE = "revise"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Standing:
    """A milestone's latest version, as the order of milestones needs it."""

    state: SubmissionState
    number: int = 1
    answer_by: dt.datetime | None = None
    revise_by: dt.datetime | None = None


Standings = Mapping[str, Standing]


def _is(standings: Standings, key: str, state: SubmissionState) -> bool:
    return key in standings and standings[key].state is state


def why_closed(
    key: str, state: ProjectState, standings: Standings, *, now: dt.datetime
) -> CapstoneRefusal | None:
    """Why the order of milestones does not let this one be handed in yet (or any more), or None."""
    if state in (ProjectState.DROPPED, ProjectState.RELEASED):
        return CapstoneRefusal.ENDED
    if state is ProjectState.REJECTED:
        return CapstoneRefusal.COORDINATOR_DECIDES
    if key in (INTEREST, PROPOSAL):
        return _why_not_before_approval(key, state, standings)
    if key == PLAN:
        fine = state in (ProjectState.APPROVED, ProjectState.IN_PROGRESS, ProjectState.REPORTED)
        return None if fine else CapstoneRefusal.NEEDS_PROPOSAL
    if state not in (ProjectState.IN_PROGRESS, ProjectState.REPORTED):
        return CapstoneRefusal.NEEDS_PLAN
    if key == REPORT:
        return _why_not_report(standings, now)
    if key == PANEL and REPORT not in standings:
        return CapstoneRefusal.NEEDS_REPORT
    return None


def _why_not_before_approval(key: str, state: ProjectState, standings: Standings) -> CapstoneRefusal | None:
    if state not in (ProjectState.INTEREST, ProjectState.PROPOSED, ProjectState.REVISE):
        return CapstoneRefusal.PROPOSAL_OVER
    if key == PROPOSAL and _is(standings, INTEREST, SubmissionState.REVISE):
        return CapstoneRefusal.NEEDS_INTEREST
    return None


def _why_not_report(standings: Standings, now: dt.datetime) -> CapstoneRefusal | None:
    """The draft is a gate, but a guide who keeps silent beyond the promise never shuts it."""
    draft = standings.get(DRAFT)
    if draft is None:
        return CapstoneRefusal.NEEDS_DRAFT
    if draft.state is SubmissionState.REVISE:
        return CapstoneRefusal.DRAFT_COMES_BACK
    silent = draft.answer_by is not None and now > draft.answer_by
    if draft.state is SubmissionState.SUBMITTED and not silent:
        return CapstoneRefusal.DRAFT_WAITS
    return None


def why_not_again(latest: Standing | None, *, now: dt.datetime, until: dt.datetime) -> CapstoneRefusal | None:
    """Why a further version is refused, or None: one that waits is replaced until `until`, an accepted one stands."""
    if latest is None or latest.state is SubmissionState.REVISE:
        return None
    if latest.state is SubmissionState.ACCEPTED:
        return CapstoneRefusal.ACCEPTED
    return CapstoneRefusal.WAITS if now >= until else None


def revisions_used(verdicts: Sequence[SubmissionState], reassigned: int) -> int:
    """How often this topic's proposal was sent back: each assigned topic begins anew after two."""
    return max(0, sum(verdict is SubmissionState.REVISE for verdict in verdicts) - 2 * reassigned)


def verdicts_for(key: str, revised: int) -> tuple[Verdict, ...]:
    """What may be answered: a proposal comes back once and is then accepted or rejected; a report never comes back."""
    if key in NEVER_BACK:
        return (Verdict.ACCEPT,)
    if key == PROPOSAL and revised:
        return (Verdict.ACCEPT, Verdict.REJECT)
    return (Verdict.ACCEPT, Verdict.REVISE)


def why_not_verdict(key: str, verdict: Verdict, revised: int) -> CapstoneRefusal | None:
    """Why this answer is refused, or None."""
    if verdict in verdicts_for(key, revised):
        return None
    if verdict is Verdict.REJECT:
        return CapstoneRefusal.REJECT_ONLY_PROPOSALS
    return CapstoneRefusal.REVISED_ONCE if key == PROPOSAL else CapstoneRefusal.NOT_THIS_VERDICT


def revision_days(key: str, policy_days: int) -> int:
    """Within how many days a new version is asked for at the latest."""
    return policy_days if key in (INTEREST, PROPOSAL) else max(policy_days, LATEST_REVISION_DAYS)


def act_of_handing_in(key: str) -> Act | None:
    """How handing a milestone in moves the project."""
    return {PROPOSAL: Act.PROPOSE, REPORT: Act.REPORT}.get(key)


def moves(act: Act, state: ProjectState) -> bool:
    """Whether an act leads anywhere from this state: a further version of the same milestone moves nothing."""
    return after(state, act) is not None


def act_of_answer(key: str, verdict: Verdict) -> Act | None:
    """How an answer moves the project."""
    return {
        (PROPOSAL, Verdict.ACCEPT): Act.APPROVE,
        (PROPOSAL, Verdict.REVISE): Act.ASK,
        (PROPOSAL, Verdict.REJECT): Act.REJECT,
        (PLAN, Verdict.ACCEPT): Act.BEGIN,
    }.get((key, verdict))


# Parts, marks and markers ------------------------------------------------------------------------------------------


def own_fields(spec: Mapping[str, Any]) -> frozenset[str]:
    """The fields that each member answers alone: those named like a part that is marked individually."""
    individual = {part["id"] for part in spec.get("parts", ()) if part["by"] == "individual"}
    return frozenset(field["id"] for field in spec.get("fields", ()) if field["id"] in individual)


def marked_when_handed_in(key: str) -> bool:
    """Whether markers get it with the handing-in; the proposal and the plan go to them when they are accepted."""
    return key not in MARKED_WHEN_ACCEPTED | NOT_MARKED_HERE


def source_id(submission_id: int, member: int = 0) -> int:
    """What marking calls a part of a submission: the team's (0), or that of the n-th member of its snapshot."""
    if not 0 <= member < MEMBERS_MOST:
        raise ValueError("a team has fewer members than that")
    return submission_id * MEMBERS_MOST + member


def of_source(number: int) -> tuple[int, int]:
    """The submission and the member (0: the team) behind a source id."""
    return divmod(number, MEMBERS_MOST)


def first_marker(guide_id: int | None, authors: Collection[int]) -> int | None:
    """Who marks first: the guide, unless there is none or the work is their own; None lets the house choose."""
    return guide_id if guide_id is not None and guide_id not in authors else None


def may_mark(person_id: int, guide_id: int | None, position: int) -> bool:
    """Whether somebody may be marker number `position`: the guide is marker 1 at most."""
    return position == 1 or person_id != guide_id
