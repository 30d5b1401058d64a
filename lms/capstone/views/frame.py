"""What the capstone's pages share: words for states, rails, fields, versions, stories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, current_app, url_for
from markupsafe import Markup

from lms.capstone.queries import Version
from lms.capstone.rules import CapstoneRefusal, ProjectState, SubmissionState
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.milestones import Standing
from lms.coursework.rules import forms
from lms.coursework.rules.forms import Field
from lms.coursework.rules.late import end_of
from lms.coursework.rules.work import short_digest
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.scheduling.queries import ItemLine
from lms.web.filters import plural
from lms.web.html import stored
from lms.web.shapes import FileItem, Milestone, Tone

bp = Blueprint("capstone", __name__)

PREFIX = "f-"
"""Before the names of the author's fields, so that none meets a name of ours."""


def href(endpoint: str, **values: Any) -> str:
    """The address of a page of another domain, or nothing where there is no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


# Where a milestone stands -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Status:
    """A milestone's state in words."""

    word: str
    tone: Tone
    note: str = ""
    at: dt.datetime | None = None
    """The instant that the note is about: the deadline, the promise, the day of the answer."""
    stop: Literal["done", "now", "revise", "ahead"] = "ahead"


def status(
    key: str,
    standing: Standing | None,
    item: ItemLine | None,
    *,
    now: dt.datetime,
    answered_at: dt.datetime | None,
) -> Status:
    """Say where a milestone stands for a project."""
    due = item.ends_at if item else None
    if standing is not None:
        return _handed_in(key, standing, now, answered_at)
    if item is None or item.cancelled:
        return Status("no date", "")
    if now < item.starts_at:
        return Status("ahead", "", "opens", item.starts_at)
    if now >= end_of(item.ends_at):
        return Status("not handed in", "bad", "was due", due, "now")
    return Status("open", "info", "due", due, "now")


def _handed_in(key: str, standing: Standing, now: dt.datetime, answered_at: dt.datetime | None) -> Status:
    if standing.state is SubmissionState.ACCEPTED:
        return Status("accepted", "good", "", answered_at, "done")
    if standing.state is SubmissionState.REVISE:
        late = standing.revise_by is not None and now > standing.revise_by
        return Status("to be revised", "bad" if late else "warn", "by", standing.revise_by, "revise")
    overdue = standing.answer_by is not None and now > standing.answer_by
    stop: Literal["done", "now"] = "done" if key in rules.NEVER_BACK else "now"
    word = "answer overdue" if overdue else "waits for an answer"
    return Status(word, "warn" if overdue else "info", "promised by", standing.answer_by, stop)


def statuses(
    milestones: Sequence[ActivityLine],
    standings: Mapping[str, Standing],
    dates: Mapping[str, ItemLine],
    answered: Mapping[str, dt.datetime],
    state: ProjectState,
    now: dt.datetime,
) -> dict[str, Status]:
    """Where every milestone of a project stands, by key; the order of milestones included."""
    found = {}
    for line in milestones:
        key, item = line.key, dates.get(line.key)
        known = status(key, standings.get(key), item, now=now, answered_at=answered.get(key))
        if key not in standings:
            known = _in_order(known, item, rules.why_closed(key, state, standings, now=now))
        found[key] = known
    return found


def _in_order(known: Status, item: ItemLine | None, closed: CapstoneRefusal | None) -> Status:
    """What the order of milestones makes of one that nothing was handed in for."""
    if closed is CapstoneRefusal.PROPOSAL_OVER:
        return Status("not needed", "", stop="done")
    if closed is CapstoneRefusal.ENDED:
        return Status("not handed in", "")
    if closed is not None and known.word == "open":
        return Status("later", "", "due", item.ends_at if item else None)
    return known


def rail(
    milestones: Sequence[ActivityLine],
    found: Mapping[str, Status],
    dates: Mapping[str, ItemLine],
    links: Mapping[str, str],
) -> tuple[Milestone, ...]:
    """The milestones as stops of a rail; the first that is not done is where the project is."""
    stops, here = [], False
    for line in milestones:
        stop = found[line.key].stop
        if stop == "now" and here:
            stop = "ahead"
        here = here or stop in ("now", "revise")
        item = dates.get(line.key)
        stops.append(
            Milestone(line.code, line.title, stop, links.get(line.key, ""), item.ends_at if item else None)
        )
    return tuple(stops)


