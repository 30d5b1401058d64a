"""Capstone projects in tests: teams, guides, milestones handed in and answered, through the real actions."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.capstone import actions, queries
from lms.capstone.actions import Answering, DraftChange, Handing, Note, Receipt
from lms.capstone.queries import MilestoneVisit, ProjectLine
from lms.capstone.rules.drafts import slots
from lms.capstone.rules.milestones import Verdict
from lms.cohorts import actions as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.coursework import queries as coursework
from lms.curriculum import queries as curriculum
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine
from tests.factories import world

PDF = b"%PDF-1.4 a proposal"
WORDS = (
    "You have found a decision that somebody has to take, and its owner. Say what a year of waiting costs, "
    "and which finding would change your mind about it."
)
ANSWERS: Mapping[str, Any] = {
    "mode": "In a team that I name below",
    "host": "Lautan Cold Chain, depots for chilled freight",
    "contact": "Dewi Hartono, head of network",
    "unease": "Our depots stand half empty on weekdays, and nobody says so.",
    "confidentiality": "Cohort only",
    "conflicts": "Chi's brother works for a rival carrier.",
    "decision": "Should Lautan open its depots to rival carriers from April?",
    "owner": "Dewi Hartono, by 31 March",
    "contacts": "11",
    "raw": "The team's folder on the host's drive",
    "chosen": "Open two depots, not nine",
    "turning-point": "Below 61 per cent occupancy we would sell",
    "reader-said": "She asked who pays for the doors.",
    "similarity": "4",
    "ask": "Pages 7 and 11",
    "reflection": "In week 36 I refused to cut the interviews, and I was wrong about why.",
}


def _answer(field: Mapping[str, Any]) -> str:
    if field["kind"] == "tick":
        return "yes"
    return str(ANSWERS.get(field["id"], "A short answer."))


@dataclass(frozen=True)
class Team:
    """Some learners of a cohort with their capstone team."""

    id: int
    name: str
    people: tuple[Person, ...]


def team(cohort: CohortView, *names: str, called: str = "Depot Five") -> Team:
    """A capstone team of new learners."""
    people = tuple(world.learner(cohort, name) for name in names or ("Asha Rao", "Ben Okafor", "Chi Nwosu"))
    with unit_of_work() as work:
        places = tuple(_place(cohort, one) for one in people)
        (team_id,) = enrolment.form_teams(
            cohort.id,
            TeamKind.CAPSTONE,
            [NewTeam(name=called, place_ids=places)],
            actor=world.director(),
            now=work.now,
        )
    return Team(team_id, called, people)


def _place(cohort: CohortView, who: Person) -> int:
    from lms.enrolment.queries import place_of

    found = place_of(cohort.id, who.id)
    assert found is not None
    return found


def start(cohort: CohortView, who: Person) -> ProjectLine:
    """Start the learner's project as they would, on the day projects open."""
    with clock.at(max(clock.now(), opens(cohort, "m0"))), unit_of_work() as work:
        by = world.actor(who)
        actions.start(queries.room_visible_to(by, cohort.slug), actor=by, now=work.now)
    return of(cohort, who)


def of(cohort: CohortView, who: Person) -> ProjectLine:
    """The learner's project."""
    found = queries.room_visible_to(world.actor(who), cohort.slug).project
    assert found is not None
    return found


def item(cohort: CohortView, key: str) -> ItemLine:
    """When a milestone opens and is due for everybody."""
    found = scheduling.item(cohort.id, key)
    assert found is not None
    return found


def opens(cohort: CohortView, key: str) -> dt.datetime:
    """When a milestone opens."""
    return item(cohort, key).starts_at


def due(cohort: CohortView, key: str) -> dt.datetime:
    """When a milestone is due."""
    return item(cohort, key).ends_at


def visit(cohort: CohortView, who: Person, key: str) -> MilestoneVisit:
    """The learner at a milestone's page."""
    return queries.milestone_visible_to(world.actor(who), cohort.slug, key)


def write(cohort: CohortView, who: Person, key: str, **changed: str | Sequence[str]) -> int:
    """Fill in the whole form of a milestone and add its files; returns the draft's version."""
    here = visit(cohort, who, key)
    spec = coursework.content(here.line.id).spec
    sent: dict[str, Sequence[str]] = {
        field["id"]: [_answer(field)] for field in spec["fields"] if field["kind"] != "file"
    }
    for name, value in changed.items():
        if name != "text":
            sent[name.replace("_", "-")] = [value] if isinstance(value, str) else value
    text = str(changed.get("text", "The depots stand half empty. We propose to find out why."))
    with unit_of_work() as work:
        by = world.actor(who)
        before = queries.draft(here.project, here.line.id)
        for slot, _label in slots(spec):
            kind = spec["head"]["file_types"][0]
            name = f"{slot or 'work'}.{kind}"
            stream = io.BytesIO(PDF + slot.encode())
            file = actions.receive(here, stream, name, slot)
            actions.add_file(here, file, slot, actor=by, now=work.now)
        saved = actions.save_draft(
            here, DraftChange(text=text, sent=sent, version=before.version), actor=by, now=work.now
        )
    assert saved.conflict is None
    return saved.version


