"""Lists tried, carried out and taken back, against the database."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts.models import CohortState
from lms.core import audit, clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.sheets import to_csv
from lms.core.uow import unit_of_work
from lms.enrolment import actions, queries
from lms.enrolment.models import Place, Team
from lms.enrolment.rules import ListKind, PlaceEventKind, PlaceState, TeamKind
from lms.enrolment.rules.plan import ListStop
from lms.people.models import Invitation, Person, User
from tests.factories import enrolment, world
from tests.support.statements import statements

pytestmark = pytest.mark.db

THREE = (
    "name,email,external id,section,employer,team\n"
    "Asha Menon,asha@list.example,1,A,Acme,Fig\n"
    "Ben Okafor,ben@list.example,2,A,Bolt,Fig\n"
    "Chen Wei,chen@list.example,3,,Core,Oak\n"
)


def names(cohort_id: int) -> list[str]:
    return [line.name for line in queries.roster(cohort_id)]


def count(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def stop(found: queries.ImportView, **options: bool) -> object:
    with pytest.raises(RuleViolation) as refused:
        enrolment.applied(found, **options)
    return refused.value.reason


def test_trying_changes_nothing_and_carrying_out_does_what_was_shown(session):
    cohort = world.cohort()
    people = count(Person)
    found = enrolment.tried(cohort, THREE)
    assert enrolment.outcomes(found) == ["add"] * 3
    assert (count(Person), count(Place), count(Team)) == (people, 0, 0)
    done = enrolment.applied(found)
    assert (done.added, done.changed, done.invited) == (3, 0, 0)
    lines = queries.roster(cohort.id)
    assert [(one.name, one.working_team, one.section, one.external_id) for one in lines] == [
        ("Asha Menon", "Fig", "A", "1"), ("Ben Okafor", "Fig", "A", "2"), ("Chen Wei", "Oak", "A", "3"),
    ]  # fmt: skip
    assert all(one.zone == cohort.zone and not one.has_password for one in lines)
    assert audit.verify().broken_at is None


def test_the_second_time_nothing_changes(session):
    cohort = world.cohort()
    enrolment.applied(enrolment.tried(cohort, THREE))
    again = enrolment.tried(cohort, THREE)
    assert enrolment.outcomes(again) == ["here"] * 3
    assert stop(again) is ListStop.NOTHING


def test_our_own_export_changes_nothing(session):
    cohort = world.cohort()
    enrolment.applied(enrolment.tried(cohort, THREE.replace("Acme", "=cmd|' /C calc'!A0")))
    from lms.enrolment.views import roster_page

    text = to_csv(roster_page.HEADINGS, roster_page.csv_rows(queries.roster(cohort.id), clock.now()))
    assert "'=cmd" in text
    assert enrolment.outcomes(enrolment.tried(cohort, text)) == ["here"] * 3


def test_rows_with_mistakes_are_left_out_and_the_others_carried_out(session):
    cohort = world.cohort()
    found = enrolment.tried(cohort, THREE + "Dana,dana@list,4,A,,\nAsha M,asha@list.example,5,A,,\n")
    assert enrolment.outcomes(found) == ["add"] * 3 + ["error"] * 2
    enrolment.applied(found)
    assert len(names(cohort.id)) == 3
    sheet = queries.sheet_of(found)
    assert sheet.rows[3].written[:2] == ("Dana", "dana@list")


def test_changes_are_made_to_whoever_has_not_been_here_yet(session):
    cohort = world.cohort()
    enrolment.applied(enrolment.tried(cohort, THREE))
    ben = db.session.scalar(sa.select(Person).where(Person.email == "ben@list.example"))
    with unit_of_work():
        ben.last_seen_on = clock.now().date()
    changed = THREE.replace("Acme", "Newco").replace("Bolt", "Newco").replace("Core,Oak", "Core,Fig")
    found = enrolment.tried(cohort, changed)
    assert enrolment.outcomes(found) == ["change", "here", "change"]
    enrolment.applied(found)
    lines = queries.roster(cohort.id)
    assert [one.employer for one in lines] == ["Newco", "Bolt", "Core"]
    assert [one.working_team for one in lines] == ["Fig"] * 3


def test_a_coordinator_changes_nobody_who_belongs_to_others_too(session):
    cohort, other = world.cohort(), world.cohort()
    director = world.director()
    shared = world.learner(other, "Shared Person")
    text = f"name,email,employer\nRenamed,{shared.email},X\nRenamed,director@example.org,X\n"
    enrolment.applied(enrolment.tried(cohort, text))
    again = enrolment.tried(cohort, text)
    assert enrolment.outcomes(again) == ["here", "here"]
    assert names(cohort.id) == [director.name, "Shared Person"]


def test_many_changes_ask_for_a_second_yes(session):
    cohort = world.cohort()
    rows = "".join(f"N{n},n{n}@list.example,%s\n" for n in range(6))
    enrolment.applied(enrolment.tried(cohort, "name,email,employer\n" + rows.replace("%s", "A")))
    found = enrolment.tried(cohort, "name,email,employer\n" + rows.replace("%s", "B"))
    assert stop(found) is ListStop.MANY_CHANGES
    assert enrolment.applied(found, confirmed=True).changed == 6
    assert stop(found, confirmed=True) is ListStop.APPLIED


def test_a_list_whose_ground_moved_is_shown_again_instead(session):
    cohort = world.cohort(seats=3)
    found = enrolment.tried(cohort, THREE)
    enrolment.many(cohort, 1)
    assert enrolment.applied(found).stale
    again = queries.import_visible_to(world.director(), cohort.slug, found.line.public_id)
    assert enrolment.outcomes(again) == ["add", "add", "error"]
    assert enrolment.applied(again).added == 2
    assert queries.seats_taken(cohort.id) == 3


def test_a_closed_cohort_takes_no_list(session):
    cohort = world.cohort()
    found = enrolment.tried(cohort, THREE)
    with unit_of_work() as work:
        cohort_actions.set_state(cohort.id, CohortState.CLOSED, actor=world.director(), now=work.now)
    assert "over" in str(stop(found).value)


def test_invitations_go_out_with_the_list_and_no_password_is_hashed(session):
    cohort = world.cohort()
    assert enrolment.applied(enrolment.tried(cohort, THREE), invite=True).invited == 3
    assert count(Invitation) == 3
    users = db.session.scalars(
        sa.select(User.password).join(Person).where(Person.email.like("%list.example"))
    )
    assert list(users) == [None] * 3


@pytest.mark.slow
def test_a_thousand_rows_take_a_fixed_number_of_statements_for_each_chunk(session):
    cohort = world.cohort(seats=2000)

    def rows(first: int, last: int) -> str:
        return "name,email,section,team\n" + "".join(
            f"N{n},n{n}@bulk.example,A,T{n % 3}\n" for n in range(first, last)
        )

    counts = []
    for first, last in ((0, 10), (10, 210)):
        found = enrolment.tried(cohort, rows(first, last))
        with statements() as seen:
            enrolment.applied(found)
        counts.append(len([text for text in seen.writes if enrolment.OWN.match(text)]))
    assert counts == [6, 5]  # the first list forms the teams besides


# Undone -------------------------------------------------------------------------------------------------------------


def test_undoing_withdraws_those_who_have_not_begun_and_says_who_stays(session):
    cohort = world.cohort(weeks_in=3)
    found = enrolment.tried(cohort, THREE)
    enrolment.applied(found, invite=True)
    asha, ben, chen = queries.roster(cohort.id)
    with unit_of_work():
        db.session.get_one(Person, ben.person_id).last_seen_on = clock.now().date()
    done = enrolment.undone(found)
    assert (done.withdrawn, done.kept, done.reverted) == (2, ["Ben Okafor"], 0)
    assert names(cohort.id) == ["Ben Okafor"]
    assert queries.story(asha.place_id)[-1].kind is PlaceEventKind.IMPORT_UNDONE
    assert queries.counting_days(cohort.id)[chen.place_id].held == ()
    assert sorted(queries.present_teams(cohort.id, TeamKind.WORKING)) == ["fig"]
    open_ = db.session.scalar(
        sa.select(sa.func.count()).select_from(Invitation).where(Invitation.revoked_at.is_(None))
    )
    assert open_ == 1
    with pytest.raises(RuleViolation) as refused:
        enrolment.undone(found)
    assert refused.value.reason is ListStop.UNDONE
    assert audit.verify().broken_at is None


def test_after_undoing_the_mended_list_enrols_again(session):
    cohort = world.cohort()
    found = enrolment.tried(cohort, THREE)
    enrolment.applied(found)
    enrolment.undone(found)
    again = enrolment.tried(cohort, THREE)
    assert enrolment.outcomes(again) == ["add"] * 3
    enrolment.applied(again)
    assert len(names(cohort.id)) == 3
    assert count(Place) == 3


def test_undoing_puts_back_what_nobody_has_changed_since(session):
    cohort = world.cohort()
    enrolment.applied(enrolment.tried(cohort, THREE))
    changed = THREE.replace("Acme", "Newco").replace("Bolt,Fig", "Newco,Oak").replace("Core,Oak", "Core,Elm")
    found = enrolment.tried(cohort, changed)
    assert enrolment.outcomes(found) == ["change"] * 3
    enrolment.applied(found)
    with unit_of_work():
        asha = db.session.scalar(sa.select(Person).where(Person.email == "asha@list.example"))
        asha.employer = "Her own firm"
    done = enrolment.undone(found)
    assert (done.withdrawn, done.reverted, done.not_reverted) == (0, 3, ["Asha Menon: employer"])
    lines = queries.roster(cohort.id)
    assert [(one.employer, one.working_team) for one in lines] == [
        ("Her own firm", "Fig"), ("Bolt", "Fig"), ("Core", "Oak"),
    ]  # fmt: skip
    assert "elm" not in queries.present_teams(cohort.id, TeamKind.WORKING)


def test_undoing_reaches_back_over_a_join_date(session):
    cohort = world.cohort(weeks_in=6)
    enrolment.applied(enrolment.tried(cohort, THREE))
    before = queries.roster(cohort.id)[0].joined_on
    later = before + dt.timedelta(days=7)
    found = enrolment.tried(cohort, f"email,join date\nasha@list.example,{later}\n")
    enrolment.applied(found)
    assert queries.roster(cohort.id)[0].joined_on == later
    assert enrolment.undone(found).reverted == 1
    assert queries.roster(cohort.id)[0].joined_on == before


def test_somebody_withdrawn_for_another_reason_is_not_brought_back_by_a_list(session):
    cohort = world.cohort(weeks_in=2)
    enrolment.applied(enrolment.tried(cohort, THREE))
    place_id = queries.roster(cohort.id)[0].place_id
    with unit_of_work() as work:
        there = work.now.astimezone(ZoneInfo(cohort.zone)).date()
        values = {"effective_on": there, "actor": world.director(), "now": work.now}
        actions.change_state(place_id, PlaceState.WITHDRAWN, reason="moved away", **values)
    assert enrolment.outcomes(enrolment.tried(cohort, THREE)) == ["error", "here", "here"]


# Teams --------------------------------------------------------------------------------------------------------------


def test_a_list_of_teams_is_tried_carried_out_and_undone(session):
    cohort = world.cohort()
    enrolment.applied(enrolment.tried(cohort, THREE))
    text = (
        "team,email\nOak,asha@list.example\nElm,ben@list.example\nOak,chen@list.example\nX,nobody@x.example\n"
    )
    found = enrolment.tried(cohort, text, ListKind.WORKING_TEAMS)
    assert enrolment.outcomes(found) == ["change", "change", "here", "error"]
    enrolment.applied(found, confirmed=True)
    assert [one.working_team for one in queries.roster(cohort.id)] == ["Oak", "Elm", "Oak"]
    enrolment.undone(found)
    assert [one.working_team for one in queries.roster(cohort.id)] == ["Fig", "Fig", "Oak"]
    capstone = enrolment.tried(cohort, text, ListKind.CAPSTONE_TEAMS)
    assert enrolment.outcomes(capstone) == ["add", "add", "add", "error"]
    enrolment.applied(capstone)
    assert [one.capstone_team for one in queries.roster(cohort.id)] == ["Oak", "Elm", "Oak"]
    enrolment.undone(capstone)
    assert [one.capstone_team for one in queries.roster(cohort.id)] == ["", "", ""]
