"""A project's room as its page shows it, for those who work on it and for those who guide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import request, url_for
from markupsafe import Markup

from lms.capstone import queries
from lms.capstone.queries import MemberLine, ProjectLine, Room
from lms.capstone.rules import ProjectState
from lms.capstone.rules.promises import MeetingCount
from lms.capstone.rules.states import state_words
from lms.capstone.views import frame
from lms.capstone.views.frame import Status
from lms.capstone.views.told import MeetingRow, meeting_rows, story
from lms.community import queries as community
from lms.community.models import ThreadSubject
from lms.community.queries import About, Entry, Reader, Talk
from lms.community.queries.talk import Looking
from lms.core import clock
from lms.curriculum import queries as curriculum
from lms.enrolment.rules import PlaceState
from lms.people.rules import Actor
from lms.web.filters import day, plural
from lms.web.html import stored
from lms.web.shapes import FileItem, Milestone, StoryEvent, Tone
from lms.web.shell import initials

QUIET_DAYS = 7


@dataclass(frozen=True, slots=True)
class StopRow:
    """A milestone in the list under the rail."""

    code: str
    title: str
    href: str
    status: Status
    due: dt.datetime | None
    own_date: bool
    late: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the room."""

    name: str
    initials: str
    note: str
    tone: Tone
    href: str
    """Their case file, for staff who may read it."""


@dataclass(frozen=True, slots=True)
class NextAct:
    """What comes next, in a sentence, and where."""

    words: str
    label: str = ""
    href: str = ""
    at: dt.datetime | None = None
    verb: str = "due"
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the thread."""

    public_id: str
    name: str
    initials: str
    role: str
    at: dt.datetime
    html: Markup
    state: str
    mine: bool
    may_remove: bool


@dataclass(frozen=True)
class RoomPage:
    """All that the room shows."""

    slug: str
    public_id: str
    title: str
    owner: str
    host: str
    confidentiality: str
    state: str
    state_tone: Tone
    rail: tuple[Milestone, ...]
    stops: tuple[StopRow, ...]
    next: NextAct
    people: tuple[Person, ...]
    guide: str
    meetings: tuple[MeetingRow, ...]
    count: MeetingCount
    alarming: bool
    needed: int
    planned: int
    files: tuple[tuple[str, int, tuple[FileItem, ...]], ...]
    """Code, version and files of each milestone's latest version."""
    story: tuple[StoryEvent, ...]
    said: tuple[Said, ...]
    total_said: int
    newer_href: str
    older_href: str
    newest: str
    may_talk: bool
    answer_hours: int
    now: dt.datetime
    zone: str
    cohort_zone: str


def present(
    room: Room,
    actor: Actor,
    *,
    here: str,
    milestone_href: str,
    may_talk: bool,
    staff: bool,
    case_href: str = "",
) -> RoomPage:
    """Make a room's page; the addresses of a milestone and a case file have KEY where the key goes."""
    now, project, cohort = clock.now(), room.project, room.cohort
    standings = queries.standings(room.versions)
    links = {line.key: milestone_href.replace("KEY", line.key) for line in room.milestones}
    found = frame.statuses(
        room.milestones, standings, room.dates, frame.answered(room.versions), project.state, now
    )
    rail = frame.rail(room.milestones, found, room.dates, links)
    stops = tuple(_stop(room, line.key, found, links) for line in room.milestones)
    capstone = curriculum.outline(cohort.version_id).policies.capstone
    talk = _talk(project, actor, may_talk=may_talk, moderates=staff, now=now)
    names = {one.place_id: one.name for one in room.members}
    return RoomPage(
        slug=cohort.slug,
        public_id=project.public_id,
        title=project.title,
        owner=project.owner,
        host=project.host,
        confidentiality=project.confidentiality,
        state=state_words(project.state),
        state_tone=state_tone(project.state),
        rail=rail,
        stops=stops,
        next=_next(room, stops, staff=staff),
        people=tuple(
            _person(one, case_href.replace("KEY", one.place_public_id), now) for one in room.members
        ),
        guide=project.guide,
        meetings=meeting_rows(
            room.chronicle.meetings,
            names,
            url_for("capstone.meeting", public_id=project.public_id, meeting="KEY"),
        ),
        count=room.chronicle.count,
        alarming=room.chronicle.count.alarming(capstone.missed_alarm),
        needed=capstone.meetings_needed,
        planned=capstone.meetings_planned,
        files=_files(room),
        story=story(room.chronicle.story, actor.zone, now),
        said=tuple(_said(entry) for entry in talk.entries),
        total_said=talk.total,
        newer_href=_stretch(here, talk.newer_from),
        older_href=_stretch(here, talk.older_from),
        newest=talk.newest,
        may_talk=may_talk,
        answer_hours=capstone.answer_hours,
        now=now,
        zone=actor.zone,
        cohort_zone=cohort.zone,
    )


