"""Something long that the own cohort's coordinator asked for and that is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.uow import unit_of_work
from lms.enrolment import actions, queries
from tests.factories import enrolment as lists
from tests.factories import world

if TYPE_CHECKING:
    from tests.factories.house import Builder

PEOPLE = "name,email\nLater Learner,later@example.org\n"


def long_list(at: Builder) -> None:
    """A list of learners that the worker is to carry out."""
    by = world.actor(at.persons["coordinator, own"])
    tried = lists.tried(at.own, PEOPLE)
    with unit_of_work() as work:
        errand = actions.ask_to_apply(
            queries.import_visible_to(by, at.own.slug, tried.line.public_id).line.id,
            confirmed=False,
            invite=False,
            title="Enrol 1 person",
            back=f"/cohorts/{at.own.slug}/import/{tried.line.public_id}",
            actor=by,
            now=work.now,
        )
        at.values |= {
            "people.errand:public_id": errand.public_id,
            "people.errand_progress:public_id": errand.public_id,
        }
