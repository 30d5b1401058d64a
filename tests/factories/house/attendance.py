"""Attendance of the house: a list of a meeting with a name that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.uow import unit_of_work
from lms.live import actions
from lms.live.actions import presence
from lms.live.rules import Verdict
from tests.factories import live, world
from tests.factories.house.finding import place_of

if TYPE_CHECKING:
    from tests.factories.house import Builder


def lists(at: Builder) -> None:
    """The coordinator brought a list of s22 with a name that matches nobody; the other cohort has the same."""
    by = world.actor(at.persons["coordinator, own"])
    rows = [
        ("Lea Own", "lea@example.org", 0, 100),
        ("iPhone", "", 0, 90),
        ("Late", "late@example.com", 0, 90),
    ]
    kept, _done = live.recorded(at.own, "s22", live.list_of(at.own, "s22", rows), actor=by)
    theirs, _done = live.recorded(at.other, "s22", live.list_of(at.other, "s22", rows))
    tried = live.brought(
        at.own, "s22", live.list_of(at.own, "s22", [("Lea", "lea@example.org", 120, 130)]), actor=by
    )
    assigned = live.unknown(at.own, "Late")
    with unit_of_work() as work:
        place = place_of(at.own, at.persons["learner, other team"])
        actions.assign_name(assigned.id, place, remember=True, actor=by, now=work.now)
    at.values |= {
        "live.take_name_back:unknown": assigned.public_id,
        "brought": kept.public_id,
        "live.record_list:brought": tried.public_id,
        "live.read_list_again:brought": tried.public_id,
        "unknown": live.unknown(at.own, "iPhone").public_id,
    }
    for endpoint in (
        "attendance_list",
        "record_list",
        "read_list_again",
        "undo_list",
        "list_rows_csv",
        "rest_are_guests",
    ):
        at.values[f"live.{endpoint}:key"] = "s22"
    at.foreign_parts |= {"brought": theirs.public_id, "unknown": live.unknown(at.other, "iPhone").public_id}


def make_ups(at: Builder) -> None:
    """Lea missed three sessions: one can be made up, one waits to be judged, one of another course was accepted."""
    by = world.actor(at.persons["assistant, own"])
    for cohort, who in ((at.own, at.lea), (at.other, at.persons["learner, other cohort"])):
        place = place_of(cohort, who)
        for key in ("s19", "s20", "s16"):
            live.ticked(cohort, key, {place: Verdict.ABSENT})
            live.closed(cohort, key)
            live.asks_for_a_summary(cohort, key)
    waits, accepted = live.made_up(at.own, "s20", at.lea), live.made_up(at.own, "s16", at.lea)
    live.judged(accepted, by)
    at.values |= {"live:task": waits, "live.take_back_make_up:task": accepted}
    for endpoint in ("make_up_task", "hand_in_make_up", "save_make_up", "make_up_terms"):
        at.values[f"live.{endpoint}:key"] = "s19"
    for endpoint in ("absence", "take_back_absence"):
        at.values[f"live.{endpoint}:key"] = "s28"
    theirs = live.made_up(at.other, "s20", at.persons["learner, other cohort"])
    at.foreign_parts |= {"live:task": theirs}
    with unit_of_work() as work:
        presence.announce_absence(
            live.session(at.own, "s28").id, place_of(at.own, at.lea), "A board week.", now=work.now
        )
