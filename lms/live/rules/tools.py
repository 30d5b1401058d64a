"""Which tool a list comes from, and what each of its rows says, still in the tool's own words.

Zoom's meeting report puts the meeting above the participants, its usage report repeats the meeting in every row. Teams
writes numbered sections, of which the third has every coming and going and the second only the first and the last.
Meet names people in two columns. Any other table is read by its headings, in any order.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lms.live.rules import sheets
from lms.live.rules.sheets import Line, Unreadable


class Tool(enum.StrEnum):
    """Where a list comes from."""

    ZOOM = "zoom"
    ZOOM_USAGE = "zoom usage"
    TEAMS = "teams"
    MEET = "meet"
    TABLE = "table"


TOOL_WORDS = {
    Tool.ZOOM: "Zoom, the participants of one meeting",
    Tool.ZOOM_USAGE: "Zoom, usage report",
    Tool.TEAMS: "Microsoft Teams, attendance report",
    Tool.MEET: "Google Meet, attendance report",
    Tool.TABLE: "A table of any kind",
}
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "name": (
        "Name",
        ("nameoriginalname", "name", "fullname", "participantname", "participant", "names", "displayname",
         "username", "firstname", "givenname", "attendee", "attendeename"),
    ),
    "surname": ("Family name", ("lastname", "surname", "familyname")),
    "email": (
        "E-mail address",
        ("useremail", "email", "emailaddress", "participantemail", "mail", "attendeeemail", "useremailaddress"),
    ),
    "upn": ("Sign-in name", ("participantidupn", "upn", "userprincipalname")),
    "external_id": ("External id", ("externalid", "learnerid", "studentid", "personid")),
    "joined": (
        "Joined",
        ("jointime", "join", "joined", "joinedat", "timejoined", "firstjoin", "firstjointime", "firstseen",
         "starttime", "start", "timein", "entered"),
    ),
    "left": (
        "Left",
        ("leavetime", "leave", "left", "leftat", "timeexited", "lastleave", "lastleavetime", "lastseen",
         "exittime", "endtime", "end", "timeout", "exited"),
    ),
    "minutes": (
        "Minutes",
        ("durationminutes", "totaldurationminutes", "inmeetingduration", "duration", "minutes", "timeincall",
         "attendanceduration", "totalduration", "min"),
    ),
    "guest": ("Guest", ("guest",)),
    "waiting": ("In the waiting room", ("inwaitingroom",)),
}  # fmt: skip
"""What a column can say: its words on the page, and the headings it is known by, letters only, best first."""
SHOWN = tuple(name for name in FIELDS if name not in ("upn", "waiting"))
"""The columns that somebody can choose."""
_MEETING = {
    "topic": "Topic", "meetingtitle": "Topic", "meetingid": "Meeting", "meetingcode": "Meeting", "starttime": "Began",
    "meetingstarttime": "Began", "endtime": "Ended", "meetingendtime": "Ended", "createdon": "Began",
    "endedon": "Ended",
}  # fmt: skip
_SECTION = re.compile(r"([1-9])\.\s")
_MARKED = re.compile(r"\s*\((?:guest|unverified|external|anonymous|outside[^)]*)\)\s*$", re.IGNORECASE)
_YES = frozenset({"yes", "true", "1", "y"})
FIRST_LINES = 80


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody said of how a list is to be read; what they left open is found out."""

    tool: Tool | None = None
    zone: str = ""
    columns: Mapping[str, int] = field(default_factory=dict)
    """Field → column, counted from 0; −1 leaves a field out."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One row of a list, in the tool's words."""

    number: int
    name: str
    original: str
    """The name behind the name, where the tool tells it."""
    email: str
    external_id: str
    joined: str
    left: str
    minutes: str
    guest: bool
    waiting: bool
    """The row tells of the waiting room, where nobody is present yet."""


@dataclass(frozen=True, slots=True)
class Log:
    """A list as it was read."""

    tool: Tool
    form: str
    """Encoding and delimiter in words."""
    head: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[Seen, ...]
    zone: str = ""
    """The zone that the list itself states; empty: none."""
    about: tuple[tuple[str, str], ...] = ()
    """What the list says of the meeting."""


