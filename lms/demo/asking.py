"""Masterclasses: seats with a waiting list, questions with votes, and what was said of one that is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from lms.demo import words
from lms.demo.world import Seat, Year, at
from lms.live import actions as live
from lms.live import queries
from lms.live.queries import SessionView
from lms.live.rules.questions import QuestionAct

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def masterclasses(year: Year) -> None:
    """The next masterclass with its list and questions; the last one with its log and feedback."""
    lines = [line for line in queries.sessions(year.cohort) if line.masterclass and not line.cancelled]
    ahead = [line for line in lines if line.starts_at > year.now + HOUR]
    over = [line for line in lines if line.ends_at < year.now - DAY]
    if ahead:
        _seats(year, ahead[0])
        _questions(year, ahead[0], words.masterclasses("questions"), year.now - 6 * DAY)
    if over:
        _questions(year, over[-1], words.masterclasses("log"), over[-1].starts_at - 3 * DAY)
        _afterwards(year, over[-1])


def _here(year: Year, instant: dt.datetime) -> list[Seat]:
    return [seat for seat in year.seats if seat.active(instant)]


def _seats(year: Year, session: SessionView) -> None:
    """So few seats that five wait; one gave theirs up, and the first who waited has it."""
    began = year.now - 7 * DAY
    everybody = _here(year, year.now)
    asking = everybody[: max(6, len(everybody) * 3 // 4)]
    by = year.staff["coordinator"]
    with at(began):
        live.set_seats(session.id, len(asking) - 6, 24, actor=by, now=began)
        live.add_guests(session.id, "\n".join(words.masterclasses("guests")), actor=by, now=began)
    for number, seat in enumerate(asking):
        when = began + (number + 1) * 17 * dt.timedelta(minutes=1)
        with at(when):
            live.take_seat(session.id, seat.place.place_id, actor=seat.actor, now=when)
    when = year.now - DAY
    with at(when):
        live.give_up_seat(session.id, asking[2].place.place_id, actor=asking[2].actor, now=when)


def _questions(year: Year, session: SessionView, texts: Sequence[dict[str, Any]], began: dt.datetime) -> None:
    """Everybody asks one, and so many others want it answered."""
    here = _here(year, began)
    asked: dict[str, str] = {}
    host = year.staff["faculty"]
    for number, each in enumerate(texts):
        author = here[(number * 5 + 1) % len(here)]
        when = began + number * 5 * HOUR
        with at(when):
            question = live.ask(
                session.id,
                each["text"],
                anonymous=bool(each.get("anonymous")),
                actor=author.actor,
                now=when,
            )
        asked[each["text"]] = question.public_id
        others = [seat for seat in here if seat is not author]
        first = number * 7 % len(others)
        with at(when + 2 * HOUR):
            for seat in (others[first:] + others[:first])[: each["votes"] - 1]:
                live.vote(question.id, wanted=True, actor=seat.actor, now=when + 2 * HOUR)
        _moderated(question.id, each, asked, session, host, min(year.now, when + 3 * HOUR))


def _moderated(
    number: int,
    each: dict[str, Any],
    asked: dict[str, str],
    session: SessionView,
    host: Any,
    when: dt.datetime,
) -> None:
    if "merged" in each:
        with at(when):
            into = asked[each["merged"]]
            live.moderate(number, QuestionAct.MERGE, into=into, actor=host, now=when)
    elif "answered" in each:
        then = max(when, session.starts_at + HOUR) if each["answered"] == "" else when
        with at(then):
            live.moderate(number, QuestionAct.ANSWER, words=each["answered"], actor=host, now=then)
    elif each.get("state") == "shortlisted":
        with at(when):
            live.moderate(number, QuestionAct.SHORTLIST, actor=host, now=when)


def _afterwards(year: Year, session: SessionView) -> None:
    """A dozen said what it was worth; the host published the log."""
    best, better = words.masterclasses("best"), words.masterclasses("better")
    published = min(year.now, session.ends_at + 20 * HOUR)
    with at(published):
        live.publish_questions(session.id, actor=year.staff["faculty"], now=published)
    for number, seat in enumerate(_here(year, session.ends_at)[1:14]):
        when = session.ends_at + (number + 1) * HOUR
        if when >= year.now:
            continue
        ratings = {
            "worth": year.source.choice((4, 5, 5)),
            "change": year.source.choice((3, 4, 5)),
            "pace": year.source.choice((2, 3, 4, 4)),
        }
        with at(when):
            live.give_feedback(
                session.id,
                seat.place.place_id,
                ratings,
                best=best[number] if number < len(best) else "",
                better=better[number % len(better)] if number % 4 == 0 else "",
                now=when,
            )
