"""The cohort in the middle of Six Quarters: round 4 is open on every day, and each of its teams stands elsewhere.

It looks at the demonstration that `test_states` looks at, built once for both, and so belongs with the slow ones.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.db import db
from lms.demo.players import players
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.simulations import queries
from lms.simulations.models import Presence, Round, Run, RunMember, RunTeam, Sheet, Voice, WorldResult
from lms.simulations.rules import Phase, RoundState, Verdict, round_state
from tests.demo.test_states import of, shown
from tests.support.statements import statements

__all__ = ["shown"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]
PARTNERS = "/cohorts/partner-2"
PLAYER = "samira.contractor"


def run_of(engine: str) -> Run:
    which = sa.select(Cohort.id).where(Cohort.slug == "partner-2").scalar_subquery()
    return db.session.scalars(sa.select(Run).where(Run.cohort_id == which, Run.engine == engine)).one()


def test_its_teams_stand_where_teams_stand(shown: Flask) -> None:
    market, game = run_of("market"), run_of("leadership")
    assert (market.phase, game.phase) == (Phase.ENDED, Phase.COMPETITION)
    rounds = {
        row.item_key: row for row in db.session.scalars(sa.select(Round).where(Round.run_id == game.id))
    }
    states = {key: round_state(queries.times_of(row), clock.now()) for key, row in rounds.items()}
    assert states == {
        **dict.fromkeys(("ls-practice", "ls-r1", "ls-r2", "ls-r3"), RoundState.PUBLISHED),
        "ls-r4": RoundState.OPEN,
        "ls-r5": RoundState.PLANNED,
        "ls-r6": RoundState.PLANNED,
    }
    now = rounds["ls-r4"]
    found = set()
    for team in db.session.scalars(sa.select(RunTeam).where(RunTeam.run_id == game.id)):
        mine = sa.and_(Sheet.round_id == now.id, Sheet.team_id == team.id)
        sheet = db.session.scalars(sa.select(Sheet).where(mine)).one_or_none()
        looked = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Presence)
            .where(Presence.round_id == now.id, Presence.team_id == team.id)
        )
        if sheet is None:
            assert not looked
            found.add("nobody has opened it")
            continue
        assert looked
        said = db.session.scalars(sa.select(Voice).where(Voice.sheet_id == sheet.id)).all()
        others = len(queries.member_places(game.id, [team.id])) - 1
        if not sheet.submission:
            assert sheet.draft
            found.add("a sheet is being written")
        elif [one for one in said if one.verdict is Verdict.DISSENT and one.reason]:
            found.add("somebody dissents")
        else:
            found.add("confirmed" if len(said) == others else "waits for its members")
    assert found == {
        "a sheet is being written",
        "confirmed",
        "nobody has opened it",
        "somebody dissents",
        "waits for its members",
    }
    whys = db.session.scalars(sa.select(Sheet.rationale).where(Sheet.round_id == rounds["ls-r3"].id)).all()
    assert len(set(whys)) == len(whys) >= 4, "no two teams give the same reasons"
    assert {one.email for one in players(clock.now())} >= {f"{PLAYER}@cadre.example"}


def test_nothing_of_a_round_that_is_not_over_shows(shown: Flask) -> None:
    game = run_of("leadership")
    learner = of(shown, PLAYER)
    learner.get(PARTNERS)
    with statements() as seen:
        desk = learner.get(PARTNERS)
    assert len(seen) <= 10
    assert "Six Quarters" in desk.text()
    (open_now,) = db.session.scalars(
        sa.select(Round).where(Round.run_id == game.id, Round.item_key == "ls-r4")
    ).all()
    played = sa.select(sa.func.count()).where(WorldResult.round_id == open_now.id)
    assert db.session.scalar(played) == 0
    team = db.session.scalars(
        sa.select(RunTeam.public_id)
        .join(RunMember, RunMember.team_id == RunTeam.id)
        .join(Place, Place.id == RunMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(Person.email == f"{PLAYER}@cadre.example", RunTeam.run_id == game.id)
    ).one()
    base = f"{PARTNERS}/simulations/{game.public_id}"
    place = learner.get(f"{base}/teams/{team}/")
    others = db.session.scalars(
        sa.select(Sheet.submitted_rationale).where(
            Sheet.round_id == open_now.id, Sheet.submitted_rationale != ""
        )
    ).all()
    assert others
    assert [why for why in others if why[:40] in place.text()] == []
    learner.refused(f"{base}/teams/{team}/rounds/{open_now.public_id}/", status=404)
    learner.refused(f"{base}/teams/{team}/debrief/", status=403)


def test_whoever_runs_it_sees_who_has_not_decided(shown: Flask) -> None:
    coordinator, faculty = of(shown, "coordinator"), of(shown, "faculty")
    for page in ("/coordination", f"{PARTNERS}/overview"):
        coordinator.get(page)
        with statements() as seen:
            coordinator.get(page)
        assert len(seen) <= 14, seen
    console = faculty.get(f"{PARTNERS}/simulations/{run_of('leadership').public_id}/")
    assert "Round 4" in console.text()
