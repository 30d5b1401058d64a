"""The staff's pages of published programmes."""

from __future__ import annotations

from lms.people.rules import Role
from tests.factories import world
from tests.support.statements import statements


def test_staff_read_a_version_and_learners_do_not(session, visit):
    cohort = world.cohort(weeks_in=2)
    learner, teacher = world.learner(cohort), world.granted(Role.FACULTY, cohort)
    visit(learner).refused("/programmes", status=403)
    visit(world.person()).refused("/programmes/product-leadership/1", status=403)
    visitor = visit(teacher)
    page = visitor.get(visitor.get("/programmes").link("Version 1"))
    assert page.title == "Product Leadership Programme"
    assert len(page.rows("[aria-label='Coverage, competency by competency'] table")) == 12
    assert len(page.soup.select("details.module-lines")) == 13
    for bad in ("/programmes/product-leadership/99", "/programmes/nothing/1"):
        visitor.refused(bad, status=404)


def test_the_page_of_a_version_reads_little(session, visit):
    visitor = visit(world.granted(Role.COORDINATOR))
    visitor.get("/programmes/product-leadership/1")
    with statements() as seen:
        visitor.get("/programmes/product-leadership/1")
    assert len(seen) <= 5, seen