def answered(found: Mapping[str, list[Version]]) -> dict[str, dt.datetime]:
    """When the latest version of each milestone was answered."""
    latest = {key: each[-1].answer for key, each in found.items()}
    return {key: answer.at for key, answer in latest.items() if answer is not None}


# Fields -------------------------------------------------------------------------------------------------------------


def fields(
    spec: Mapping[str, Any], given: Mapping[str, Sequence[str]], problems: Mapping[str, str]
) -> tuple[Field, ...]:
    """The fields of a milestone's form, without files."""
    asked = [each for each in spec.get("fields", ()) if each["kind"] != "file"]
    return forms.asked(asked, given, problems, prefix=PREFIX)


# Brief and rubric ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RubricPart:
    """A marked part of a milestone with its rubric."""

    title: str
    points: str
    alone: bool
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Title, weight, words of the four levels."""


def parts(spec: Mapping[str, Any]) -> tuple[RubricPart, ...]:
    """The marked parts of a milestone, as they are shown before anything is handed in."""
    return tuple(
        RubricPart(
            part["title"],
            f"{part['points']:g}",
            part["by"] == "individual",
            tuple(
                (row["title"], f"{row['weight']:g} %", tuple(row["levels"]))
                for row in part["rubric"]["criteria"]
            ),
        )
        for part in spec.get("parts", ())
    )


def level_titles(version_id: int) -> tuple[str, ...]:
    """What the four levels of every rubric are called."""
    levels = curriculum.outline(version_id).policies.levels
    return tuple(f"{band.level} {band.title} ({band.low:g} to {band.high:g})" for band in levels)


# Versions -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer with its words."""

    word: str
    tone: Tone
    html: Markup
    by: str
    at: dt.datetime
    revise_by: dt.datetime | None
    taken_back: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with what was said about it."""

    number: int
    public_id: str
    state: str
    tone: Tone
    by: str
    at: dt.datetime
    due_at: dt.datetime
    late: str
    answer_by: dt.datetime
    waits: bool
    overdue: bool
    receipt: str
    members: str
    files: tuple[FileItem, ...]
    html: Markup
    answers: tuple[tuple[str, str], ...]
    given: tuple[AnswerRow, ...]


_STATES: dict[SubmissionState, tuple[str, Tone]] = {
    SubmissionState.SUBMITTED: ("waits for an answer", "info"),
    SubmissionState.ACCEPTED: ("accepted", "good"),
    SubmissionState.REVISE: ("to be revised", "warn"),
    SubmissionState.REPLACED: ("replaced", ""),
}


def version_row(
    version: Version, project: str, shown: Sequence[tuple[str, str]], *, now: dt.datetime
) -> VersionRow:
    """A version as pages show it."""
    word, tone = _STATES[version.state]
    waits = version.state is SubmissionState.SUBMITTED
    return VersionRow(
        number=version.number,
        public_id=version.public_id,
        state=word,
        tone=tone,
        by=version.by,
        at=version.submitted_at,
        due_at=version.due_at,
        late=f"{plural(version.late_days, 'day')} late" if version.late_days else "",
        answer_by=version.answer_by,
        waits=waits,
        overdue=waits and now > version.answer_by,
        receipt=short_digest(version.digest),
        members=", ".join(member["name"] for member in version.members),
        files=files_of(version, project),
        html=stored(version.html),
        answers=tuple(shown),
        given=tuple(
            AnswerRow(
                *_STATES[each.verdict],
                html=stored(each.html),
                by=each.by,
                at=each.at,
                revise_by=each.revise_by,
                taken_back=each.taken_back,
            )
            for each in reversed(version.answers)
        ),
    )


def files_of(version: Version, project: str) -> tuple[FileItem, ...]:
    """The files of a version."""
    return tuple(
        FileItem(
            each.name,
            url_for("capstone.project_file", public_id=project, file=each.public_id),
            each.size,
            file_icon(each.name),
            each.sha256[:12],
        )
        for each in version.files
    )


def file_icon(name: str) -> str:
    """An icon for a file, by its ending."""
    ending = name.rpartition(".")[2].lower()
    return {"xlsx": "file-spreadsheet", "csv": "file-spreadsheet", "png": "image", "jpg": "image"}.get(
        ending, "file-text"
    )
