"""Drafts in the database: keeping them, publishing them in all their cohorts or none, taking them back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest
import sqlalchemy as sa

from lms.core import clock, events
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.scheduling import actions, queries
from lms.scheduling.events import SchedulePublished
from lms.scheduling.models import DraftState, JointSession, ScheduleRelease
from lms.scheduling.rules import Act, DraftRefusal, Edit, EditKind, ScheduleRefusal
from tests.factories import scheduling, studio, world

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
PUSH = EditKind.PUSH


@pytest.fixture
def other(session):
    return world.cohort(weeks_in=5)


def at(cohort, key):
    return queries.item(cohort.id, key).starts_at


def shift(cohort, key="s15", days=7):
    return Edit(EditKind.SHIFT, cohort.id, key, days=days)


def worked(draft):
    draft = studio.again(draft)
    return queries.work_out_draft(draft.cohorts, queries.edits(draft.id), now=clock.now())


def reason(call, *args, **more):
    with pytest.raises(RuleViolation) as refused:
        call(*args, **more)
    return refused.value.reason


# Keeping --------------------------------------------------------------------------------------------------------------


def test_a_draft_moves_nothing_and_says_what_it_would(cohort):
    was = queries.graph(cohort)
    draft = studio.edited(studio.begun(cohort), shift(cohort), Edit(EditKind.CANCEL, cohort.id, "s20"))
    assert queries.graph(cohort) == was
    plan = worked(draft).of(cohort.id).preview.plan
    assert plan.change("s15").new.starts_at == was.standing["s15"].starts_at + WEEK
    assert plan.change("s20").new.state.value == "cancelled"


def test_edits_are_read_back_as_they_were_made(cohort, other):
    start = clock.now() + 30 * DAY
    made = [
        Edit(EditKind.MOVE, cohort.id, "s15", starts_at=start),
        Edit(PUSH, None, "s20", days=-7, kinds=frozenset({"live_session", "quiz"})),
        Edit(EditKind.SWAP, cohort.id, week=20, to_week=21),
        Edit(EditKind.JOIN, cohort.id, "s30", other=(other.id, "s25")),
    ]
    draft = studio.edited(studio.begun(cohort, other), *made)
    assert [line.edit for line in queries.edits(draft.id)] == made
    assert [each.refused for each in worked(draft).outcomes] == [""] * 4


def test_an_edit_is_taken_out_and_order_changes(cohort):
    draft = studio.edited(
        studio.begun(cohort), shift(cohort, "s16", 70), Edit(PUSH, cohort.id, "s25", days=7)
    )
    apart = worked(draft).of(cohort.id).ahead["s16"].starts_at
    with unit_of_work() as work:
        actions.bring_forward(studio.seen(draft), 2, actor=world.director(), now=work.now)
    assert apart - worked(draft).of(cohort.id).ahead["s16"].starts_at == WEEK
    assert [line.edit.kind for line in queries.edits(draft.id)] == [PUSH, EditKind.SHIFT]
    with unit_of_work() as work:
        actions.take_out(studio.seen(draft), 1, actor=world.director(), now=work.now)
    assert [line.edit for line in queries.edits(draft.id)] == [shift(cohort, "s16", 70)]


def test_the_second_of_two_who_edit_is_told(cohort):
    draft = studio.begun(cohort)
    seen = studio.seen(draft)
    studio.edited(draft, shift(cohort))
    with pytest.raises(Conflict, match="Dora Director changed this draft"), unit_of_work() as work:
        actions.add_edit(seen, shift(cohort, "s16"), actor=world.director(), now=work.now)
    assert len(queries.edits(draft.id)) == 1


def test_what_cannot_be_is_refused_when_it_is_made(cohort):
    draft = studio.begun(cohort)
    assert reason(studio.edited, draft, shift(cohort, days=0)) is DraftRefusal.NO_DISTANCE
    assert reason(studio.edited, draft, shift(cohort, "s99")) is DraftRefusal.GONE
    assert queries.edits(draft.id) == []


def test_a_draft_is_begun_only_of_cohorts_that_one_coordinates(cohort, other):
    mine = world.actor(world.granted(Role.COORDINATOR, cohort))
    assert reason(studio.begun, cohort, other, actor=mine) is DraftRefusal.NOT_YOURS
    draft = studio.begun(cohort, actor=mine)
    assert draft.cohort_ids == (cohort.id,)
    with unit_of_work() as work:
        actions.discard_draft(studio.seen(draft), actor=mine, now=work.now)
    assert studio.again(draft).state is DraftState.DISCARDED
    assert reason(studio.edited, draft, shift(cohort)) is DraftRefusal.ENDED


def test_a_draft_is_its_owners_until_it_is_shared(cohort):
    mine = world.actor(world.granted(Role.COORDINATOR, cohort))
    yours = world.actor(world.granted(Role.COORDINATOR, cohort))
    draft = studio.begun(cohort, actor=mine)
    assert [each.id for each in queries.drafts_of(cohort, mine)] == [draft.id]
    assert queries.drafts_of(cohort, yours) == []
    with unit_of_work() as work:
        actions.rename_draft(studio.seen(draft), "Ours", shared=True, actor=mine, now=work.now)
    assert [each.name for each in queries.drafts_of(cohort, yours)] == ["Ours"]
    with unit_of_work() as work:
        actions.rename_draft(studio.seen(draft), "Ours", shared=False, actor=yours, now=work.now)
    assert studio.again(draft).shared, "only its owner takes it back"


def test_an_edit_whose_item_has_moved_since_is_told_until_somebody_confirms(cohort):
    draft = studio.edited(studio.begun(cohort), shift(cohort))
    was = at(cohort, "s15")
    scheduling.publish(cohort, "s15", Act.MOVE, by=DAY)
    (outcome,) = worked(draft).outcomes
    assert [(cohort_id, seen.starts_at) for cohort_id, seen in outcome.stale] == [(cohort.id, was)]
    with unit_of_work() as work:
        actions.confirm(studio.seen(draft), actor=world.director(), now=work.now)
    assert worked(draft).outcomes[0].stale == ()
    assert studio.again(draft).seen == ((cohort.id, 2),)


# Publishing -----------------------------------------------------------------------------------------------------------


def test_what_is_published_is_what_was_drafted(cohort):
    draft = studio.edited(
        studio.begun(cohort), shift(cohort), Edit(EditKind.BREAK, cohort.id, week=15), shift(cohort, "s20", 1)
    )
    ahead = worked(draft).of(cohort.id).ahead
    assert studio.published(draft) == [2]
    assert queries.graph(cohort).standing == ahead
    release = db.session.scalars(sa.select(ScheduleRelease).where(ScheduleRelease.number == 2)).one()
    assert (release.draft_id, release.set_id, release.note) == (draft.id, None, "The festival moved.")
    assert studio.again(draft).state is DraftState.PUBLISHED


def test_several_cohorts_are_published_as_one_set_and_undone_as_one(cohort, other):
    before = [queries.graph(each) for each in (cohort, other)]
    draft = studio.edited(studio.begun(cohort, other), Edit(PUSH, None, "s20", days=7))
    heard = defaultdict(list)
    events._subscribers[SchedulePublished].append(lambda event: heard[event.cohort_id].append(event.number))
    try:
        assert studio.published(draft) == [2, 2]
    finally:
        events._subscribers[SchedulePublished].pop()
    assert dict(heard) == {cohort.id: [2], other.id: [2]}
    releases = [queries.release(each.id, 2) for each in (cohort, other)]
    assert len({release.set_id for release in releases}) == 1
    set_id = releases[0].set_id
    with unit_of_work() as work:
        actions.undo_set(set_id, studio.publishing(cohort, other), actor=world.director(), now=work.now)
    after = [queries.graph(each) for each in (cohort, other)]
    assert [each.standing for each in after] == [each.standing for each in before]
    assert [each.settings for each in after] == [each.settings for each in before]


def test_one_release_of_a_set_is_not_undone_alone(cohort, other):
    studio.published(studio.edited(studio.begun(cohort, other), Edit(PUSH, None, "s20", days=7)))
    assert reason(scheduling.undo, cohort, 2) is DraftRefusal.IN_SET
    scheduling.publish(other, "s30", Act.MOVE, by=DAY)
    set_id = queries.release(cohort.id, 2).set_id

    def undo():
        with unit_of_work() as work:
            actions.undo_set(set_id, studio.publishing(cohort, other), actor=world.director(), now=work.now)

    assert reason(undo) is DraftRefusal.SET_NOT_LATEST
    assert queries.schedule(cohort.id).release_number == 2


def test_all_cohorts_are_published_or_none(cohort, other):
    with unit_of_work() as work:
        actions.hold(queries.item(other.id, "q9").id, "3 learners have begun it", now=work.now)
    draft = studio.edited(
        studio.begun(cohort, other), shift(cohort), Edit(EditKind.SHIFT, other.id, "q9", days=7)
    )
    assert reason(studio.published, draft) is ScheduleRefusal.BLOCKED
    assert queries.schedule(cohort.id).release_number == queries.schedule(other.id).release_number == 1
    assert studio.published(draft, consent={other.id: frozenset({"q9"})}) == [2, 2]


def test_a_schedule_that_moved_on_since_the_preview_stops_the_whole_set(cohort, other):
    draft = studio.edited(studio.begun(cohort, other), Edit(PUSH, None, "s20", days=7))
    seen = studio.publishing(cohort, other)
    scheduling.publish(other, "s30", Act.MOVE, by=DAY)
    with pytest.raises(Conflict, match="published release 2"), unit_of_work() as work:
        actions.publish_draft(studio.seen(draft), seen, actor=world.director(), now=work.now)
    assert queries.schedule(cohort.id).release_number == 1
    assert studio.again(draft).state is DraftState.OPEN


def test_nothing_is_published_of_a_draft_that_changes_nothing_or_cannot_be(cohort):
    draft = studio.begun(cohort)
    assert reason(studio.published, draft) is DraftRefusal.NO_EDITS
    studio.edited(draft, Edit(EditKind.REINSTATE, cohort.id, "s20"))
    assert reason(studio.published, draft) is ScheduleRefusal.NOTHING
    broken = studio.edited(studio.begun(cohort), Edit(EditKind.SWAP, cohort.id, week=20, to_week=21))
    studio.published(studio.edited(studio.begun(cohort), Edit(EditKind.UNBREAK, cohort.id, week=20)))
    assert worked(broken).outcomes[0].refused == "Week 20 is no break (any more)."
    assert reason(studio.published, broken) is DraftRefusal.CANNOT


# Joint sessions -------------------------------------------------------------------------------------------------------


def test_a_joint_session_is_one_in_both_cohorts_and_moves_in_both(cohort, other):
    when = at(cohort, "s30")
    assert studio.joined(cohort, "s30", other, "s25") == [2, 2]
    assert at(other, "s25") == when
    parts = queries.joint_of(queries.item(cohort.id, "s30").id)
    assert {part.member for part in parts} == {(cohort.id, "s30"), (other.id, "s25")}
    draft = studio.edited(studio.begun(cohort), shift(cohort, "s30", 1))
    assert set(draft.cohort_ids) == {cohort.id, other.id}, "the other cohort came along"
    assert studio.published(draft) == [3, 3]
    assert at(cohort, "s30") == at(other, "s25") == when + DAY


def test_a_joint_session_is_not_changed_in_one_cohort_alone(cohort, other):
    studio.joined(cohort, "s30", other, "s25")
    assert reason(scheduling.publish, cohort, "s30", Act.MOVE, by=DAY) is DraftRefusal.JOINT_ALONE
    assert reason(scheduling.publish, other, "s25", Act.CANCEL) is DraftRefusal.JOINT_ALONE
    mine = world.actor(world.granted(Role.COORDINATOR, cohort))
    draft = studio.begun(cohort, actor=mine)
    assert reason(studio.edited, draft, shift(cohort, "s30"), actor=mine) is DraftRefusal.NOT_YOURS


def test_a_joint_session_does_not_clash_with_itself(cohort, other):
    teacher = world.granted(Role.FACULTY, cohort, "Ana Both")
    with unit_of_work() as work:
        from lms.cohorts import actions as cohorts

        cohorts.appoint(other.id, teacher.id, Role.FACULTY, actor=world.director(), now=work.now)
    studio.joined(cohort, "s30", other, "s25")
    draft = studio.edited(studio.begun(cohort), shift(cohort, "s30", 1))
    found = worked(draft)
    mine = found.of(cohort.id)
    look, findings = queries.findings(mine.cohort, mine.preview, ahead=queries.ahead_of(found))
    assert any(meeting.person == "Ana Both" for meeting in look.meetings)
    words = [each.words for each in findings.get("s30", [])]
    assert [each for each in words if "S25" in each] == []


def test_undoing_what_joined_them_parts_them_and_undoing_that_joins_them_again(cohort, other):
    was = at(other, "s25")
    studio.joined(cohort, "s30", other, "s25")
    set_id = queries.release(cohort.id, 2).set_id

    def undo(which):
        with unit_of_work() as work:
            actions.undo_set(which, studio.publishing(cohort, other), actor=world.director(), now=work.now)

    undo(set_id)
    assert at(other, "s25") == was
    assert queries.joint_parts([cohort.id]) == []
    undo(queries.release(cohort.id, 3).set_id)
    assert at(other, "s25") == at(cohort, "s30")
    assert len(queries.joint_parts([cohort.id])) == 2


def test_parted_they_keep_their_date_and_move_alone(cohort, other):
    studio.joined(cohort, "s30", other, "s25")
    joint = db.session.scalars(sa.select(JointSession)).one()
    with unit_of_work() as work:
        actions.part_sessions(joint.id, actor=world.director(), now=work.now)
    when = at(cohort, "s30")
    scheduling.publish(cohort, "s30", Act.MOVE, by=DAY)
    assert (at(cohort, "s30"), at(other, "s25")) == (when + DAY, when)


def test_a_calendar_change_of_one_cohort_leaves_a_joint_session_where_it_is(cohort, other):
    studio.joined(cohort, "mc7", other, "mc6")
    when = at(cohort, "mc7")
    draft = studio.edited(studio.begun(cohort), Edit(EditKind.BREAK, cohort.id, week=15))
    studio.published(draft)
    assert at(cohort, "mc7") == at(other, "mc6") == when


# The story ------------------------------------------------------------------------------------------------------------


def test_two_releases_are_compared_and_what_came_back_is_left_out(cohort):
    was = at(cohort, "s15")
    scheduling.publish(cohort, "s15", Act.MOVE, by=DAY)
    scheduling.publish(cohort, "s15", Act.MOVE, by=DAY)
    number = scheduling.publish(cohort, "s20", Act.MOVE, by=DAY)
    scheduling.undo(cohort, number)
    found = {each.line.item_key: each for each in queries.between(cohort.id, 1, 5)}
    assert "s20" not in found
    assert (found["s15"].line.old_starts_at, found["s15"].line.new_starts_at) == (was, was + 2 * DAY)
    assert found["s15"].steps == (2, 3)
    assert queries.between(cohort.id, 5, 5) == []


def test_the_story_says_in_words_what_followed_what(cohort):
    scheduling.publish(cohort, "s15", Act.MOVE, by=DAY)
    assert queries.history(queries.item(cohort.id, "a-3").id)[-1].why == "follows session S15"
