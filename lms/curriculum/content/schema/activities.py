"""Activities: everything a learner does, takes part in or hands in."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lms.curriculum.content.schema.assessment import FormField, Rubric
from lms.curriculum.content.schema.base import (
    AnchorText,
    Code,
    CompetencyCode,
    Line,
    Minutes,
    Path,
    Percent,
    Prose,
    Slug,
    Strict,
    Week,
)
from lms.curriculum.content.schema.fairness import PeerReview


class _Activity(Strict):
    id: Slug
    """Unique in the programme; never changes."""
    title: Line
    code: Code | None = None
    """What people call it (Q1, A-1, S7); unique in the programme."""
    summary: Prose | None = None
    """One or two sentences for lists."""
    required: bool = True
    """Optional things never count towards completion."""
    minutes: Minutes
    """What it asks of a learner in all, live minutes included."""
    effort: dict[Week, Annotated[int, Field(ge=1)]] = {}
    """Teaching week → minutes, when the work spreads over several weeks; sums to `minutes`."""
    codes: Annotated[list[CompetencyCode], Field(max_length=12)] = []

    @model_validator(mode="after")
    def _effort(self) -> Self:
        if self.effort and sum(self.effort.values()) != self.minutes:
            raise ValueError(
                f"effort sums to {sum(self.effort.values())} minutes, but minutes says {self.minutes}"
            )
        return self


class _Graded(_Activity):
    group: Slug | None = None
    """The grading group of the course (course.yaml) that the mark counts in; without one it is formative."""
    weight: Annotated[float, Field(gt=0, le=100)] | None = None
    """Share within the group, in per cent; items of a group that say nothing weigh equally."""


class Reading(_Activity):
    """A text of ours to read. Title, minutes and codes stand in the file's head and are not repeated here."""

    kind: Literal["reading"]
    title: Line = "(in the file)"
    minutes: Minutes = 1
    file: Path
    opens: AnchorText
    due: AnchorText | None = None
    """When it is best read by; never a deadline."""


class AgendaPart(Strict):
    """One part of a live session."""

    minutes: Annotated[int, Field(ge=1, le=240)]
    what: Line


class LiveSession(_Activity):
    """A lecture or clinic, live online."""

    kind: Literal["live_session"]
    type: Literal["lecture", "clinic", "kick_off", "review", "rehearsal", "closing"] = "lecture"
    at: AnchorText
    question: Line
    """The one question the session answers."""
    agenda: Annotated[list[AgendaPart], Field(min_length=1)]
    """The parts sum to `minutes`."""
    prepare: Prose
    """What to bring or do before."""
    takeaway: Prose
    """What a learner can do afterwards."""

    @model_validator(mode="after")
    def _agenda(self) -> Self:
        total = sum(part.minutes for part in self.agenda)
        if total != self.minutes:
            raise ValueError(f"the agenda sums to {total} minutes, but minutes says {self.minutes}")
        return self


class Masterclass(_Activity):
    """A session with a practising leader."""

    kind: Literal["masterclass"]
    at: AnchorText
    question: Line
    speaker_profile: Prose
    """Whom we look for: role, scars, what they can tell that a book cannot."""
    prepare: Prose
    starter_questions: Annotated[list[Line], Field(min_length=3, max_length=8)]


class Quiz(_Graded):
    """A quiz drawn from a bank."""

    kind: Literal["quiz"]
    file: Path
    opens: AnchorText
    due: AnchorText
    draws: Annotated[int, Field(ge=3, le=50)] = 10
    time_limit: Annotated[int, Field(ge=3, le=180)] = 20
    """Minutes, by the server's clock."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 2
    """The better counts."""
    answers: Literal["after_attempts", "after_each", "after_deadline", "never"] | None = None
    """When learners see the right answers. Nothing said: `after_attempts`, or once the deadline has passed."""


class Assignment(_Graded):
    """Work handed in: by one person, by a team, or performed (a role-play)."""

    kind: Literal["assignment", "group_work", "role_play", "progress_note"]
    file: Path
    opens: AnchorText
    due: AnchorText
    anonymous: bool | None = None
    """Whether it is marked under candidate numbers; without it as policies.yaml says. A team's work never is."""
    peer_review: PeerReview | None = None
    """Learners review each other's work after the deadline."""


class Discussion(_Graded):
    """A thread of the cohort."""

    kind: Literal["discussion"]
    prompt: Prose
    good_reply: Prose
    """What makes a reply substantive here."""
    opens: AnchorText
    first_post: AnchorText
    closes: AnchorText


class FormActivity(_Graded):
    """A short form: a self-rating, a pledge, a check, an individual feedback sheet."""

    kind: Literal["form"]
    intro: Prose
    fields: Annotated[list[FormField], Field(min_length=1)]
    opens: AnchorText
    due: AnchorText


class SimulationPhase(_Graded):
    """A simulation's place in the calendar: a practice round, a round, or the debrief."""

    kind: Literal["simulation"]
    simulation: Literal["ps", "ls"]
    phase: Literal["practice", "round", "debrief"]
    number: Annotated[int, Field(ge=1, le=12)] | None = None
    opens: AnchorText
    closes: AnchorText
    brief: Prose
    """What happens in this round, for the learner."""

    @model_validator(mode="after")
    def _number(self) -> Self:
        if (self.phase == "round") != (self.number is not None):
            raise ValueError("a round has a number; practice and debrief have none")
        return self


class MilestonePart(Strict):
    """A share of a milestone's mark: the group's or the individual's."""

    id: Slug
    title: Line
    points: Percent
    """Points of the course, e.g. 28 of the report's 35."""
    by: Literal["team", "individual"]
    rubric: Rubric


class Milestone(_Graded):
    """A step of the capstone: submit → feedback → accepted or revise."""

    kind: Literal["milestone"]
    brief: Path
    opens: AnchorText
    due: AnchorText
    gate: bool = False
    """A gate is passed or not; it has no mark."""
    guide_duty: Prose
    feedback_days: Annotated[int, Field(ge=1, le=30)]
    """Working days the guide promises."""
    fields: list[FormField] = []
    """Asked with the submission."""
    parts: list[MilestonePart] = []
    peer_review: PeerReview | None = None
    """Teams review each other's work after the deadline."""

    @model_validator(mode="after")
    def _marked(self) -> Self:
        if self.gate and self.parts:
            raise ValueError("a gate has no marked parts; drop gate or parts")
        return self


class Event(_Activity):
    """A date that people should know: a board, an instalment, a publication. Nothing is handed in."""

    kind: Literal["event"]
    minutes: Annotated[int, Field(ge=0, le=600)] = 0
    audience: Literal["everyone", "staff"] = "everyone"
    at: AnchorText
    text: Prose
    required: bool = False
    group: Slug | None = None
    """A group of discussions: by this date faculty record contribution in rooms and among peers, which counts there."""


Activity = Annotated[
    Reading
    | LiveSession
    | Masterclass
    | Quiz
    | Assignment
    | Discussion
    | FormActivity
    | SimulationPhase
    | Milestone
    | Event,
    Field(discriminator="kind"),
]
