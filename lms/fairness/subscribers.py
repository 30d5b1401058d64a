"""What fairness hears and answers: team work that was handed in; factors, and what holds a release back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lms.assessment import ports
from lms.assessment.events import WorkBrought
from lms.assessment.ports import Batch, Factor
from lms.assessment.rules import fact, plain, read_exact
from lms.core import events
from lms.curriculum import queries as curriculum
from lms.fairness import actions, queries
from lms.fairness.queries import RatingMember, RatingView
from lms.fairness.rules import Decision


@events.on(WorkBrought)
def ask_for_ratings(event: WorkBrought) -> None:
    """A team handed in: its members rate each other."""
    if len(event.place_ids) > 1:
        actions.ask(event.cohort_id, event.activity_id, event.place_ids, event.title, now=event.at)


def factors(activity_id: int, place_ids: Collection[int]) -> Mapping[int, Factor]:
    """The settled factors of some places."""
    found = queries.settled_factors(activity_id, place_ids)
    return {place: _factor(view, member) for place, (view, member) in found.items()}


def _factor(view: RatingView, member: RatingMember) -> Factor:
    """A factor with what its learner may read of it: never who said what."""
    value, policy = read_exact(member.factor), queries.factor_policy(view.cohort.version_id)
    answered, members = view.outcome.get("answered", 0), view.outcome.get("members", 0)
    facts = [
        fact(
            "Members who rated", f"{answered} of {members}", bound=f"{plain(policy.response * 100)} % needed"
        )
    ]
    if view.decision is Decision.ONE:
        facts.append(fact("Decided", "× 1", note="a coordinator set every factor of the team to 1"))
    elif not view.outcome.get("enough", True):
        facts.append(fact("Too few rated", "× 1", note="every factor of the team is 1"))
    else:
        bound = f"between {plain(policy.low)} and {plain(policy.high)}, the team's mean exactly 1"
        note = "from what the other members gave you, over what they gave everybody"
        facts.append(fact("Your share", f"× {plain(value)}", bound=bound, note=note))
    by = f"Settled by {view.settled_by}." if view.settled_by else ""
    return Factor(value, tuple(facts), by)


def ratings_not_settled(batch: Batch, place_ids: Collection[int]) -> Mapping[int, str]:
    """A team's marks wait for its ratings; the members' own parts do not."""
    rows = curriculum.rubric(batch.activity_id, batch.part)
    if rows and rows[0].part_by == "individual":
        return {}
    waiting = queries.unsettled(batch.activity_id, place_ids)
    return {place: f"the ratings inside {title} are not settled" for place, title in waiting.items()}


ports.factor_readers.append(factors)
ports.hold_readers.append(ratings_not_settled)
