"""Playing from the command line, and the parameters that we ship."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lms.simulations.engines import play
from lms.simulations.engines.data import InvalidInput, fingerprint
from lms.simulations.engines.market import Parameters
from lms.simulations.engines.market.course import ENGINE, Answer, Course
from tests.simulations.engines.market.worlds import changed, shipped_parameters

EXAMPLE = "content/simulations/portfolio-years/course.json"


def played(*arguments, hashing="0"):
    return subprocess.run(
        [sys.executable, "-m", "lms.simulations.engines.market", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": hashing},
    )


def test_the_example_is_played_to_the_same_bytes_by_every_process():
    first, second = played(EXAMPLE, hashing="1"), played(EXAMPLE, hashing="2")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    answer = Answer.read(json.loads(first.stdout))
    assert answer.parameters == fingerprint(shipped_parameters())
    assert [one.report.round for one in answer.rounds] == [1, 2, 3]
    assert answer.rounds[1].report.teams["west"].idle
    assert answer.rounds[2].report.public.event.key == "recession"


def course(**changes):
    raw = json.loads(Path(EXAMPLE).read_text(encoding="utf-8"))
    return {**raw, "parameters": shipped_parameters().written(), **changes}


def test_a_course_goes_on_from_a_state():
    whole = ENGINE.play(Course.read(course()))
    rounds = course()["rounds"]
    rest = course(teams=[], rounds=rounds[1:], state=whole.rounds[0].state.written())
    assert ENGINE.play(Course.read(rest)).rounds == whole.rounds[1:]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"rounds": [{"event": "flood"}]}, "rounds.0.event"),
        ({"rounds": [{}, {"decisions": {"east": None}}]}, "rounds.1.east"),
        ({"teams": ["north"]}, "teams"),
        ({"rounds": [{"decisions": {"north": {"products": {}}}}]}, "rounds.0.north.products.A"),
    ],
)
def test_what_cannot_be_played_is_told_with_round_and_place(changes, place):
    with pytest.raises(InvalidInput) as refused:
        ENGINE.play(Course.read(course(**changes)))
    assert refused.value.problems[0].place == place


def test_the_command_line_tells_places_and_ends_with_two(capsys, tmp_path):
    wrong = tmp_path / "course.json"
    wrong.write_text(json.dumps({"world": "w", "seed": "x", "teams": ["a"], "rounds": []}))
    assert play.main(ENGINE, [str(wrong)]) == 2
    assert capsys.readouterr().err.startswith("seed: ")


def test_the_schema_says_what_every_field_means(capsys):
    assert play.main(ENGINE, ["--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    brand = schema["course"]["$defs"]["ProductDecision"]["properties"]["brand"]
    assert brand["description"] == "₹ million."
    assert "free cash flow" in schema["answer"]["$defs"]["CashFlow"]["properties"]["change"]["description"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"segments__V__weights__ease": 0.5}, "come to one"),
        ({"scorecard__terms__value__weight": 30}, "105"),
        ({"start__products__A__mix": {"V": 0.5}}, "start.products.A.mix"),
        ({"start__products__A__price": 40}, "start.products.A.price"),
        ({"events__probability": 0.8}, "certainty"),
        ({"events__deck__recession__sizes": {"Q": [0.9, 0.9]}}, "Q is no segment"),
        ({"teams__least": 7}, "least is above most"),
        ({"launch__most_products": 1}, "more than launch.most_products"),
        ({"segments__V__size__kind": "shrinking"}, "size"),
        ({"rounds": 8.5}, "rounds"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(changes, says):
    with pytest.raises(InvalidInput, match=says):
        Parameters.read(changed(shipped_parameters().written(), **changes))
