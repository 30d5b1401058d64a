"""What learners ask: requests of most kinds and in every state, some near their promise and one past it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.cohorts import queries as cohort_queries
from lms.coursework.queries import ASSIGNMENT_KINDS
from lms.demo import words
from lms.demo.world import Seat, Year, at
from lms.enrolment.queries import my_place
from lms.live import queries as live
from lms.live.rules import Verdict
from lms.requests import actions
from lms.requests.actions import Asked, Decision
from lms.requests.models import RequestState
from lms.requests.ports import Wanted
from lms.requests.rules import EntryKind

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class Desk:
    """Who asks and who answers in one cohort."""

    year: Year

    def ask(self, seat: Seat, kind: str, text: str, ago: dt.timedelta, **more: object) -> int:
        """Ask something so long ago; returns the request's id."""
        when = self.year.now - ago
        asked = Asked(kind=kind, words=text, **more)  # type: ignore[arg-type]
        with at(when):
            place = my_place(seat.actor, self.year.cohort.slug)
            return actions.ask(place, asked, actor=seat.actor, now=when).id

    def write(
        self, request_id: int, sort: EntryKind, text: str, ago: dt.timedelta, by: str = "coordinator"
    ) -> None:
        """Ask back, or note something."""
        when = self.year.now - ago
        with at(when):
            actions.write(request_id, sort, text, actor=self.year.staff[by], now=when)

    def decide(
        self,
        request_id: int,
        outcome: RequestState,
        text: str,
        ago: dt.timedelta,
        by: str = "coordinator",
        given: Wanted | None = None,
    ) -> None:
        """Decide it."""
        when = self.year.now - ago
        decision = Decision(outcome=outcome, reason=text, given=given or Wanted())
        with at(when):
            actions.decide(request_id, decision, actor=self.year.staff[by], now=when)


def requests(year: Year) -> None:
    """Everything that was asked in a cohort, up to now."""
    desk, say = Desk(year), words.asked()
    seats = [seat for seat in year.seats if seat.until is None]
    own, others = seats[0], seats[6:]
    _own(desk, own, say)
    _words_only(desk, others, say)
    _about_sessions(desk, seats[1:], say)
    with at(year.now):
        actions.look_at_promises(now=year.now)


def _own(desk: Desk, own: Seat, say: dict[str, dict[str, str]]) -> None:
    """Of the first learner: answered, granted in part, waiting for them, and open since this morning."""
    year = desk.year
    asked = desk.ask(own, "question", say["question"]["ask"], 20 * DAY)
    desk.decide(asked, RequestState.GRANTED, say["question"]["answer"], 19 * DAY)
    ahead = sorted(
        (item for item in year.items.values() if item.ends_at > year.now), key=lambda item: item.ends_at
    )
    due = next(
        (
            item
            for item in ahead
            if year.outline.activities[item.activity_id].kind in ASSIGNMENT_KINDS
            and year.outline.activities[item.activity_id].kind.value != "group_work"
            and not item.label
        ),
        None,
    )
    if due is not None:
        until = due.ends_at + 4 * DAY
        wanted = Wanted(until=until, choice="work")
        asked = desk.ask(own, "extension", say["own_time"]["ask"], 3 * DAY, about=due.key, wanted=wanted)
        given = Wanted(until=due.ends_at + 2 * DAY)
        desk.decide(asked, RequestState.GRANTED, say["own_time"]["answer"], 2 * DAY, given=given)
    counting = {
        one.key for one in live.sessions(year.cohort, since=year.now) if one.counts and not one.cancelled
    }
    session = next(
        (
            item
            for item in ahead
            if year.outline.activities[item.activity_id].kind.value == "live_session"
            and item.key in counting
            and item.starts_at > year.now + DAY
        ),
        None,
    )
    if session is not None:
        asked = desk.ask(own, "excuse", say["own_excuse"]["ask"], DAY + 5 * HOUR, about=session.key)
        desk.write(asked, EntryKind.ASKED_BACK, say["own_excuse"]["back"], DAY)
    desk.ask(own, "question", say["own_open"]["ask"], 4 * HOUR)


