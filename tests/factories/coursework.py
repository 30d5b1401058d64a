"""Learners at work in tests: what is due when, answers, drafts, versions handed in, all through the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import IO, Any

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.coursework import actions, queries
from lms.coursework.actions import DraftChange
from lms.coursework.queries import AttemptLine, Visit
from lms.enrolment import actions as enrolment
from lms.enrolment.models import Place
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine
from tests.factories import world

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
MEMO = "We stop the lake.\n\nTwo products get the people instead, and here is what would change my mind."


def item(cohort: CohortView, key: str) -> ItemLine:
    """The dates of an activity."""
    found = scheduling.item(cohort.id, key)
    assert found is not None
    return found


def opened(cohort: CohortView, key: str) -> dt.datetime:
    """An hour after an activity opened."""
    return item(cohort, key).starts_at + HOUR


def due(cohort: CohortView, key: str) -> dt.datetime:
    """Its deadline."""
    return item(cohort, key).ends_at


def visit(who: Person, cohort: CohortView, key: str, kind: str = "assignment") -> Visit:
    """Somebody at an activity's page."""
    loader = {
        "assignment": queries.assignment_visible_to,
        "quiz": queries.quiz_visible_to,
        "reading": queries.reading_visible_to,
        "form": queries.form_visible_to,
    }[kind]
    return loader(world.actor(who), cohort.slug, key)


def team(cohort: CohortView, members: Sequence[Person], name: str = "Kestrel") -> int:
    """A working team of people who have places in the cohort."""
    places = [visit_place(one, cohort) for one in members]
    with unit_of_work() as work:
        (team_id,) = enrolment.form_teams(
            cohort.id,
            TeamKind.WORKING,
            [enrolment.NewTeam(name=name, place_ids=tuple(places))],
            actor=world.director(),
            now=work.now,
        )
    return team_id


def visit_place(who: Person, cohort: CohortView) -> int:
    """The place of a person in a cohort."""
    place = visit(who, cohort, "a-1").place
    assert place is not None
    return place.place_id


def place_public_id(who: Person, cohort: CohortView) -> str:
    """The public id of a person's place: what addresses of learners show to staff."""
    found = db.session.scalar(
        sa.select(Place.public_id).where(Place.cohort_id == cohort.id, Place.person_id == who.id)
    )
    assert found is not None
    return found


def coordinator(cohort: CohortView, name: str = "Cora Coordinator") -> Person:
    """Somebody who coordinates the cohort."""
    return world.granted(Role.COORDINATOR, cohort, name)


def drafted(
    who: Person,
    cohort: CohortView,
    key: str = "a-1",
    text: str = MEMO,
    *,
    uploads: Sequence[tuple[IO[bytes], str]] = (),
    **more: Any,
) -> int:
    """Write a draft, with files; returns its version."""
    at = visit(who, cohort, key)
    owner = queries.owner_of(at)
    assert owner is not None
    present = queries.work(owner).draft_version
    files = actions.received(owner.activity_id, uploads)
    with unit_of_work() as work:
        change = DraftChange(**{"text": text, "ai": "no", "version": present, "files": files, **more})
        saved = actions.save_draft(owner, change, actor=world.actor(who), now=work.now)
    assert saved.conflict is None
    return saved.version


def emptied(who: Person, cohort: CohortView, key: str) -> None:
    """Take every file out of the draft."""
    at = visit(who, cohort, key)
    owner = queries.owner_of(at)
    assert owner is not None
    for file in queries.work(owner).draft.files:
        change = DraftChange(remove=file["public_id"], version=queries.work(owner).draft_version)
        with unit_of_work() as work:
            actions.save_draft(owner, change, actor=world.actor(who), now=work.now)


def begun_upload(who: Person, cohort: CohortView, key: str, name: str, size: int) -> str:
    """Begin to send a file in pieces; returns the upload's public id."""
    owner = queries.owner_of(visit(who, cohort, key))
    assert owner is not None
    with unit_of_work() as work:
        return actions.begin_upload(owner, name, size, actor=world.actor(who), now=work.now).public_id


def handed_in(
    who: Person,
    cohort: CohortView,
    key: str = "a-1",
    text: str = MEMO,
    *,
    began_at: dt.datetime | None = None,
    **more: Any,
) -> str:
    """Write and hand in; returns the version's public id."""
    version = drafted(who, cohort, key, text, **more)
    with unit_of_work() as work:
        receipt = actions.hand_in(
            visit(who, cohort, key),
            draft_version=version,
            began_at=began_at or work.now,
            actor=world.actor(who),
            now=work.now,
        )
    return receipt.public_id


def started(who: Person, cohort: CohortView, key: str = "q1") -> AttemptLine:
    """Start a quiz."""
    with unit_of_work() as work:
        public_id = actions.start_attempt(
            visit(who, cohort, key, "quiz"), actor=world.actor(who), now=work.now
        )
    return queries.attempt_visible_to(world.actor(who), cohort.slug, key, public_id).attempt


def right_answers(attempt: AttemptLine, activity_id: int) -> dict[int, Any]:
    """The right answer to each item drawn."""
    bank = queries.bank(activity_id)
    return {item_id: right_answer(bank[item_id].item) for item_id in attempt.item_ids}


def right_answer(item: Any) -> Any:
    """The answer to an item that earns all its points."""
    spec = item.spec
    if item.kind == "single":
        return next(at for at, option in enumerate(spec["options"]) if option.get("correct"))
    if item.kind == "multiple":
        return [at for at, option in enumerate(spec["options"]) if option.get("correct")]
    if item.kind == "numeric":
        return f"{spec['answer']:g}"
    if item.kind == "short":
        return spec["accept"][0]
    return list(range(item.choices))


def finished(who: Person, cohort: CohortView, key: str = "q1", *, right: int | None = None) -> AttemptLine:
    """Take a quiz with so many right answers (all, when not said) and finish it."""
    attempt = started(who, cohort, key)
    activity = visit(who, cohort, key, "quiz").line.id
    answers = dict(list(right_answers(attempt, activity).items())[:right])
    with unit_of_work() as work:
        actions.save_answers(attempt.id, answers, zone="UTC", now=work.now)
    with unit_of_work() as work:
        actions.finish_attempt(attempt.id, cohort.id, actor=world.actor(who), now=work.now)
    return queries.attempt_visible_to(world.actor(who), cohort.slug, key, attempt.public_id).attempt


def extended(
    who: Person, cohort: CohortView, key: str, until: dt.datetime, *, by: Person, reason: str = "illness"
) -> None:
    """Give somebody more time."""
    learner = queries.learner_visible_to(world.actor(by), cohort.slug, place_public_id(who, cohort))
    facts = actions.ExtensionFacts(activity_key=key, until=until, reason_code=reason)
    with unit_of_work() as work:
        actions.extend(learner, facts, actor=world.actor(by), now=work.now)


def at(instant: dt.datetime) -> Any:
    """Inside, it is this instant."""
    return clock.at(instant)
