"""Drafts, files of projects, and a milestone as the marking desk shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment import ports
from lms.assessment.models import MarkingTask
from lms.assessment.policy import MARKING
from lms.assessment.rules import named_as
from lms.capstone import policy
from lms.capstone.models import MilestoneDraft, MilestoneFile, MilestoneSubmission, Project
from lms.capstone.queries.projects import ProjectLine, project_visible_to
from lms.capstone.queries.rooms import Version, versions_of
from lms.capstone.queries.waiting import MILESTONE
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.drafts import Draft, told
from lms.capstone.rules.states import SubmissionState
from lms.core import clock, files, markdown
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.coursework import queries as coursework
from lms.curriculum.models import Activity
from lms.enrolment.models import Team
from lms.people.models import Person
from lms.people.rules import Actor

SOURCE = MILESTONE
"""What marking calls work of ours."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """A milestone's draft with who saved it last."""

    draft: Draft
    version: int = 0
    saved_at: dt.datetime | None = None
    saved_by: str = ""


def read_draft(text: str, answers: Mapping[str, Any], files: list[Any]) -> Draft:
    """The draft of a row."""
    return Draft(text, answers.get("shared", {}), answers.get("own", {}), tuple(files))


def draft(project: ProjectLine | None, activity_id: int) -> DraftView:
    """What a project is writing for a milestone; an empty one before anybody wrote. One statement."""
    if project is None:
        return DraftView(Draft())
    row = db.session.execute(
        sa.select(
            MilestoneDraft.text,
            MilestoneDraft.answers,
            MilestoneDraft.file_ids,
            MilestoneDraft.version,
            MilestoneDraft.saved_at,
            Person.name,
        )
        .join(Person, Person.id == MilestoneDraft.saved_by_id)
        .where(MilestoneDraft.project_id == project.id, MilestoneDraft.activity_id == activity_id)
    ).one_or_none()
    if row is None:
        return DraftView(Draft())
    return DraftView(read_draft(row.text, row.answers, row.file_ids), row.version, row.saved_at, row.name)


# Files --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a project, and whether the viewer may take it."""

    cohort_id: int
    name: str
    content_type: str
    size: int
    sha256: str
    sees: bool
    masked: bool = False
    """The viewer may not know whose it is: its name is that of their right to it."""


def file_visible_to(actor: Actor, public_id: str, file: str) -> FileView:
    """A file of a project for its members, and once it was handed in for its readers and markers; else NotFound."""
    stored = files.by_public_id(file)
    project = db.session.execute(
        sa.select(Project.id, Project.cohort_id).where(Project.public_id == public_id)
    ).one_or_none()
    if stored is None or project is None:
        raise NotFound
    places = {
        row.submission_id: row.position
        for row in db.session.execute(
            sa.select(MilestoneFile.submission_id, MilestoneFile.position)
            .join(MilestoneSubmission, MilestoneFile.submission_id == MilestoneSubmission.id)
            .where(MilestoneSubmission.project_id == project.id, MilestoneFile.file_id == stored.id)
        )
    }
    handed_in = list(places)
    drafted = not handed_in and _drafted(project.id, stored.id)
    if not handed_in and not drafted:
        raise NotFound
    right = ports.right_to(actor, SOURCE, [rules.source_id(number) for number in places], clock.now())
    if right is not None:
        return _by_right(right, project.cohort_id, next(iter(places.values())) + 1, stored)
    if not _reads(actor, public_id, project.cohort_id, handed_in):
        raise NotFound
    return FileView(project.cohort_id, stored.name, stored.content_type, stored.size, stored.sha256, True)


def _by_right(right: ports.Right, cohort_id: int, position: int, stored: StoredFile) -> FileView:
    """A file of the team's part for whoever has a right of their own to the work."""
    name = named_as(right.label, position, stored.name) if right.label else stored.name
    masked = bool(right.label)
    return FileView(cohort_id, name, stored.content_type, stored.size, stored.sha256, True, masked=masked)


def _drafted(project_id: int, file_id: int) -> bool:
    rows = db.session.scalars(
        sa.select(MilestoneDraft.file_ids).where(MilestoneDraft.project_id == project_id)
    )
    return any(each["id"] == file_id for files in rows for each in files)


def _reads(actor: Actor, public_id: str, cohort_id: int, handed_in: list[int]) -> bool:
    try:
        view = project_visible_to(actor, public_id)
    except NotFound:
        return actor.has_any(MARKING, cohort_id) and bool(handed_in) and _marks(actor.person_id, handed_in)
    return view.member or (bool(handed_in) and policy.can_see_project(actor, view))


