"""`lms simulations …`: the engines on the command line. Each brings its own tools, which are loaded when asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol, cast

import click

from lms.simulations.engines.data import InvalidInput
from lms.simulations.engines.play import parameters, shipped

TOOLS = {
    "portfolio-years": "lms.simulations.engines.market.tools",
    "six-quarters": "lms.simulations.engines.leadership.tools",
}
"""The scenarios that we ship, and where the tools of their engine are."""


class Tools(Protocol):
    """What an engine's module of tools has."""

    def check(self, raw: Mapping[str, Any]) -> str:
        """Read a scenario and tell in a line what is in it; InvalidInput names what does not fit."""
        ...

    def balance(self, raw: Mapping[str, Any], worlds: int | None) -> tuple[str, Sequence[str]]:
        """Let bots play so many worlds (the engine's usual number without one): the table, and the gates that fail."""
        ...


@click.group()
def simulations() -> None:
    """The business simulations: check a scenario, play bots against each other."""


scenario = click.argument("scenario", type=click.Choice(sorted(TOOLS)))
given = click.option(
    "--parameters",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file in place of the scenario that we ship.",
)


@simulations.command()
@scenario
@given
def check(scenario: str, path: Path | None) -> None:
    """Check the parameters of a scenario; every problem is told with its place."""
    try:
        click.echo(_tools(scenario).check(parameters(path or shipped(scenario))))
    except InvalidInput as refused:
        _told(refused)


@simulations.command()
@scenario
@given
@click.option("--worlds", type=click.IntRange(min=1), help="How many worlds each bot plays.")
def balance(scenario: str, path: Path | None, worlds: int | None) -> None:
    """Let bots play a scenario against each other; ends with 1 where a gate of its balance fails."""
    tools = _tools(scenario)
    if not hasattr(tools, "balance"):
        raise click.ClickException(f"{scenario} has no bots")
    try:
        text, failed = tools.balance(parameters(path or shipped(scenario)), worlds)
    except InvalidInput as refused:
        _told(refused)
    else:
        click.echo(text)
        if failed:
            raise SystemExit(1)


def _told(refused: InvalidInput) -> NoReturn:
    """Tell every problem with its place, and end."""
    for problem in refused.problems:
        click.echo(f"{problem.place}: {problem.says}", err=True)
    raise SystemExit(1) from refused


def _tools(scenario: str) -> Tools:
    return cast(Tools, importlib.import_module(TOOLS[scenario]))
