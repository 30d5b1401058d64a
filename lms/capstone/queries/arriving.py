"""Files of a milestone that are still arriving in pieces."""

from __future__ import annotations

from dataclasses import dataclass

from lms.capstone.queries.projects import MilestoneVisit, milestone_visible_to
from lms.capstone.rules import drafts as rules
from lms.core import uploads
from lms.core.errors import NotFound
from lms.core.uploads import UploadLine
from lms.coursework import queries as coursework
from lms.people.rules import Actor


def _under(project_id: int, activity_id: int) -> str:
    return f"milestone:{project_id}:{activity_id}:"


def upload_place(project_id: int, activity_id: int, slot: int) -> str:
    """What an upload in pieces is for; a slot is said by its number, for its name may be long."""
    return f"{_under(project_id, activity_id)}{slot}"


def unfinished(visit: MilestoneVisit) -> tuple[UploadLine, ...]:
    """What the visitor has begun to send to this milestone, whatever it is to be. One statement."""
    if visit.project is None or visit.place is None:
        return ()
    return uploads.unfinished_under(visit.place.person_id, _under(visit.project.id, visit.line.id))


@dataclass(frozen=True, slots=True)
class SendingVisit:
    """A file that somebody sends in pieces, with the milestone and the slot that it is for."""

    visit: MilestoneVisit
    slot: str
    upload: UploadLine

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.visit.cohort.id

    @property
    def place(self) -> object | None:
        """The sender's place."""
        return self.visit.place


def upload_visible_to(actor: Actor, slug: str, key: str, upload: str) -> SendingVisit:
    """An upload of one's own for one's own project; NotFound for everybody else."""
    visit = milestone_visible_to(actor, slug, key)
    found = uploads.by_public_id(upload)
    if visit.project is None or found is None or found.owner_id != actor.person_id:
        raise NotFound
    under = _under(visit.project.id, visit.line.id)
    known = rules.slots(coursework.content(visit.line.id).spec)
    number = found.place.removeprefix(under)
    if not found.place.startswith(under) or not number.isdigit() or int(number) >= len(known):
        raise NotFound
    return SendingVisit(visit, known[int(number)][0], found)
