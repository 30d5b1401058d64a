"""How a released mark is composed beside its rubric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from markupsafe import Markup

from lms.assessment import queries as assessment
from lms.assessment.queries import ReleasedMark, SeenClassFeedback
from lms.coursework import queries
from lms.coursework.queries import Visit
from lms.coursework.queries.work import NOTHING_YET
from lms.coursework.views.frame import Frame
from lms.web.filters import cut1
from lms.web.html import stored


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """A rubric row with the level that was reached."""

    title: str
    level: int
    level_title: str
    words: str
    next_words: str
    """What the level above asks for; empty at the top."""
    comment: Markup


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """A released mark beside its rubric."""

    frame: Frame
    mark: ReleasedMark
    figure: str
    overall: Markup
    rows: tuple[FeedbackRow, ...]
    work_href: str
    mark_href: str
    to_class: SeenClassFeedback | None
    """What was said to everybody who handed this in."""


def feedback(visit: Visit, frame: Frame) -> FeedbackPage | None:
    """Compose the feedback; None before it is released."""
    if visit.place is None:
        return None
    mark = assessment.released_marks(visit.place.place_id, visit.line.id).get((visit.line.id, ""))
    if mark is None:
        return None
    owner = queries.owner_of(visit)
    mine = queries.work(owner) if owner else NOTHING_YET
    levels = {row.title: row.levels for row in queries.rubric(visit.line.id)}
    return FeedbackPage(
        frame=frame,
        mark=mark,
        figure=cut1(mark.value),
        overall=stored(mark.feedback.get("overall", "")),
        rows=tuple(_feedback_row(each, levels) for each in mark.feedback.get("criteria", ())),
        work_href=url_for(
            ".receipt", slug=visit.cohort.slug, key=visit.line.key, version=mine.counted.public_id
        )
        if mine.counted
        else "",
        mark_href=url_for("assessment.mark", slug=visit.cohort.slug, public_id=mark.public_id),
        to_class=assessment.seen_class_feedback(visit.place.place_id, visit.line.id),
    )


def _feedback_row(each: Mapping[str, Any], levels: Mapping[str, tuple[str, ...]]) -> FeedbackRow:
    level = int(each["level"])
    texts = levels.get(each["title"], ())
    return FeedbackRow(
        title=each["title"],
        level=level,
        level_title=each.get("level_title", ""),
        words=each.get("words") or (texts[level - 1] if 0 < level <= len(texts) else ""),
        next_words=texts[level] if 0 < level < len(texts) else "",
        comment=stored(each.get("comment", "")),
    )
