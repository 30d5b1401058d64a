"""What was true in SIX QUARTERS: what each card hung on, what each lens heard, and whether it mattered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.simulations.engines.leadership import briefs, deal
from lms.simulations.engines.leadership.cards import Card
from lms.simulations.rules.debrief import Block, Grid, Seat
from lms.simulations.rules.leadership_past import LeadershipPast

NOT_HELD = "nobody held it: on the board"


@dataclass(frozen=True, slots=True)
class Heard:
    """One reading that one lens alone had in a round."""

    round: int
    lens: str
    title: str
    """Of the lens."""
    holder: str
    """Empty: nobody of the team."""
    opened: bool
    """Its holder had the sheet open in that round."""
    quantity: str
    value: int
    true: float
    cards: tuple[str, ...]
    """Cards of the round that hung on it."""
    fitted: bool
    """What was chosen on all of them fitted."""

    @property
    def reached(self) -> str:
        """Whether it can have reached the team, as far as the log knows."""
        if not self.holder:
            return NOT_HELD
        return self.holder if self.opened else f"{self.holder}, who did not open the sheet"

    @property
    def mattered(self) -> str:
        """Whether a choice hung on it."""
        if not self.cards:
            return "on no card"
        titles = " and ".join(f"“{title}”" for title in self.cards)
        return f"{titles} hung on it; what was chosen {'fitted' if self.fitted else 'did not fit'}"


def told(past: LeadershipPast, seats: Sequence[Seat]) -> tuple[Block, ...]:
    """For one team its cards and everything that its lenses heard; for several the same counted."""
    if not past.rounds:
        return ()
    if len(seats) == 1:
        return (_own_cards(past, seats[0]), _own_lenses(past, seats[0]))
    return (_shared_cards(past, seats), _shared_lenses(past, seats))


def heard(past: LeadershipPast, seat: Seat) -> Iterator[Heard]:
    """Everything that only one lens of a team could know, round by round."""
    held = past.course.lenses.get(seat.key, {})
    titles = {one.id: one.title for one in past.params.signals.lenses}
    for number in range(1, past.rounds + 1):
        state = past.state(number, seat.key)
        values, hand = state.values(), deal.hand(past.params, state.seed, number)
        looked = past.course.said(number, seat.key).looked
        choices = {one["card"]: one["choice"] for one in past.truth_of(number, seat.key)["cards"]}
        for lens, quantity in briefs.private(past.params, state).items():
            hung = [card for card in hand if card.context and card.context.when.quantity == quantity]
            yield Heard(
                round=number,
                lens=lens,
                title=titles[lens],
                holder=held.get(lens, ""),
                opened=looked.get(lens, False),
                quantity=briefs.title(past.params, quantity),
                value=briefs.reading(past.params, state, quantity).value,
                true=values[quantity],
                cards=tuple(card.title for card in hung),
                fitted=all(choices[card.id]["option"] == choices[card.id]["fitting"] for card in hung),
            )


def _own_cards(past: LeadershipPast, seat: Seat) -> Grid:
    rows = []
    for number in range(1, past.rounds + 1):
        for card in past.truth_of(number, seat.key)["cards"]:
            fits = card["choice"]["option"] == card["choice"]["fitting"]
            fitting = "what was chosen" if fits else card["fitting"]
            why = card["because"] or _hangs_on(past, past.params.card(card["card"]))
            rows.append((f"Q{number} {card['title']}", card["chose"], fitting, why, card["consequence"]))
    columns = tuple((name, "text") for name in ("Card", "Chosen", "What fitted", "Why", "What came of it"))
    return Grid("The cards", columns, tuple(rows))


def _own_lenses(past: LeadershipPast, seat: Seat) -> Grid:
    rows = tuple(
        (
            f"Q{one.round} {one.title}",
            one.reached,
            one.quantity,
            str(one.value),
            f"{one.true:.0f}",
            one.mattered,
        )
        for one in heard(past, seat)
    )
    names = (("Lens", "text"), ("Who heard it", "text"), ("Value", "text"), ("Heard", "num"), ("True", "num"))
    note = (
        "Whether a holder had the sheet open in the round is in the log; what was said in the room is not. "
        "Mark what entered your discussion."
    )
    return Grid("What each lens heard, and what was true", (*names, ("Did it matter?", "text")), rows, note)


def _shared_cards(past: LeadershipPast, seats: Sequence[Seat]) -> Grid:
    """Each card once: how the teams chose, and for how many of them it fitted."""
    rows = []
    for number, dealt in enumerate(deal.hands(past.params, past.course.seed)[: past.rounds], start=1):
        for identifier in dealt:
            chosen = [
                one["choice"]
                for seat in seats
                for one in past.truth_of(number, seat.key)["cards"]
                if one["card"] == identifier
            ]
            card = past.params.card(identifier)
            counts = [
                sum(one["option"] == letter for one in chosen)
                for letter in deal.shown(card, past.course.seed)
            ]
            fitted = sum(one["option"] == one["fitting"] for one in chosen)
            rows.append(
                (
                    f"Q{number} {card.title}",
                    " · ".join(str(one) for one in counts),
                    f"{fitted} of {len(chosen)}",
                    _hangs_on(past, card),
                )
            )
    columns = (("Card", "text"), ("Options 1 · 2 · 3", "num"), ("Fitted", "num"), ("What it hung on", "text"))
    note = "Options in the order in which they were shown. What fits depends on each team's own values."
    return Grid("The cards, and how often what was chosen fitted", columns, tuple(rows), note)


def _shared_lenses(past: LeadershipPast, seats: Sequence[Seat]) -> Grid:
    """Each lens once: how often a card hung on what it heard, and what became of that."""
    every = [one for seat in seats for one in heard(past, seat)]
    rows = []
    for lens in past.params.signals.lenses:
        mine = [one for one in every if one.lens == lens.id]
        hung = [one for one in mine if one.cards]
        there = [one for one in hung if one.holder and one.opened]
        away = [one for one in hung if one.holder and not one.opened]
        rows.append(
            (
                lens.title,
                f"{len(hung)} of {len(mine)}",
                _share(there),
                _share(away),
                _share([one for one in hung if not one.holder]),
            )
        )
    columns = (
        ("Lens", "text"),
        ("A card hung on it", "num"),
        ("Fitted, holder there", "num"),
        ("Fitted, holder away", "num"),
        ("Fitted, nobody held it", "num"),
    )
    note = "There or away: whether the holder had the sheet open. Each team's own page has every reading."
    return Grid("What each lens alone heard", columns, tuple(rows), note)


def _share(found: Sequence[Heard]) -> str:
    return f"{sum(one.fitted for one in found)} of {len(found)}" if found else "–"


def _hangs_on(past: LeadershipPast, card: Card) -> str:
    if card.context is None:
        return "nothing: one option fits always"
    when = card.context.when
    side = f"below {when.below:g}" if when.below is not None else f"at least {when.at_least:g}"
    return f"{briefs.title(past.params, when.quantity)}: {side}"
