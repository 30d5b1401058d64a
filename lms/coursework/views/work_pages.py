"""How work to hand in is composed for its pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for
from markupsafe import Markup

from lms.assessment import queries as assessment
from lms.assessment.queries import SeenClassFeedback
from lms.assessment.rules import TaskState, names_in
from lms.core import uploads
from lms.core.markdown import words
from lms.core.scanning import ScanState
from lms.coursework import policy, queries
from lms.coursework.actions import Saved
from lms.coursework.queries import Member, Owner, RubricRow, VersionLine, Visit, WorkView
from lms.coursework.queries.work import NOTHING_YET
from lms.coursework.rules import late, work
from lms.coursework.rules.late import LateLine
from lms.coursework.views.frame import Frame
from lms.curriculum import queries as curriculum
from lms.fairness.views.peer_pages import PeerNote, note
from lms.scheduling import queries as scheduling
from lms.web.filters import cut1, grouped
from lms.web.guards import current_actor
from lms.web.html import stored
from lms.web.shapes import FileItem
from lms.web.uploads import ArrivingFile, found_by_scanner, limits_in_words, pieces_from, still_arriving


@dataclass(frozen=True, slots=True)
class OwnTime:
    """The learner's own extensions without a reason."""

    left: int
    of: int
    hours: int
    until: dt.datetime
    """What the deadline would be."""
    taken_here: bool
    can_return: bool
    can_take: bool


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of the draft, with what the scanner says of it."""

    name: str
    href: str
    size: int
    public_id: str
    scan: ScanState | None
    """None where nothing is checked, or where it is clean."""


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """Everything a learner needs in order to do the work and hand it in."""

    frame: Frame
    to_class: SeenClassFeedback | None
    """What was said to everybody who handed this in."""
    brief: Markup
    deliverable: str
    accepts: tuple[str, ...]
    declares_tools: bool
    """It is asked what generative tools were used for."""
    word_limit: int | None
    words: str
    file_limits: str
    file_accept: str
    most_bytes: int
    pieces_from: int
    """Files of more bytes are sent in pieces by the page's script."""
    unfinished: tuple[ArrivingFile, ...]
    """The viewer's uploads of which pieces are missing."""
    rubric: tuple[RubricRow, ...]
    level_titles: tuple[str, ...]
    weight: str
    blind: bool
    """It is marked under candidate numbers."""
    own_name: str
    """The learner's name as it stands in the draft of such work, or in a file's name; empty: it does not."""
    team_work: bool
    no_team: bool
    team: str
    members: tuple[Member, ...]
    coordinator: str
    work: WorkView
    draft_files: tuple[DraftFile, ...]
    others_writing: str
    """Somebody else of the team who saved this draft a moment ago."""
    late_lines: tuple[LateLine, ...]
    grace_minutes: int
    late_days: int
    """Days late of work handed in now."""
    late_factor: Fraction
    closed: bool
    """Marking has begun: no further version."""
    can_hand_in: bool
    can_choose: bool
    mark: str
    own_time: OwnTime | None
    conflict: Saved | None
    versions: tuple[VersionRow, ...]
    may_compare: bool
    """The viewer reads the work of this cohort."""
    peers: PeerNote | None
    """What is to be said of peer review; None: there is none."""

    @property
    def next_number(self) -> int:
        """The number of the version that would be handed in."""
        return len(self.versions) + 1


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as the list shows it."""

    version: VersionLine
    href: str
    counted: bool
    timeliness: str
    tone: str


def assignment(visit: Visit, frame: Frame, conflict: Saved | None) -> AssignmentPage:
    """Compose the page of work to hand in."""
    content = queries.content(visit.line.id)
    owner = queries.owner_of(visit)
    mine = queries.work(owner) if owner else NOTHING_YET
    rule = queries.late_rule(visit.cohort.version_id)
    late_days = late.days_late(frame.due, frame.now) if frame.due else 0
    closed = _closed(mine, frame)
    no_team = visit.place is not None and owner is None
    team = (
        next((name for _kind, team, name in visit.place.teams if team == visit.team_id), "")
        if visit.place
        else ""
    )
    marks = (
        assessment.released_marks(visit.place.place_id, visit.line.id)
        if visit.place and content.graded
        else {}
    )
    mark = marks.get((visit.line.id, ""))
    place_id = visit.place.place_id if visit.place else None
    return AssignmentPage(
        frame=frame,
        brief=stored(content.html.get("body", "")) if frame.shown else stored(""),
        deliverable=content.head.get("deliverable", ""),
        accepts=content.accepts,
        declares_tools=content.declares_tools,
        word_limit=content.head.get("words"),
        words=words_words(words(mine.draft.text), visit),
        file_limits=limits_in_words(content.head),
        pieces_from=pieces_from(),
        unfinished=_unfinished(visit, owner) if owner and "files" in content.accepts else (),
        others_writing=_others_writing(mine, visit, frame),
        file_accept=",".join(f".{kind}" for kind in content.head.get("file_types", ())),
        most_bytes=content.head.get("max_mb", 25) * 1024 * 1024,
        rubric=queries.rubric(visit.line.id),
        level_titles=tuple(
            f"{band.level} {band.title}, {band.low:g} to {band.high:g}"
            for band in visit.outline.policies.levels
        ),
        weight=_weight(visit),
        blind=visit.line.anonymous and content.graded,
        own_name=_own_name(visit, mine) if visit.line.anonymous and content.graded else "",
        team_work=visit.team_work,
        no_team=no_team,
        team=team,
        members=tuple(queries.members(visit.team_id)) if visit.team_work and visit.team_id else (),
        coordinator=queries.coordinator_name(visit.cohort) if no_team or closed else "",
        work=mine,
        draft_files=_draft_files(mine),
        late_lines=late.table(frame.due, rule) if frame.due else (),
        grace_minutes=int(rule.grace.total_seconds() // 60),
        late_days=late_days,
        late_factor=rule.factor(late_days),
        closed=closed,
        can_hand_in=owner is not None and frame.shown and not frame.cancelled and not closed,
        can_choose=len(mine.versions) > 1 and not frame.over and not closed,
        mark=cut1(mark.value) if mark else "",
        to_class=assessment.seen_class_feedback(visit.place.place_id, visit.line.id)
        if mark and visit.place
        else None,
        own_time=_own_time(visit, frame),
        conflict=conflict,
        versions=_rows(visit, frame, mine),
        may_compare=policy.can_read_work(current_actor(), visit),
        peers=note(visit.cohort, visit.line, place_id, current_actor(), frame.now),
    )


def _draft_files(mine: WorkView) -> tuple[DraftFile, ...]:
    found = found_by_scanner([each["sha256"] for each in mine.draft.files])
    return tuple(
        DraftFile(
            name=each["name"],
            href=url_for(".submission_file", submission=mine.public_id, file=each["public_id"]),
            size=each["size"],
            public_id=each["public_id"],
            scan=found.get(each["sha256"]),
        )
        for each in mine.draft.files
    )


WRITING = dt.timedelta(minutes=3)
"""So long after somebody's page saved itself they are taken to be at it."""


