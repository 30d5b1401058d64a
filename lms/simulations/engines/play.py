"""Playing a world on the command line: `python -m lms.simulations.engines.market course.json`.

A course is one JSON document: the world's name and seed, its teams, and for each round the event and the decisions.
What comes out is one JSON document too: the engine's version, the fingerprint of the parameters, and each round's
report and next state, in canonical form, so that two replays can be compared with `cmp`. The parameters are those of
the scenario that we ship, unless the course brings its own or `--parameters` names a YAML file. `--schema` prints what
a course and its answer look like. What cannot be played is told line by line, with its place; it ends with 2 then.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lms.simulations.engines.data import Data, InvalidInput, Problem, canonical

SCENARIOS = Path(__file__).resolve().parents[3] / "content" / "simulations"
"""Where the scenarios are that we ship."""


@dataclass(frozen=True)
class Engine:
    """What the command line needs to know of an engine."""

    name: str
    scenario: str
    """Folder of the scenario that we ship, below `content/simulations`."""

    course: type[Data]
    answer: type[Data]
    play: Callable[[Any], Data]
    """From a course to its answer; InvalidInput where a round cannot be played."""


def main(engine: Engine, arguments: Sequence[str] | None = None) -> int:
    """Play the course that the arguments name; 0 where it could be played, 2 where not."""
    asked = _asked(engine, arguments)
    if asked.schema:
        shapes = {"course": engine.course.model_json_schema(), "answer": engine.answer.model_json_schema()}
        print(json.dumps(shapes, indent=2, ensure_ascii=False))
        return 0
    try:
        raw = _read(asked.course)
        if asked.parameters or "parameters" not in raw:
            raw = {**raw, "parameters": parameters(asked.parameters or shipped(engine.scenario))}
        answer = engine.play(engine.course.read(raw))
    except InvalidInput as refused:
        for problem in refused.problems:
            print(f"{problem.place or 'course'}: {problem.says}", file=sys.stderr)
        return 2
    if asked.pretty:
        print(json.dumps(answer.written(), indent=2, ensure_ascii=False, sort_keys=True))
    else:
        sys.stdout.buffer.write(canonical(answer) + b"\n")
    return 0


def shipped(scenario: str) -> Path:
    """The file with the parameters of a scenario that we ship."""
    return SCENARIOS / scenario / "parameters.yaml"


def parameters(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file, with that of the files it names under `include` beside it.

    InvalidInput where a file cannot be read or is no mapping.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InvalidInput([Problem(str(path), f"cannot be read: {error}")]) from error
    if not isinstance(raw, dict):
        raise InvalidInput([Problem(str(path), "is not a mapping")])
    found = {str(key): value for key, value in raw.items()}
    for name in found.pop("include", ()):
        found |= parameters(path.parent / name)
    return found


def _asked(engine: Engine, arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the arguments ask for."""
    parser = argparse.ArgumentParser(
        prog=f"python -m lms.simulations.engines.{engine.name}", description=__doc__
    )
    parser.add_argument(
        "course", nargs="?", default="-", help="a JSON file; - reads from the input (default)"
    )
    parser.add_argument("--parameters", type=Path, help="a YAML file in place of the shipped parameters")
    parser.add_argument("--schema", action="store_true", help="print the JSON schemas of course and answer")
    parser.add_argument("--pretty", action="store_true", help="indent the answer for reading")
    return parser.parse_args(arguments)


def _read(name: str) -> Mapping[str, Any]:
    """The course in a file or from the input; InvalidInput where it is no JSON object."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        raw = json.loads(text)
    except (OSError, ValueError) as error:
        raise InvalidInput([Problem("", f"{name} cannot be read: {error}")]) from error
    if not isinstance(raw, dict):
        raise InvalidInput([Problem("", "a course is one JSON object")])
    return raw
