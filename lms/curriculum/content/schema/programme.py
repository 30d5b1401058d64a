"""The programme's frame: programme.yaml, competencies.yaml, policies.yaml, course.yaml, module.yaml."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lms.curriculum.content.schema.activities import Activity
from lms.curriculum.content.schema.assessment import FormField, LevelBand, Rubric
from lms.curriculum.content.schema.base import (
    AnchorText,
    CompetencyCode,
    Fraction01,
    Line,
    Percent,
    Prose,
    Slug,
    Strict,
    Week,
)
from lms.curriculum.content.schema.fairness import CalibrationPolicy, ContributionPolicy, ModerationPolicy
from lms.curriculum.content.schema.gradebook import GradebookPolicy, SimulationPolicy


class ProgrammeFile(Strict):
    """`programme.yaml`."""

    slug: Slug
    title: Line
    tagline: Line
    description: Prose
    audience: Prose
    zone: Line
    """IANA zone that the week plan was written for; a cohort may choose another."""
    weeks: Annotated[int, Field(ge=1, le=104)]
    breaks: list[Week]
    """Calendar weeks without teaching."""
    weekly_limit_minutes: Annotated[int, Field(ge=60, le=3000)]
    courses: Annotated[list[Slug], Field(min_length=1)]
    """Folder names under `courses/`, in order."""
    order: list[Annotated[tuple[Slug, Slug], Field(strict=False)]] = []
    """Pairs of activity ids: the first happens before the second, whatever moves."""


class Competency(Strict):
    """One of the framework's codes, with its ladder."""

    code: CompetencyCode
    number: Annotated[str, Field(pattern=r"^[RS]\d$")]
    title: Line
    kind: Literal["role", "shift"]
    about: Prose
    levels: Annotated[list[Prose], Field(min_length=4, max_length=4)]
    """L1 Aware, L2 Practising, L3 Leading, L4 Shaping: what one sees a person do."""
    steps: Annotated[list[Line], Field(min_length=4)]
    """Observable steps on the way up."""


class CompetencyFile(Strict):
    """`competencies.yaml`."""

    level_titles: Annotated[list[Line], Field(min_length=4, max_length=4)]
    thresholds: Annotated[list[float], Field(min_length=3, max_length=3)]
    """Mean item level from which L2, L3, L4 is published."""
    competencies: Annotated[list[Competency], Field(min_length=1)]


class CourseFile(Strict):
    """`courses/<folder>/course.yaml`."""

    id: Slug
    letter: Annotated[str, Field(pattern=r"^[A-Z]$")]
    title: Line
    kind: Literal["core", "companion", "capstone"]
    tagline: Line
    description: Prose
    modules: Annotated[list[Slug], Field(min_length=1)]
    """Folder names, in order."""
    groups: Annotated[list[GradingGroup], Field(min_length=1)]

    @model_validator(mode="after")
    def _sums(self) -> Self:
        total = sum(group.percent for group in self.groups)
        if abs(total - 100) > 1e-9:
            raise ValueError(f"the grading groups sum to {total:g}; make them 100")
        return self


