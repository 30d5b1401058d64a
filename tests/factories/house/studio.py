"""The studio of the house: a draft that waits, a set of releases, a joint session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.scheduling import actions, queries
from lms.scheduling.models import JointSession, JointSessionMember, ReleaseSet, ScheduleRelease
from lms.scheduling.rules import Edit, EditKind
from tests.factories import studio, world

if TYPE_CHECKING:
    from lms.cohorts.queries import CohortView
    from lms.people.models import Person
    from tests.factories.house import Builder


def drafts(at: Builder) -> None:
    """The coordinator shares a draft, so does the other cohort's; one session is both's."""
    at.values["draft"], at.values["release_set"] = _of(at.own, at.persons["coordinator, own"])
    at.values["scheduling.release:number"] = "1"
    draft, together = _of(at.other, at.persons["coordinator, other cohort"])
    at.foreign |= {"draft": draft, "release_set": together}
    at.values["scheduling.part:key"] = "s33"
    with unit_of_work():
        joint = JointSession(made_at=clock.now(), made_by_id=at.persons["coordinator, own"].id)
        db.session.add(joint)
        db.session.flush()
        for cohort in (at.own, at.other):
            line = queries.item(cohort.id, "s33")
            assert line is not None
            db.session.add(JointSessionMember(joint_id=joint.id, cohort_id=cohort.id, item_id=line.id))


def _of(cohort: CohortView, who: Person) -> tuple[str, str]:
    """The ids of a shared draft and of a set. Only this cohort is in the set, so that one grant is enough for it."""
    actor = world.actor(who)
    with unit_of_work():
        together = ReleaseSet(published_at=clock.now(), published_by_id=who.id)
        db.session.add(together)
        db.session.flush()
        release = db.session.query(ScheduleRelease).filter_by(cohort_id=cohort.id, number=1).one()
        release.set_id = together.id
        public_id = together.public_id
    waiting = studio.begun(cohort, actor=actor, name="Diwali week")
    waiting = studio.edited(waiting, Edit(EditKind.SHIFT, cohort.id, "s32", days=7), actor=actor)
    with unit_of_work() as work:
        actions.rename_draft(studio.seen(waiting), waiting.name, shared=True, actor=actor, now=work.now)
    return waiting.public_id, public_id