def _others_writing(mine: WorkView, visit: Visit, frame: Frame) -> str:
    if not visit.team_work or visit.place is None or mine.draft_saved_at is None:
        return ""
    own = mine.draft_saved_by_id == visit.place.person_id
    return "" if own or mine.draft_saved_at < frame.now - WRITING else mine.draft_saved_by


def _unfinished(visit: Visit, owner: Owner) -> tuple[ArrivingFile, ...]:
    if visit.place is None:
        return ()
    slug, key = visit.cohort.slug, visit.line.key
    return still_arriving(
        uploads.unfinished(visit.place.person_id, queries.upload_place(owner)),
        lambda upload: url_for(".discard_upload", slug=slug, key=key, upload=upload),
    )


def _own_name(visit: Visit, mine: WorkView) -> str:
    if visit.place is None:
        return ""
    texts = [mine.draft.text, mine.draft.ai_text, *(file["name"] for file in mine.draft.files)]
    return " ".join(names_in(current_actor().name, texts))


def _closed(mine: WorkView, frame: Frame) -> bool:
    if not mine.versions or frame.due is None:
        return False
    states = queries.marking_states([version.id for version in mine.versions])
    return work.marking_closes(
        drafted=TaskState.DRAFT in states,
        finalised=bool(states & {TaskState.FINALISED, TaskState.RELEASED}),
        now=frame.now,
        due=frame.due,
    )