def plain(heading: str) -> str:
    """A heading's letters."""
    return re.sub(r"[^a-z]", "", heading.lower())


def columns(head: Sequence[str]) -> dict[str, int]:
    """Which column says what. Where a meeting's columns stand before the participant's, the participant's are meant."""
    words = [
        plain(re.sub(r"\((?:utc|gmt)[^)]*\)|\([A-Za-z_]+/[A-Za-z_]+\)", "", cell, flags=re.IGNORECASE))
        for cell in head
    ]
    first = next((words.index(word) for word in FIELDS["name"][1] if word in words), 0)
    found: dict[str, int] = {}
    for name, (_label, known) in FIELDS.items():
        for start in (first, 0):
            at = next((words.index(word, start) for word in known if word in words[start:]), None)
            if at is not None and at not in found.values():
                found[name] = at
                break
    return found


def _useful(found: Mapping[str, int]) -> bool:
    return bool({"name", "email", "external_id", "upn"} & found.keys()) and bool(
        {"joined", "minutes"} & found.keys()
    )


def read(body: bytes, reading: Reading = Reading()) -> Log:
    """Read a file. Raises Unreadable when it is no list of people."""
    if len(body) > sheets.MOST_BYTES:
        raise Unreadable("It is larger than a list of one session can be. Is it the right file?")
    if sheets.is_workbook(body):
        lines, form = sheets.workbook(body), "Excel workbook"
    else:
        text, encoding = sheets.decoded(body)
        lines, delimiter = _split(text)
        form = f"{encoding}, separated by {sheets.DELIMITERS[delimiter]}"
    if not lines:
        raise Unreadable("It is empty.")
    at, end = _head(lines)
    head = lines[at].cells
    found = columns(head)
    chosen = {name: column for name, column in reading.columns.items() if name in FIELDS}
    found = {name: column for name, column in {**found, **chosen}.items() if 0 <= column < len(head)}
    tool = reading.tool or _tool(lines, at, found)
    rows = tuple(_seen(line, found, head) for line in lines[at + 1 : end])
    rows = tuple(row for row in rows if row.name or row.email or row.external_id)
    return Log(tool, form, head, found, rows, _zone(head), _about(lines[:at]))


def _split(text: str) -> tuple[tuple[Line, ...], str]:
    """The lines, by the delimiter that makes most headings known ones, then most cells."""
    best: tuple[tuple[int, int], tuple[Line, ...], str] | None = None
    trouble: Unreadable | None = None
    for delimiter in sheets.DELIMITERS:
        try:
            lines = sheets.split(text, delimiter)
        except Unreadable as why:
            trouble = why
            continue
        known = max((len(columns(line.cells)) for line in lines[:FIRST_LINES]), default=0)
        fit = (known, sum(len(line.cells) for line in lines[:FIRST_LINES]))
        if best is None or fit > best[0]:
            best = (fit, lines, delimiter)
    if best is None:
        raise trouble or Unreadable("It is empty.")
    return best[1], best[2]


def _head(lines: Sequence[Line]) -> tuple[int, int]:
    """Where the headings stand, and before which line the rows end.

    Zoom puts the headings of the meeting above those of the participants: the line that names most columns is taken.
    Where no heading is known, the widest line is taken for them: somebody then says which column is which.
    """
    sections = {
        found[1]: at for at, line in enumerate(lines) if (found := _SECTION.match(line.cells[0])) is not None
    }
    if "2" in sections:
        return _teams(lines, sections)
    named = {at: columns(line.cells) for at, line in enumerate(lines[:FIRST_LINES]) if at + 1 < len(lines)}
    useful = {at: each for at, each in named.items() if _useful(each)}
    if useful:
        return max(useful, key=lambda at: ("name" in useful[at], len(useful[at]), -at)), len(lines)
    widest = max(range(min(len(lines), FIRST_LINES)), key=lambda at: len([c for c in lines[at].cells if c]))
    if len(lines[widest].cells) < 2 or widest + 1 >= len(lines):
        raise Unreadable(
            "No line names its columns. It needs a name, an address or an id, and join and leave times or minutes."
        )
    return widest, len(lines)


