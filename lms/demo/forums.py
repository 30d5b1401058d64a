"""What is said in the forums: questions about the material, answers, a lock, a hidden post, a report that waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lms.community.actions import forums as writing
from lms.community.actions import listening, moderating, reports
from lms.community.actions.forums import Said, Saying
from lms.community.queries.forum_threads import post_in, thread_in
from lms.community.queries.forums import Forums, forum_in
from lms.demo import words
from lms.demo.world import Year, at
from lms.people.rules import Actor

READ = dt.timedelta(days=6)
"""What is older has been read by everybody."""
Act = tuple[dt.datetime, Callable[[dt.datetime], None]]


def forums(year: Year, key: str) -> None:
    """Everything in the order of time, over all threads of the cohort."""
    acts: list[Act] = []
    for thread in words.forums(key):
        _Thread(year, thread).plan(acts)
    acts.append((year.now - READ, lambda when: _everybody_reads(year, when)))
    for when, act in sorted(acts, key=lambda pair: pair[0]):
        if when <= year.now:
            with at(when):
                act(when)


def _everybody_reads(year: Year, when: dt.datetime) -> None:
    for seat in year.seats:
        if seat.active(when):
            listening.read_all(_hall(year, seat.actor, seat.place.section_id), actor=seat.actor, now=when)
    for staff in year.staff.values():
        listening.read_all(_hall(year, staff), actor=staff, now=when)


def _hall(year: Year, who: Actor, section_id: int | None = None) -> Forums:
    """The forums as somebody of the cast meets them."""
    staff = any(who is each for each in year.staff.values())
    return Forums(
        cohort=year.cohort,
        person_id=who.person_id,
        per_section=False,
        reads_all=staff,
        moderates=staff,
        section_id=section_id,
    )


@dataclass
class _Thread:
    """One thread, while its posts are being written."""

    year: Year
    text: dict[str, Any]

    def __post_init__(self) -> None:
        self.said: list[Said] = []

    def plan(self, acts: list[Act]) -> None:
        """Add everything that happens in it, each at its time."""
        start = self.year.now - dt.timedelta(days=self.text["ago"], hours=3)
        acts.append((start, self._begin))
        for number, post in enumerate(self.text.get("posts", ()), 1):
            acts += self._of_post(number, post, start + dt.timedelta(hours=post["after"]))
        if "pin" in self.text:
            acts.append((start + dt.timedelta(minutes=5), self._pin))
        if "lock" in self.text:
            acts.append((start + dt.timedelta(hours=6), self._lock))

    def _of_post(self, number: int, post: dict[str, Any], when: dt.datetime) -> list[Act]:
        acts: list[Act] = [(when, lambda now: self._reply(post, now))]
        if post.get("answer"):
            acts.append((when + dt.timedelta(hours=2), lambda _now: self._answer(number)))
        if "hide" in post:
            acts.append((when + dt.timedelta(hours=4), lambda now: self._hide(number, post["hide"], now)))
        if "report" in post:
            acts.append((when + dt.timedelta(hours=5), lambda now: self._report(number, post["report"], now)))
        return acts

    def _who(self, by: int | str) -> tuple[Actor, Forums]:
        if isinstance(by, str):
            return self.year.staff[by], _hall(self.year, self.year.staff[by])
        seat = self.year.seats[by]
        return seat.actor, _hall(self.year, seat.actor, seat.place.section_id)

    @property
    def _public_id(self) -> str:
        return self.said[0].thread.public_id

    def _begin(self, now: dt.datetime) -> None:
        who, hall = self._who(self.text["by"])
        saying = Saying(title=self.text["title"], text=self.text["text"])
        self.said.append(writing.begin(forum_in(hall, self.text["forum"]), saying, actor=who, now=now))

    def _reply(self, post: dict[str, Any], now: dt.datetime) -> None:
        who, hall = self._who(post["by"])
        parent = self.said[post["under"]].post.public_id if "under" in post else ""
        saying = Saying(text=post["text"], parent=parent)
        self.said.append(writing.reply(thread_in(hall, self._public_id), saying, actor=who, now=now))

    def _answer(self, number: int) -> None:
        who, hall = self._who(self.text["by"])
        post = self.said[number].post.public_id
        writing.choose_answer(thread_in(hall, self._public_id), post, chosen=True, actor=who)

    def _pin(self, now: dt.datetime) -> None:
        who, hall = self._who("coordinator")
        moderating.pin(thread_in(hall, self._public_id), pinned=True, actor=who, now=now)

    def _lock(self, now: dt.datetime) -> None:
        who, hall = self._who("hui")
        moderating.lock(thread_in(hall, self._public_id), self.text["lock"], actor=who, now=now)

    def _hide(self, number: int, reason: str, now: dt.datetime) -> None:
        who, hall = self._who("faculty")
        view = thread_in(hall, self._public_id)
        moderating.hide(view, self.said[number].post.public_id, reason, actor=who, now=now)

    def _report(self, number: int, report: dict[str, Any], now: dt.datetime) -> None:
        who, hall = self._who(report["by"])
        post = post_in(thread_in(hall, self._public_id), self.said[number].post.public_id)
        reports.report(post, report["reason"], actor=who, now=now)
