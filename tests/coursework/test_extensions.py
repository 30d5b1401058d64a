"""More time: given with a reason, or one's own two without."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, queries
from lms.coursework.models import Extension
from lms.people.rules import Role
from lms.scheduling.models import Override, ScheduledItem
from tests.factories import assessment as marking
from tests.factories import coursework as make
from tests.factories import world

MORE = {"activity": "a-1", "until_on": "2099-01-01", "until_at": "23:59", "reason": "work"}
MONTH = dt.timedelta(days=30)
TWO_DAYS = dt.timedelta(hours=48)


@pytest.fixture
def cora(cohort):
    return make.coordinator(cohort, "Cora Coordinator")


def page_of(cohort, who):
    return f"/cohorts/{cohort.slug}/learners/{make.place_public_id(who, cohort)}/extensions/new"


def work_of(cohort, key="a-1"):
    return f"/cohorts/{cohort.slug}/assignments/{key}"


def effective(who, cohort, key="a-1"):
    return queries.window(make.visit(who, cohort, key)).ends_at


def test_a_coordinator_gives_more_time_on_the_cohorts_clock(cohort, lea, cora, now, visit):
    until = make.due(cohort, "a-1") + dt.timedelta(days=3)
    at = visit(cora)
    page = at.get(page_of(cohort, lea))
    assert page.one("#activity option:nth-of-type(2)") is not None
    local = until.astimezone(ZoneInfo(cohort.zone))
    fields = {
        "activity": "a-1",
        "until_on": f"{local:%Y-%m-%d}",
        "until_at": f"{local:%H:%M}",
        "reason": "illness",
        "note": "dengue, certificate seen",
    }
    after = at.submit(page, "main form.form", fields)
    assert "Lea Ito has until" in " ".join(after.messages)
    assert "dengue, certificate seen" in after.text()
    assert effective(lea, cohort) == until
    hers = visit(lea).get(work_of(cohort))
    assert "extended for you" in hers.text()
    assert "dengue" not in hers.text()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose what the extension is for."),
        ({"activity": "foreign"}, "Not a valid choice"),
        ({**MORE, "until_on": "2020-01-01"}, "must be later than the present one"),
        ({**MORE, "until_on": "2099-01-01"}, "must lie within the cohort's year"),
        ({**MORE, "until_on": "soon"}, "Not a valid"),
        ({**MORE, "until_at": "25:99"}, "Not a valid"),
        ({**MORE, "reason": ""}, "Choose the reason."),
        ({**MORE, "note": "x" * 401}, "At most 400 characters."),
    ],
)  # fmt: skip
def test_an_extension_that_cannot_be_is_refused_at_its_field(
    cohort, lea, cora, now, visit, send, fields, words
):
    answer = send(visit(cora), page_of(cohort, lea), fields)
    assert answer.status_code == 200
    assert words.replace("'", "&#39;") in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Extension)) == 0


def test_an_extension_makes_work_handed_in_before_on_time_without_a_stigma(cohort, lea, cora, now, visit):
    """L5: uploaded after the original and inside the extended deadline."""
    marking.marker(cohort, "Mara Marker")
    due = make.due(cohort, "a-1")
    with clock.at(due + dt.timedelta(minutes=10)):
        make.handed_in(lea, cohort)
        task = db.session.scalars(sa.select(MarkingTask)).one()
        assert task.late_days == 1
        make.extended(lea, cohort, "a-1", due + TWO_DAYS, by=cora)
        db.session.expire_all()
        assert task.late_days == 0
        version = queries.work(queries.owner_of(make.visit(lea, cohort, "a-1"))).versions[0]
        assert (version.late_days, version.due_at) == (0, due + TWO_DAYS)
        assert "on time (extended)" in visit(lea).get(work_of(cohort)).text("#versions ~ ul")
        shown = queries.works_for_markers([version.id])[version.id]
        assert [one.late_days for one in shown.versions] == [0]
        assert "extend" not in repr(shown)


def test_an_early_version_is_simply_on_time_whatever_was_extended(cohort, lea, cora, now, visit):
    make.handed_in(lea, cohort)
    make.extended(lea, cohort, "a-1", make.due(cohort, "a-1") + TWO_DAYS, by=cora)
    assert "(extended)" not in visit(lea).get(work_of(cohort)).text("#versions ~ ul")


def test_a_second_extension_replaces_the_first_and_is_later(cohort, lea, cora, now):
    due = make.due(cohort, "a-1")
    make.extended(lea, cohort, "a-1", due + TWO_DAYS, by=cora)
    with pytest.raises(RuleViolation, match="later than the present one"):
        make.extended(lea, cohort, "a-1", due + TWO_DAYS, by=cora)
    make.extended(lea, cohort, "a-1", due + 2 * TWO_DAYS, by=cora, reason="family")
    assert effective(lea, cohort) == due + 2 * TWO_DAYS
    in_force = sa.select(sa.func.count()).select_from(Override).where(Override.revoked_at.is_(None))
    assert db.session.scalar(in_force) == 1


@pytest.mark.parametrize(("moved", "days"), [(2, 0), (-30, 1)])
def test_a_date_that_moves_for_all_helps_and_never_harms_what_was_handed_in(cohort, lea, now, moved, days):
    due = make.due(cohort, "a-1")
    item = make.item(cohort, "a-1")
    with clock.at(due + dt.timedelta(minutes=10)):
        make.handed_in(lea, cohort)
        spans = {"starts_at": item.starts_at - 2 * MONTH, "ends_at": due + dt.timedelta(days=moved)}
        with unit_of_work() as work:
            db.session.execute(sa.update(ScheduledItem).where(ScheduledItem.id == item.id).values(**spans))
            actions.recount_items(cohort.id, (item.id,), never_worse=True, now=work.now)
    (version,) = queries.work(queries.owner_of(make.visit(lea, cohort, "a-1"))).versions
    assert version.late_days == days


def test_teamwork_is_extended_for_the_team(cohort, lea, cora):
    rina = world.learner(cohort, "Rina Mehta")
    with clock.at(make.opened(cohort, "g1")):
        make.team(cohort, [lea, rina])
        due = make.due(cohort, "g1")
        make.extended(lea, cohort, "g1", due + TWO_DAYS, by=cora)
        assert effective(rina, cohort, "g1") == due + TWO_DAYS
        row = db.session.scalars(sa.select(Extension)).one()
        assert (row.place_id, row.team_id is not None) == (None, True)


def test_who_may_give_more_time(cohort, lea, cora, now, visit):
    faculty = world.granted(Role.FACULTY, cohort, "Fay Faculty")
    guide = world.granted(Role.GUIDE, cohort, "Gus Guide")
    elsewhere = make.coordinator(world.cohort(weeks_in=3), "Carl Elsewhere")
    visit(faculty).get(page_of(cohort, lea))
    visit(guide).refused(page_of(cohort, lea), status=403)
    visit(lea).refused(page_of(cohort, lea), status=403)
    visit(elsewhere).refused(page_of(cohort, lea), status=404)
    visit(cora).refused(f"/cohorts/{cohort.slug}/learners/nobodyishere/extensions/new", status=404)


def test_ones_own_two_extensions(cohort, lea, now, visit, send):
    due = make.due(cohort, "a-1")
    at = visit(lea)
    page = at.get(work_of(cohort))
    assert "You have 2 of 2 left" in page.text()
    after = at.submit(page, 'form[action$="/own-extension"]')
    assert "Your deadline is now" in " ".join(after.messages)
    assert effective(lea, cohort) == due + TWO_DAYS
    send(at, f"{work_of(cohort)}/own-extension")
    assert "used an extension without a reason here already" in " ".join(at.get(work_of(cohort)).messages)
    back = at.submit(at.get(work_of(cohort)), 'form[action$="/own-extension/return"]')
    assert "the original deadline holds again" in " ".join(back.messages)
    assert effective(lea, cohort) == due
    assert "You have 2 of 2 left" in back.text()


def test_a_third_one_is_refused_with_whom_to_ask(cohort, lea, cora, visit, send):
    keys = ["a-1", "a-2", "b-1"]
    for key in keys:
        with clock.at(make.opened(cohort, key)):
            at = visit(lea)
            send(at, f"{work_of(cohort, key)}/own-extension")
            said = " ".join(at.get(work_of(cohort, key)).messages)
    assert "Ask Cora Coordinator for more time." in said
    assert effective(lea, cohort, "b-1") == make.due(cohort, "b-1")


def test_it_is_taken_before_the_deadline_and_kept_after_the_original(cohort, lea, now, visit, send):
    due = make.due(cohort, "a-1")
    send(visit(lea), f"{work_of(cohort)}/own-extension")
    with clock.at(due + dt.timedelta(hours=2)):
        at = visit(lea)
        send(at, f"{work_of(cohort)}/own-extension/return")
        assert "can no longer be given back" in " ".join(at.get(work_of(cohort)).messages)
        assert effective(lea, cohort) == due + TWO_DAYS
        rina = world.learner(cohort, "Rina Mehta")
        hers = visit(rina)
        send(hers, f"{work_of(cohort)}/own-extension")
        assert "The deadline has passed." in " ".join(hers.get(work_of(cohort)).messages)


def test_giving_one_back_brings_back_what_was_given_before(cohort, lea, cora, now, visit, send):
    due = make.due(cohort, "a-1")
    make.extended(lea, cohort, "a-1", due + dt.timedelta(days=1), by=cora)
    at = visit(lea)
    send(at, f"{work_of(cohort)}/own-extension")
    assert effective(lea, cohort) == due + dt.timedelta(days=3)
    send(at, f"{work_of(cohort)}/own-extension/return")
    assert effective(lea, cohort) == due + dt.timedelta(days=1)


def test_there_is_none_for_teamwork(cohort, lea, cora, visit, send):
    with clock.at(make.opened(cohort, "g1")):
        make.team(cohort, [lea])
        at = visit(lea)
        assert not at.get(work_of(cohort, "g1")).has("#own-time")
        send(at, f"{work_of(cohort, 'g1')}/own-extension")
        assert "This deadline is your team's." in " ".join(at.get(work_of(cohort, "g1")).messages)