class GradingGroup(Strict):
    """A share of the course's mark."""

    id: Slug
    title: Line
    percent: Percent
    best: Annotated[int, Field(ge=1)] | None = None
    """Only the best n marks count."""
    drop: Annotated[int, Field(ge=1)] | None = None
    """So many of the lowest marks do not count; one always does. Not together with `best`."""
    parts: list[GroupPart] = []
    """Fixed shares in points of the course (balanced score 8, memos 10 …), where results come from outside."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.best is not None and self.drop is not None:
            raise ValueError("a group has `best` or `drop`, not both: say in one way which marks count")
        return self


class GroupPart(Strict):
    """One fixed share of a grading group."""

    id: Slug
    title: Line
    points: Percent
    activities: list[Slug] = []


class ModuleFile(Strict):
    """`courses/<course>/<module>/module.yaml`."""

    id: Slug
    code: Annotated[str, Field(pattern=r"^[A-Z]\d?$")]
    title: Line
    teach: Annotated[tuple[Week, Week], Field(strict=False)]
    """First and last teaching week."""
    outcome: Prose
    """“The learner can …”, in one sentence."""
    why: Prose
    """Two or three sentences to a senior person: why this module, why now."""
    outcomes: Annotated[list[Line], Field(min_length=2, max_length=6)]
    codes: Annotated[list[CompetencyCode], Field(min_length=1)]
    complete: Rule | None = None
    """When the module is done; without one, when all required activities are."""
    activities: Annotated[list[Activity], Field(min_length=1)]


class Rule(Strict):
    """A node of the completion rule tree: exactly one key."""

    all: list[RuleNode] | None = None
    in_order: list[RuleNode] | None = None
    at_least: AtLeast | None = None
    points: AtLeastPoints | None = None
    activity: Slug | None = None
    attendance: Fraction01 | None = None
    """Share of the module's live sessions attended."""
    mean_mark: Percent | None = None
    """Mean of the module's released marks."""
    milestone: MilestoneReached | None = None
    simulation: SimulationPlayed | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"a rule has exactly one key, this one has {len(given)}")
        return self


RuleNode = Slug | Rule


class AtLeast(Strict):
    """At least n of these."""

    n: Annotated[int, Field(ge=1)]
    of: Annotated[list[RuleNode], Field(min_length=1)]


class AtLeastPoints(Strict):
    """At least p points from these."""

    p: Annotated[float, Field(gt=0)]
    of: dict[Slug, Annotated[float, Field(gt=0)]]


class MilestoneReached(Strict):
    """A milestone in a state."""

    id: Slug
    state: Literal["submitted", "accepted"]


class SimulationPlayed(Strict):
    """Rounds decided in, at least."""

    id: Literal["ps", "ls"]
    rounds: Annotated[int, Field(ge=1)]


class SessionPolicy(Strict):
    """Seats, questions and feedback of live sessions."""

    feedback_from: Annotated[int, Field(ge=3, le=50)] = 5
    """So many answers before any is shown."""
    feedback_days: Annotated[int, Field(ge=1, le=60)] = 14
    cancel_hours: Annotated[int, Field(ge=0, le=336)] = 24
    """How long before the start a seat is given up in time, unless the session says otherwise."""
    questions_each: Annotated[int, Field(ge=1, le=50)] = 5


class SimilarityPolicy(Strict):
    """Up to which share of common words a piece of work asks for what; above the last one a panel reads it."""

    fine_to: Fraction01 = 0.10
    review_to: Fraction01 = 0.25
    revise_to: Fraction01 = 0.40

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.fine_to < self.review_to < self.revise_to:
            raise ValueError("similarity: fine_to, review_to and revise_to must rise")
        return self


class PoliciesFile(Strict):
    """`policies.yaml`: every number that a cohort is pinned to."""

    programme_weights: dict[Slug, Percent]
    """Course id → per cent of the programme mark."""
    levels: Annotated[list[LevelBand], Field(min_length=4, max_length=4)]
    evidence: EvidencePolicy
    attendance: AttendancePolicy
    late: LatePolicy
    participation: ParticipationPolicy
    completion: CompletionPolicy
    awards: Annotated[list[Award], Field(min_length=1)]
    marking: MarkingPolicy
    teams: TeamPolicy
    capstone: CapstonePolicy
    scheduling: SchedulingPolicy
    requests: RequestPolicy
    instalments: list[AnchorText]
    sessions: SessionPolicy = Field(default_factory=SessionPolicy)
    contribution: ContributionPolicy = Field(default_factory=ContributionPolicy)
    gradebook: GradebookPolicy = Field(default_factory=GradebookPolicy)
    similarity: SimilarityPolicy = Field(default_factory=SimilarityPolicy)
    moderation: ModerationPolicy = Field(default_factory=ModerationPolicy)
    calibration: CalibrationPolicy = Field(default_factory=CalibrationPolicy)
    simulations: SimulationPolicy = Field(default_factory=SimulationPolicy)

    @model_validator(mode="after")
    def _sums(self) -> Self:
        total = sum(self.programme_weights.values())
        if abs(total - 100) > 1e-9:
            raise ValueError(f"programme_weights sum to {total:g}; make them 100")
        return self


