"""More time that a learner asks for: what is known before they write, and giving it when it is granted."""

from __future__ import annotations

import datetime as dt

from lms.cohorts import queries as cohorts
from lms.core.errors import RuleViolation
from lms.coursework import queries
from lms.coursework.actions.extensions import ExtensionFacts, extend
from lms.coursework.queries import Extendable, Extending
from lms.coursework.rules import CourseworkRefusal, work
from lms.coursework.rules.late import end_of
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.people.rules import Actor
from lms.requests.ports import Asking, Choices, Deciding, Done, Fact, Offer

BEHIND = dt.timedelta(days=14)
"""So long after a deadline more time can be asked for."""
AHEAD = dt.timedelta(days=56)
PROPOSED = dt.timedelta(days=3)


def _learner(cohort_id: int, place_id: int) -> Extending:
    return queries.learner_of(cohorts.by_id(cohort_id), place_id)


def _is_round(learner: Extending, key: str) -> bool:
    line = curriculum.outline(learner.cohort.version_id).by_key.get(key)
    return line is not None and line.kind is ActivityKind.SIMULATION


def _named(one: Extendable) -> str:
    return f"{one.line.code} {one.line.title}".strip()


def subjects(asking: Asking) -> Choices:
    """What is due about now, by deadline."""
    return tuple(
        (one.line.key, _named(one))
        for one in queries.extendable(_learner(asking.cohort_id, asking.place_id))
        if asking.now - BEHIND <= end_of(one.item.ends_at) <= asking.now + AHEAD
    )


def offer(asking: Asking) -> Offer:
    """The deadline as it stands, and what one could take without asking."""
    learner = _learner(asking.cohort_id, asking.place_id)
    found = next((one for one in queries.extendable(learner) if one.line.key == asking.about), None)
    if found is None and _is_round(learner, asking.about):
        return Offer(
            title="More time",
            why_not="A round of a simulation closes for all teams of its world at the same moment, so nobody's date "
            "can be moved alone. Whoever runs the game can give everybody more time, and what your team has "
            "submitted by the close counts without you. Ask a question, and say what keeps you from it.",
        )
    if found is None:
        return Offer(
            title="More time",
            why_not="There is no deadline here that could be moved for you. Ask a question instead.",
        )
    policy = curriculum.outline(learner.cohort.version_id).policies.late
    taken = sum(one.token for one in queries.own_extensions(asking.place_id))
    facts = [Fact("For", _named(found)), Fact("Due", at=found.item.ends_at)]
    if found.team_work and learner.working_team:
        facts.append(Fact("Whose date", f"team {learner.working_team[1]}, all of you"))
    hint = ""
    if not found.team_work and asking.now < end_of(found.item.ends_at):
        left = max(0, policy.tokens - taken)
        facts.append(Fact("Extensions without a reason", f"{left} of {policy.tokens} left"))
        if left:
            hint = (
                f"You have {left} of {policy.tokens} extensions of {policy.token_hours} hours left "
                "that nobody has to approve."
            )
    late = asking.now > end_of(found.item.ends_at) + BEHIND
    return Offer(
        title=f"More time for {_named(found)}",
        facts=tuple(facts),
        choices=tuple(work.REASONS.items()),
        until=max(found.item.ends_at, asking.now) + PROPOSED,
        why_not=f"This was due more than {BEHIND.days} days ago. Ask a question about it instead."
        if late
        else "",
        hint=hint,
    )


def grant(deciding: Deciding, actor: Actor, now: dt.datetime) -> Done:
    """Give the later deadline; less than was asked for is given in part."""
    until = deciding.given.until or deciding.wanted.until
    if until is None:
        raise RuleViolation(CourseworkRefusal.NOT_LATER, due="the present one")
    facts = ExtensionFacts(
        activity_key=deciding.about,
        until=until,
        reason_code=deciding.wanted.choice or "other",
        note="Asked for in a request.",
    )
    extend(_learner(deciding.cohort_id, deciding.place_id), facts, actor=actor, now=now)
    less = deciding.wanted.until is not None and until < deciding.wanted.until
    return Done((Fact("New deadline", at=until),), partly=less, told=True)
