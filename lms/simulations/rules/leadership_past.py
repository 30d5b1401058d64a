"""A world of SIX QUARTERS as it was played: what the debrief is told from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from lms.simulations.engines.leadership import Decisions, Parameters, State
from lms.simulations.engines.leadership.names import STAKEHOLDERS
from lms.simulations.rules.debrief import Course, Memory, Seat
from lms.simulations.rules.games import Json
from lms.simulations.rules.salience import LOW, Claim


class LeadershipPast:
    """What was decided and what was true, read once."""

    def __init__(self, course: Course, memory: Memory | None = None) -> None:
        self.course = course
        self.memory = memory or Memory()
        self.params = Parameters.read(course.parameters)

    @property
    def rounds(self) -> int:
        """How many were played."""
        return len(self.course.past)

    @cached_property
    def scores(self) -> Mapping[str, float]:
        """The index by team, as it stands after the last round."""
        if not self.course.past:
            return {}
        return {
            seat.key: self.truth_of(self.rounds, seat.key)["score"]["index"] for seat in self.course.seats
        }

    def truth_of(self, number: int, key: str) -> Json:
        """What was true of a team in a round."""
        found: Json = self.course.past[number - 1].report["teams"][key]["facilitator"]
        return found

    def told_of(self, number: int, key: str) -> Json:
        """What a team was told after a round."""
        found: Json = self.course.past[number - 1].report["teams"][key]["team"]
        return found

    def state(self, number: int, key: str) -> State:
        """A team before a round."""
        raw = self.course.start if number == 1 else self.course.past[number - 2].state
        return State.read(raw["teams"][key])

    def sheets(self, key: str) -> tuple[Decisions | None, ...]:
        """What a team decided, round by round."""
        raw = (past.decisions.get(key) for past in self.course.past)
        return tuple(None if one is None else Decisions.read(one, key) for one in raw)

    def seats(self, keys: Sequence[str]) -> list[Seat]:
        """The teams of that choice, in the order of their names."""
        return [seat for seat in self.course.seats if seat.key in keys]

    def who(self, key: str) -> str:
        """A stakeholder's name."""
        return next(one.name for one in self.params.stakeholders if one.id == key)

    def claims(self, key: str) -> tuple[Claim, ...]:
        """What a team's game says of each stakeholder."""
        sheets = [one for one in self.sheets(key) if one is not None]
        spent = {
            one: sum(sheet.attention.stakeholders.get(one, 0.0) for sheet in sheets) for one in STAKEHOLDERS
        }
        whole = sum(spent.values())
        found = []
        for one in self.params.stakeholders:
            sided = pressing = 0
            for number in range(1, self.rounds + 1):
                truth, state = self.truth_of(number, key), self.state(number, key)
                for card in truth["cards"]:
                    effect = (
                        self.params.card(card["card"])
                        .options[card["choice"]["fitting"]]
                        .effects.get(f"trust.{one.id}", 0)
                    )
                    sided += (effect > 0) - (effect < 0)
                promised = any(pledge.to == one.id for pledge in state.promises)
                pressing += promised or state.trust[one.id] < LOW
            found.append(
                Claim(
                    name=one.name,
                    power=one.power,
                    even=1 / len(self.params.stakeholders),
                    sided=sided,
                    pressing=pressing / self.rounds if self.rounds else 0.0,
                    attention=spent[one.id] / whole if whole else 0.0,
                )
            )
        return tuple(found)

    def values(self, key: str) -> list[dict[str, float]]:
        """The true values at the start and after each round."""
        if not self.course.past:
            return []
        return [
            self.truth_of(1, key)["before"],
            *(self.truth_of(at, key)["after"] for at in range(1, self.rounds + 1)),
        ]
