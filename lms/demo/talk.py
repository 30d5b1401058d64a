"""What people say: posts and replies in discussions, announcements, notes in case files."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

from lms.assessment import actions as assessment
from lms.assessment.actions import Release
from lms.community import actions as community
from lms.community import queries as community_queries
from lms.community.actions import Contribution, Drafting, Writing
from lms.community.queries import CourseParticipation, CourseTalk, Discussion
from lms.community.rules import Audience, AudienceKind
from lms.core.errors import NotFound
from lms.curriculum.queries import ActivityLine
from lms.demo import words
from lms.demo.world import Seat, Year, at
from lms.people.rules import Actor
from lms.progress import actions as progress
from lms.progress.actions import CaseWords
from lms.progress.models import CaseKind
from lms.scheduling.queries import ItemLine


def discussion(year: Year, line: ActivityLine, item: ItemLine) -> None:
    """The eager take the floor first, some answer them, most read; nobody writes what somebody else wrote."""
    deadline = year.items[f"{line.key}.first-post"].ends_at
    taken: set[str] = set()
    posted: list[tuple[Seat, str, dt.datetime]] = []
    room = Discussion(year.cohort, line, None)
    with at(min(item.ends_at, year.now)):
        eager = {id(seat): year.source.random() ** (1 / seat.who.persona.posts**2) for seat in year.seats}
        for seat in sorted(year.seats, key=lambda seat: eager[id(seat)], reverse=True):
            when = item.starts_at + (deadline - item.starts_at) * year.source.uniform(0.2, 1.02)
            if when > year.now or not seat.active(when) or year.source.random() > seat.who.persona.posts:
                continue
            text = words.post(line.key, seat.who, taken, year.source)
            if text is None:
                break
            post = community.say(room, Writing(text=text), actor=seat.actor, now=when)
            posted.append((seat, post.public_id, when))
        _replies(year, room, item, posted)


def _replies(
    year: Year, room: Discussion, item: ItemLine, posted: list[tuple[Seat, str, dt.datetime]]
) -> None:
    said: set[tuple[str, str]] = set()
    heard: Counter[str] = Counter()
    for seat in year.seats:
        for _ in range(round(seat.who.persona.replies * year.source.uniform(0.3, 1.3))):
            others = [each for each in posted if each[0] is not seat]
            if not others:
                return
            _author, parent, after = year.source.choice(others)
            when = after + (item.ends_at - after) * year.source.uniform(0.05, 0.7)
            text = _answer(room.line.key, seat, heard, year.source)
            if when > year.now or not seat.active(when) or (parent, text) in said:
                continue
            said.add((parent, text))
            community.say(room, Writing(text=text, parent=parent), actor=seat.actor, now=when)


def _answer(key: str, seat: Seat, heard: Counter[str], source: random.Random) -> str:
    """Whoever does better work argues more often at a length that counts; the others leave a remark."""
    thorough = source.random() < (seat.who.persona.quality - 40) / 50
    return (thorough and words.argument(key, seat.who, heard, source)) or words.reply(source)


def participation(year: Year) -> None:
    """Faculty record what discussions came to, and what they saw in rooms.

    The coordinator has still to release the last of several recorded courses; of a single one, what closed last.
    """
    faculty, when = year.staff["faculty"], year.now - dt.timedelta(days=9)
    source = random.Random(year.cohort.slug)  # noqa: S311  # nosec B311
    recorded: list[tuple[CourseTalk, CourseParticipation]] = []
    for course in year.outline.courses:
        try:
            room = community_queries.course_talk(year.cohort, course.key)
        except NotFound:
            continue
        with at(when):
            found = community_queries.course_participation(room, when)
            if not found.to_record:
                continue
            community.record_participation(room, stamp=found.stamp, reason="", actor=faculty, now=when)
            if room.contribution and year.items[room.contribution.key].ends_at <= when:
                _contribution(room, found, faculty, source, when)
        recorded.append((room, found))
    for room, found in recorded[:1] + recorded[1:-1]:
        _released(year, room, found, when + dt.timedelta(days=1))


def _contribution(
    room: CourseTalk, found: CourseParticipation, by: Actor, source: random.Random, when: dt.datetime
) -> None:
    notes = words.staff("contributions")
    given = {}
    for one in found.learners:
        shown = float(one.so_far or 40)
        points = max(30, min(95, round(30 + shown * 0.45 + source.uniform(-12, 18))))
        band = 0 if points < 50 else 1 if points < 65 else 2 if points < 80 else 3
        given[one.place.place_id] = Contribution(points, source.choice(notes[band]))
    community.record_contribution(room, given, stamp=found.contribution_stamp, actor=by, now=when)


def _released(year: Year, room: CourseTalk, found: CourseParticipation, when: dt.datetime) -> None:
    """The coordinator releases what closed some weeks ago, and contribution where it was entered."""
    recorded = {figure.line.activity_id for figure in found.to_record}
    settled = [
        line
        for line in room.threads
        if line.id in recorded and year.items[line.key].ends_at <= when - dt.timedelta(weeks=2)
    ]
    if room.contribution and year.items[room.contribution.key].ends_at <= when - dt.timedelta(days=1):
        settled.append(room.contribution)
    with at(when):
        for line in settled:
            assessment.release(
                Release(cohort_id=year.cohort.id, activity_id=line.id, partial=True),
                actor=year.staff["coordinator"],
                now=when,
            )


def announcements(year: Year) -> None:
    """One every few weeks, by the coordinator; the latest two days ago."""
    notes = words.staff("announcements")
    everyone = Audience(kind=AudienceKind.EVERYONE)
    begun = year.items["s1"].starts_at
    for number, note in reversed(list(enumerate(reversed(notes)))):
        when = year.now - dt.timedelta(days=2 + 24 * number, hours=3)
        if when < begun:
            continue
        drafting = Drafting(title=note["title"], text=note["text"], audience=everyone, by_mail=number != 0)
        by = year.staff["coordinator"]
        with at(when):
            draft = community.announce(year.cohort.id, drafting, actor=by, now=when)
            heard = len(community_queries.listeners_of(year.cohort.id, everyone, by.person_id))
            community.send(draft.id, expected=heard, actor=by, now=when)


def cases(year: Year) -> None:
    """What the coordinator noted about those who worry her, and about one who does not."""
    notes = words.staff("cases")
    troubled = [seat for seat in year.seats if seat.who.persona_key == "slipping" or seat.until]
    quiet = [seat for seat in year.seats if seat.who.persona_key == "quiet"][:1]
    for number, seat in enumerate([*troubled, *quiet]):
        note = notes[2] if seat in quiet else notes[number % len(notes)]
        when = year.now - dt.timedelta(days=4 + 5 * number)
        kind = CaseKind(note["kind"])
        due = (year.now + dt.timedelta(days=3)).date() if kind is CaseKind.PROMISE else None
        with at(when):
            progress.add_case_entry(
                seat.place.place_id,
                CaseWords(kind=kind, text=note["text"], readers=note["readers"], due_on=due),
                actor=year.staff["coordinator"],
                now=when,
            )
