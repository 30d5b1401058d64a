"""What several people do at once, or began apart."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from lms.capstone import actions, queries
from lms.capstone.actions import Handing
from lms.capstone.rules import ProjectState
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.people import queries as people
from tests.factories import capstone as factory
from tests.factories import world

DAY = dt.timedelta(days=1)


@pytest.mark.db
def test_two_members_hand_in_at_once_one_submission_and_the_other_is_told(fresh_database, session, app):
    c = factory.capstone(weeks_in=26)
    asha, ben = c.team.people[:2]
    at = factory.due(c.cohort, "m1") - DAY
    with clock.at(at):
        version = factory.write(c.cohort, asha, "m1")
    ids = [asha.id, ben.id]
    db.session.remove()
    start, results = threading.Barrier(2), []

    def hand_in(who_id: int) -> None:
        with app.app_context(), clock.at(at):
            actor = people.actor_for(who_id, clock.now())
            here = queries.milestone_visible_to(actor, c.cohort.slug, "m1")
            start.wait()
            try:
                with unit_of_work() as work:
                    handing = Handing(draft_version=version, seen=0, began_at=work.now)
                    results.append(actions.hand_in(here, handing, actor=actor, now=work.now))
            except Conflict as told:
                results.append(told)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=hand_in, args=(number,)) for number in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 2
    assert len(queries.versions(c.project.id)["m1"]) == 1
    again = [one for one in results if isinstance(one, Conflict) or one.again]
    assert len(again) == 1


def test_what_learners_began_alone_goes_on_in_their_teams_project(session):
    cohort = world.cohort(weeks_in=25)
    asha, ben = world.learner(cohort, "Asha Rao"), world.learner(cohort, "Ben Okafor")
    alone = factory.start(cohort, asha)
    factory.hand_in(cohort, asha, "m0", at=max(clock.now(), factory.opens(cohort, "m0")))
    with unit_of_work() as work:
        places = tuple(factory._place(cohort, one) for one in (asha, ben))
        enrolment.form_teams(
            cohort.id, TeamKind.CAPSTONE, [NewTeam(name="Two", place_ids=places)], actor=world.director(), now=work.now
        )  # fmt: skip
    with unit_of_work() as work:
        assert len(actions.create_for_teams(cohort.id, actor=world.director(), now=work.now)) == 1
        assert actions.create_for_teams(cohort.id, actor=world.director(), now=work.now) == []
    ours = factory.of(cohort, ben)
    assert factory.of(cohort, asha).id == ours.id != alone.id
    assert ours.host == factory.ANSWERS["host"]
    assert queries.by_id(alone.id).state is ProjectState.DROPPED
    draft = queries.draft(ours, factory.activity_id(cohort, "m0"))
    assert draft.draft.answers["host"] == [factory.ANSWERS["host"]]
