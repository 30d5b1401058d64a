"""The debrief of SIX QUARTERS, told from what every team of a world decided and what was true of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lms.simulations.engines.data import InvalidInput, Problem
from lms.simulations.engines.leadership import deal
from lms.simulations.engines.leadership.names import CODES, STAKEHOLDERS
from lms.simulations.engines.leadership.replay import Swap, TurningPoint, swapped, turning_points
from lms.simulations.rules import leadership_questions, leadership_truth
from lms.simulations.rules.debrief import (
    Block,
    Grid,
    Line,
    Picture,
    Seat,
    Swapped,
    Swapping,
    Told,
    quotes,
    signed,
)
from lms.simulations.rules.games import Json
from lms.simulations.rules.leadership_past import LeadershipPast
from lms.simulations.rules.salience import salience

STYLES = ("", "directed", "coached", "supported", "left to decide")
MESSAGES = {
    "full": "told in full",
    "framed": "told with the favourable part in front",
    "minimal": "told little",
}
LINE_WORDS = {
    "cash": "cash line",
    "growth": "growth line",
    "bet": "bet",
    "debt": "repairs",
    "discovery": "discovery",
}


class LeadershipTeller(LeadershipPast):
    """The teams of one world, told afterwards."""

    # Round by round -------------------------------------------------------------------------------------------------

    def timeline(self, number: int, keys: Sequence[str]) -> tuple[Block, ...]:
        titles = [
            self.params.card(one).title for one in deal.hands(self.params, self.course.seed)[number - 1]
        ]
        first = Told("What came up", f"Quarter {number}", tuple(titles))
        return (first, *(self._team_round(number, seat) for seat in self.seats(keys)))

    def _team_round(self, number: int, seat: Seat) -> Told:
        decided, said = (
            self.course.past[number - 1].decisions.get(seat.key),
            self.course.said(number, seat.key),
        )
        told = self.told_of(number, seat.key)
        chosen = [f"{card['title']}: {card['chose']} {card['reactions']}".strip() for card in told["cards"]]
        broken = [f"The promise to {self.who(one['to'])} was not kept." for one in told["promises_broken"]]
        left = [f"{name} left." for name in told["left"]]
        if decided is None:
            about = "Nothing was handed in: each matter took the course that it takes when nobody decides"
            return Told(seat.name, about, (*chosen, *broken, *left), tone="warn")
        attention = decided["attention"]
        most = sorted(attention["stakeholders"].items(), key=lambda it: -it[1])[:2]
        met = ", ".join(f"{self.who(one)} {units:g}" for one, units in most if units)
        capacity = sorted(decided["capacity"].items(), key=lambda it: -it[1])[:2]
        lines = (
            *chosen,
            f"Most time for {met or 'nobody'}; most capacity for "
            + " and ".join(f"{LINE_WORDS[name]} {100 * share:.0f} %" for name, share in capacity)
            + f"; {MESSAGES[decided['message']]}.",
            *broken,
            *left,
        )
        about = "Decided by a bot" if seat.bot or not said.by else f"Submitted by {said.by}"
        return Told(seat.name, about, lines, quotes(said.rationale, said.dissents))

    # Teams side by side ---------------------------------------------------------------------------------------------

    def compare(self, keys: Sequence[str], scored: Collection[str], own: str | None) -> tuple[Block, ...]:
        wanted = [(f"Trust of {self.who(one)}", f"trust.{one}") for one in STAKEHOLDERS]
        wanted += [(f"Agreement of {self.who(one)}", f"buy_in.{one}") for one in STAKEHOLDERS]
        wanted += [(name, f"line.{line}") for line, name in self.params.signals.lines.items()]
        pictures = [self._curve(title, quantity, keys, own) for title, quantity in wanted]
        people = [
            Picture(
                f"{what} of the product managers",
                "mean of those who are there",
                self._places(),
                tuple(
                    Line(
                        seat.name,
                        tuple(self._people(values, kind) for values in self.values(seat.key)),
                        seat.key == own,
                    )
                    for seat in self.seats(keys)
                ),
            )
            for what, kind in (("Skill", "skill"), ("Engagement", "engagement"))
        ]
        index = [key for key in keys if key in scored]
        return (
            *pictures[:12],
            *people,
            *pictures[12:],
            *([self._index(index)] if index and self.course.past else []),
        )

    def _places(self) -> tuple[str, ...]:
        return ("start", *(f"Q{number}" for number in range(1, self.rounds + 1)))

    def _curve(self, title: str, quantity: str, keys: Sequence[str], own: str | None) -> Picture:
        lines = tuple(
            Line(
                seat.name,
                tuple(round(values[quantity], 1) for values in self.values(seat.key)),
                seat.key == own,
            )
            for seat in self.seats(keys)
        )
        return Picture(title[0].upper() + title[1:], "0 to 100", self._places(), lines)

    @staticmethod
    def _people(values: Mapping[str, float], kind: str) -> float | None:
        found = [value for name, value in values.items() if name.startswith(f"{kind}.")]
        return round(sum(found) / len(found), 1) if found else None

    def _index(self, keys: Sequence[str]) -> Grid:
        rows = tuple(
            (
                seat.name,
                f"{truth['score']['index']:.1f}",
                str(truth["score"]["level"]),
                f"{truth['score']['business']:.1f}",
                str(sum(len(self.told_of(at, seat.key)["left"]) for at in range(1, self.rounds + 1))),
            )
            for seat in self.seats(keys)
            for truth in [self.truth_of(self.rounds, seat.key)]
        )
        columns = (
            ("Team", "text"),
            ("Index", "num"),
            ("Level", "num"),
            ("Business", "num"),
            ("Who left", "num"),
        )
        return Grid(
            "How it ended",
            columns,
            rows,
            "The index is the mean of the twelve competencies.",
        )

    def truth(self, keys: Sequence[str], own: str | None) -> tuple[Block, ...]:
        return leadership_truth.told(self, self.seats(keys))

    # Turning points and swaps ---------------------------------------------------------------------------------------

    def turned(self, key: str) -> tuple[TurningPoint, ...]:
        """The choices on which a team's game turned; worked out once."""
        turned: dict[str, tuple[TurningPoint, ...]] = self.memory.turned
        if key not in turned:
            turned[key] = turning_points(self.params, self.course.seed, self.sheets(key))
        return turned[key]

    def turning(self, key: str) -> tuple[Told, ...]:
        return tuple(
            told
            for point in self.turned(key)
            for swap in [max(point.swaps, key=lambda one: (abs(one.index), one.instead))]
            for told in [self._told(swap)]
        )

    def turned_written(self, key: str) -> list[Json]:
        return [point.written() for point in self.turned(key)]

    def recall(self, key: str, written: Sequence[Json]) -> None:
        self.memory.turned.setdefault(key, tuple(TurningPoint.read(one) for one in written))

    def choices(self, key: str) -> Sequence[tuple[str, str]]:
        return [
            (card, f"Q{number} {self.params.card(card).title}")
            for number, dealt in enumerate(deal.hands(self.params, self.course.seed)[: self.rounds], start=1)
            for card in dealt
        ]

    def swap(self, asked: Swapping) -> Swapped:
        known = self.memory.swaps.get(asked)
        if known is not None:
            return known
        if asked.team not in self.scores:
            raise InvalidInput([Problem("team", "did not play in this world")])
        if asked.value not in ("1", "2", "3"):
            raise InvalidInput([Problem("value", "choose option 1, 2 or 3")])
        if asked.what not in {card for card, _ in self.choices(asked.team)}:
            raise InvalidInput([Problem("what", "this card was not played")])
        letter = deal.shown(self.params.card(asked.what), self.course.seed)[int(asked.value) - 1]
        swap = swapped(self.params, self.course.seed, self.sheets(asked.team), asked.what, letter)
        told = self._told(swap)
        rows = tuple(
            (
                f"{code} {self.course.code_names.get(code, '')}".strip(),
                f"{swap.before.codes[code].score:.1f}",
                f"{swap.after.codes[code].score:.1f}",
                signed(swap.codes[code]),
            )
            for code in CODES
        )
        columns = (
            ("Competency", "text"),
            ("As it was", "num"),
            ("Would have been", "num"),
            ("Difference", "num"),
        )
        blocks = (Grid("Competencies at the end", columns, rows),)
        return self.memory.keep(asked, Swapped(told.title, told.about, told.lines, blocks))

    def _told(self, swap: Swap) -> Told:
        card = self.params.card(swap.card)
        codes = sorted(swap.codes.items(), key=lambda it: -abs(it[1]))[:3]
        lines = (
            f"Chosen: {card.options[swap.chose].text}",
            f"Instead: {card.options[swap.instead].text}",
            f"What came of the choice: {card.options[swap.chose].consequence}",
            *(f"{code}: {signed(by)}" for code, by in codes if abs(by) >= 0.05),
            *(
                f"{self.params.seat(one).name} would have left."
                for one in swap.left
                if one not in self._left(swap)
            ),
        )
        about = (
            f"With the other option the index would have moved {signed(swap.index)}: "
            f"{swap.after.index:.1f} for {swap.before.index:.1f}."
        )
        return Told(
            f"Quarter {swap.round}: {card.title}", about, lines, tone="good" if swap.index < 0 else "warn"
        )

    def _left(self, swap: Swap) -> frozenset[str]:
        """Who left in some team's game as it was: said by the curves, not by a swap."""
        return frozenset(
            one for past in self.course.past for team in past.state["teams"].values() for one in team["left"]
        )

    # Competencies, the map, questions -------------------------------------------------------------------------------

    def competencies(self, keys: Sequence[str]) -> tuple[Block, ...]:
        if not self.course.past:
            return ()
        seats = self.seats(keys)
        scores = {seat.name: self.truth_of(self.rounds, seat.key)["score"] for seat in seats}
        rows = [
            (
                f"{code} {self.course.code_names.get(code, '')}".strip(),
                *(
                    f"{it['codes'][code]['score']:.0f} · level {it['codes'][code]['level']}"
                    for it in scores.values()
                ),
            )
            for code in CODES
        ]
        rows.append(("Index", *(f"{it['index']:.1f} · level {it['level']}" for it in scores.values())))
        columns = (("Competency", "text"), *((name, "num") for name in scores))
        note = "Half of it is what the choices were worth, half where the values came to. Levels from 40, 60 and 78."
        grid = Grid("Scores and levels", columns, tuple(rows), note)
        return (grid, *(self._evidence(name, it) for name, it in scores.items() if len(scores) == 1))

    def _evidence(self, name: str, score: Json) -> Grid:
        rows = tuple(
            (
                code,
                f"{one['process_says']} = {one['process']:.1f}",
                one["outcome_says"],
                f"{one['score']:.1f}",
            )
            for code, one in score["codes"].items()
        )
        columns = (("Code", "text"), ("Choices", "text"), ("Where it came to", "text"), ("Score", "num"))
        return Grid(
            f"{name}: every piece of evidence",
            columns,
            rows,
            "Cards with the worth of the choice × its weight.",
        )

    def map(self, keys: Sequence[str]) -> tuple[Block, ...]:
        return tuple(self._map(seat) for seat in self.seats(keys))

    def _map(self, seat: Seat) -> Grid:
        rows = []
        for claim in sorted(self.claims(seat.key), key=lambda one: (-salience(one).count, one.name)):
            seen = salience(claim)
            rows.append(
                (
                    claim.name[0].upper() + claim.name[1:],
                    "●" if seen.power else "–",
                    "●" if seen.legitimacy else "–",
                    "●" if seen.urgency else "–",
                    seen.words,
                    f"{100 * claim.attention:.0f} %",
                )
            )
        columns = (
            ("Stakeholder", "text"),
            ("Power", "num"),
            ("Legitimacy", "num"),
            ("Urgency", "num"),
            ("So they were", "text"),
            ("Your time", "num"),
        )
        note = (
            "Power: more than an even share. Legitimacy: what fitted on the cards sided with them more often than "
            "against them. Urgency: in a third of the quarters a promise was open or trust below 45."
        )
        return Grid(f"{seat.name}: power, legitimacy, urgency", columns, tuple(rows), note)

    def questions(self, keys: Sequence[str]) -> tuple[Told, ...]:
        return leadership_questions.asked(self, self.seats(keys))
