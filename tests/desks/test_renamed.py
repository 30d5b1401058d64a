"""A name that is kept with what all learners see alike follows the person who bears it."""

from __future__ import annotations

from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.live.models import LiveSession
from lms.people import actions as people
from lms.people.rules import Role
from tests.factories import world


def test_a_host_who_is_called_otherwise_is_so_on_the_desks(visit, session) -> None:
    cohort = world.cohort(weeks_in=3)
    host = world.granted(Role.FACULTY, cohort, "Hedda Host")
    lea = world.learner(cohort)
    hosted = db.session.query(LiveSession).filter_by(cohort_id=cohort.id, host_id=host.id).count()
    assert hosted, "the only one who teaches holds the sessions"
    address = f"/cohorts/{cohort.slug}"
    assert "Hedda Host" in visit(lea).get(address).text(".next")
    with unit_of_work():
        people.change_profile(people.ProfileFacts(name="Hedda Newname"), actor=world.actor(host))
    assert "Hedda Newname" in visit(lea).get(address).text(".next")
