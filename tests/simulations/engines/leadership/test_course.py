"""A world on paper: played by the function and on the command line, with places of what is wrong."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from lms.simulations.engines import data, play
from lms.simulations.engines.commands import simulations
from lms.simulations.engines.leadership import Answer, Course, beginning, step
from lms.simulations.engines.leadership import play as played
from lms.simulations.engines.leadership.__main__ import ENGINE
from tests.simulations.engines.leadership.world import decided, shipped

EXAMPLE = play.SCENARIOS / "six-quarters" / "course.json"


def course(teams, seed=4):
    return Course.read({"seed": seed, "parameters": shipped().written(), "teams": teams})


def rounds(count, option="b", seed=4):
    state, found = beginning(shipped(), seed), []
    for _ in range(count):
        found.append(decided(state, option=option, attention={"vision": 3}).written())
        state = step(shipped(), state, decided(state, option=option, attention={"vision": 3})).state
    return found


def test_teams_of_a_world_share_cards_and_nothing_else():
    first, second = rounds(2), [None, None]
    both = played(course({"north": first, "south": second}))
    turned = played(course({"south": second, "north": first}))
    assert data.canonical(both) == data.canonical(turned)
    alone = played(course({"north": first}))
    assert both.teams["north"] == alone.teams["north"]
    assert both.hands == alone.hands


def test_a_course_may_stop_in_the_middle_and_says_what_comes_next():
    answer = played(course({"north": rounds(2)})).teams["north"]
    assert (len(answer.rounds), answer.over, answer.next.round) == (2, False, 3)
    assert [card.id for card in answer.next.cards] == list(played(course({"north": rounds(2)})).hands[2])
    whole = played(course({"north": [None] * 6})).teams["north"]
    assert (len(whole.rounds), whole.over, whole.next) == (6, True, None)


def test_the_answer_pins_engine_and_parameters():
    answer = played(course({"north": []}))
    assert answer.engine.startswith("leadership ")
    assert answer.parameters == data.fingerprint(shipped())
    assert Answer.read(answer.written()) == answer


@pytest.mark.parametrize(
    ("teams", "place"),
    [
        ({"north": [{}]}, "teams.north.0.attention"),
        ({"north": [None] * 7}, "teams.north.round 7"),
        ({}, "teams"),
    ],
)
def test_what_cannot_be_played_is_told_with_team_and_round(teams, place):
    with pytest.raises(data.InvalidInput) as refused:
        played(course(teams))
    assert place in [one.place for one in refused.value.problems]


def test_a_round_that_does_not_fit_its_state_is_told_with_team_and_round():
    wrong = rounds(2)
    wrong[1]["options"] = {}
    with pytest.raises(data.InvalidInput) as refused:
        played(course({"north": wrong}))
    assert all(one.place.startswith("teams.north.round 2.options.") for one in refused.value.problems)


def test_the_shipped_example_is_played_on_the_command_line_to_equal_bytes(capsysbinary):
    assert play.main(ENGINE, [str(EXAMPLE)]) == 0
    once = capsysbinary.readouterr().out
    elsewhere = subprocess.run(
        [sys.executable, "-m", "lms.simulations.engines.leadership", str(EXAMPLE)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert elsewhere.stdout == once
    answer = json.loads(once)
    assert {name: team["over"] for name, team in answer["teams"].items()} == {"Chinar": True, "Deodar": True}
    assert [one["report"]["team"]["idle"] for one in answer["teams"]["Deodar"]["rounds"]].count(True) == 1


def test_the_command_line_prints_its_schema_and_names_places(capsys, monkeypatch):
    assert play.main(ENGINE, ["--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert "Units of attention that this person needs" in json.dumps(schema["course"])
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"seed": "x", "teams": {"n": []}})))
    assert play.main(ENGINE, []) == 2
    assert "seed" in capsys.readouterr().err


def test_the_scenario_is_checked_on_the_command_line_cards_included(tmp_path):
    good = CliRunner().invoke(simulations, ["check", "six-quarters"])
    assert good.exit_code == 0
    assert f"{len(shipped().cards)} cards, 4 of them in every game" in good.output
    spoiled = shipped().written()
    spoiled["cards"][4]["situation"] = "Too short."
    path = tmp_path / "parameters.yaml"
    path.write_text(json.dumps(spoiled))
    bad = CliRunner().invoke(simulations, ["check", "six-quarters", "--parameters", str(path)])
    assert bad.exit_code == 1
    assert "cards.E01.situation: has 2 words; 60 to 120 are right" in bad.stderr


def test_the_tournament_is_played_on_the_command_line_and_ends_by_its_gates():
    """One world is too few for every option to fit often enough; which ones is for the gates to say."""
    result = CliRunner().invoke(simulations, ["balance", "six-quarters", "--worlds", "1"])
    assert "context-reader" in result.output
    assert result.exit_code == ("gates: all hold" not in result.output)