def _words_only(desk: Desk, others: list[Seat], say: dict[str, dict[str, str]]) -> None:
    """What is decided by words, in every state."""
    year = desk.year
    desk.ask(others[0], "question", say["recording"]["ask"], DAY)
    asked = desk.ask(others[1], "accessibility", say["accessibility"]["ask"], 9 * DAY)
    desk.decide(asked, RequestState.GRANTED, say["accessibility"]["answer"], 8 * DAY)
    asked = desk.ask(others[2], "team-change", say["team"]["ask"], 3 * DAY)
    desk.write(asked, EntryKind.ASKED_BACK, say["team"]["back"], 2 * DAY)
    asked = desk.ask(others[3], "deferral", say["deferral"]["ask"], 16 * DAY)
    desk.decide(asked, RequestState.REFUSED, say["deferral"]["answer"], 12 * DAY)
    asked = desk.ask(others[4], "question", say["withdrawn"]["ask"], 11 * DAY)
    with at(year.now - 10 * DAY):
        actions.withdraw(asked, actor=others[4].actor, now=year.now - 10 * DAY)
    asked = desk.ask(others[5], "question", say["handed_over"]["ask"], 6 * DAY)
    with at(year.now - 5 * DAY):
        faculty = year.staff["faculty"]
        actions.hand_over(
            asked,
            faculty.public_id,
            say["handed_over"]["reason"],
            actor=year.staff["coordinator"],
            now=year.now - 5 * DAY,
        )
    desk.decide(asked, RequestState.GRANTED, say["handed_over"]["answer"], 4 * DAY, by="faculty")
    back = (year.now + 45 * DAY).date()
    wanted = Wanted(from_on=(year.now + 20 * DAY).date(), back_on=back)
    desk.ask(others[6], "leave", say["leave"]["ask"], 2 * DAY + 2 * HOUR, wanted=wanted)
    names = [one.name for one in cohort_queries.sections(year.cohort.id)]
    here = others[7].place.section_id
    other = next(one.name for one in cohort_queries.sections(year.cohort.id) if one.id != here)
    if len(names) > 1:
        desk.ask(others[7], "section", say["section"]["ask"], 10 * DAY, wanted=Wanted(choice=other))
    asked = desk.ask(
        others[8], "complaint", say["complaint"]["ask"], 4 * DAY, against=year.staff["faculty"].public_id
    )
    desk.write(asked, EntryKind.NOTED, say["complaint"]["note"], 3 * DAY)


def _about_sessions(desk: Desk, seats: list[Seat], say: dict[str, dict[str, str]]) -> None:
    """Of the latest closed session: an excuse that was granted, a namesake put right, a dispute that is open."""
    year = desk.year
    closed = [
        one
        for one in live.sessions(year.cohort, since=year.now - 21 * DAY, until=year.now)
        if one.counts and one.closed_at and not one.cancelled
    ]
    if not closed:
        return
    latest = closed[-1]
    marks = live.verdicts([latest.id])

    def of(verdict: Verdict) -> list[Seat]:
        return [seat for seat in seats if marks.get((latest.id, seat.place.place_id)) is verdict]

    absent, present = of(Verdict.ABSENT), of(Verdict.PRESENT)
    last = min(year.now, latest.policy.dispute_days * DAY + (latest.closed_at or year.now))
    since = year.now - last + HOUR
    if absent:
        asked = desk.ask(absent[0], "excuse", say["excuse"]["ask"], since + 9 * HOUR, about=latest.key)
        desk.decide(asked, RequestState.GRANTED, say["excuse"]["answer"], since + 2 * HOUR)
    if len(absent) > 1 and present:
        wanted = Wanted(choice=Verdict.PRESENT.value)
        asked = desk.ask(
            absent[1],
            "attendance-dispute",
            say["namesake"]["ask"],
            since + 8 * HOUR,
            about=latest.key,
            wanted=wanted,
        )
        others = {name: key for key, name in live.present_at(year.cohort.id, latest.key, without=0)}
        given = Wanted(choice=Verdict.PRESENT.value, other=others[present[-1].who.name])
        desk.decide(asked, RequestState.GRANTED, say["namesake"]["answer"], since + HOUR, given=given)
    if len(absent) > 2:
        wanted = Wanted(choice=Verdict.PRESENT.value)
        desk.ask(
            absent[2],
            "attendance-dispute",
            say["dispute"]["ask"],
            since + 3 * HOUR,
            about=latest.key,
            wanted=wanted,
        )
