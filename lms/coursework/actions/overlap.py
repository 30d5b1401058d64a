"""Comparing what was handed in with what others handed in for the same: in the worker, never while somebody waits."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.core import files, outbox, texts
from lms.core.db import db, insert_ignoring
from lms.core.files import StoredFile
from lms.core.ids import public_id
from lms.core.outbox import Effect
from lms.coursework import queries
from lms.coursework.models import (
    Submission,
    SubmissionFile,
    SubmissionVersion,
    WorkOverlap,
    WorkReading,
)
from lms.coursework.rules import similarity
from lms.coursework.rules.similarity import Hashes, Reading
from lms.curriculum.models import Activity, ProgrammeVersion
from lms.enrolment.models import Place

KEPT_FROM = 30
"""Thousandths. Pairs that have less in common are not kept: any two memos have."""
MOST_PAIRS = 60
"""Of one version: those with the most fingerprints in common."""
KIND = "coursework.compare"


def ask_comparison(version_ids: Sequence[int], *, now: dt.datetime, again: str = "") -> None:
    """Have versions compared by the worker. `again`: somebody asks for what was asked for before and never done."""
    outbox.enqueue_all([comparison_of(each, again=again) for each in version_ids], now=now)


def comparison_of(version_id: int, *, again: str = "") -> Effect:
    """Comparing one version, as the worker is asked for it."""
    return Effect(kind=KIND, dedupe_key=f"compare:{version_id}{again}", payload={"version": version_id})


@dataclass(frozen=True, slots=True)
class _Other:
    """A version of somebody else that may have passages in common."""

    version_id: int
    text: str
    cohort_id: int
    activity_id: int


@dataclass(slots=True)
class Comparison:
    """One version laid beside others. The comparing itself takes no transaction."""

    row: Any
    version_id: int
    people: frozenset[int]
    file_text: str
    unread: list[str]
    reading: Reading
    prints: Hashes
    others: list[_Other]
    seen: frozenset[int]
    """Versions that were looked at when it began."""
    pairs: list[dict[str, int]] = field(default_factory=list)
    """What was found; a pair belongs to the version that was handed in later."""

    def send(self) -> None:
        """Compare."""
        self.pairs = [pair for each in self.others if (pair := _pair(self, each))["permille"] >= KEPT_FROM]

    def note(self, now: dt.datetime) -> None:
        """Keep what was found; what was read by another worker meanwhile is compared here."""
        if not insert_ignoring(WorkReading.__table__, [self._reading(now)]):
            return
        self.others, _seen = _others(self.row, self.people, self.prints, but=self.seen | {self.version_id})
        earlier = self.pairs
        self.send()
        rows = [{**pair, "at": now, "public_id": public_id()} for pair in [*earlier, *self.pairs]]
        insert_ignoring(WorkOverlap.__table__, rows)

    def _reading(self, now: dt.datetime) -> dict[str, Any]:
        return {
            "version_id": self.version_id,
            "programme_id": self.row.programme_id,
            "activity_key": self.row.key,
            "submission_id": self.row.submission_id,
            "people": sorted(self.people),
            "words": self.reading.words,
            "left_out": self.reading.left_out,
            "file_text": self.file_text,
            "unread": self.unread,
            "prints": sorted(self.prints),
            "made_at": now,
        }


@outbox.calls(KIND)
def _prepared(payload: dict[str, Any], _now: dt.datetime) -> Comparison | None:
    return prepare(int(payload["version"]))


def compare(version_id: int, *, now: dt.datetime) -> None:
    """Compare a version at once, in the present unit of work."""
    found = prepare(version_id)
    if found is not None:
        found.send()
        found.note(now)


def prepare(version_id: int) -> Comparison | None:
    """Read a version and what it is laid beside: versions of others for the same brief, in every cohort.

    None where it was compared before. Marks know nothing of any of it.
    """
    if db.session.get(WorkReading, version_id) is not None:
        return None
    row = db.session.execute(
        sa.select(
            SubmissionVersion.submission_id,
            SubmissionVersion.text,
            SubmissionVersion.members,
            Submission.cohort_id,
            Submission.activity_id,
            Activity.key,
            ProgrammeVersion.programme_id,
        )
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .join(Activity, Activity.id == Submission.activity_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Activity.version_id)
        .where(SubmissionVersion.id == version_id)
    ).one()
    people = _people([member["place"] for member in row.members])
    file_text, unread = _words_of_files(version_id)
    reading = similarity.read(joined(row.text, file_text), brief_of(row.activity_id))
    prints = similarity.fingerprints(reading)
    others, seen = _others(row, people, prints)
    return Comparison(row, version_id, people, file_text, unread, reading, prints, others, seen)


def joined(text: str, file_text: str) -> str:
    """What is compared of a version: its text, and the words of its files after it."""
    return "\n\n".join(filter(None, (text, file_text)))


@lru_cache(maxsize=256)
def brief_of(activity_id: int) -> Hashes:
    """The passages of a brief: they are nobody's own words."""
    content = queries.content(activity_id)
    said = html.unescape(re.sub(r"<[^>]+>", " ", str(content.html.get("body", ""))))
    return similarity.read(f"{content.head.get('deliverable', '')}\n\n{said}").hashes


