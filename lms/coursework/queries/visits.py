"""An activity's page as the person who opens it meets it: the cohort, the activity, their own place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.remember import Remembered
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine, ModuleLine, Outline
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import MyPlace
from lms.enrolment.rules import TeamKind
from lms.people.rules import Actor, Role
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine, Whose

ASSIGNMENT_KINDS = frozenset(
    {ActivityKind.ASSIGNMENT, ActivityKind.GROUP_WORK, ActivityKind.ROLE_PLAY, ActivityKind.PROGRESS_NOTE}
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at an activity's page. `place` is empty for staff, who see what learners see."""

    cohort: CohortView
    line: ActivityLine
    place: MyPlace | None

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def outline(self) -> Outline:
        """The programme version it belongs to."""
        return curriculum.outline(self.cohort.version_id)

    @property
    def module(self) -> ModuleLine:
        """The module it belongs to."""
        return self.outline.modules[self.line.module_id]

    @property
    def team_work(self) -> bool:
        """Whether a team hands it in."""
        return self.line.kind is ActivityKind.GROUP_WORK

    @property
    def team_id(self) -> int | None:
        """The viewer's working team."""
        return self.place.team(TeamKind.WORKING) if self.place else None

    @property
    def whose(self) -> Whose:
        """Whose dates count: the team's for teamwork, otherwise the learner's own."""
        if self.place is None:
            raise NotFound
        if self.team_work:
            return Whose(0, self.place.section_id, (self.team_id,) if self.team_id else ())
        teams = tuple(team for _kind, team, _name in self.place.teams)
        return Whose(self.place.person_id, self.place.section_id, teams)


def reading_visible_to(actor: Actor, slug: str, key: str) -> Visit:
    """A reading of a cohort the actor belongs to."""
    return _visit(actor, slug, key, frozenset({ActivityKind.READING}))


def quiz_visible_to(actor: Actor, slug: str, key: str) -> Visit:
    """A quiz of a cohort the actor belongs to."""
    return _visit(actor, slug, key, frozenset({ActivityKind.QUIZ}))


def assignment_visible_to(actor: Actor, slug: str, key: str) -> Visit:
    """Work to hand in, in a cohort the actor belongs to."""
    return _visit(actor, slug, key, ASSIGNMENT_KINDS)


def form_visible_to(actor: Actor, slug: str, key: str) -> Visit:
    """A form of a cohort the actor belongs to."""
    return _visit(actor, slug, key, frozenset({ActivityKind.FORM}))


def _visit(actor: Actor, slug: str, key: str, kinds: frozenset[ActivityKind]) -> Visit:
    place = _place(actor, slug)
    cohort = place.cohort if place else cohorts.cohort_visible_to(actor, slug)
    line = curriculum.outline(cohort.version_id).by_key.get(key)
    if line is None or line.kind not in kinds:
        raise NotFound
    return Visit(cohort, line, place)


def _place(actor: Actor, slug: str) -> MyPlace | None:
    """The actor's own active place with its cohort and teams, in one statement; none for staff."""
    if not actor.anywhere(Role.LEARNER):
        return None
    with suppress(NotFound):
        return enrolment.my_place(actor, slug)
    return None


def window(visit: Visit) -> ItemLine | None:
    """From when to when the activity is open for this person: their own dates; the cohort's for staff."""
    if visit.place is None:
        return scheduling.item(visit.cohort.id, visit.line.key)
    return scheduling.effective_item(visit.cohort.id, visit.line.key, visit.whose)


def windows(visit: Visit) -> tuple[ItemLine | None, ItemLine | None]:
    """The cohort's dates of the activity, and those that hold for this learner; read together."""
    return scheduling.usual_and_effective(visit.cohort.id, visit.line.key, visit.whose)


_coordinators: Remembered[str] = Remembered(256)


def coordinator_name(cohort: CohortView) -> str:
    """Whom to ask: the cohort's first coordinator by name."""

    def read() -> str:
        names = [line.name for line in cohorts.staff(cohort.id) if line.role is Role.COORDINATOR]
        return names[0] if names else "your coordinator"

    today = clock.now().date()  # somebody takes over from a day on
    return _coordinators.get(cohort.id, (cohort.outline_version, today), read)