_TONES: dict[ProjectState, Tone] = {
    ProjectState.REVISE: "warn",
    ProjectState.REJECTED: "bad",
    ProjectState.APPROVED: "good",
    ProjectState.IN_PROGRESS: "good",
    ProjectState.REPORTED: "good",
    ProjectState.RELEASED: "good",
    ProjectState.PROPOSED: "info",
}


def state_tone(state: ProjectState) -> Tone:
    """The tone of a project's state."""
    return _TONES.get(state, "")


def _stop(room: Room, key: str, found: dict[str, Status], links: dict[str, str]) -> StopRow:
    line = next(each for each in room.milestones if each.key == key)
    item = room.dates.get(key)
    latest = room.versions[key][-1] if key in room.versions else None
    return StopRow(
        code=line.code,
        title=line.title,
        href=links[key],
        status=found[key],
        due=item.ends_at if item else None,
        own_date=bool(item and item.personal),
        late=f"{plural(latest.late_days, 'day')} late" if latest and latest.late_days else "",
    )


def _next(room: Room, stops: tuple[StopRow, ...], *, staff: bool) -> NextAct:
    """What comes first: for the guide an answer that waits, for the team a revision, then the next milestone."""
    state = room.project.state
    if state is ProjectState.DROPPED:
        return NextAct("This project has ended. What was accepted and marked stays with each of its members.")
    if state is ProjectState.RELEASED:
        return NextAct("The marks are released: this project is complete.", tone="good")
    if state is ProjectState.REJECTED:
        who = (
            "Assign a topic below."
            if staff
            else "You hear from the coordinator, and a new date comes with it."
        )
        return NextAct(f"The proposal was rejected twice; the coordinator decides. {who}", tone="bad")
    waiting = [stop for stop in stops if stop.status.note == "promised by"]
    if staff and waiting:
        first = min(waiting, key=lambda stop: stop.status.at or stop.due or clock.now())
        return NextAct(
            f"{first.code} waits for your answer.",
            f"Answer {first.code}",
            first.href,
            first.status.at,
            "promised by",
            first.status.tone,
        )
    back = next((stop for stop in stops if stop.status.stop == "revise"), None)
    if back is not None:
        words = (
            f"{back.code} came back with a list."
            if not staff
            else f"{back.code} is with the team for revision."
        )
        label = f"Revise {back.code}" if not staff else ""
        return NextAct(words, label, back.href, back.status.at, "by", "warn")
    ahead = next(
        (stop for stop in stops if stop.status.word in ("open", "not handed in", "later", "ahead")), None
    )
    if ahead is None or ahead.status.at is None:
        return NextAct("Everything is handed in.")
    if ahead.status.word in ("ahead", "later"):
        return NextAct(
            f"Next is {ahead.code}: {ahead.title}.",
            f"Read {ahead.code}",
            ahead.href,
            ahead.status.at,
            ahead.status.note,
        )
    verb, tone = ("was due", "bad") if ahead.status.word == "not handed in" else ("due", "")
    label = f"Read {ahead.code}" if staff else f"Work on {ahead.code}"
    return NextAct(f"Next is {ahead.code}: {ahead.title}.", label, ahead.href, ahead.status.at, verb, tone)  # type: ignore[arg-type]


def _person(one: MemberLine, href: str, now: dt.datetime) -> Person:
    name, state, seen = one.name, one.state, one.last_seen_on
    days = (now.date() - seen).days if seen else None
    if state is PlaceState.ON_LEAVE:
        note, tone = "on leave", "warn"
    elif days is None:
        note, tone = "not here yet", "warn"
    elif days <= 0:
        note, tone = "here today", "good"
    elif days < QUIET_DAYS:
        note, tone = f"here {plural(days, 'day')} ago", ""
    else:
        note, tone = f"last here {day(seen, now.date()) if seen else ''}", "warn"
    return Person(name, initials(name), note, tone, href)  # type: ignore[arg-type]


def _files(room: Room) -> tuple[tuple[str, int, tuple[FileItem, ...]], ...]:
    return tuple(
        (line.code, latest.number, frame.files_of(latest, room.project.public_id))
        for line in room.milestones
        if line.key in room.versions and (latest := room.versions[line.key][-1]).files
    )


def _talk(project: ProjectLine, actor: Actor, *, may_talk: bool, moderates: bool, now: dt.datetime) -> Talk:
    about = About(project.cohort_id, ThreadSubject.PROJECT, project.id)
    reader = Reader(actor.person_id, may_write=may_talk, moderates=moderates)
    return community.talk(about, reader, now, Looking(start=request.args.get("from", "")))


def _said(entry: Entry) -> Said:
    return Said(
        public_id=entry.public_id,
        name=entry.author,
        initials=initials(entry.author),
        role=entry.role,
        at=entry.at,
        html=stored(entry.html),
        state=entry.state,
        mine=entry.mine,
        may_remove=entry.may_remove,
    )


def _stretch(here: str, start: str | None) -> str:
    if start is None:
        return ""
    return f"{here}?from={start}#thread-title" if start else f"{here}#thread-title"
