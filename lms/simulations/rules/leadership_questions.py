"""Questions for a debrief of SIX QUARTERS: asked where a game's figures give reason to, each with its figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lms.simulations.engines.leadership import deal
from lms.simulations.engines.leadership.names import STAKEHOLDERS
from lms.simulations.rules import leadership_truth
from lms.simulations.rules.debrief import Seat, Told
from lms.simulations.rules.leadership_past import LeadershipPast
from lms.simulations.rules.salience import overlooked, salience

FELL = 8.0
"""Points of trust lost from which one asks who saw it."""
OFF = 15.0
"""Points between what was heard and what was true, or rose and fell, that are worth a question."""


def asked(past: LeadershipPast, seats: Sequence[Seat]) -> tuple[Told, ...]:
    """The questions, in the order in which a debrief goes."""
    people = [seat for seat in seats if not seat.bot]
    if not past.rounds or not people:
        return ()
    return (
        *_trust(past, people),
        *_split(past, people),
        *_nobody(past, people),
        *_withheld(past, people),
        *_left(past, people),
        *_promises(past, people),
        *_dissent(past, people),
        *_overlooked(past, people),
        *_attention(past, people),
        *_idle(past, people),
    )


def _trust(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    change, who, name = min(
        (past.values(seat.key)[-1][f"trust.{one}"] - past.values(seat.key)[0][f"trust.{one}"], one, seat.name)
        for seat in seats
        for one in STAKEHOLDERS
    )
    if change <= -FELL:
        values = next(past.values(seat.key) for seat in seats if seat.name == name)
        yield Told(
            f"{name}, when did you notice that you were losing {past.who(who)}, and what did you take for the cause?",
            f"Trust of {past.who(who)} went from {values[0][f'trust.{who}']:.0f} to {values[-1][f'trust.{who}']:.0f}.",
        )


def _split(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    """The card on which teams were most of different minds."""
    found = []
    for number, dealt in enumerate(deal.hands(past.params, past.course.seed)[: past.rounds], start=1):
        for card in dealt:
            choices = _choices(past, seats, number, card)
            if len(set(choices)) > 1:
                most = max(choices.count(one) for one in set(choices))
                found.append((most, number, card, choices))
    if found:
        _, number, card, choices = min(found, key=lambda one: (one[0], one[1], one[2]))
        shown = deal.shown(past.params.card(card), past.course.seed)
        counts = ", ".join(
            f"option {at} {choices.count(one)} times"
            for at, one in enumerate(shown, start=1)
            if one in choices
        )
        yield Told(
            f"“{past.params.card(card).title}” divided you. What did each side hope to keep, and who paid for it?",
            f"In quarter {number}: {counts}.",
        )


def _choices(past: LeadershipPast, seats: Sequence[Seat], number: int, card: str) -> list[str]:
    return [
        one["choice"]["option"]
        for seat in seats
        for one in past.truth_of(number, seat.key)["cards"]
        if one["card"] == card
    ]


def _nobody(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    for number in range(1, past.rounds + 1):
        for card in deal.hands(past.params, past.course.seed)[number - 1]:
            choices = [
                one
                for seat in seats
                for one in past.truth_of(number, seat.key)["cards"]
                if one["card"] == card
            ]
            if choices and not any(one["choice"]["option"] == one["choice"]["fitting"] for one in choices):
                yield Told(
                    f"Nobody chose what fitted on “{choices[0]['title']}”. What made the other options look safer?",
                    f"Quarter {number}: 0 of {len(choices)} fitted. {choices[0]['because']}".strip(),
                )
                return


def _withheld(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    """A reading on which a card hung, whose holder never opened the sheet, and the choice did not fit."""
    for seat in seats:
        for one in leadership_truth.heard(past, seat):
            if one.cards and not one.fitted and one.holder:
                about = "was not on the sheet that quarter" if not one.opened else "had the sheet open"
                yield Told(
                    f"{seat.name}, what became of what only “{one.title}” knew: was it said, was it asked for?",
                    f"Quarter {one.round}: {one.quantity} was {one.true:.0f} (heard: {one.value}). "
                    f"“{one.cards[0]}” hung on it, and its holder {about}.",
                )
                return


def _left(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    for seat in seats:
        for number in range(1, past.rounds + 1):
            for name in past.told_of(number, seat.key)["left"]:
                yield Told(
                    f"{seat.name}, what was the first sign that {name} might go, and who of you saw it?",
                    f"{name} left in quarter {number}.",
                )
                return


def _promises(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    for seat in seats:
        for number in range(1, past.rounds + 1):
            for one in past.told_of(number, seat.key)["promises_broken"]:
                yield Told(
                    f"{seat.name}, what did the promise to {past.who(one['to'])} buy you, and was it worth its price?",
                    f"Given in quarter {one['made']}, not kept in quarter {number}: {one['costs']:g} points of trust.",
                )
                return


def _dissent(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    told = [
        (at, seat, past.course.said(at, seat.key).dissents)
        for at in range(1, past.rounds + 1)
        for seat in seats
        if past.course.said(at, seat.key).dissents
    ]
    if told:
        at, seat, dissents = max(told, key=lambda one: len(one[2]))
        yield Told(
            f"{seat.name}, how did you decide to go on over this objection, and what became of it?",
            f"{len(told)} sheets went in over an objection. In quarter {at}:",
            quotes=dissents,
        )


def _overlooked(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    for seat in seats:
        for claim in overlooked(past.claims(seat.key))[:1]:
            yield Told(
                f"{seat.name}, why did so little of your time go to {claim.name}?",
                f"{claim.name[0].upper()}{claim.name[1:]} came out as {salience(claim).words}, "
                f"and had {100 * claim.attention:.0f} % of the time for stakeholders.",
            )
            return


def _attention(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    over = [
        (one["attention_asked"] - one["attention_left"], number, seat.name, one)
        for seat in seats
        for number in range(1, past.rounds + 1)
        for one in [past.told_of(number, seat.key)]
    ]
    by, number, name, one = max(over, key=lambda it: it[0])
    if by > 0.5:
        yield Told(
            f"{name}, what would you have left out, had you had to say so in the meeting?",
            f"In quarter {number} {one['attention_asked']:g} units of time went out of {one['attention_left']:g}.",
        )


def _idle(past: LeadershipPast, seats: Sequence[Seat]) -> Iterator[Told]:
    for seat in seats:
        missed = [
            str(number) for number in range(1, past.rounds + 1) if past.told_of(number, seat.key)["idle"]
        ]
        if missed:
            yield Told(
                f"{seat.name}, what kept you from handing in, and what did those around you make of the silence?",
                f"Nothing was handed in for quarter {', '.join(missed)}.",
            )
