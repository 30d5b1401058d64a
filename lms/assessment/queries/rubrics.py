"""The rubric of an activity as marking needs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lms.assessment import rules
from lms.assessment.rules.figures import decimal
from lms.curriculum import queries as curriculum


@dataclass(frozen=True, slots=True)
class CriterionWords:
    """What a row of a rubric says."""

    key: str
    title: str
    weight: str
    codes: tuple[str, ...]
    levels: tuple[str, ...]
    """What work at each level looks like, from level 1."""


@dataclass(frozen=True, slots=True)
class RubricView:
    """A rubric: what rules need of it, and its words."""

    rules: rules.Rubric
    words: tuple[CriterionWords, ...]
    part_title: str
    by: str
    """`team` or `individual`; empty for the whole activity."""
    key_html: str = ""
    """What the author tells markers; never for learners."""


@lru_cache(maxsize=512)
def rubric_view(version_id: int, activity_id: int, part: str = "") -> RubricView:
    """The rubric of an activity, or of a part of it, with the bands of the version's policy.

    Read once for each, since a version never changes.
    """
    bands = tuple(
        rules.Band(band.level, band.title, decimal(band.low), decimal(band.high))
        for band in curriculum.outline(version_id).policies.levels
    )
    rows = curriculum.rubric(activity_id, part)
    return RubricView(
        rules=rules.Rubric(
            tuple(rules.Criterion(row.key, row.title, decimal(row.weight)) for row in rows), bands
        ),
        words=tuple(
            CriterionWords(row.key, row.title, f"{row.weight:g} %", tuple(row.codes), tuple(row.levels))
            for row in rows
        ),
        part_title=rows[0].part_title if rows else "",
        by=rows[0].part_by if rows else "",
        key_html=curriculum.marker_key(activity_id),
    )


def late_rule(version_id: int) -> rules.LateRule:
    """The late rule of a version's policy."""
    policy = curriculum.outline(version_id).policies.late
    return rules.LateRule(decimal(policy.per_day), policy.days)
