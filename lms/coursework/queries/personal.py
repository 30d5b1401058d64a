"""What coursework holds about one person: readings, quizzes, what they handed in, forms, more time."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core.db import db, plain_rows
from lms.core.files import StoredFile
from lms.coursework.models import (
    Extension,
    FormResponse,
    QuizAnswer,
    QuizAttempt,
    ReadingProgress,
    Submission,
    SubmissionFile,
    SubmissionVersion,
)
from lms.curriculum.models import Activity
from lms.enrolment.models import Place, TeamMembership
from lms.people.ports import PersonalPart

_OF_ACTIVITY = (Cohort.name.label("cohort"), Activity.key.label("activity"))


def personal_part(person_id: int) -> PersonalPart:
    """What somebody read, answered, wrote and handed in, alone or with a team. A fixed number of statements.

    What a quiz came to is a mark, and what others of a team are called is theirs: neither is in it.
    """
    mine = sa.select(Place.id).where(Place.person_id == person_id)
    return PersonalPart(
        key="coursework",
        title="Your work",
        what="How far you are in readings, your answers in quizzes, everything you handed in with its receipts and "
        "drafts, the forms you sent and the extensions you had: it is what you are marked on.",
        data={
            "readings": plain_rows(
                _of_activity(
                    ReadingProgress,
                    ReadingProgress.position,
                    ReadingProgress.seconds,
                    ReadingProgress.opened_at,
                    ReadingProgress.finished_at,
                ).where(ReadingProgress.place_id.in_(mine))
            ),
            "quiz_attempts": plain_rows(
                _of_activity(
                    QuizAttempt,
                    QuizAttempt.number,
                    QuizAttempt.state,
                    QuizAttempt.started_at,
                    QuizAttempt.ends_at,
                    QuizAttempt.finished_at,
                ).where(QuizAttempt.place_id.in_(mine))
            ),
            "quiz_answers": plain_rows(
                _of_activity(
                    QuizAttempt,
                    QuizAttempt.number.label("attempt"),
                    QuizAnswer.item_id.label("item"),
                    QuizAnswer.answer,
                    QuizAnswer.saved_at,
                )
                .join(QuizAnswer, QuizAnswer.attempt_id == QuizAttempt.id)
                .where(QuizAttempt.place_id.in_(mine))
            ),
            **_handed_in(person_id),
            "forms": plain_rows(
                _of_activity(FormResponse, FormResponse.answers, FormResponse.answered_at).where(
                    FormResponse.place_id.in_(mine)
                )
            ),
            "extensions": plain_rows(
                sa.select(
                    *_OF_ACTIVITY,
                    Extension.until,
                    Extension.reason_code,
                    Extension.note,
                    Extension.token,
                    Extension.at,
                )
                .join(Activity, Activity.id == Extension.activity_id)
                .join(Cohort, Cohort.id == Extension.cohort_id)
                .where(sa.or_(Extension.place_id.in_(mine), Extension.team_id.in_(_teams(person_id))))
                .order_by(Extension.id)
            ),
        },
    )


def _of_activity(table: Any, *columns: Any) -> Any:
    return (
        sa.select(*_OF_ACTIVITY, *columns)
        .select_from(table)
        .join(Activity, Activity.id == table.activity_id)
        .join(Place, Place.id == table.place_id)
        .join(Cohort, Cohort.id == Place.cohort_id)
        .order_by(table.id)
    )


def _teams(person_id: int) -> Any:
    return (
        sa.select(TeamMembership.team_id)
        .join(Place, Place.id == TeamMembership.place_id)
        .where(Place.person_id == person_id)
    )


def _handed_in(person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Versions whose snapshot has the person, with their files; and drafts that they saved last."""
    places = set(db.session.scalars(sa.select(Place.id).where(Place.person_id == person_id)))
    rows = db.session.execute(
        sa.select(
            SubmissionVersion.id,
            SubmissionVersion.members,
            *_OF_ACTIVITY,
            SubmissionVersion.number,
            Submission.counted_number,
            SubmissionVersion.text,
            SubmissionVersion.words,
            SubmissionVersion.ai_statement,
            SubmissionVersion.began_at,
            SubmissionVersion.handed_in_at,
            SubmissionVersion.due_at,
            SubmissionVersion.late_days,
            SubmissionVersion.digest,
        )
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .join(Activity, Activity.id == Submission.activity_id)
        .join(Cohort, Cohort.id == Submission.cohort_id)
        .where(sa.or_(Submission.place_id.in_(places), Submission.team_id.in_(_teams(person_id))))
        .order_by(SubmissionVersion.id)
    ).all()
    theirs = [row for row in rows if places & {member["place"] for member in row.members}]
    files: dict[int, list[dict[str, Any]]] = {row.id: [] for row in theirs}
    for line in db.session.execute(
        sa.select(SubmissionFile.version_id, StoredFile.name, StoredFile.size, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == SubmissionFile.file_id)
        .where(SubmissionFile.version_id.in_(files))
        .order_by(SubmissionFile.version_id, SubmissionFile.position)
    ):
        files[line.version_id].append({"name": line.name, "size": line.size, "sha256": line.sha256})
    return {
        "handed_in": [
            {
                "cohort": row.cohort,
                "activity": row.activity,
                "version": row.number,
                "counts": row.number == row.counted_number,
                "text": row.text,
                "words": row.words,
                "ai_statement": row.ai_statement,
                "began_at": row.began_at.isoformat(),
                "handed_in_at": row.handed_in_at.isoformat(),
                "due_at": row.due_at.isoformat(),
                "late_days": row.late_days,
                "receipt": row.digest,
                "files": files[row.id],
            }
            for row in theirs
        ],
        "drafts": plain_rows(
            sa.select(
                *_OF_ACTIVITY, Submission.draft["text"].as_string().label("text"), Submission.draft_saved_at
            )
            .join(Activity, Activity.id == Submission.activity_id)
            .join(Cohort, Cohort.id == Submission.cohort_id)
            .where(Submission.draft_saved_by_id == person_id, Submission.draft_saved_at.is_not(None))
            .order_by(Submission.id)
        ),
    }
