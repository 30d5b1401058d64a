"""Tables: results, what is a learner's own in the reckoning, external results, lists of marks, second looks, boards."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Documents, Key, Model, Name, Pk, PublicId, Text
from lms.gradebook.rules.allowances import ResitState, RulingKind
from lms.gradebook.rules.boards import Choice, ItemState, Proposal, Seat
from lms.gradebook.rules.complaints import ReviewState


class Result(Model):
    """A learner's result so far, of a course or of the programme, from released marks."""

    __tablename__ = "result"
    __table_args__ = (
        sa.UniqueConstraint("place_id", "course_key"),
        sa.CheckConstraint("denominator > 0", name="denominator_positive"),
    )

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    course_key: Mapped[Key]
    """Empty: the whole programme."""
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int] = mapped_column(sa.BigInteger)
    """The mean of what is released, 0 to 100, exact."""
    weight_released: Mapped[float]
    """How much of the whole (100) is released."""
    trace: Mapped[Document]
    updated_at: Mapped[dt.datetime]


class ExternalResult(Model):
    """Work done elsewhere: a score with a note and evidence, turned into a mark by the one gate."""

    __tablename__ = "external_result"
    __table_args__ = (sa.Index(None, "place_id", "activity_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    score_numerator: Mapped[int] = mapped_column(sa.BigInteger)
    score_denominator: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[Text]
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    mark_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mark.id"))


class Ruling(Model):
    """What was decided about an item for a learner: excused, or counted with a ceiling. Taken back, it stays."""

    __tablename__ = "grade_ruling"
    __table_args__ = (
        sa.Index(
            "uq_grade_ruling_in_force",
            "place_id",
            "activity_id",
            "part",
            "kind",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
        sa.CheckConstraint("denominator > 0", name="denominator_positive"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    kind: Mapped[RulingKind]
    numerator: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    denominator: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    """The ceiling; nothing for an excuse."""
    reason: Mapped[Text]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    undone_at: Mapped[dt.datetime | None]
    undone_reason: Mapped[Text] = mapped_column(default="")


class CourseResit(Model):
    """The second attempt at a failed course: opened, marked by one person and released by another."""

    __tablename__ = "course_resit"
    __table_args__ = (
        sa.Index(None, "place_id", "course_key"),
        sa.CheckConstraint("denominator > 0", name="denominator_positive"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    course_key: Mapped[Key]
    state: Mapped[ResitState] = mapped_column(default=ResitState.OPEN)
    what: Mapped[Text]
    """What is to be done; the learner reads it."""
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    opened_at: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    numerator: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    denominator: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    handed_in_at: Mapped[dt.datetime | None]
    marked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    marked_at: Mapped[dt.datetime | None]
    words: Mapped[Text] = mapped_column(default="")
    """What the marker says of it; read once it is released."""
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    released_at: Mapped[dt.datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[dt.datetime | None]


class ResitSeat(Model):
    """Somebody on the panel that judges a resit."""

    __tablename__ = "resit_seat"
    __table_args__ = (sa.UniqueConstraint("resit_id", "person_id"),)

    id: Mapped[Pk]
    resit_id: Mapped[int] = mapped_column(sa.ForeignKey("course_resit.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    seated_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    seated_at: Mapped[dt.datetime]


class GradeImport(Model):
    """A list of marks that was brought into a gradebook, with each version that it made."""

    __tablename__ = "grade_import"
    __table_args__ = (sa.Index(None, "cohort_id", "id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    reason: Mapped[Text]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    changes: Mapped[Documents]
    """[{"mark": id, "version": number, "row": number}]"""
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    undone_at: Mapped[dt.datetime | None]


class MarkReview(Model):
    """A second assessor looks at work that its learner complained about: blind to the mark that was given."""

    __tablename__ = "mark_review"
    __table_args__ = (
        sa.Index(None, "assessor_id", "state"),
        sa.Index(None, "request_id"),
        sa.CheckConstraint("denominator > 0", name="denominator_positive"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("request.id"))
    mark_id: Mapped[int] = mapped_column(sa.ForeignKey("mark.id"))
    version: Mapped[int]
    """The version that was complained of."""
    assessor_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.ASKED)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime]
    judgement: Mapped[Document]
    """As the marking desk keeps one, or {"words": …} where there is no rubric."""
    trace: Mapped[Document]
    feedback: Mapped[Document]
    numerator: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    denominator: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    ended_at: Mapped[dt.datetime | None]
    why: Mapped[Text] = mapped_column(default="")
    """Why it was declined."""


class Board(Model):
    """A board of a cohort: a course or the programme, as its results stood at one instant."""

    __tablename__ = "board"
    __table_args__ = (sa.Index(None, "cohort_id", "id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    course_key: Mapped[Key]
    """Empty: the whole programme."""
    title: Mapped[Name]
    numbered: Mapped[bool] = mapped_column(default=False)
    """Learners stand under numbers, not under their names."""
    quorum: Mapped[int]
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    taken_at: Mapped[dt.datetime]
    """The instant of the list."""
    confirmed_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class BoardSeat(Model):
    """Somebody on a board."""

    __tablename__ = "board_seat"
    __table_args__ = (sa.UniqueConstraint("board_id", "person_id"),)

    id: Mapped[Pk]
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    seat: Mapped[Seat]
    invited_at: Mapped[dt.datetime]


class BoardLine(Model):
    """A learner on the list of a board, as everything stood when it was taken; never changed."""

    __tablename__ = "board_line"
    __table_args__ = (
        sa.UniqueConstraint("board_id", "place_id"),
        sa.UniqueConstraint("board_id", "number"),
    )

    id: Mapped[Pk]
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), index=True)
    number: Mapped[int]
    """Drawn by lot."""
    figures: Mapped[Document]
    """Exact: "" the programme, a course, "attendance", "attendance:<course>", "panel"."""
    band: Mapped[Key]
    pending: Mapped[Documents]
    """[{"kind", "text"}]: why this is not settled yet."""


class BoardItem(Model):
    """A proposal on the agenda of a board, and what became of it."""

    __tablename__ = "board_item"
    __table_args__ = (
        sa.UniqueConstraint("board_id", "number"),
        sa.CheckConstraint("denominator > 0", name="denominator_positive"),
    )

    id: Mapped[Pk]
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board.id"))
    number: Mapped[int]
    kind: Mapped[Proposal]
    state: Mapped[ItemState] = mapped_column(default=ItemState.OPEN)
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("board_line.id"))
    activity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    numerator: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    denominator: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    """The shift or the mark."""
    key: Mapped[Key] = mapped_column(default="")
    """The band, or the condition that is condoned."""
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("board_item.id"))
    reason: Mapped[Text]
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime]
    favour: Mapped[int] = mapped_column(default=0)
    against: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    casting: Mapped[bool] = mapped_column(default=False)
    minute: Mapped[Text] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    changes: Mapped[Documents]
    """[{"mark": id, "version": number, "before": exact}] that carrying it out made."""
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    released_at: Mapped[dt.datetime | None]


class BoardVote(Model):
    """A vote of a member; a changed mind is a further row, and the last one counts."""

    __tablename__ = "board_vote"
    __table_args__ = (sa.Index(None, "item_id", "person_id"),)

    id: Mapped[Pk]
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("board_item.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    choice: Mapped[Choice]
    why: Mapped[Text] = mapped_column(default="")
    """Why somebody is recused."""
    at: Mapped[dt.datetime]
