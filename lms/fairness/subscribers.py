"""What fairness hears and answers: work handed in, batches complete, places; factors, what holds a release back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lms.assessment import ports
from lms.assessment.events import WorkBrought, WorkJudged
from lms.assessment.ports import Batch, Factor
from lms.assessment.rules import OPEN, TaskState, fact, plain, read_exact
from lms.cohorts import queries as cohorts
from lms.core import events
from lms.curriculum import queries as curriculum
from lms.enrolment.events import PlacesChanged
from lms.fairness import actions, queries, rules
from lms.fairness.queries import RatingMember, RatingView, Sample
from lms.fairness.rules import Decision


@events.on(WorkBrought)
def ask_for_ratings(event: WorkBrought) -> None:
    """A team handed in: its members rate each other."""
    if len(event.place_ids) > 1:
        actions.ask(event.cohort_id, event.activity_id, event.place_ids, event.title, now=event.at)


@events.on(WorkBrought)
def take_part_in_reviews(event: WorkBrought) -> None:
    """Work came while its round of peer review is open: it joins."""
    actions.join(
        event.cohort_id, event.activity_id, event.part, event.task_id, event.title, event.place_ids, event.at
    )


@events.on(PlacesChanged)
def give_reviews_to_others(event: PlacesChanged) -> None:
    """Somebody left, went on leave or came back: what they were to review is given out anew."""
    actions.people_changed(event.cohort_id, event.place_ids, event.at)


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
    outline = curriculum.outline(_version_of(batch))
    if outline.activities[batch.activity_id].key not in outline.policies.contribution.activities:
        return {}
    rows = curriculum.rubric(batch.activity_id, batch.part)
    if rows and rows[0].part_by == "individual":
        return {}
    waiting = queries.unsettled(batch.activity_id, place_ids)
    return {place: f"the ratings inside {title} are not settled" for place, title in waiting.items()}


@events.together(WorkJudged)
def draw_samples(judged: list[WorkJudged]) -> None:
    """Judgements were finished: second looks are compared anew, and complete batches have their sample drawn."""
    actions.judged_again([event.task_id for event in judged], now=judged[-1].at)
    batches = {Batch(event.cohort_id, event.activity_id, event.part): event.at for event in judged}
    for batch, at in batches.items():
        actions.draw_if_complete(batch, now=at)


def _version_of(batch: Batch) -> int:
    return batch.version_id or cohorts.by_id(batch.cohort_id).version_id


def sample_not_done(batch: Batch, place_ids: Collection[int]) -> Mapping[int, str]:
    """Nothing of a batch is released before its sample is done; what corrects a released mark is not held back."""
    version_id = _version_of(batch)
    activity = curriculum.outline(version_id).activities[batch.activity_id]
    if not activity.group_key or not queries.sampled(version_id):
        return {}
    counts = queries.counts(batch.cohort_id, batch.activity_id, batch.part)
    sample = queries.sample_of(batch.cohort_id, batch.activity_id, batch.part)
    why = _why_held(batch, counts, sample, version_id)
    if not why:
        return {}
    seen = queries.seen_before((batch.cohort_id, batch.activity_id, batch.part), place_ids)
    waiting = set(place_ids) - seen
    if sample is not None and counts.get(TaskState.RELEASED):  # what came after the sample was done
        waiting &= queries.places_of_open_looks(sample.id)
    return dict.fromkeys(waiting, why)


def _why_held(batch: Batch, counts: Mapping[TaskState, int], sample: Sample | None, version_id: int) -> str:
    if sample is not None and (sample.waived_at is not None or sample.done_at is not None):
        return ""
    if sample is not None and sample.drawn_at is not None:
        return "the sample of this batch is still being marked a second time"
    policy = queries.sample_policy(version_id)
    if sum(counts.values()) < policy.least_batch:
        pieces = queries.marked_once(batch.cohort_id, batch.activity_id, batch.part)
        if rules.means_apart(pieces) < policy.apart:
            return ""
    if any(counts.get(state) for state in OPEN):
        return "the batch is not complete, and a sample of it is marked a second time first"
    return "the sample of this batch is still to be drawn" if counts.get(TaskState.FINALISED) else ""


ports.beforehand_readers.append(queries.sample_first)
ports.factor_readers.append(factors)
ports.right_readers.append(queries.reads_as_peer)
ports.unseen_readers.append(queries.still_to_look)
ports.hold_readers.append(sample_not_done)
ports.hold_readers.append(ratings_not_settled)
