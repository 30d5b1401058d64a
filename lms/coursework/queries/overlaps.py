"""Overlap between pieces of work, for those who read the work of a cohort; an earlier one has its own readers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import CandidateNumber, MarkingTask
from lms.assessment.policy import knows_authors
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.coursework.models import Submission, SubmissionVersion, WorkOverlap, WorkReading
from lms.coursework.policy import READING_WORK
from lms.coursework.queries.visits import Visit, assignment_visible_to
from lms.coursework.queries.work import SOURCE
from lms.enrolment.models import Team
from lms.people.rules import Actor

PAIRS_SHOWN = 100
"""Pairs of an activity that are listed: those with the largest share."""


@dataclass(frozen=True, slots=True)
class Side:
    """One piece of work of a pair."""

    version_id: int
    activity_id: int
    cohort_id: int
    cohort_name: str
    names: str
    """Whose it is; empty where the reader may not know."""
    statement: str
    """What its authors said of generative tools; empty where the reader may not know."""
    words: int
    shared: int

    @property
    def share(self) -> Fraction:
        """The part of its words that stand in the other one too."""
        return Fraction(self.shared, self.words) if self.words else Fraction(0)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces of work with passages in common: of this cohort, and of this or an earlier one."""

    public_id: str
    one: Side
    other: Side

    @property
    def larger(self) -> Fraction:
        """By which pairs are put in order."""
        return max(self.one.share, self.other.share)


_mine, _theirs = aliased(SubmissionVersion), aliased(SubmissionVersion)
_my_work, _their_work = aliased(Submission), aliased(Submission)
_my_team, _their_team = aliased(Team), aliased(Team)
_their_cohort = aliased(Cohort)


def _number(version: Any) -> Any:
    """The candidate number under which a version is marked, while nobody may put a name to its mark."""
    return (
        sa.select(sa.func.min(CandidateNumber.number))
        .join(MarkingTask, MarkingTask.candidate_id == CandidateNumber.id)
        .where(
            MarkingTask.source == SOURCE,
            MarkingTask.source_id == version.id,
            MarkingTask.released_at.is_(None),
            CandidateNumber.unmasked_at.is_(None),
        )
        .correlate(version)
        .scalar_subquery()
    )


_PAIRS = (
    sa.select(
        WorkOverlap.public_id,
        WorkOverlap.words,
        WorkOverlap.shared,
        WorkOverlap.other_words,
        WorkOverlap.other_shared,
        WorkOverlap.version_id,
        WorkOverlap.other_id,
        WorkOverlap.activity_id,
        WorkOverlap.cohort_id,
        _mine.members,
        _mine.ai_statement,
        _my_team.name.label("team"),
        _number(_mine).label("candidate"),
        _number(_theirs).label("other_candidate"),
        _theirs.members.label("other_members"),
        _theirs.ai_statement.label("other_statement"),
        _their_team.name.label("other_team"),
        _their_work.cohort_id.label("other_cohort"),
        _their_work.activity_id.label("other_activity"),
        _their_cohort.name.label("other_cohort_name"),
    )
    .join(_mine, _mine.id == WorkOverlap.version_id)
    .join(_my_work, _my_work.id == _mine.submission_id)
    .outerjoin(_my_team, _my_team.id == _my_work.team_id)
    .join(_theirs, _theirs.id == WorkOverlap.other_id)
    .join(_their_work, _their_work.id == _theirs.submission_id)
    .outerjoin(_their_team, _their_team.id == _their_work.team_id)
    .join(_their_cohort, _their_cohort.id == _their_work.cohort_id)
    .where(_mine.number == _my_work.counted_number, _theirs.number == _their_work.counted_number)
)


def pairs(actor: Actor, cohort: CohortView, activity_id: int) -> list[Pair]:
    """The pairs of an activity whose versions count, the largest share first. One statement."""
    rows = db.session.execute(
        _PAIRS.where(WorkOverlap.cohort_id == cohort.id, WorkOverlap.activity_id == activity_id)
        .order_by(WorkOverlap.permille.desc(), WorkOverlap.id)
        .limit(PAIRS_SHOWN)
    )
    return [_pair(row, actor, cohort.name) for row in rows]


@dataclass(frozen=True, slots=True)
class _Of:
    """What a policy asks of a thing."""

    cohort_id: int


