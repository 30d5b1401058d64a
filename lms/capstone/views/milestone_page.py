"""A milestone's page for those who work on it: what is asked, the draft, what was handed in and what came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import url_for
from markupsafe import Markup

from lms.assessment import queries as assessment
from lms.capstone import queries
from lms.capstone.actions import Saved
from lms.capstone.queries import DraftView, MilestoneVisit
from lms.capstone.rules import CapstoneRefusal, SubmissionState, drafts
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.drafts import Draft
from lms.capstone.views.frame import (
    RubricPart,
    Status,
    VersionRow,
    fields,
    file_icon,
    href,
    level_titles,
    parts,
    status,
    version_row,
)
from lms.core import clock
from lms.core.scanning import ScanState
from lms.coursework import queries as coursework
from lms.coursework.rules import late
from lms.coursework.rules.forms import Field
from lms.coursework.rules.late import LateLine
from lms.curriculum import queries as curriculum
from lms.fairness.views.peer_pages import PeerNote, note
from lms.scheduling.queries import ItemLine
from lms.web.filters import cut1, when
from lms.web.guards import current_actor
from lms.web.html import stored
from lms.web.shapes import FileItem
from lms.web.uploads import ArrivingFile, found_by_scanner, limits_in_words, pieces_from, still_arriving


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of the draft: what it is, and what the scanner says of it."""

    item: FileItem
    label: str
    public_id: str
    scan: ScanState | None
    """None where nothing is checked, or where it is clean."""


@dataclass(frozen=True)
class MilestonePage:
    """All that the page shows."""

    slug: str
    key: str
    code: str
    title: str
    summary: str
    minutes: int
    staff: bool
    project: str
    owner: str
    guide: str
    opens: dt.datetime | None
    due: dt.datetime | None
    own_date: bool
    status: Status
    deliverable: str
    brief: Markup
    duty: Markup
    feedback_days: int
    gate: bool
    parts: tuple[RubricPart, ...]
    level_titles: tuple[str, ...]
    closed: str
    """Why nothing can be handed in now; empty: it can."""
    writable: bool
    """The draft can be written, though perhaps not handed in yet."""
    fields: tuple[Field, ...]
    asks_text: bool
    slots: tuple[tuple[str, str], ...]
    file_limits: str
    file_accept: str
    most_bytes: int
    pieces_from: int
    """Files of more bytes are sent in pieces by the page's script."""
    unfinished: tuple[ArrivingFile, ...]
    """The viewer's uploads of which pieces are missing."""
    draft_files: tuple[DraftFile, ...]
    draft: DraftView
    alone: tuple[str, ...]
    """Members who have not answered their own field yet."""
    has_own: bool
    late_lines: tuple[LateLine, ...]
    late_days: int
    late_factor: Fraction
    grace_minutes: int
    versions: tuple[VersionRow, ...]
    latest: int
    next_number: int
    marks: tuple[tuple[str, str, str], ...]
    """Part, figure, address of the feedback."""
    conflict: Saved | None
    conflict_lines: tuple[tuple[str, str], ...]
    now: dt.datetime
    zone: str
    cohort_zone: str
    peers: PeerNote | None = None
    """What is to be said of peer review; None: there is none."""

    @property
    def over(self) -> bool:
        """Whether its deadline has passed."""
        return self.due is not None and self.now >= late.end_of(self.due)


def present(
    visit: MilestoneVisit,
    problems: dict[str, str],
    sent: dict[str, list[str]] | None,
    conflict: Saved | None,
) -> MilestonePage:
    """Make the page: what a milestone asks, and the project's own work."""
    now, actor, cohort, line, project = clock.now(), current_actor(), visit.cohort, visit.line, visit.project
    content = coursework.content(line.id)
    spec, head = content.spec, content.head
    item = queries.dates(cohort, visit.room.whose, [line.key]).get(line.key)
    found = queries.versions(project.id, texts_of=line.key) if project else {}
    draft = queries.draft(project, line.id)
    mine = found.get(line.key, [])
    standings = queries.standings(found)
    place_id = visit.place.place_id if visit.place else None
    given = draft.draft.seen_by(place_id) if sent is None else sent
    policies = curriculum.outline(cohort.version_id).policies
    due = _due(item, mine)
    rule = coursework.late_rule(cohort.version_id)
    days = late.days_late(due, now) if due else 0
    last = mine[-1].answer if mine else None
    return MilestonePage(
        slug=cohort.slug,
        key=line.key,
        code=line.code,
        title=line.title,
        summary=line.summary,
        minutes=line.minutes,
        staff=visit.place is None,
        project=project.public_id if project else "",
        owner=project.owner if project else "",
        guide=project.guide if project else "",
        opens=item.starts_at if item else None,
        due=due,
        own_date=bool(item and item.personal) or (item is not None and due != item.ends_at),
        status=status(
            line.key, standings.get(line.key), item, now=now, answered_at=last.at if last else None
        ),
        deliverable=head.get("deliverable", ""),
        brief=stored(content.html.get("body", "")),
        duty=stored(content.html.get("guide_duty", "")),
        feedback_days=spec.get("feedback_days", 5),
        gate=bool(spec.get("gate")),
        parts=parts(spec),
        level_titles=level_titles(cohort.version_id),
        closed=_closed(visit, item, standings, due, now),
        writable=_writable(visit, standings.get(line.key), due, now),
        fields=fields(spec, given, problems),
        asks_text=drafts.asks_text(spec),
        slots=tuple(drafts.slots(spec)),
        file_limits=limits_in_words(head) if drafts.slots(spec) else "",
        file_accept=",".join(f".{each}" for each in head.get("file_types", ())),
        most_bytes=head.get("max_mb", 25) * 1024 * 1024,
        pieces_from=pieces_from(),
        unfinished=_unfinished(visit) if drafts.slots(spec) else (),
        draft_files=_draft_files(draft.draft, project.public_id if project else "", dict(drafts.slots(spec))),
        draft=draft,
        alone=_missing_own(visit, draft.draft, spec),
        has_own=bool(rules.own_fields(spec)),
        late_lines=late.table(due, rule) if due and spec.get("parts") else (),
        late_days=days,
        late_factor=rule.factor(days),
        grace_minutes=policies.late.upload_grace_minutes,
        versions=tuple(
            version_row(
                each,
                project.public_id if project else "",
                queries.shown_answers(spec, each, conflicts=True, place_id=place_id),
                now=now,
            )
            for each in reversed(mine)
        ),
        latest=mine[-1].number if mine else 0,
        next_number=len(mine) + 1,
        marks=_marks(visit, spec),
        conflict=conflict,
        conflict_lines=_conflicting(spec, conflict),
        now=now,
        zone=actor.zone,
        cohort_zone=cohort.zone,
        peers=note(cohort, line, place_id, actor, now),
    )


