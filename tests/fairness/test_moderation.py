"""Samples against a database and on their pages: drawn when a batch is complete, judged blind, settled, released."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment.models import MarkVersion
from lms.assessment.ports import Batch
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.fairness import actions, queries
from lms.fairness.models import SecondLook
from lms.fairness.rules import LookState, ModerationRefusal
from lms.notifications.models import Notice
from lms.people.rules import Role
from tests.factories import assessment as marking
from tests.factories import world

pytestmark = pytest.mark.db


def sample(cohort, key: str = "a-1"):
    return queries.sample_of(cohort.id, marking.activity_id(key), "")


def lines(cohort):
    found = sample(cohort)
    return queries.looks_of(found.id) if found else []


def judge(line, by, level: int) -> None:
    look = db.session.scalar(sa.select(SecondLook).where(SecondLook.public_id == line.public_id))
    task = marking.fresh(db.session.get_one(marking.MarkingTask, look.task_id))
    with unit_of_work() as work:
        actions.keep_look(
            look.id,
            marking.judgement(task, level),
            finish=True,
            version=look.version,
            actor=world.actor(by),
            now=work.now,
        )


@pytest.fixture
def batch(cohort, marker):
    """Seven pieces at level 3, marked by one, with a second member of faculty there."""
    second = marking.marker(cohort, "Sam Second")
    tasks = marking.works(cohort, 7)
    for task in tasks:
        marking.finish(task, marker)
    return second, tasks


def test_a_complete_batch_has_its_sample_and_is_released_when_it_is_done(
    cohort, marker, coordinator, batch
) -> None:
    second, tasks = batch
    found = lines(cohort)
    assert len(found) == 6
    assert {(one.first_id, one.second_id, one.state) for one in found} == {
        (marker.id, second.id, LookState.WAITING)
    }
    assert db.session.scalars(
        sa.select(Notice.title).where(Notice.person_id == second.id, Notice.title.like("%second time"))
    ).all() == ["6 pieces of A-1 to mark a second time"]
    with pytest.raises(RuleViolation) as held:
        marking.release(cohort, coordinator)
    assert (
        "Nothing goes out yet: the sample of this batch is still being marked a second time."
        in held.value.message
    )
    for line in found[:5]:
        judge(line, second, 3)
    judge(found[5], second, 2)
    assert [one.state for one in lines(cohort)].count(LookState.SETTLED) == 5
    assert sample(cohort).done_at is None
    look_id = db.session.scalar(sa.select(SecondLook.id).where(SecondLook.state == LookState.JUDGED))
    for actor, agreed, reason, why in (
        (marker, None, "So", ModerationRefusal.OWN),
        (coordinator, None, " ", ModerationRefusal.NO_REASON),
        (coordinator, Fraction(101), "So", ModerationRefusal.NOT_A_MARK),
    ):
        with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
            actions.decide(look_id, agreed=agreed, reason=reason, actor=world.actor(actor), now=work.now)
        assert refused.value.reason is why
    with unit_of_work() as work:
        actions.decide(
            look_id,
            agreed=Fraction("64.5"),
            reason="Both read it again.",
            actor=world.actor(second),
            now=work.now,
        )
    assert sample(cohort).done_at is not None
    standing = sa.select(MarkVersion.state, sa.func.count()).group_by(MarkVersion.state)
    assert {row.state: row[1] for row in db.session.execute(standing)} == {"moderated": 7, "replaced": 1}
    marking.release(cohort, coordinator)
    seen = sorted(marking.seen(place) for task in tasks for place in task.place_ids["places"])
    assert seen == [Fraction("64.5"), *[Fraction(72)] * 6]
    actions_of = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject == "moderation").order_by(AuditEntry.id)
    ).all()
    assert actions_of == ["fairness.draw_sample", "fairness.settle_look", "fairness.sample_done"]


@pytest.mark.slow
def test_nothing_of_a_large_batch_goes_before_the_last_piece_and_a_small_one_needs_no_sample(
    cohort, marker, coordinator
) -> None:
    tasks = marking.works(cohort, 6)
    for task in tasks[:5]:
        marking.finish(task, marker)
    with pytest.raises(RuleViolation) as held:
        marking.release(cohort, coordinator)
    assert "the batch is not complete, and a sample of it is marked a second time first" in held.value.message
    few = marking.bring(cohort, [world.place(cohort, world.person())], key="a-2")
    marking.finish(few, marker)
    marking.release(cohort, coordinator, key="a-2")
    assert marking.fresh(few).state == "released"


def test_a_director_lets_a_batch_go_with_a_reason_and_nobody_else_does(cohort, coordinator, batch) -> None:
    asked = Batch(cohort.id, marking.activity_id("a-1"), "")
    for who, reason, why in (
        (world.actor(coordinator), "So", ModerationRefusal.NOT_DIRECTOR),
        (world.director(), "", ModerationRefusal.NO_REASON),
    ):
        with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
            actions.waive(asked, reason=reason, actor=who, now=work.now)
        assert refused.value.reason is why
    with unit_of_work() as work:
        actions.waive(asked, reason="The board meets today.", actor=world.director(), now=work.now)
    marking.release(cohort, coordinator)
    assert len(queries.own_looks(batch[0].id)) == 0


def test_everything_of_a_marker_is_marked_again_and_the_sample_drawn_anew(
    cohort, marker, coordinator, batch
) -> None:
    second, tasks = batch
    first = sample(cohort)
    with unit_of_work() as work:
        count = actions.remark(
            first.id, marker.id, reason="Far too mild.", actor=world.actor(coordinator), now=work.now
        )
    assert (count, lines(cohort), sample(cohort).drawn_at) == (7, [], None)
    for task in tasks:
        marking.finish(task, marker, level=2)
    assert len(lines(cohort)) == 6
    for line in lines(cohort):
        judge(line, second, 2)
    marking.release(cohort, coordinator)


def test_late_work_is_looked_at_again_only_where_it_always_is(cohort, marker, coordinator, batch) -> None:
    second, _tasks = batch
    for line in lines(cohort):
        judge(line, second, 3)
    marking.release(cohort, coordinator)
    fine, fail = (marking.bring(cohort, [world.place(cohort, world.person())]) for _ in range(2))
    marking.finish(fine, marker)
    marking.finish(fail, marker, level=1)
    marking.release(cohort, coordinator)
    assert (marking.fresh(fine).state, marking.fresh(fail).state) == ("released", "finalised")
    (line,) = [one for one in lines(cohort) if one.state is LookState.WAITING]
    judge(line, second, 1)
    marking.release(cohort, coordinator)
    assert marking.fresh(fail).state == "released"


def test_the_pages_of_second_marker_and_moderator(cohort, marker, coordinator, batch, visit) -> None:
    second, _tasks = batch
    reader = visit(second)
    listed = reader.get(reader.get("/marking").link("Second looks"))
    title = lines(cohort)[0].title
    page = reader.get(listed.link(f"A-1 {marking.title('a-1')}: {title}"))
    assert "72.0" not in page.text()
    assert "Mara Marker" not in page.text()
    half = reader.submit(page, "#judgement", {"level-vision": "3"}, press="Finish Ctrl ↵", status=422)
    assert half.has(".summary-errors")
    levels = {f"level-{key}": "2" for key in ("vision", "play", "rival", "bet", "reader")}
    reader.submit(reader.get(page.url), "#judgement", levels, press="Finish Ctrl ↵")
    for who in (marker, coordinator):
        visit(who).refused(page.url, status=403)
    here = f"/cohorts/{cohort.slug}/activities/a-1"
    moderator = visit(coordinator)
    shown = moderator.get(moderator.get(f"{here}/marks").link("The sample of this batch"))
    (row,) = [
        cells for cells in shown.rows('[aria-label="Marked twice"] table') if "they differ" in cells[-1]
    ]
    assert (row[2].split()[0], row[3].split()[0], row[4]) == ("72.0", "57.0", "−15.0")
    assert "Figures of agreement are shown from 4 further pairs on" in shown.text()
    moderator.submit(
        shown, ".panel form", press="Enter the agreed mark", mark="lots", reason="So", status=422
    )
    done = moderator.submit(
        shown, ".panel form", press="Enter the agreed mark", mark="64", reason="Between them."
    )
    assert "The agreed mark stands" in done.messages[0]
    for line in lines(cohort):
        if line.state is LookState.WAITING:
            judge(line, second, 3)
    figures = moderator.get(shown.url)
    assert "Weighted kappa" in figures.text()
    assert "done" in figures.text("dl.three")
    text = moderator.open("GET", f"{here}/moderation.csv").get_data(as_text=True)
    assert len(text.splitlines()) == 7
    author = world.granted(Role.LEARNER, cohort)
    for address in (f"{here}/moderation", f"{here}/moderation.csv", page.url):
        visit(author).refused(address, status=403)


def test_a_second_window_is_told_and_what_was_typed_there_can_be_kept(cohort, batch, visit) -> None:
    second, _tasks = batch
    reader = visit(second)
    page = reader.get(f"/second-looks/{lines(cohort)[0].public_id}")
    reader.submit(page, "#judgement", {"level-vision": "2"}, press="Save")
    stale = reader.submit(page, "#judgement", {"level-vision": "4"}, press="Save", status=409)
    assert "saved in another window" in stale.text("body")
    assert stale.one("#judgement [name=level-vision][checked]")["value"] == "4"
    kept = reader.submit(stale, "#judgement", press="Save")
    assert kept.one("#judgement [name=level-vision][checked]")["value"] == "4"
    token = kept.one("#judgement [name=csrf_token]")["value"]
    old = reader.open("POST", f"{page.url}/draft", data={"csrf_token": token, "version": "0"})
    assert (old.status_code, "saved" in old.json["reason"]) == (409, True)