def _pair(row: Any, actor: Actor, cohort_name: str) -> Pair:
    known = may_read(actor, row.other_cohort)
    blind, other_blind = (not knows_authors(actor, _Of(each)) for each in (row.cohort_id, row.other_cohort))
    return Pair(
        public_id=row.public_id,
        one=Side(
            row.version_id,
            row.activity_id,
            row.cohort_id,
            cohort_name,
            _names(row.team, row.members, row.candidate if blind else None),
            row.ai_statement,
            row.words,
            row.shared,
        ),
        other=Side(
            row.other_id,
            row.other_activity,
            row.other_cohort,
            row.other_cohort_name,
            _names(row.other_team, row.other_members, row.other_candidate if other_blind else None)
            if known
            else "",
            row.other_statement if known else "",
            row.other_words,
            row.other_shared,
        ),
    )


def may_read(actor: Actor, cohort_id: int) -> bool:
    """Whether somebody reads the work of a cohort: an earlier one has its own readers."""
    return actor.has_any(READING_WORK, cohort_id)


def _names(team: str | None, members: list[dict[str, Any]], candidate: int | None) -> str:
    if candidate is not None:
        return f"Candidate {candidate}"
    return f"team {team}" if team else ", ".join(str(each["name"]) for each in members)


@dataclass(frozen=True, slots=True)
class PairVisit:
    """A pair that somebody lays side by side."""

    visit: Visit
    cohort_id: int
    pair: Pair


def pair_visible_to(actor: Actor, slug: str, key: str, pair: str) -> PairVisit:
    """A pair of an activity of a cohort the actor belongs to. One whose version counts no more is gone."""
    visit = assignment_visible_to(actor, slug, key)
    row = db.session.execute(
        _PAIRS.where(
            WorkOverlap.cohort_id == visit.cohort.id,
            WorkOverlap.activity_id == visit.line.id,
            WorkOverlap.public_id == pair,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return PairVisit(visit, visit.cohort.id, _pair(row, actor, visit.cohort.name))


def compared_texts(version_ids: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """What was compared of some versions: text, and the words of files."""
    rows = db.session.execute(
        sa.select(SubmissionVersion.id, SubmissionVersion.text, WorkReading.file_text)
        .join(WorkReading, WorkReading.version_id == SubmissionVersion.id)
        .where(SubmissionVersion.id.in_(version_ids))
    )
    return {row.id: (row.text, row.file_text) for row in rows}


@dataclass(frozen=True, slots=True)
class Compared:
    """How far the comparing of an activity's work is."""

    handed_in: int
    compared: int
    mostly_left_out: int
    """Pieces of which more words are left out than compared: much is quoted, or little was written."""
    unread: int
    """Pieces with files whose words are not compared."""


def compared(cohort_id: int, activity_id: int) -> Compared:
    """How far it is, counting the versions that count. One statement."""
    rows = db.session.execute(
        sa.select(WorkReading.version_id, WorkReading.words, WorkReading.left_out, WorkReading.unread)
        .select_from(Submission)
        .join(
            SubmissionVersion,
            sa.and_(
                SubmissionVersion.submission_id == Submission.id,
                SubmissionVersion.number == Submission.counted_number,
            ),
        )
        .outerjoin(WorkReading, WorkReading.version_id == SubmissionVersion.id)
        .where(Submission.cohort_id == cohort_id, Submission.activity_id == activity_id)
    ).all()
    read = [row for row in rows if row.version_id is not None]
    return Compared(
        len(rows),
        len(read),
        sum(row.left_out > row.words for row in read),
        sum(bool(row.unread) for row in read),
    )


def not_compared(cohort_id: int, activity_id: int) -> list[int]:
    """Versions of an activity that nobody laid beside others yet."""
    return list(
        db.session.scalars(
            sa.select(SubmissionVersion.id)
            .join(Submission, Submission.id == SubmissionVersion.submission_id)
            .outerjoin(WorkReading, WorkReading.version_id == SubmissionVersion.id)
            .where(
                Submission.cohort_id == cohort_id,
                Submission.activity_id == activity_id,
                WorkReading.version_id.is_(None),
            )
            .order_by(SubmissionVersion.id)
        )
    )
