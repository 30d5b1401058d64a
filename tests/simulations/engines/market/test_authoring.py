"""The guide for authors, followed to the letter: another scenario than ours, checked, balanced and played."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from lms.simulations.engines import play
from lms.simulations.engines.commands import simulations
from lms.simulations.engines.data import canonical
from lms.simulations.engines.leadership.__main__ import ENGINE as LEADERSHIP
from lms.simulations.engines.market import Parameters
from lms.simulations.engines.market.bots import fitted
from lms.simulations.engines.market.course import ENGINE as MARKET
from lms.simulations.engines.market.strategies import SANE
from tests.simulations.engines.market.worlds import shipped_parameters

GUIDE = Path("docs/simulations.md").read_text(encoding="utf-8")


def bicycles():
    """Three segments, three products and two events under names of their own, in four years of up to four teams."""
    raw = play.parameters(play.shipped("portfolio-years"))
    value, middle, pioneer = (raw["segments"][key] for key in ("V", "M", "P"))
    products = raw["start"]["products"]
    mix = {"town": 0.4, "village": 0.3, "coast": 0.3}
    return raw | {
        "name": "bicycles",
        "title": "Bicycles",
        "rounds": 4,
        "teams": {"least": 2, "most": 4},
        "segments": {"village": value, "town": middle, "coast": pioneer},
        "start": raw["start"]
        | {
            "products": {
                "kite": products["A"] | {"mix": mix},
                "lark": products["B"] | {"mix": mix},
                "wren": products["B"] | {"mix": mix, "price": 7},
            }
        },
        "events": raw["events"]
        | {
            "deck": {
                "flood": {
                    "title": "A flood",
                    "text": "For a year a tenth of every plant stands still.",
                    "rounds": 1,
                    "capacity": 0.9,
                    "sizes": {"coast": [0.8, 0.9]},
                },
                "road": {
                    "title": "A new road",
                    "text": "Villages find more to choose from.",
                    "outside": {"village": 1.2},
                },
            }
        },
    }


def told(tmp_path, command, raw, *more):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return CliRunner().invoke(simulations, [command, "portfolio-years", "--parameters", str(path), *more])


@pytest.mark.slow
def test_a_scenario_with_other_names_is_checked_and_bots_play_it(tmp_path):
    good = told(tmp_path, "check", bicycles())
    assert (good.exit_code, good.output.split(";")[0]) == (
        0,
        "Bicycles: 4 years, 2 to 4 teams, 3 segments, 3 products at the start, 2 events",
    )
    played = told(tmp_path, "balance", bicycles(), "--worlds", "1")
    assert played.exception is None or isinstance(played.exception, SystemExit), played.exception
    for heading in ("Worlds of sane strategies", "One among four: its points", "Price times"):
        assert heading in played.output


def test_every_place_of_what_does_not_go_together_is_told_on_its_own_line(tmp_path):
    wrong = bicycles()
    wrong["events"]["deck"]["flood"]["sizes"] = {"P": [0.8, 0.9], "V": [0.8, 0.9]}
    wrong["start"]["products"]["kite"]["price"] = 99
    bad = told(tmp_path, "check", wrong)
    assert bad.exit_code == 1
    assert sorted(bad.stderr.splitlines()) == [
        "events.deck.flood: P is no segment",
        "events.deck.flood: V is no segment",
        "start.products.kite.price: outside 3 to 30",
    ]


def test_bots_stay_what_they_were_in_a_scenario_that_has_their_segments():
    assert [fitted(one, shipped_parameters()) for one in SANE] == list(SANE)
    params = Parameters.read(bicycles())
    for one in SANE:
        for role in fitted(one, params).roles:
            assert role.segment in params.segments
            assert sum(role.mix.values()) == pytest.approx(1)


@pytest.mark.parametrize(("engine", "opening"), [(MARKET, '{"world": "thursday", "seed": 14'),
                                                  (LEADERSHIP, '{"world": "thursday", "seed": 33')])  # fmt: skip
def test_the_courses_of_the_guide_are_played_as_they_are_printed(engine, opening, tmp_path, capsysbinary):
    block = next(one for one in re.findall(r"(?:^ {4}.*\n)+", GUIDE, re.MULTILINE) if opening in one)
    path = tmp_path / "course.json"
    path.write_text(json.dumps(json.loads(block)), encoding="utf-8")
    assert play.main(engine, [str(path)]) == 0
    first = capsysbinary.readouterr().out
    assert play.main(engine, [str(path)]) == 0
    assert capsysbinary.readouterr().out == first
    assert canonical(json.loads(first)).decode() == first.decode().strip()


def test_the_commands_of_the_guide_are_those_that_there_are():
    """Every command line that is printed names a file and words that exist."""
    lines = re.findall(r"python -m (lms\.simulations\.engines\.\w+) (content/\S+)", GUIDE)
    assert {name for name, _ in lines} == {
        "lms.simulations.engines.market",
        "lms.simulations.engines.leadership",
    }
    assert all(Path(path).is_file() for _, path in lines)
    for command, scenario in re.findall(r"`lms simulations (\w+) ([\w-]+)", GUIDE):
        assert command in simulations.commands
        assert CliRunner().invoke(simulations, [command, scenario, "--help"]).exit_code == 0