class EvidencePolicy(Strict):
    """How marks become competency levels."""

    first_code: Fraction01
    course_recency: float
    capstone_recency: float
    min_items: int
    min_kinds: int
    level_marks: Annotated[list[Percent], Field(min_length=3, max_length=3)]


class AttendancePolicy(Strict):
    """Present from what share of the scheduled minutes; how much is needed."""

    full_from: Fraction01
    half_from: Fraction01
    join_opens_minutes: int
    dispute_days: int
    makeup_per_course: int
    late_joiner_from_join_date: bool
    makeup_days: Annotated[int, Field(ge=1, le=365)] = 14
    makeup_words: Annotated[int, Field(ge=20, le=2000)] = 150


class LatePolicy(Strict):
    """What a day costs."""

    per_day: Fraction01
    days: int
    upload_grace_minutes: int
    tokens: int
    token_hours: int


class ParticipationPolicy(Strict):
    """Threads and contribution."""

    threads: Fraction01
    first_post: Percent
    reply: Percent
    max_replies: int
    reply_min_words: int


class CompletionPolicy(Strict):
    """What a learner must reach."""

    attendance_overall: Fraction01
    attendance_course: Fraction01
    attendance_courses: list[Slug]
    course_minimum: dict[Slug, Percent]
    panel_minimum: Percent
    programme_minimum: Percent
    resits_per_course: int
    resit_cap: Percent
    resit_weeks: Annotated[int, Field(ge=1)] = 8
    """From its opening on."""
    deferral_months: int
    carry_minimum: Percent


class Award(Strict):
    """A class of award, best first."""

    id: Slug
    title: Line
    programme_from: Percent | None = None
    capstone_from: Percent | None = None
    attendance_from: Fraction01 | None = None
    needs_completion: bool


class MarkingPolicy(Strict):
    """Promises and moderation."""

    return_days: int
    """Calendar days in which work comes back."""
    moderation_share: Fraction01
    moderation_min: int
    moderate_below: Percent
    moderate_from: Percent
    complaint_days: int
    anonymous: bool = False
    """Assignments of one author that count are marked under candidate numbers, unless one says otherwise."""


class TeamPolicy(Strict):
    """Who may sit together."""

    size: Annotated[tuple[int, int], Field(strict=False)]
    capstone_size: Annotated[tuple[int, int], Field(strict=False)]
    max_zone_hours: int
    max_same_employer: int


class CapstonePolicy(Strict):
    """Guides, double marking, panel, peer factor, similarity."""

    guide_cap: int
    meeting_minutes: int
    meetings_needed: int
    meetings_planned: int
    answer_hours: int
    log_hours: int
    missed_alarm: int = 2
    correct_days: int = 7
    feedback_days: int = 5
    revise_days: int
    double_mark_mean_below: float
    double_mark_third_from: float
    panel_members: int
    panel_quorum: int
    panel_spread: float
    calibration_tolerance: float
    peer_factor: Annotated[tuple[float, float], Field(strict=False)]
    peer_response_min: Fraction01
    similarity: dict[str, Percent]
    report_rubric: Rubric
    panel_rubric: Rubric
    panel_fields: list[FormField]
    confidentiality: list[Line]


class SchedulingPolicy(Strict):
    """What the preview warns about."""

    night_from: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    night_to: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    min_window_hours: dict[str, int]
    urgent_hours: int


class RequestPolicy(Strict):
    """Promised answer times, in hours, by kind of request."""

    answer_hours: dict[str, int]


for _model in (CourseFile, GradingGroup, ModuleFile, Rule, AtLeast, PoliciesFile):
    _model.model_rebuild(_types_namespace=globals())
