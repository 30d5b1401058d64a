"""The panel of a resit: as many as the policies say, and most of them people who did not judge the panel before."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, queries
from lms.gradebook.models import CourseResit, ResitSeat
from lms.gradebook.rules.allowances import AllowanceRefusal, why_not_panel
from tests.factories import assessment as make
from tests.factories import world
from tests.gradebook.test_cells import public

A, B, C, D, E = range(5)


@pytest.mark.parametrize(
    ("panel", "before", "why"),
    [
        ([], [], AllowanceRefusal.NO_PANEL),
        ([A, B], [], AllowanceRefusal.SMALL_PANEL),
        ([A, B, B], [], AllowanceRefusal.SMALL_PANEL),
        ([A, B, C], [], None),
        ([A, B, C], [A], None),
        ([A, B, C], [A, D], None),
        ([A, B, C], [A, B], AllowanceRefusal.OLD_PANEL),
        ([A, B, C], [A, B, C], AllowanceRefusal.OLD_PANEL),
        ([A, B, C, D], [A, B], AllowanceRefusal.OLD_PANEL),
        ([A, B, C, D], [A], None),
        ([A, B, C, D, E], [A, B], None),
        ([A, B, C, D, E], [A, B, C], AllowanceRefusal.OLD_PANEL),
    ],
)
def test_more_than_half_are_new(panel, before, why) -> None:
    assert why_not_panel(panel, before, 3) is why


@pytest.fixture
def failed(cohort, coordinator, lea):
    """Lea failed the capstone at its panel, whose mark two people entered, one after the other."""
    return make.failed_at_a_panel(cohort, lea, coordinator)


@pytest.mark.slow
@pytest.mark.db
def test_a_resit_of_the_capstone_is_judged_by_a_panel_most_of_which_is_new(
    cohort, coordinator, lea, author, failed, visit
) -> None:
    first, second = failed
    new = [make.marker(cohort, name) for name in ("Nora New", "Nils New")]
    results, form = f"/cohorts/{cohort.slug}/learners/{public(lea)}/results", "form[action$='/results']"
    staff = visit(coordinator)
    opened = staff.submit(staff.get(results), form, press="Open the resit", words="A panel again.")
    assert "A panel of 3 or more judges it" in opened.text()
    assert opened.text().count("judged it before") == 2
    early = staff.submit(opened, f"{form}:has([name=figure])", status=422, press="Enter the mark of the resit",
        figure="70", words="Convincing.")  # fmt: skip
    assert "Say first who sits on it: 3 people at least" in early.text()
    named = f"{form}:has([name=panel])"
    for people, why in (
        ([new[0]], "1 on the panel: it needs 3 at least."),
        ([first, second, new[0]], "2 of 3 judged the panel before."),
    ):
        refused = staff.submit(
            staff.get(results),
            named,
            status=422,
            press="Name this panel",
            panel=[one.public_id for one in people],
        )
        assert why in refused.text()
        assert [box["value"] for box in refused.soup.select("input[name=panel][checked]")] == sorted(
            (one.public_id for one in people),
            key=[box["value"] for box in refused.soup.select("input[name=panel]")].index,
        ), "what was ticked stays"
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(ResitSeat))
    done = staff.submit(
        staff.get(results), named, press="Name this panel", panel=[one.public_id for one in (first, *new)]
    )
    assert "On its panel: Ada First, Nils New, Nora New." in done.text()
    assert "Ada First" not in visit(author).get(f"/cohorts/{cohort.slug}/results").text()
    staff.submit(
        done,
        f"{form}:has([name=figure])",
        press="Enter the mark of the resit",
        figure="70",
        words="Convincing.",
    )
    marked = staff.get(results)
    assert "On its panel: Ada First" in marked.text()
    assert not marked.soup.select("input[name=panel]"), "who judged it is not changed after its mark"
    row = db.session.scalars(sa.select(CourseResit)).one()
    with pytest.raises(RuleViolation) as late, unit_of_work() as work:
        actions.seat_resit_panel(lea, row.public_id, people=[], actor=world.actor(coordinator), now=work.now)
    assert late.value.reason is AllowanceRefusal.NOT_OPEN
    told = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "gradebook.seat_resit_panel")
    ).one()
    assert set(told.after["people"]) == {one.id for one in (first, *new)}
    data = visit(new[0]).open("GET", "/account/data.json").json["parts"]["results"]["data"]
    assert [one["course"] for one in data["panels_of_resits"]] == ["capstone"]


def test_who_cannot_judge_and_what_has_no_panel(cohort, coordinator, marker, lea, author, failed) -> None:
    by = world.actor(coordinator)
    make.quiz_mark(cohort, lea, "q1", 30)
    with unit_of_work() as work:
        own, other = (
            actions.open_resit(lea, key, what="Again.", actor=by, now=work.now)
            for key in ("capstone", "core")
        )
        own_id, other_id = own.public_id, other.public_id
    judges = [make.marker(cohort, f"Judge {number}").public_id for number in range(3)]
    for resit, people, why in (
        (own_id, [*judges, author.public_id], AllowanceRefusal.NO_JUDGE),
        (own_id, [*judges, "nobody"], AllowanceRefusal.NO_JUDGE),
        (own_id, [*judges[:2], world.person().public_id], AllowanceRefusal.NO_JUDGE),
        (own_id, [], AllowanceRefusal.NO_PANEL),
        (other_id, judges, AllowanceRefusal.NO_PANEL_HERE),
    ):
        with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
            actions.seat_resit_panel(lea, resit, people=people, actor=by, now=work.now)
        assert refused.value.reason is why
    for people in (judges, judges[::-1]):
        with unit_of_work() as work:
            actions.seat_resit_panel(lea, own_id, people=people, actor=by, now=work.now)
    assert len(queries.panels(lea)[own_id]) == 3, "naming it again replaces it"