def _teams(lines: Sequence[Line], sections: Mapping[str, int]) -> tuple[int, int]:
    """The section with every coming and going, where it has rows; else the one with first and last."""
    for number in ("3", "2"):
        start = sections.get(number)
        if start is None:
            continue
        end = min((at for at in sections.values() if at > start), default=len(lines))
        for at in range(start + 1, min(end, start + 4)):
            if _useful(columns(lines[at].cells)) and end > at + 1:
                return at, end
    raise Unreadable("The section of participants has no rows.")


def _tool(lines: Sequence[Line], at: int, found: Mapping[str, int]) -> Tool:
    words = [plain(cell) for cell in lines[at].cells]
    above = {plain(cell) for line in lines[:at] for cell in line.cells}
    if (
        any(_SECTION.match(line.cells[0]) for line in lines[: at + 1])
        or "meetingsummary" in above
        or "upn" in found
    ):
        return Tool.TEAMS
    if "nameoriginalname" in words or ("useremail" in words and "jointime" in words):
        return Tool.ZOOM_USAGE if {"meetingid", "topic", "hostname", "hostemail"} & set(words) else Tool.ZOOM
    if {"timeexited", "firstseen", "timeincall"} & set(words) or any("meetingcode" in cell for cell in above):
        return Tool.MEET
    return Tool.TABLE


def _zone(head: Sequence[str]) -> str:
    """The zone that a heading states: “Join time (UTC)”, “Joined (Asia/Kolkata)”."""
    for cell in head:
        for words in re.findall(r"\(([^)]+)\)", cell):
            if words.strip().upper() in ("UTC", "GMT"):
                return "UTC"
            if "/" in words:
                try:
                    return ZoneInfo(words.strip()).key
                except (ZoneInfoNotFoundError, ValueError, OSError):
                    continue
    return ""


def _about(lines: Sequence[Line]) -> tuple[tuple[str, str], ...]:
    """What stands above the participants: pairs in a line, or headings with values below."""
    found: dict[str, str] = {}
    for at, line in enumerate(lines):
        cells = [cell.lstrip("* ") for cell in line.cells]
        labels = [_MEETING.get(plain(cell), "") for cell in cells]
        if sum(bool(label) for label in labels) > 1 and at + 1 < len(lines):
            for label, value in zip(labels, lines[at + 1].cells, strict=False):
                if label and value:
                    found.setdefault(label, value)
        elif labels and labels[0] and len(cells) > 1 and cells[1]:
            found.setdefault(labels[0], cells[1])
        elif cells and (
            pair := re.match(r"(meeting code|created on|ended on):?\s+(.+)", cells[0], re.IGNORECASE)
        ):
            found.setdefault(_MEETING[plain(pair[1])], pair[2])
    return tuple((label, value[:120]) for label, value in found.items())


def _seen(line: Line, found: Mapping[str, int], head: Sequence[str]) -> Seen:
    def cell(name: str) -> str:
        return line.cell(found.get(name))

    name, original = cell("name"), ""
    if cell("surname") and "name" in found:
        name = f"{name} {cell('surname')}".strip()
    flagged = bool(_MARKED.search(name))
    name = _MARKED.sub("", name)
    behind = re.fullmatch(r"(.*\S)\s*\(([^()]{2,})\)", name)
    if behind and "name" in found and "original" in plain(head[found["name"]]):
        name, original = behind[1], behind[2]
    email = cell("email")
    if "@" not in email:
        email = cell("upn") if "@" in cell("upn") else ""
    return Seen(
        number=line.number,
        name=name[:200],
        original=original[:200],
        email=email.lower()[:254],
        external_id=cell("external_id")[:80],
        joined=cell("joined"),
        left=cell("left"),
        minutes=cell("minutes"),
        guest=flagged or cell("guest").lower() in _YES,
        waiting=cell("waiting").lower() in _YES,
    )
