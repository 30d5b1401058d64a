"""Lists against the database: trial and real run, twice, several files, taking back, names and whose they are."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import outbox
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, queries
from lms.live.actions import lists
from lms.live.models import AttendanceEvidence, AttendanceList, PersonAlias, UnknownName
from lms.live.rules import LiveRefusal, NameState, Reading, Row, RowState, Verdict
from lms.people.rules import Role
from tests.factories import live, world
from tests.support.statements import statements

pytestmark = pytest.mark.db

PRESENT, HALF, ABSENT = Verdict.PRESENT, Verdict.HALF, Verdict.ABSENT


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao")


@pytest.fixture
def bela(cohort):
    return world.learner(cohort, "Bela Nair")


@pytest.fixture
def assistant(cohort):
    return world.actor(world.granted(Role.ASSISTANT, cohort, "Ravi Assistant"))


def states(kept: AttendanceList) -> list[RowState]:
    return [Row.of(row).state for row in db.session.get_one(AttendanceList, kept.id).report]


def entries() -> int:
    return db.session.scalar(sa.select(sa.func.count(AttendanceEvidence.id))) or 0


def undo(kept: AttendanceList, actor) -> int:
    with unit_of_work() as work:
        return actions.undo_list(kept.id, actor=actor, now=work.now)


def assign(cohort, name: str, person, actor, *, remember=False) -> None:
    with unit_of_work() as work:
        actions.assign_name(
            live.unknown(cohort, name).id,
            live.place_of(cohort, person),
            remember=remember,
            actor=actor,
            now=work.now,
        )


def take_back(cohort, name: str, actor) -> None:
    with unit_of_work() as work:
        actions.take_name_back(live.unknown(cohort, name).id, actor=actor, now=work.now)


def test_trying_writes_nothing_and_recording_writes_what_was_tried(cohort, asha, assistant):
    place = live.place_of(cohort, asha)
    body = live.list_of(cohort, "s1", [("x", asha.email, 0, 136), ("iPhone", "", 0, 100)])
    kept = live.brought(cohort, "s1", body, actor=assistant)
    assert entries() == 0
    assert states(kept) == [RowState.NEW, RowState.WAITS]
    with unit_of_work() as work:
        done = actions.record_list(kept.id, actor=assistant, now=work.now)
    assert (done.rows, done.people, done.names) == (1, 1, 1)
    assert live.verdict(cohort, "s1", place) is PRESENT
    assert live.unknown(cohort, "iPhone").minutes == 100


def test_the_same_list_again_changes_nothing(cohort, asha, assistant):
    body = live.list_of(cohort, "s1", [("x", asha.email, 0, 136), ("iPhone", "", 0, 100)])
    live.recorded(cohort, "s1", body, actor=assistant)
    before = entries()
    again = live.brought(cohort, "s1", body, actor=assistant)
    assert states(again) == [RowState.KNOWN, RowState.KNOWN]
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.record_list(again.id, actor=assistant, now=work.now)
    assert refused.value.reason is LiveRefusal.NOBODY
    assert entries() == before
    assert db.session.scalar(sa.select(sa.func.count(UnknownName.id))) == 1


def test_what_changed_since_the_trial_renews_the_report_and_records_nothing(cohort, asha, assistant):
    body = live.list_of(cohort, "s1", [("x", asha.email, 0, 136)])
    first, second = (live.brought(cohort, "s1", body, actor=assistant) for _ in range(2))
    with unit_of_work() as work:
        actions.record_list(first.id, actor=assistant, now=work.now)
    with unit_of_work() as work:
        assert actions.record_list(second.id, actor=assistant, now=work.now).stale
    assert states(second) == [RowState.KNOWN]
    assert entries() == 1


def test_a_meeting_that_was_restarted_is_put_together_from_two_files(cohort, asha):
    place = live.place_of(cohort, asha)
    parts = [
        live.list_of(cohort, "s1", [("x", asha.email, first, last)]) for first, last in ((0, 70), (75, 150))
    ]
    live.recorded(cohort, "s1", *parts)
    assert live.verdict(cohort, "s1", place) is PRESENT
    assert queries.mark(live.session(cohort, "s1").id, place).trace["minutes"] == 145


def test_taking_a_list_back_appends_and_leaves_what_another_list_has(cohort, asha, bela, assistant):
    place, other = live.place_of(cohort, asha), live.place_of(cohort, bela)
    rows = [("x", asha.email, 0, 136), ("y", bela.email, 0, 136)]
    first, _done = live.recorded(cohort, "s1", live.list_of(cohort, "s1", rows), actor=assistant)
    more = [*rows[:1], ("z", "z@elsewhere.example", 0, 136)]
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", more), actor=assistant)
    before = entries()
    assert undo(first, assistant) == 1
    assert entries() == before + 1
    assert live.verdict(cohort, "s1", place) is PRESENT
    assert live.verdict(cohort, "s1", other) is Verdict.UNMARKED
    with pytest.raises(RuleViolation) as refused:
        undo(first, assistant)
    assert refused.value.reason is LiveRefusal.LIST_UNDONE
    again, done = live.recorded(cohort, "s1", live.list_of(cohort, "s1", rows), actor=assistant)
    assert (states(again), done.rows) == ([RowState.KNOWN, RowState.NEW], 1)
    assert live.verdict(cohort, "s1", other) is PRESENT


def test_a_list_is_read_another_way_until_it_is_recorded(cohort, asha, assistant):
    start = live.session(cohort, "s1").starts_at
    line = f"Wer;Wann;Wie lang\n{asha.email};{start:%Y-%m-%d %H:%M};150\n".encode()
    kept = live.brought(cohort, "s1", line, actor=assistant)
    assert states(kept) == []
    with unit_of_work() as work:
        actions.reread_list(
            kept.id, Reading(zone="UTC", columns={"email": 0, "joined": 1, "minutes": 2}), now=work.now
        )
    assert states(kept) == [RowState.NEW]
    with unit_of_work() as work:
        actions.record_list(kept.id, actor=assistant, now=work.now)
    with pytest.raises(RuleViolation), unit_of_work() as work:
        actions.reread_list(kept.id, Reading(), now=work.now)
    assert live.verdict(cohort, "s1", live.place_of(cohort, asha)) is PRESENT


def test_a_long_list_goes_on_in_the_background_and_says_how_far_it_is(cohort, asha, assistant, monkeypatch):
    monkeypatch.setattr(lists, "AT_ONCE", 3)
    rows = [("x", asha.email, number * 20, number * 20 + 19) for number in range(8)]
    kept, done = live.recorded(cohort, "s1", live.list_of(cohort, "s1", rows), actor=assistant)
    assert done.under_way
    with pytest.raises(RuleViolation):
        undo(kept, assistant)
    far = []
    while outbox.drain(1):
        far.append(db.session.get_one(AttendanceList, kept.id, populate_existing=True).done)
    assert far[-1] == 8
    assert db.session.get_one(AttendanceList, kept.id, populate_existing=True).applied_at is not None
    assert entries() == 8
    assert live.verdict(cohort, "s1", live.place_of(cohort, asha)) is PRESENT


# Names


def test_whoever_says_whose_a_name_is_stands_in_the_ledger_and_can_take_it_back(cohort, asha, assistant):
    place = live.place_of(cohort, asha)
    kept, _done = live.recorded(
        cohort, "s1", live.list_of(cohort, "s1", [("iPhone", "", 0, 140)]), actor=assistant
    )
    assign(cohort, "iPhone", asha, assistant)
    (entry,) = queries.entries(live.session(cohort, "s1").id, place)
    assert (entry.by, entry.evidence.reason) == ("Ravi Assistant", "“iPhone” in the list was said to be them")
    assert live.verdict(cohort, "s1", place) is PRESENT
    with pytest.raises(RuleViolation) as refused:
        assign(cohort, "iPhone", asha, assistant)
    assert refused.value.reason is LiveRefusal.NAME_DECIDED
    take_back(cohort, "iPhone", assistant)
    assert live.verdict(cohort, "s1", place) is Verdict.UNMARKED
    assert live.unknown(cohort, "iPhone").state is NameState.WAITS
    assign(cohort, "iPhone", asha, assistant)
    assert live.verdict(cohort, "s1", place) is PRESENT
    undo(kept, assistant)
    assert live.verdict(cohort, "s1", place) is Verdict.UNMARKED
    assert db.session.scalar(sa.select(sa.func.count(UnknownName.id))) == 0


def test_an_address_that_is_remembered_matches_in_later_sessions_until_it_is_taken_back(
    cohort, asha, assistant
):
    private = "asha@private.example"
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", [("A", private, 0, 140)]), actor=assistant)
    assign(cohort, "A", asha, assistant, remember=True)
    kept = live.brought(
        cohort, "s2", live.list_of(cohort, "s2", [("A", private.upper(), 0, 140)]), actor=assistant
    )
    assert states(kept) == [RowState.NEW]
    take_back(cohort, "A", assistant)
    kept = live.brought(cohort, "s2", live.list_of(cohort, "s2", [("A", private, 0, 140)]), actor=assistant)
    assert states(kept) == [RowState.WAITS]
    assert db.session.scalars(sa.select(PersonAlias.removed_at)).one() is not None


def test_a_name_that_is_remembered_proposes_and_never_matches(cohort, asha, assistant):
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", [("iPad", "", 0, 140)]), actor=assistant)
    assign(cohort, "iPad", asha, assistant, remember=True)
    kept, _done = live.recorded(
        cohort, "s2", live.list_of(cohort, "s2", [("iPad", "", 0, 140)]), actor=assistant
    )
    assert states(kept) == [RowState.WAITS]
    (line,) = queries.names(cohort.id, NameState.WAITS)
    found = queries.whose(cohort, [line], {line.session_id: live.session(cohort, "s2")})
    assert found.remembered == {"name:ipad": {live.place_of(cohort, asha): "S1"}}


def test_an_address_that_is_one_persons_is_not_remembered_for_another(cohort, asha, bela, assistant):
    elsewhere = world.learner(world.cohort(weeks_in=3), "Elsa Where")
    body = live.list_of(cohort, "s2", [("C", elsewhere.email, 0, 140)])
    live.recorded(cohort, "s2", body, actor=assistant)
    for person in (asha, bela):
        with pytest.raises(RuleViolation) as refused:
            assign(cohort, "C", person, assistant, remember=True)
        assert refused.value.reason is LiveRefusal.OTHERS_ADDRESS
    assign(cohort, "C", asha, assistant)
    assert live.verdict(cohort, "s2", live.place_of(cohort, asha)) is PRESENT


def test_an_address_is_assigned_in_every_session_in_which_it_waits_and_taken_back_there_too(
    cohort, asha, bela, assistant
):
    private, place = "asha@private.example", live.place_of(cohort, asha)
    for key, name in (("s1", "A"), ("s2", "Asha's phone"), ("s3", "Ash")):
        rows = [(name, private, 0, 140), ("iPhone", "", 0, 100)]
        live.recorded(cohort, key, live.list_of(cohort, key, rows), actor=assistant)
    elsewhere = world.cohort(weeks_in=6)
    other = live.list_of(elsewhere, "s1", [("A2", private, 0, 140)])
    live.recorded(elsewhere, "s1", other, actor=assistant)
    with unit_of_work() as work:
        actions.set_name_aside(
            live.unknown(cohort, "Ash").id, NameState.IGNORED, actor=assistant, now=work.now
        )
    with unit_of_work() as work:
        first = live.unknown(cohort, "A").id
        assert actions.assign_name(first, place, remember=True, actor=assistant, now=work.now) == ["S2"]
    assert [live.verdict(cohort, key, place) for key in ("s1", "s2", "s3")] == [
        PRESENT,
        PRESENT,
        None,
    ]
    assert live.unknown(elsewhere, "A2").state is NameState.WAITS, "another cohort is others' to say"
    with unit_of_work() as work:
        second = live.unknown(cohort, "Asha's phone").id
        assert actions.take_name_back(second, actor=assistant, now=work.now) == ["S1"]
    assert {live.unknown(cohort, name).state for name in ("A", "Asha's phone")} == {NameState.WAITS}
    assert [live.verdict(cohort, key, place) for key in ("s1", "s2")] == [Verdict.UNMARKED] * 2
    assert db.session.scalars(sa.select(PersonAlias.removed_at)).one() is not None


def test_without_remembering_an_address_is_assigned_in_one_session(cohort, asha, assistant):
    for key, name in (("s1", "A"), ("s2", "B")):
        body = live.list_of(cohort, key, [(name, "asha@private.example", 0, 140)])
        live.recorded(cohort, key, body, actor=assistant)
    assign(cohort, "A", asha, assistant)
    assert live.unknown(cohort, "B").state is NameState.WAITS


MINUTES = "Participant,Email,Duration"


def minutes_of(*rows: tuple[str, str, int]) -> bytes:
    """A list with minutes and no times, as Meet gives it."""
    return "\n".join([MINUTES, *(f"{name},{email},{number}" for name, email, number in rows)]).encode()


def test_minutes_of_two_files_brought_together_are_added_up(cohort, asha, assistant):
    place = live.place_of(cohort, asha)
    first, second = minutes_of(("Asha", asha.email, 60)), minutes_of(("Asha", asha.email, 80))
    live.recorded(cohort, "s1", first, second, actor=assistant)
    assert live.verdict(cohort, "s1", place) is PRESENT


def test_minutes_of_a_second_list_are_refused_and_the_same_list_says_nothing_new(
    cohort, asha, bela, assistant
):
    first = minutes_of(("Asha", asha.email, 60), ("iPad", "", 50))
    kept, _done = live.recorded(cohort, "s1", first, actor=assistant)
    again = live.brought(cohort, "s1", first, actor=assistant)
    assert states(again) == [RowState.KNOWN, RowState.KNOWN]
    more = minutes_of(("Asha", asha.email, 80), ("iPad", "", 70), ("Bela", bela.email, 140))
    second = live.brought(cohort, "s1", more, actor=assistant)
    assert states(second) == [RowState.WRONG, RowState.WRONG, RowState.NEW]
    assert "bring both files together" in Row.of(second.report[0]).words
    undo(kept, assistant)
    third = live.brought(cohort, "s1", more, actor=assistant)
    assert states(third) == [RowState.NEW, RowState.WAITS, RowState.NEW]


def test_guests_are_kept_apart_and_nobody_is_assigned_who_is_not_on_the_roster(cohort, asha, assistant):
    elsewhere = world.cohort(weeks_in=6)
    stranger = world.learner(elsewhere, "Stranger")
    rows = [("One", "", 0, 140), ("Two", "", 0, 140), ("Three", "", 0, 140)]
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", rows), actor=assistant)
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.assign_name(
            live.unknown(cohort, "One").id, live.place_of(elsewhere, stranger), actor=assistant, now=work.now
        )
    assert refused.value.reason is LiveRefusal.NOT_ON_ROSTER
    with unit_of_work() as work:
        actions.set_name_aside(
            live.unknown(cohort, "One").id, NameState.IGNORED, actor=assistant, now=work.now
        )
    with unit_of_work() as work:
        line = live.session(cohort, "s1")
        assert actions.rest_are_guests(cohort.id, line.id, actor=assistant, now=work.now) == 2
    assert queries.name_counts(cohort.id) == {NameState.IGNORED: 1, NameState.GUEST: 2}
    assert entries() == 0
    assert queries.attendance_of(cohort.id) == {}


def test_judging_and_the_desk_send_as_many_statements_for_many_rows_as_for_few(cohort, asha):
    def sent(rows: int) -> int:
        body = live.list_of(cohort, "s1", [(f"n{n}", f"n{n}@x.example", n, 100 + n) for n in range(rows)])
        with statements() as seen:
            live.brought(cohort, "s1", body)
        return len(seen)

    assert sent(2) == sent(60)


def test_a_name_that_is_known_in_two_lists_loses_only_what_the_undone_one_brought(cohort, asha, assistant):
    place = live.place_of(cohort, asha)
    first, _ = live.recorded(
        cohort, "s1", live.list_of(cohort, "s1", [("iPhone", "", 0, 100)]), actor=assistant
    )
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", [("iPhone", "", 110, 160)]), actor=assistant)
    assign(cohort, "iPhone", asha, assistant)
    assert live.verdict(cohort, "s1", place) is PRESENT
    undo(first, assistant)
    assert live.unknown(cohort, "iPhone").minutes == 50
    trace = queries.mark(live.session(cohort, "s1").id, place).trace
    assert trace["minutes"] == 50
    assert dt.timedelta(minutes=trace["scheduled_minutes"]) == dt.timedelta(hours=3)
