"""The story and the meetings of a project in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lms.capstone.queries import MeetingLine, StoryLine
from lms.capstone.rules import Act, Told
from lms.web.filters import plural, when
from lms.web.html import stored
from lms.web.shapes import StoryEvent

_SYMBOLS = {
    Act.START.value: "sprout",
    Act.PROPOSE.value: "send",
    Act.REPORT.value: "send",
    Act.APPROVE.value: "circle-check",
    Act.BEGIN.value: "circle-check",
    Act.RELEASE.value: "graduation-cap",
    Act.ASK.value: "rotate-ccw",
    Act.REJECT.value: "circle-x",
    Act.REASSIGN.value: "compass",
    Act.MERGE.value: "users",
    Act.DROP.value: "log-out",
    Told.BACK.value: "undo-2",
    Told.TAKEN_BACK.value: "undo-2",
    Told.HANDED_IN.value: "send",
    Told.ACCEPTED.value: "circle-check",
    Told.REVISE.value: "rotate-ccw",
    Told.GUIDE.value: "user-check",
    Told.MEETING.value: "calendar-check",
    Told.CORRECTED.value: "pencil",
    Told.TEAM.value: "users",
    Told.SCOPE.value: "shapes",
}


def story(lines: Sequence[StoryLine], zone: str, now: dt.datetime) -> tuple[StoryEvent, ...]:
    """A project's story, latest first; the latest is where it stands."""
    events = [
        StoryEvent(
            at=line.at,
            title=_titled(line),
            words=_told(line, zone, now),
            by=line.by,
            symbol=_SYMBOLS.get(line.kind, "circle"),
            now=index == len(lines) - 1,
        )
        for index, line in enumerate(lines)
    ]
    return tuple(reversed(events))


def _titled(line: StoryLine) -> str:
    code = line.details.get("code", "")
    words = line.kind[:1].upper() + line.kind[1:]
    if line.kind in (Told.HANDED_IN, Told.ACCEPTED, Told.REVISE):
        return words.replace("Milestone", code)
    if line.kind == Told.GUIDE:
        return f"{line.details.get('guide', 'Somebody')} guides the project"
    if line.kind == Told.MEETING:
        return "Meeting held" if line.details.get("held") else "Meeting missed by the team"
    return words


def _told(line: StoryLine, zone: str, now: dt.datetime) -> str:
    found = []
    if line.kind == Told.TEAM:
        found.append(
            "Now: " + (", ".join(line.details.get("members", ())) or "nobody") + ". The project goes on."
        )
    if line.kind == Told.SCOPE:
        found.append(f"{line.details.get('what', '')}.")
        found += [f"Before: {before}." for before in line.details.get("before", {}).values()]
    if line.kind == Told.BACK and line.details.get("undone"):
        found.append(f"Undone: {line.details['undone']}.")
    if line.kind == Told.GUIDE and line.details.get("before"):
        found.append(f"Before: {line.details['before']}.")
        found += handed_over(line.details.get("milestones", ()), line.details.get("pieces", 0))
    if line.kind == Told.MEETING:
        found.append(when(dt.datetime.fromisoformat(line.details["held_at"]), zone, now))
    if line.kind == Told.CORRECTED:
        at = when(dt.datetime.fromisoformat(line.details["held_at"]), zone, now)
        found.append(f"The note on {at}.")
    if line.details.get("number", 1) > 1:
        found.append(f"Version {line.details['number']}.")
    if line.details.get("late_days"):
        found.append(f"{plural(line.details['late_days'], 'day')} late.")
    if line.note:
        found.append(line.note)
    return " ".join(found)


def handed_over(milestones: Sequence[str], pieces: int) -> list[str]:
    """What went to the new guide, in words."""
    parts = []
    if milestones:
        parts.append(", ".join(milestones))
    if pieces:
        parts.append(plural(pieces, "piece") + " to mark")
    return [f"Handed over: {' and '.join(parts)}."] if parts else []


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting as the room shows it."""

    at: dt.datetime
    held: bool
    minutes: int
    present: str
    absent: str
    agenda: str
    decisions: Markup
    by: str
    noted_at: dt.datetime
    href: str
    """Its page, with what the note said before it was corrected."""
    corrected: bool


def meeting_rows(
    meetings: Sequence[MeetingLine], names: Mapping[int, str], href: str
) -> tuple[MeetingRow, ...]:
    """The meetings with the names of those who were there; KEY in the address is the meeting's."""
    return tuple(
        MeetingRow(
            at=each.held_at,
            held=each.held,
            minutes=each.minutes,
            present=", ".join(names.get(place, "a former member") for place in each.present),
            absent=", ".join(
                name for place, name in names.items() if each.held and place not in each.present
            ),
            agenda=each.agenda,
            decisions=stored(each.decisions_html),
            by=each.by,
            noted_at=each.noted_at,
            href=href.replace("KEY", each.public_id),
            corrected=each.corrections > 0,
        )
        for each in meetings
    )
