"""Two who publish at once, on real connections."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.uow import unit_of_work
from lms.scheduling import actions, queries
from lms.scheduling.actions import Publishing
from lms.scheduling.rules import Act
from tests.factories import scheduling, world

pytestmark = pytest.mark.db


def test_of_several_who_publish_at_once_one_succeeds_and_the_others_are_told(app, fresh_database):
    cohort = world.cohort(weeks_in=10)
    actor = world.director()
    keys = ("s13", "s14", "s15", "s16")
    wanted = {key: scheduling.wanted(cohort, key, Act.MOVE, by=dt.timedelta(days=1)) for key in keys}
    db.session.commit()
    start = Barrier(len(keys))

    def attempt(key: str) -> str:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work() as work:
                    publishing = Publishing(
                        cohort_id=cohort.id, wanted=wanted[key], version=1, note=f"Move {key}"
                    )
                    actions.publish(publishing, actor=actor, now=work.now)
            except Conflict as refused:
                return refused.message
            finally:
                db.session.remove()
            return key

    with ThreadPoolExecutor(len(keys)) as pool:
        results = list(pool.map(attempt, keys))
    winners = [result for result in results if result in keys]
    assert len(winners) == 1
    assert all("published release 2" in result for result in results if result not in keys)
    db.session.rollback()
    assert queries.schedule(cohort.id).release_number == 2
    assert [
        line.item_key for line in queries.releases(cohort.id)[0].changes if line.why == "moved"
    ] == winners
