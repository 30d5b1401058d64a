"""What marking holds about one person that they may know: their released marks, and how they mark."""

from __future__ import annotations

import sqlalchemy as sa

from lms.assessment.models import CommentSnippet, MarkingCap, MarkingConflict, MarkingLeave, MarkingTask
from lms.assessment.queries.released import released_marks_of_person
from lms.cohorts.models import Cohort
from lms.core.db import plain_rows
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.people.models import Person
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


def marking_part(person_id: int) -> PersonalPart:
    """How somebody marks: what was allotted to them, their caps, leave and conflicts, the comments they keep.

    Judgements are not in it: they are about others, who get them with their marks. Five statements.
    """
    return PersonalPart(
        key="marking",
        title="Your marking",
        what="What was given to you to mark and when you finished it, how much you may be given, the days you are "
        "away, whose work you do not mark and why, and the comments that you keep.",
        data={
            "pieces": plain_rows(
                sa.select(
                    Cohort.name.label("cohort"),
                    Activity.key.label("activity"),
                    MarkingTask.handed_in_at,
                    MarkingTask.promised_at,
                    MarkingTask.finalised_at,
                    MarkingTask.state,
                )
                .join(Cohort, Cohort.id == MarkingTask.cohort_id)
                .join(Activity, Activity.id == MarkingTask.activity_id)
                .where(MarkingTask.marker_id == person_id)
                .order_by(MarkingTask.id)
            ),
            "most_at_once": plain_rows(
                sa.select(
                    Cohort.name.label("cohort"), MarkingCap.activity_key.label("activity"), MarkingCap.most
                )
                .join(Cohort, Cohort.id == MarkingCap.cohort_id)
                .where(MarkingCap.person_id == person_id)
                .order_by(MarkingCap.id)
            ),
            "away": plain_rows(
                sa.select(
                    MarkingLeave.from_on.label("from"),
                    MarkingLeave.until_on.label("until"),
                    MarkingLeave.set_at,
                )
                .where(MarkingLeave.person_id == person_id)
                .order_by(MarkingLeave.id)
            ),
            "does_not_mark": plain_rows(
                sa.select(
                    Person.name,
                    Cohort.name.label("cohort"),
                    MarkingConflict.reason,
                    MarkingConflict.declared_at,
                )
                .select_from(MarkingConflict)
                .join(Place, Place.id == MarkingConflict.place_id)
                .join(Person, Person.id == Place.person_id)
                .join(Cohort, Cohort.id == Place.cohort_id)
                .where(MarkingConflict.person_id == person_id)
                .order_by(MarkingConflict.id)
            ),
            "kept_comments": plain_rows(
                sa.select(
                    CommentSnippet.text,
                    CommentSnippet.activity_key.label("activity"),
                    CommentSnippet.criterion,
                    CommentSnippet.used,
                    CommentSnippet.created_at,
                    CommentSnippet.retired_at,
                )
                .where(CommentSnippet.owner_id == person_id)
                .order_by(CommentSnippet.id)
            ),
        },
    )
