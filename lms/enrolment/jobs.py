"""What comes about by itself: leaves and withdrawals planned for a day; and long lists that were asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.cohorts import queries as cohorts
from lms.core import errands, outbox
from lms.core.errands import Ended, Teller
from lms.enrolment import actions, policy
from lms.enrolment.rules.lists import STALE, done_words
from lms.people import queries as people


@outbox.handles("enrolment.plan")
def carry_out_plan(payload: dict[str, Any], now: dt.datetime) -> None:
    """Carry out a plan whose day has come; one that was dropped or overtaken is passed over."""
    actions.carry_out_plan(payload["event_id"], now=now)


@errands.does(actions.LONG_LIST)
def carry_out_list(payload: dict[str, Any], owner_id: int, teller: Teller, now: dt.datetime) -> Ended:
    """Carry out a long list, if whoever asked for it still may."""
    actor = people.actor_for(owner_id, now)
    if not policy.can_manage_people(actor, cohorts.by_id(payload["cohort_id"])):
        return Ended("You do not look after the people of this cohort any more.", well=False)
    done = actions.apply_list(
        payload["import_id"],
        confirmed=payload["confirmed"],
        invite=payload["invite"],
        tell=teller.say,
        actor=actor,
        now=now,
    )
    if done.stale:
        return Ended(STALE, well=False)
    return Ended(done_words(payload["seats"], added=done.added, changed=done.changed, invited=done.invited))
