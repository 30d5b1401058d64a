"""Tasks in a cohort: given, and ended."""

from __future__ import annotations

from lms.cohorts import queries as cohorts
from lms.cohorts.events import StaffAppointed, StaffReleased
from lms.core import clock, events
from lms.curriculum import queries as curriculum
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind
from lms.people.rules import Role


@events.on(StaffAppointed)
def staff_appointed(event: StaffAppointed) -> None:
    """Tell a person what they are in a cohort from now on."""
    _tell(event, ended=False)


@events.on(StaffReleased)
def staff_released(event: StaffReleased) -> None:
    """Tell a person that their task has ended."""
    _tell(event, ended=True)


def _tell(event: StaffAppointed | StaffReleased, *, ended: bool) -> None:
    cohort = cohorts.by_id(event.cohort_id)
    outline = curriculum.outline(cohort.version_id)
    course = next((course.title for course in outline.courses if course.key == event.course_key), "")
    task = f"{event.role} of {course}" if course else event.role
    now = clock.now()
    verb = "You are no longer" if ended else "You are"
    message = Message(
        kind=NoticeKind.PLACE,
        key=f"staff:{cohort.id}:{event.role}:{event.course_key}:{'ended' if ended else 'given'}:{event.at.isoformat()}",
        title=f"{verb} {task} in {cohort.name}",
        text=_text(event.role, ended=ended),
        link="/" if ended else _link(event.role, cohort.slug),
        cohort_id=cohort.id,
        act="Open Cadre" if ended else "Open your desk",
    )
    actions.tell_all(queries.people([event.person_id]), message, now=now)


def _text(role: str, *, ended: bool) -> str:
    if ended:
        return "What you wrote and decided stays. Thank you for your work."
    words = {
        Role.COORDINATOR.value: "People, dates, teams and announcements of the cohort are yours to run.",
        Role.MARKER.value: "Work that waits for you is in your marking queue, with when it is promised back.",
        Role.GUIDE.value: "The projects you guide, with what waits for your answer, are on your desk.",
    }
    return words.get(role, "Your sessions, what waits to be marked and what people ask are on your desk.")


def _link(role: str, slug: str) -> str:
    if role == Role.COORDINATOR.value:
        return queries.path("desks.board", slug)
    return queries.path("desks.teaching")
