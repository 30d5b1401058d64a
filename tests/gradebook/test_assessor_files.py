"""Whose files a second assessor may take: of the work they were asked to judge, until they have, without its author."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from lms.assessment.models import Mark, MarkingTask
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.queries import my_place
from lms.gradebook import actions, queries
from lms.people.rules import Role
from lms.requests import actions as requests
from lms.requests.ports import Wanted
from tests.factories import assessment as make
from tests.factories import coursework, world

pytestmark = pytest.mark.db
NAME = "Quillfeather"
PDF = b"%PDF-1.4\n1 0 obj << /Author (Zephyrine Quillfeather) /Title (Memo) >> endobj\n%%EOF"


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.MARKER, Role.GUIDE, Role.FACULTY])
def test_it_opens_for_the_one_who_was_asked_while_they_judge_and_for_nobody_else(
    session, visit, role
) -> None:
    cohort = world.cohort(weeks_in=2)
    marker = make.marker(cohort, "Mara Marker")
    coordinator = world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")
    author = world.learner(cohort, f"Zephyrine {NAME}")
    with clock.at(coursework.opened(cohort, "b-2")):
        coursework.handed_in(author, cohort, "b-2", uploads=[(io.BytesIO(PDF), f"{NAME} memo.pdf")])
        task = db.session.scalars(sa.select(MarkingTask)).one()
        make.finish(task, marker)
        make.release(cohort, coordinator, key="b-2")
        assessor = make.marker(cohort, "Sol Second", role=role)
        other = make.marker(cohort, "Ola Other", role=Role.MARKER)
        elsewhere = make.marker(world.cohort(weeks_in=2), "Elo Elsewhere", role=role)
        actor = world.actor(author)
        asked = requests.Asked(
            kind="mark-complaint",
            about="b-2",
            words="Page 3 was not read.",
            wanted=Wanted(choice="whole", tick=True),
        )
        with unit_of_work() as work:
            row = requests.ask(my_place(actor, cohort.slug), asked, actor=actor, now=work.now)
        page = visit(author).get(f"/cohorts/{cohort.slug}/assignments/b-2")
        mine = visit(author).get(page.link("Version 1")).link(f"{NAME} memo.pdf")

        def answers(who) -> int:
            return visit(who).open("GET", mine).status_code

        before = answers(assessor)
        assert before == (200 if role is Role.FACULTY else 404)
        with unit_of_work() as work:
            review = actions.ask_assessor(
                queries.complaint_visible_to(world.actor(coordinator), cohort.slug, row.public_id),
                assessor.public_id,
                actor=world.actor(coordinator),
                now=work.now,
            )
        page = visit(assessor).get(f"/cohorts/{cohort.slug}/second-looks/{review.public_id}")
        link = page.link("second-look-1.pdf")
        assert NAME not in page.text()
        taken = visit(assessor).open("GET", link)
        assert taken.status_code == 200
        assert "second-look-1.pdf" in taken.headers["Content-Disposition"]
        assert NAME not in taken.get_data().decode("latin-1") + str(taken.headers)
        assert [answers(who) for who in (other, elsewhere)] == [404, 404]
        with unit_of_work() as work:
            seen = queries.review_visible_to(world.actor(assessor), cohort.slug, review.public_id)
            actions.decline_review(seen, why="No time.", actor=world.actor(assessor), now=work.now)
        assert answers(assessor) == before
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 1