def begun_upload(cohort: CohortView, who: Person, key: str, name: str, size: int, slot: str = "") -> str:
    """Begin to send a file in pieces; returns the upload's public id."""
    by = world.actor(who)
    with unit_of_work() as work:
        here = visit(cohort, who, key)
        return actions.begin_upload(here, name, size, slot, actor=by, now=work.now).public_id


def hand_in(
    cohort: CohortView, who: Person, key: str, *, at: dt.datetime | None = None, **changed: str
) -> Receipt:
    """Write a milestone and hand it in, an hour before it is due unless said otherwise."""
    with clock.at(at or due(cohort, key) - dt.timedelta(hours=1)):
        version = write(cohort, who, key, **changed)
        here = visit(cohort, who, key)
        assert here.project is not None
        known = queries.versions(here.project.id, key).get(key, [])
        seen = known[-1].number if known else 0
        with unit_of_work() as work:
            return actions.hand_in(
                here,
                Handing(draft_version=version, seen=seen, began_at=work.now),
                actor=world.actor(who),
                now=work.now,
            )


def answer(
    project: ProjectLine,
    by: Person,
    key: str,
    verdict: Verdict = Verdict.ACCEPT,
    *,
    text: str = WORDS,
    at: dt.datetime | None = None,
    revise_on: dt.date | None = None,
) -> None:
    """Answer the latest version of a milestone, a day after it was handed in unless said otherwise."""
    latest = queries.versions(project.id, key)[key][-1]
    with clock.at(at or latest.submitted_at + dt.timedelta(days=1)), unit_of_work() as work:
        actor = world.actor(by)
        actions.answer(
            queries.project_milestone_visible_to(actor, project.public_id, key),
            Answering(version=latest.public_id, verdict=verdict, text=text, revise_on=revise_on),
            actor=actor,
            now=work.now,
        )


def guide(cohort: CohortView, name: str = "Grete Lind") -> Person:
    """Somebody who guides in a cohort."""
    added = world.person(name)
    with unit_of_work() as work:
        cohorts.appoint(cohort.id, added.id, Role.GUIDE, actor=world.director(), now=work.now)
    return added


def assign(project: ProjectLine, who: Person, *, by: Person | None = None, reason: str = "") -> None:
    """Let somebody guide a project."""
    actor = world.actor(by) if by else world.director()
    with unit_of_work() as work:
        actions.assign_guide(project.id, who.public_id, reason, actor=actor, now=work.now)


def meet(
    cohort: CohortView, project: ProjectLine, by: Person, *, held: bool = True, at: dt.datetime | None = None
) -> None:
    """Note a meeting with everybody there, or missed."""
    at = at or clock.now() - dt.timedelta(hours=2)
    with unit_of_work() as work:
        actions.note_meeting(
            project.id,
            Note(
                held_at=at,
                held=held,
                minutes=45,
                present=tuple(one.place_public_id for one in queries.members(project)),
                agenda="The scope, line by line",
                decisions="We leave out the fleet.",
            ),
            actor=world.actor(by),
            now=max(work.now, at),
        )


@dataclass(frozen=True)
class Capstone:
    """A cohort with one guided project of a team, for tests that begin in the middle."""

    cohort: CohortView
    team: Team
    guide: Person
    project: ProjectLine


def capstone(*, weeks_in: int = 24, upto: str = "") -> Capstone:
    """A cohort with a project; milestones up to `upto` were handed in and accepted."""
    cohort = world.cohort(weeks_in=weeks_in)
    people = team(cohort)
    project = start(cohort, people.people[0])
    by = guide(cohort)
    assign(project, by)
    reach(cohort, project, people.people[0], by, upto)
    return Capstone(cohort, people, by, queries.by_id(project.id))


def reach(cohort: CohortView, project: ProjectLine, who: Person, by: Person, upto: str) -> None:
    """Hand in and accept the milestones from M1 on, up to this one."""
    keys = [line.key for line in queries.milestones_of(cohort)]
    wanted = keys[1 : keys.index(upto) + 1] if upto else []
    for key in wanted:
        hand_in(cohort, who, key)
        answer(project, by, key)


def activity_id(cohort: CohortView, key: str) -> int:
    """The id of a milestone."""
    return curriculum.outline(cohort.version_id).by_key[key].id
