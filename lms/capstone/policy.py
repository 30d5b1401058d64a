"""Who may see, work on, guide and steer projects. What a loader does not find for an actor is a 404 before this."""

from __future__ import annotations

from typing import Protocol

from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

SEEING = frozenset({Role.FACULTY, Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR})
"""They see every project of the cohort."""
GUIDING = frozenset({Role.FACULTY, Role.COORDINATOR})
"""They may answer and note in the guide's place."""
GUIDES = frozenset({Role.GUIDE, Role.FACULTY})
"""They may be assigned to a project."""
STEERING = frozenset({Role.COORDINATOR})
ASSIGNING = frozenset({Role.COORDINATOR, Role.DIRECTOR})
CONFIDANTS = frozenset({Role.COORDINATOR, Role.DIRECTOR})


class OwnPlace(OfCohort, Protocol):
    """The capstone of a cohort, with the viewer's own place where they have one."""

    @property
    def place(self) -> object | None: ...


class OfProject(OfCohort, Protocol):
    """A project as a guard finds it for an actor."""

    @property
    def guide_id(self) -> int | None: ...

    @property
    def member(self) -> bool: ...


def can_see_room(actor: Actor, visit: OwnPlace) -> bool:
    """See how the capstone runs; a learner sees their own project in it."""
    return cohorts.can_take_part(actor, visit)


def can_work(actor: Actor, visit: OwnPlace) -> bool:
    """Work on a project: a learner of the cohort, in their own place."""
    return cohorts.can_learn(actor, visit) and visit.place is not None


def guides(actor: Actor, project: OfProject) -> bool:
    """Be the project's guide: assigned to it, and still with a task in the cohort that lets one guide."""
    return project.guide_id == actor.person_id and actor.has_any(GUIDES, project.cohort_id)


def can_see_project(actor: Actor, project: OfProject) -> bool:
    """Open a project: its members, its guide, and the cohort's faculty, coordinators, directors and auditors."""
    return project.member or guides(actor, project) or actor.has_any(SEEING, project.cohort_id)


def can_guide(actor: Actor, project: OfProject) -> bool:
    """Answer milestones and note meetings: the guide, or faculty and coordinators in the guide's place."""
    if project.member:
        return False
    return guides(actor, project) or actor.has_any(GUIDING, project.cohort_id)


class OfMeeting(OfProject, Protocol):
    """A meeting of a project, and who noted it."""

    @property
    def by_id(self) -> int: ...


def can_correct_meeting(actor: Actor, meeting: OfMeeting) -> bool:
    """Correct the note on a meeting: whoever wrote it, and coordinators. For how long is a rule."""
    return not meeting.member and (meeting.by_id == actor.person_id or can_steer(actor, meeting))


def can_talk(actor: Actor, project: OfProject) -> bool:
    """Write in the project's thread: its members and those who guide."""
    return project.member or can_guide(actor, project)


def can_steer(actor: Actor, project: OfProject) -> bool:
    """Take a step back, assign a topic, end a project."""
    return actor.has_any(STEERING, project.cohort_id)


def can_read_conflicts(actor: Actor, project: OfProject) -> bool:
    """Read what the team wrote about conflicts of interest: the team, coordinators and directors."""
    return project.member or actor.has_any(CONFIDANTS, project.cohort_id)


def can_see_guides(actor: Actor, thing: OfCohort) -> bool:
    """See all projects of a cohort with their guides and milestones."""
    return actor.has_any(SEEING, thing.cohort_id)


def can_assign_guides(actor: Actor, thing: OfCohort) -> bool:
    """Say who guides which project, and start projects for teams."""
    return actor.has_any(ASSIGNING, thing.cohort_id)


def can_override_cap(actor: Actor) -> bool:
    """Give a guide more projects than the limit."""
    return actor.anywhere(Role.DIRECTOR)


class Download(Protocol):
    """A file of a project, with what the viewer is to it."""

    @property
    def sees(self) -> bool: ...


def can_download(_actor: Actor, file: Download) -> bool:
    """Take a file: members; once handed in, whoever sees the project, its markers and its reviewers."""
    return file.sees
