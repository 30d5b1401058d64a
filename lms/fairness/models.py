"""Tables: ratings inside a team with their factors; samples; the piece markers begin with; peer reviews."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Model, Name, Pk, PublicId, Text
from lms.fairness.rules.peers import Ended
from lms.fairness.rules.ratings import Decision
from lms.fairness.rules.sampling import LookOutcome, LookState, Why


class TeamRating(Model):
    """The members of a team rate each other once for an activity; what comes of it multiplies the team's mark."""

    __tablename__ = "team_rating"
    __table_args__ = (sa.Index(None, "cohort_id", "settled_at"), sa.Index(None, "settled_at", "closes_at"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    title: Mapped[Name]
    """The team, as people call it."""
    opened_at: Mapped[dt.datetime]
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Empty: by handing in."""
    closes_at: Mapped[dt.datetime]
    reminded_at: Mapped[dt.datetime | None]
    told_at: Mapped[dt.datetime | None]
    """When those who settle it were told that it is closed."""
    version: Mapped[int] = mapped_column(default=0)
    """Whoever settles on an older one is told."""
    comment: Mapped[Text] = mapped_column(default="")
    """What the guide says where a factor is far from 1."""
    comment_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    comment_at: Mapped[dt.datetime | None]
    decision: Mapped[Decision | None]
    reason: Mapped[Text] = mapped_column(default="")
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    settled_at: Mapped[dt.datetime | None]
    outcome: Mapped[Document]
    """Once settled: {"answered": n, "members": n, "enough": bool, "raw": {place: exact}}"""


class TeamRater(Model):
    """A member of the team: what they said of the others, and what came of it for them."""

    __tablename__ = "team_rater"
    __table_args__ = (sa.UniqueConstraint("activity_id", "place_id"), sa.Index(None, "place_id"))

    id: Mapped[Pk]
    rating_id: Mapped[int] = mapped_column(sa.ForeignKey("team_rating.id"), index=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    answers: Mapped[Document]
    """{member's place: {item: 1 to 5}}"""
    note: Mapped[Text] = mapped_column(default="")
    """For those who settle it, never for the team."""
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[dt.datetime | None]
    excluded_at: Mapped[dt.datetime | None]
    """Left out as a rater; still a member with a factor."""
    excluded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    excluded_reason: Mapped[Text] = mapped_column(default="")
    factor: Mapped[Text] = mapped_column(default="")
    """Once settled, exactly: "26/25"; empty: none (they left)."""


class Moderation(Model):
    """The sample of a batch: drawn when all of it is marked, done when every second look is settled."""

    __tablename__ = "moderation"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "activity_id", "part"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    pieces: Mapped[int]
    """In the batch, when it was drawn."""
    forced: Mapped[bool]
    """Two markers' means lay so far apart that a sample was due whatever the size of the batch."""
    drawn_at: Mapped[dt.datetime | None]
    """Empty: to be drawn anew, since pieces are marked again."""
    done_at: Mapped[dt.datetime | None]
    waived_at: Mapped[dt.datetime | None]
    """A director let the batch go without it."""
    waived_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[Text] = mapped_column(default="")


class SecondLook(Model):
    """A piece of the sample: what a second marker makes of it, blind to the first, and what came of it."""

    __tablename__ = "second_look"
    __table_args__ = (sa.Index(None, "marker_id", "state"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    moderation_id: Mapped[int] = mapped_column(sa.ForeignKey("moderation.id"), index=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("marking_task.id"), unique=True)
    why: Mapped[Why]
    marker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[LookState] = mapped_column(default=LookState.WAITING)
    draft: Mapped[Document]
    """As that of a marking task."""
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[dt.datetime | None]
    judged_at: Mapped[dt.datetime | None]
    mark: Mapped[Text] = mapped_column(default="")
    """The second mark before lateness, exactly; empty: not judged."""
    outcome: Mapped[LookOutcome | None]
    agreed: Mapped[Text] = mapped_column(default="")
    reason: Mapped[Text] = mapped_column(default="")
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    settled_at: Mapped[dt.datetime | None]


class Calibration(Model):
    """The piece that everybody who marks an activity judges first, with the judgement that was agreed on. No mark."""

    __tablename__ = "calibration"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "activity_id", "part"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    html: Mapped[Text]
    """The text without the names of its authors, made safe; a copy, so that it stays as it was chosen."""
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("marking_task.id"))
    """The piece it was taken from; empty: somebody brought the text."""
    chosen_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    chosen_at: Mapped[dt.datetime]
    why: Mapped[Text] = mapped_column(default="")
    reference: Mapped[Document]
    """The agreed judgement, as the draft of a marking task."""
    agreed_with: Mapped[Document]
    """{"persons": [person, …]}: who else agreed on it."""
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[dt.datetime | None]
    mark: Mapped[Text] = mapped_column(default="")
    """What the reference comes to, exactly; empty: it is not agreed yet."""
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    opened_at: Mapped[dt.datetime | None]
    """Since when it waits for markers."""
    reminded_at: Mapped[dt.datetime | None]


class CalibrationTry(Model):
    """What a marker made of the piece; a second one, where the first lay too far off."""

    __tablename__ = "calibration_try"
    __table_args__ = (sa.UniqueConstraint("calibration_id", "marker_id", "number"),)

    id: Mapped[Pk]
    calibration_id: Mapped[int] = mapped_column(sa.ForeignKey("calibration.id"))
    marker_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    number: Mapped[int]
    draft: Mapped[Document]
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[dt.datetime | None]
    submitted_at: Mapped[dt.datetime | None]
    mark: Mapped[Text] = mapped_column(default="")
    """What it comes to, exactly; empty: not finished."""


class CalibrationExemption(Model):
    """A director lets somebody mark without it."""

    __tablename__ = "calibration_exemption"
    __table_args__ = (sa.UniqueConstraint("calibration_id", "person_id"),)

    id: Mapped[Pk]
    calibration_id: Mapped[int] = mapped_column(sa.ForeignKey("calibration.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reason: Mapped[Text]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class PeerRound(Model):
    """Learners of a cohort review each other's work for an activity."""

    __tablename__ = "peer_round"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "activity_id"),
        sa.Index(None, "released_at", "closes_at"),
    )

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    opened_at: Mapped[dt.datetime]
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Empty: the deadline began it."""
    closes_at: Mapped[dt.datetime]
    reminded_at: Mapped[dt.datetime | None]
    released_at: Mapped[dt.datetime | None]
    """From then on authors read what was written."""
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class PeerUnit(Model):
    """Whoever handed in a piece of work together: they review, and their work is reviewed."""

    __tablename__ = "peer_unit"

    id: Mapped[Pk]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("peer_round.id"), index=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("marking_task.id"))
    """The version that reviewers read: the newest until the first review of it is submitted."""
    title: Mapped[Name]
    """Whose work it is, as its marker may see it."""
    joined_at: Mapped[dt.datetime]


class PeerMember(Model):
    """A learner of a unit."""

    __tablename__ = "peer_member"
    __table_args__ = (sa.UniqueConstraint("round_id", "place_id"), sa.Index(None, "place_id"))

    id: Mapped[Pk]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("peer_round.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("peer_unit.id"), index=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))


class PeerReview(Model):
    """What one unit says of another's work. It is no mark and never becomes one."""

    __tablename__ = "peer_review"
    __table_args__ = (sa.UniqueConstraint("reviewer_id", "piece_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("peer_round.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(sa.ForeignKey("peer_unit.id"))
    piece_id: Mapped[int] = mapped_column(sa.ForeignKey("peer_unit.id"), index=True)
    position: Mapped[int]
    """Which of the reviewer's pieces it is: 1 is Work A."""
    allotted_at: Mapped[dt.datetime]
    answers: Mapped[Document]
    """{"levels": {criterion: level}, "comments": {criterion: text}}"""
    overall: Mapped[Text] = mapped_column(default="")
    html: Mapped[Text] = mapped_column(default="")
    """`overall` rendered."""
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[dt.datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    submitted_at: Mapped[dt.datetime | None]
    ended: Mapped[Ended | None]
    """Why it is asked no more; empty: it is."""
    ended_at: Mapped[dt.datetime | None]
    reason: Mapped[Text] = mapped_column(default="")
    """Of a conflict, in the reviewer's words: for those who run the round."""
    hidden_at: Mapped[dt.datetime | None]
    """Its author does not read it."""
    hidden_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    hidden_reason: Mapped[Text] = mapped_column(default="")
    useful: Mapped[int | None]
    """1 to 3, by the author."""
    answer: Mapped[Text] = mapped_column(default="")
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