def words_words(count: int, visit: Visit) -> str:
    """ "412 words of at most 1,500"."""
    limit = queries.content(visit.line.id).head.get("words")
    said = f"{grouped(count)} {'word' if count == 1 else 'words'}"
    if not limit:
        return said
    over = f", {grouped(count - limit)} too many" if count > limit else ""
    return f"{said} of at most {grouped(limit)}{over}"


def _weight(visit: Visit) -> str:
    """What the mark counts for, in words."""
    line = visit.line
    if not line.group_key:
        return "It counts towards no mark: you get comments."
    course = visit.outline.course(line.course_id)
    group = next((each for each in course.groups if each["id"] == line.group_key), None)
    if group is None:
        return ""
    return f"It counts in “{group['title']}”, {group['percent']:g} % of the course {course.title}."


def _own_time(visit: Visit, frame: Frame) -> OwnTime | None:
    if visit.place is None or visit.team_work or frame.due is None or frame.cancelled:
        return None
    policy = curriculum.outline(visit.cohort.version_id).policies.late
    taken = [one for one in queries.own_extensions(visit.place.place_id) if one.token]
    here = next((one for one in taken if one.activity_id == visit.line.id), None)
    original = frame.due - dt.timedelta(hours=policy.token_hours) if here else frame.due
    refusal = work.why_not_token(
        now=frame.now,
        due=frame.due,
        used=len(taken),
        tokens=policy.tokens,
        used_here=here is not None,
        team=False,
    )
    return OwnTime(
        left=max(0, policy.tokens - len(taken)),
        of=policy.tokens,
        hours=policy.token_hours,
        until=frame.due + dt.timedelta(hours=policy.token_hours),
        taken_here=here is not None,
        can_return=here is not None and here.until == frame.due and frame.now < late.end_of(original),
        can_take=refusal is None and not frame.ahead,
    )


TONES = {late.Timeliness.ON_TIME: "good", late.Timeliness.EXTENDED: "good", late.Timeliness.LATE: "warn"}


def _rows(visit: Visit, frame: Frame, mine: WorkView) -> tuple[VersionRow, ...]:
    usual = None
    if frame.extended and mine.versions:
        usual = scheduling.item(visit.cohort.id, visit.line.key)
    rows = []
    for version in mine.versions:
        end = late.end_of(version.due_at)
        how = late.timeliness(version.late_days, end, _usual_end(version, usual.ends_at if usual else None))
        rows.append(
            VersionRow(
                version=version,
                href=url_for(
                    ".receipt", slug=visit.cohort.slug, key=visit.line.key, version=version.public_id
                ),
                counted=version.number == mine.counted_number,
                timeliness=_how(how, version.late_days),
                tone=TONES[how],
            )
        )
    return tuple(rows)


def _usual_end(version: VersionLine, usual: dt.datetime | None) -> dt.datetime:
    """Whether the extension was needed at all: it is said only where it made the difference."""
    if usual is None or version.began_at < late.end_of(usual):
        return late.end_of(version.due_at)
    return late.end_of(usual)


def _how(how: late.Timeliness, days: int) -> str:
    if how is late.Timeliness.LATE:
        return f"{days} {'day' if days == 1 else 'days'} late"
    return how.value


# The receipt ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A version that was handed in, with its receipt."""

    frame: Frame
    row: VersionRow
    html: Markup
    files: tuple[FileItem, ...]
    digest: str
    members: tuple[str, ...]
    deduction: Fraction
    counted_number: int | None
    can_add: bool


def receipt(visit: Visit, frame: Frame, owner: Owner, version: str) -> ReceiptPage | None:
    """Compose the receipt of a version; None when there is no such version."""
    mine = queries.work(owner)
    rows = _rows(visit, frame, mine)
    row = next((each for each in rows if each.version.public_id == version), None)
    if row is None:
        return None
    rule = queries.late_rule(visit.cohort.version_id)
    return ReceiptPage(
        frame=frame,
        row=row,
        html=stored(queries.version_text(row.version.id).html),
        files=tuple(
            FileItem(
                name=file.name,
                href=url_for(".submission_file", submission=mine.public_id, file=file.public_id),
                size=file.size,
                digest=file.sha256[:12],
            )
            for file in row.version.files
        ),
        digest=work.short_digest(row.version.digest),
        members=tuple(member["name"] for member in row.version.members),
        deduction=1 - rule.factor(row.version.late_days),
        counted_number=mine.counted_number,
        can_add=not _closed(mine, frame),
    )
