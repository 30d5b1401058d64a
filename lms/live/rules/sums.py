"""What the marks of a learner add up to: exact counts, overall and by course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from lms.live.rules.attendance import COUNTED, HALVES, Verdict


@dataclass(frozen=True, slots=True)
class Count:
    """Attendance of some sessions, exactly: present in halves, of how many that count."""

    halves: int = 0
    sessions: int = 0

    @property
    def present(self) -> Fraction:
        """Sessions present: 5 ½."""
        return Fraction(self.halves, 2)

    @property
    def share(self) -> Fraction | None:
        """The exact ratio; None before anything counted."""
        return Fraction(self.halves, 2 * self.sessions) if self.sessions else None

    def plus(self, verdict: Verdict) -> Count:
        """With one more session that ended like this."""
        if verdict not in COUNTED:
            return self
        return Count(self.halves + HALVES[verdict], self.sessions + 1)

    def reaches(self, bound: float) -> bool:
        """Whether the exact, unrounded ratio is at least the bound; before anything counted it is."""
        found = self.share
        return found is None or found >= Fraction(str(bound))


@dataclass(frozen=True, slots=True)
class Totals:
    """A learner's attendance so far, overall and by course key."""

    overall: Count = Count()
    by_course: Mapping[str, Count] = field(default_factory=dict)


def totals(marks: Iterable[tuple[str, Verdict]]) -> Totals:
    """Add up marks of sessions that count: (course key, verdict)."""
    overall = Count()
    by_course: dict[str, Count] = {}
    for course, verdict in marks:
        overall = overall.plus(verdict)
        by_course[course] = by_course.get(course, Count()).plus(verdict)
    return Totals(overall, {course: count for course, count in sorted(by_course.items()) if count.sessions})
