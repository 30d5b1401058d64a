"""What marking holds about one person that they may know: their released marks."""

from __future__ import annotations

from lms.assessment.queries.released import released_marks_of_person
from lms.people.ports import PersonalPart


def personal_part(person_id: int) -> PersonalPart:
    """A person's released marks, each with its trace and feedback; of what is not released there is nothing."""
    return PersonalPart(
        key="marks",
        title="Your marks",
        what="Every mark that was released to you, exact, with how it came about and what was said of your work.",
        data=[
            {
                "cohort": cohort,
                "activity": activity,
                "part": part,
                "mark": str(mark.value),
                "released_at": mark.released_at.isoformat(),
                "trace": mark.trace,
                "feedback": mark.feedback,
            }
            for cohort, activity, part, mark in released_marks_of_person(person_id)
        ],
    )