def _due(item: ItemLine | None, mine: list[queries.Version]) -> dt.datetime | None:
    """The deadline that holds: a revision's own, where there is one."""
    if item is None or item.cancelled:
        return None
    answer = mine[-1].answer if mine and mine[-1].state is SubmissionState.REVISE else None
    return max(answer.revise_by, item.ends_at) if answer and answer.revise_by else item.ends_at


def _closed(
    visit: MilestoneVisit,
    item: ItemLine | None,
    standings: dict[str, rules.Standing],
    due: dt.datetime | None,
    now: dt.datetime,
) -> str:
    code, zone = visit.line.code, current_actor().zone
    if visit.project is None:
        return "Start your project first; then the form is here." if visit.place else ""
    if item is None or item.cancelled or due is None:
        return CapstoneRefusal.CANCELLED.value.format(code=code)
    refusal = rules.why_closed(visit.line.key, visit.project.state, standings, now=now)
    latest = standings.get(visit.line.key)
    if refusal is None and latest is None and now < item.starts_at:
        return CapstoneRefusal.NOT_OPEN.value.format(code=code, opens=when(item.starts_at, zone, now))
    if latest is not None and latest.state is SubmissionState.ACCEPTED:
        refusal = CapstoneRefusal.ACCEPTED
    refusal = refusal or rules.why_not_again(latest, now=now, until=late.end_of(due))
    return refusal.value.format(code=code) if refusal else ""


def _writable(
    visit: MilestoneVisit, latest: rules.Standing | None, due: dt.datetime | None, now: dt.datetime
) -> bool:
    if visit.project is None or not visit.project.running:
        return False
    return due is None or rules.why_not_again(latest, now=now, until=late.end_of(due)) is None


def _unfinished(visit: MilestoneVisit) -> tuple[ArrivingFile, ...]:
    slug, key = visit.cohort.slug, visit.line.key
    return still_arriving(
        queries.unfinished(visit),
        lambda upload: url_for(".discard_upload", slug=slug, key=key, upload=upload),
    )


def _draft_files(draft: Draft, project: str, labels: dict[str, str]) -> tuple[DraftFile, ...]:
    found = found_by_scanner([each["sha256"] for each in draft.files])
    return tuple(
        DraftFile(
            FileItem(
                each["name"],
                url_for(".project_file", public_id=project, file=each["public_id"]),
                each["size"],
                file_icon(each["name"]),
                each["sha256"][:12],
            ),
            labels.get(each["field"], ""),
            each["public_id"],
            found.get(each["sha256"]),
        )
        for each in draft.files
    )


def _missing_own(visit: MilestoneVisit, draft: Draft, spec: Any) -> tuple[str, ...]:
    names = rules.own_fields(spec)
    if not names or visit.project is None:
        return ()
    own = visit.place.place_id if visit.place else None
    return tuple(
        one.name
        for one in queries.members(visit.project)
        if one.place_id != own and any(not draft.own.get(name, {}).get(str(one.place_id)) for name in names)
    )


def _marks(visit: MilestoneVisit, spec: Any) -> tuple[tuple[str, str, str], ...]:
    """Released marks of the viewer's own: the one gate decides what is in them."""
    if visit.place is None or not spec.get("parts"):
        return ()
    released = assessment.released_marks(visit.place.place_id)
    return tuple(
        (
            part["title"],
            cut1(mark.value),
            href("assessment.mark", slug=visit.cohort.slug, public_id=mark.public_id),
        )
        for part in spec["parts"]
        if (mark := released.get((visit.line.id, part["id"])))
    )


def _conflicting(spec: Any, conflict: Saved | None) -> tuple[tuple[str, str], ...]:
    """What the draft holds now, where somebody else changed it."""
    if conflict is None or conflict.conflict is None:
        return ()
    theirs = conflict.conflict
    found = [
        (each["label"], "; ".join(theirs.answers[each["id"]]))
        for each in spec.get("fields", ())
        if each["id"] in theirs.answers and each["kind"] != "tick"
    ]
    return (*found, ("The text", theirs.text)) if theirs.text else tuple(found)
