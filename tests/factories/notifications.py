"""What people were told in tests, and acts that tell them."""

from __future__ import annotations

import sqlalchemy as sa

from lms.community import actions as community_actions
from lms.community import queries as community_queries
from lms.community.actions import Drafting
from lms.community.rules import Audience, AudienceKind
from lms.core import outbox
from lms.core.db import db
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment_actions
from lms.enrolment.rules import PlaceState
from lms.notifications import queries
from lms.notifications.models import Delivery, Notice
from lms.scheduling import actions as scheduling_actions
from lms.scheduling.actions import PersonalDate
from tests.factories import world


def notices(who, kind=None):
    found = queries.inbox(who.id).rows
    return [line for line in found if kind is None or line.kind is kind]


def mails(who):
    return list(
        db.session.scalars(
            sa.select(MailMessage).where(MailMessage.person_id == who.id).order_by(MailMessage.id)
        )
    )


def worked_off():
    """What the worker does when it is woken."""
    while outbox.drain():
        pass
    db.session.expire_all()


def clear():
    """Nobody has been told anything yet."""
    with unit_of_work():
        db.session.execute(sa.delete(Delivery))
        db.session.execute(sa.delete(Notice))
        db.session.execute(sa.delete(MailMessage))


def own(cohort, key, scope, scope_id, ends_at):
    with unit_of_work() as work:
        return scheduling_actions.set_personal_date(
            PersonalDate(
                cohort_id=cohort.id,
                item_key=key,
                scope=scope,
                scope_id=scope_id,
                ends_at=ends_at,
                reason="Travel.",
            ),
            actor=world.director(),
            now=work.now,
        )


def leave(cohort, who):
    place = enrolment_place(cohort, who)
    with unit_of_work() as work:
        enrolment_actions.change_state(
            place,
            PlaceState.ON_LEAVE,
            reason="A new child.",
            effective_on=work.now.date(),
            actor=world.director(),
            now=work.now,
        )


def enrolment_place(cohort, who):
    return queries.place_id_of(cohort.id, who.id)


def announced(cohort, by, *, by_mail=True, title="Rooms change"):
    audience = Audience(AudienceKind.EVERYONE)
    actor = world.actor(by)
    with unit_of_work() as work:
        drafting = Drafting(title=title, text="We meet **upstairs**.", audience=audience, by_mail=by_mail)
        draft = community_actions.announce(cohort.id, drafting, actor=actor, now=work.now).id
    expected = len(community_queries.listeners_of(cohort.id, audience, by.id))
    with unit_of_work() as work:
        community_actions.send(draft, expected=expected, actor=actor, now=work.now)
    return draft