def _people(place_ids: Sequence[int]) -> frozenset[int]:
    return frozenset(db.session.scalars(sa.select(Place.person_id).where(Place.id.in_(place_ids))))


def _words_of_files(version_id: int) -> tuple[str, list[str]]:
    rows = db.session.execute(
        sa.select(StoredFile.name, StoredFile.sha256, StoredFile.content_type)
        .join(SubmissionFile, SubmissionFile.file_id == StoredFile.id)
        .where(SubmissionFile.version_id == version_id)
        .order_by(SubmissionFile.position)
    )
    said, unread = [], []
    for name, sha256, content_type in rows:
        words = texts.of_file(files.storage().path(files.blob_key(sha256)), content_type)
        if words is None:
            unread.append(name)
        else:
            said.append(words.replace("\x00", ""))
    return "\n\n".join(said), unread


def _others(
    row: Any, people: frozenset[int], prints: Hashes, *, but: frozenset[int] = frozenset()
) -> tuple[list[_Other], frozenset[int]]:
    """Versions of others that have a fingerprint in common, those with the most first; and all that were looked at."""
    known = db.session.execute(
        sa.select(WorkReading.version_id, WorkReading.people, WorkReading.prints).where(
            WorkReading.programme_id == row.programme_id,
            WorkReading.activity_key == row.key,
            WorkReading.submission_id != row.submission_id,
        )
    ).all()
    found = [
        (len(prints & frozenset(theirs)), version)
        for version, who, theirs in known
        if version not in but and not people & frozenset(who)
    ]
    chosen = [version for common, version in sorted(found, reverse=True)[:MOST_PAIRS] if common]
    return _texts_of(chosen), frozenset(version for version, _who, _theirs in known)


def _texts_of(version_ids: list[int]) -> list[_Other]:
    if not version_ids:
        return []
    rows = db.session.execute(
        sa.select(
            SubmissionVersion.id,
            SubmissionVersion.text,
            WorkReading.file_text,
            Submission.cohort_id,
            Submission.activity_id,
        )
        .join(WorkReading, WorkReading.version_id == SubmissionVersion.id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(SubmissionVersion.id.in_(version_ids))
    )
    return [_Other(row.id, joined(row.text, row.file_text), row.cohort_id, row.activity_id) for row in rows]


def _pair(comparison: Comparison, other: _Other) -> dict[str, int]:
    found = similarity.overlap(comparison.reading, similarity.read(other.text, brief_of(other.activity_id)))
    mine = (comparison.version_id, found.words, found.shared)
    theirs = (other.version_id, found.other_words, found.other_shared)
    later, earlier = (mine, theirs) if comparison.version_id > other.version_id else (theirs, mine)
    of_later = comparison.row if later is mine else other
    return {
        "cohort_id": of_later.cohort_id,
        "activity_id": of_later.activity_id,
        "version_id": later[0],
        "words": later[1],
        "shared": later[2],
        "other_id": earlier[0],
        "other_words": earlier[1],
        "other_shared": earlier[2],
        "permille": int(found.larger * 1000),
    }
