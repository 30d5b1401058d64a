"""What learners ask about their project: another scope, another guide; and doing it when it is granted."""

from __future__ import annotations

import datetime as dt

from lms.capstone import queries
from lms.capstone.actions.guides import assign_guide
from lms.capstone.actions.scope import change_scope
from lms.capstone.queries import ProjectLine
from lms.capstone.rules import CapstoneRefusal
from lms.capstone.rules.scope import Scope, ScopeChange
from lms.core.errors import RuleViolation
from lms.people.rules import Actor
from lms.requests import queries as requests
from lms.requests.ports import Asking, Deciding, Done, Fact, Offer

GUIDE_CHANGE, SCOPE_CHANGE = "guide-change", "scope-change"
ANYBODY = "anybody"
"""No wish: whoever decides chooses."""
NONE = "You have no project that is under way."


def _project(place_id: int) -> ProjectLine | None:
    found = queries.of_place(place_id)
    return found if found is not None and found.running else None


def _needed(deciding: Deciding) -> ProjectLine:
    project = _project(deciding.place_id)
    if project is None:
        raise RuleViolation(CapstoneRefusal.ENDED)
    return project


def _facts(project: ProjectLine) -> tuple[Fact, ...]:
    names = [name for _place, _person, name in queries.members_of(project.id)]
    return (
        Fact("Project", project.title),
        *((Fact("Host", project.host),) if project.host else ()),
        Fact("In it now", ", ".join(names)),
        Fact("Guide", project.guide or "nobody yet"),
    )


# Scope ----------------------------------------------------------------------------------------------------------------


def guide_of(asking: Asking) -> int | None:
    """Who guides the project: they decide about its scope."""
    project = _project(asking.place_id)
    return project.guide_id if project else None


def offer_scope(asking: Asking) -> Offer:
    """The project as it stands, and what can change of it."""
    project = _project(asking.place_id)
    if project is None:
        return Offer(title="Change of scope", why_not=NONE)
    return Offer(
        title=f"Change of scope: {project.title}",
        facts=(*_facts(project), Fact("What stays", "what was accepted and marked, with each member")),
        choices=tuple((each.value, each.words) for each in Scope),
    )


def grant_scope(deciding: Deciding, actor: Actor, now: dt.datetime) -> Done:
    """Change the project, with a line in its story that all members read."""
    project = _needed(deciding)
    given, asked = deciding.given, deciding.wanted
    scope = Scope(given.choice or asked.choice)
    line = given.line or asked.line
    change_scope(project.id, ScopeChange(scope, line), deciding.reason, actor=actor, now=now)
    facts = [Fact("What changes", scope.words)]
    if scope.needs_line:
        facts.append(Fact("From now on", line))
    other = given.choice not in ("", asked.choice)
    return Done(tuple(facts), partly=other, told=True)


# Guide ----------------------------------------------------------------------------------------------------------------


def offer_guide(asking: Asking) -> Offer:
    """Who guides, and who else of the cohort could; once for each project."""
    project = _project(asking.place_id)
    if project is None:
        return Offer(title="Another guide", why_not=NONE)
    why_not = ""
    if project.guide_id is None:
        why_not = "Nobody guides your project yet. Ask a question about it instead."
    elif requests.granted(queries.place_ids_of(project.id), GUIDE_CHANGE):
        why_not = "The guide of your project was changed on request once. Ask the coordinator in a question."
    others = tuple(
        (one.public_id, one.load.name)
        for one in queries.candidates(asking.cohort_id, asking.now)
        if one.load.here and one.load.person_id != project.guide_id
    )
    return Offer(
        title=f"Another guide for {project.title}",
        facts=(*_facts(project), Fact("If it is granted", "what waits for an answer keeps its promise")),
        choices=((ANYBODY, "Whoever fits"), *others),
        why_not=why_not,
    )


def grant_guide(deciding: Deciding, actor: Actor, now: dt.datetime) -> Done:
    """Let somebody else guide the project, with everything that an assignment brings."""
    project = _needed(deciding)
    wanted = deciding.given.choice or deciding.wanted.choice
    assign_guide(project.id, "" if wanted == ANYBODY else wanted, deciding.reason, actor=actor, now=now)
    other = deciding.wanted.choice not in (ANYBODY, wanted)
    return Done((Fact("Your guide", queries.by_id(project.id).guide),), partly=other, told=True)