def _marks(person_id: int, submission_ids: list[int]) -> bool:
    most = rules.MEMBERS_MOST
    mine = [
        MarkingTask.source_id.between(number * most, number * most + most - 1) for number in submission_ids
    ]
    statement = sa.select(MarkingTask.id).where(
        MarkingTask.source == SOURCE, MarkingTask.marker_id == person_id, sa.or_(*mine)
    )
    return db.session.scalar(statement.limit(1)) is not None


# For the marking desk -----------------------------------------------------------------------------------------------


def works_for_markers(source_ids: Collection[int]) -> dict[int, ports.WorkView]:
    """Milestones, or members' own parts of them, as the marking desk shows them. Two statements for each milestone."""
    wanted = {number: rules.of_source(number) for number in source_ids}
    rows = {
        row.id: row
        for row in db.session.execute(
            sa.select(
                MilestoneSubmission.id,
                MilestoneSubmission.project_id,
                MilestoneSubmission.activity_key,
                Activity.id.label("activity_id"),
                Activity.title,
                Project.public_id,
                Team.name.label("team"),
            )
            .join(Project, Project.id == MilestoneSubmission.project_id)
            .join(Activity, Activity.id == MilestoneSubmission.activity_id)
            .outerjoin(Team, Team.id == Project.team_id)
            .where(MilestoneSubmission.id.in_({submission for submission, _position in wanted.values()}))
        )
    }
    known: dict[str, dict[int, dict[str, list[Version]]]] = {}
    for key in sorted({row.activity_key for row in rows.values()}):
        projects = {row.project_id for row in rows.values() if row.activity_key == key}
        known[key] = versions_of(projects, key, texts_of=key)
    found: dict[int, ports.WorkView] = {}
    for number, (submission, position) in wanted.items():
        if (row := rows.get(submission)) is not None:
            mine = known[row.activity_key][row.project_id][row.activity_key]
            view = _for_marker(row, mine, position)
            if view is not None:
                found[number] = view
    return found


def _for_marker(row: Any, mine: list[Version], position: int) -> ports.WorkView | None:
    version = next(one for one in mine if one.id == row.id)
    spec = coursework.content(row.activity_id).spec
    around = tuple(
        ports.WorkVersion(one.number, one.submitted_at, one.late_days, counted=one.id == row.id)
        for one in mine
        if one.state is not SubmissionState.REPLACED or one.id == row.id
    )
    if position:
        return _own_part(spec, version, position, around, row.title)
    return ports.WorkView(
        html=version.html,
        files=tuple(
            ports.WorkFile(
                name=each.name,
                size=each.size,
                endpoint="capstone.project_file",
                values={"public_id": row.public_id, "file": each.public_id},
                digest=each.sha256[:12],
                blob=each.sha256,
            )
            for each in version.files
        ),
        words=markdown.words(nothing_but_words(version.html)),
        versions=around,
        members=tuple(member["name"] for member in version.members) if row.team else (),
        fields=tuple(shown_answers(spec, version, conflicts=False)),
        title=row.title,
    )


def _own_part(
    spec: Mapping[str, Any],
    version: Version,
    position: int,
    around: tuple[ports.WorkVersion, ...],
    title: str,
) -> ports.WorkView | None:
    if not 0 < position <= len(version.members):
        return None
    member = version.members[position - 1]
    texts = [
        text
        for name in sorted(rules.own_fields(spec))
        if (text := version.form.get("own", {}).get(name, {}).get(str(member["place"])))
    ]
    whole = "\n\n".join(texts)
    return ports.WorkView(
        html=markdown.render(whole, heading_from=3),
        words=markdown.words(whole),
        versions=around,
        title=f"{title}: {member['name']}",
    )


def nothing_but_words(html: str) -> str:
    """A rendered text without its tags."""
    out, inside = [], False
    for letter in html:
        if letter == "<":
            inside = True
        elif letter == ">":
            inside = False
            out.append(" ")
        elif not inside:
            out.append(letter)
    return "".join(out)


def shown_answers(
    spec: Mapping[str, Any], version: Version, *, conflicts: bool, place_id: int | None = None
) -> list[tuple[str, str]]:
    """Label and answer of a version's form: files are listed as files, and own answers are shown to their author."""
    shared, own = version.form.get("shared", {}), version.form.get("own", {})
    found = []
    for each in spec.get("fields", ()):
        name = each["id"]
        if each["kind"] == "file" or (name in rules.CONFIDENTIAL_FIELDS and not conflicts):
            continue
        if name in own:
            mine = own[name].get(str(place_id)) if place_id is not None else None
            if mine:
                found.append((each["label"], mine))
        elif name in shared:
            found.append((each["label"], told(shared[name])))
    return found
