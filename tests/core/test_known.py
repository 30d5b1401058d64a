"""Answers that still hold are given again; what was written, or undone, is asked anew."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core.db import db, read
from lms.core.known import remembering
from tests.factories import world
from tests.support.statements import statements

pytestmark = pytest.mark.db
NAMES = sa.select(Cohort.id, Cohort.name).where(Cohort.id.in_(sa.bindparam("ids", expanding=True)))
OTHERS = sa.select(sa.func.count()).select_from(Cohort).where(Cohort.seats > sa.bindparam("least"))


def test_an_answer_holds_until_its_table_is_written_to(session) -> None:
    cohort = world.cohort()
    values = {"ids": [cohort.id]}
    with remembering(db.engine):
        first = read(NAMES, values).all()
        with statements() as seen:
            assert read(NAMES, values).all() == first
            assert read(NAMES, values).scalars().one() == cohort.id
            assert read(OTHERS, {"least": 10_000}).scalar() == 0
        assert len(seen) == 1, "only the one that was not known"
        db.session.execute(sa.update(Cohort).values(name="Another name"))
        assert read(NAMES, values).one().name == "Another name"
    with statements() as seen:
        read(NAMES, values).all()
    assert len(seen) == 1, "outside everything is asked"


def test_what_was_undone_is_known_no_more(session) -> None:
    cohort = world.cohort()
    values = {"ids": [cohort.id]}
    with remembering(db.engine):
        before = read(NAMES, values).one()
        undone = db.session.begin_nested()
        db.session.execute(sa.update(Cohort).values(name="Another name"))
        assert read(NAMES, values).one().name == "Another name"
        undone.rollback()
        assert read(NAMES, values).one() == before
