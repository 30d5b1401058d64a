"""SIX QUARTERS as runs play it: teams of a world share cards and luck, and never touch each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lms.simulations.engines import leadership
from lms.simulations.engines.data import InvalidInput, Problem
from lms.simulations.engines.leadership import Decisions, Parameters, State
from lms.simulations.engines.leadership.bots import BOTS
from lms.simulations.engines.leadership.course import VERSION
from lms.simulations.engines.leadership.decisions import idle, problems
from lms.simulations.rules.games import Json, Past, Shown, Turn, made

_TEAMS = (1, 24, 0)
"""Teams of a world do not touch each other: one is enough, and nobody has to be filled up."""


def _made(parameters: Json) -> Parameters:
    return made(parameters, Parameters.read)


class SixQuarters:
    """The leadership engine behind the interface of runs. A state is one state for each team."""

    engine = "leadership"
    version = VERSION
    scenario = "six-quarters"
    title = "Six Quarters"
    prefix = "ls"
    least, most = 3, 6
    open_scores = False

    def checked(self, parameters: Json) -> Json:
        return Parameters.read(parameters).written()

    def rounds(self, parameters: Json) -> int:
        return _made(parameters).rounds

    def world_sizes(self, parameters: Json) -> tuple[int, int, int]:
        return _TEAMS

    def lenses(self, parameters: Json) -> Sequence[tuple[str, str, str]]:
        return [(one.id, one.title, one.about) for one in _made(parameters).signals.lenses]

    def strategies(self) -> Sequence[str]:
        return [one.name for one in BOTS if one.sane]

    def begin(self, parameters: Json, world: str, seed: int, teams: Sequence[str]) -> Json:
        start = leadership.beginning(_made(parameters), seed).written()
        return {"round": 1, "teams": dict.fromkeys(sorted(teams), start)}

    def blank(self, parameters: Json, state: Json, team: str) -> Json:
        params, own = _made(parameters), State.read(state["teams"][team])
        return idle(params, own).written() | {"options": {}}

    def problems(self, parameters: Json, state: Json, team: str, decided: Json) -> list[Problem]:
        params, own = _made(parameters), State.read(state["teams"][team])
        try:
            return problems(params, own, Decisions.read(decided))
        except InvalidInput as refused:
            return refused.problems

    def events(self, parameters: Json, state: Json) -> Sequence[tuple[str, str]]:
        return ()

    def turn(
        self, parameters: Json, state: Json, decided: Mapping[str, Json | None], event: Json | str | None
    ) -> Turn:
        params = _made(parameters)
        states, reports, scores, idlers = {}, {}, {}, set()
        for team, own in sorted(state["teams"].items()):
            sheet = decided.get(team)
            decisions = None if sheet is None else Decisions.read(sheet, team)
            result = leadership.step(params, State.read(own), decisions, team)
            states[team], reports[team] = result.state.written(), result.report.written()
            scores[team] = result.report.facilitator.score.index
            if result.report.team.idle:
                idlers.add(team)
        number = int(state["round"])
        return Turn(
            state={"round": number + 1, "teams": states},
            report={"round": number, "teams": reports},
            idle=frozenset(idlers),
            scores=scores,
        )

    def own_report(self, report: Json, team: str) -> Json:
        return {"round": report["round"], "team": report["teams"][team]["team"]}

    def evidence(self, parameters: Json, report: Json, team: str) -> Sequence[Shown]:
        codes = report["teams"][team]["facilitator"]["score"]["codes"]
        return [
            Shown(
                code,
                one["score"],
                f"choices on {len(one['evidence'])} cards {one['process']:.0f}, where it led {one['outcome']:.0f}",
            )
            for code, one in sorted(codes.items())
        ]

    def bot(
        self, parameters: Json, state: Json, past: Sequence[Past], team: str, strategy: str
    ) -> Json | None:
        bot = next(one for one in BOTS if one.name == strategy)
        own = State.read(state["teams"][team])
        decided = bot.decides(_made(parameters), own, own.seed)
        return decided.written() if decided else None


SIX_QUARTERS = SixQuarters()
