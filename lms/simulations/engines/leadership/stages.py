"""The equations of a round, stage by stage, in the order in which `step` calls them.

Each stage works on what the stages before it left. Effects of both cards are measured on the state before the round, so
their order means nothing; the same holds for people, who do not feel in the same quarter that a colleague has left.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from lms.simulations.engines import draws
from lms.simulations.engines.leadership.book import Book
from lms.simulations.engines.leadership.cards import Card
from lms.simulations.engines.leadership.decisions import Decisions
from lms.simulations.engines.leadership.names import EVERYBODY, LINES, Message
from lms.simulations.engines.leadership.parameters import Parameters, Seat, Shares
from lms.simulations.engines.leadership.state import Choice, Pledge, State

STYLES = 4


def attention(
    params: Parameters, cards: Iterable[Card], decisions: Decisions
) -> tuple[float, dict[str, float]]:
    """The units that the cards leave, and what each purpose gets of them: what was asked, or less in proportion."""
    left = max(0.0, params.attention - sum(card.options[decisions.options[card.id]].cost for card in cards))
    asked = decisions.attention.by_name()
    total = math.fsum(asked.values())
    scale = 1.0 if total <= left else left / total
    return left, {purpose: units * scale for purpose, units in asked.items()}


def judged(params: Parameters, state: State, card: Card, letter: str, *, idle: bool) -> Choice:
    """What a choice is worth in the state before the round. Nobody deciding is worth the least, whatever fitted."""
    fitting = card.fitting(state.values())
    worth = params.scoring.quality
    if idle or (letter == card.weak and letter != fitting):
        quality = worth.weak
    elif letter == fitting:
        quality = worth.fitting
    else:
        quality = worth.textbook if letter == card.textbook else worth.plain
    return Choice.model_validate(
        {
            "round": state.round,
            "card": card.id,
            "option": letter,
            "fitting": fitting,
            "quality": quality,
            "idle": idle,
        }
    )


def cards(params: Parameters, state: State, book: Book, chosen: Iterable[tuple[Card, Choice]]) -> None:
    """Stage 1: effects of the chosen options, and of too much process where less would have done."""
    for card, choice in chosen:
        _apply(params, state, book, f"card {card.id}", card.options[choice.option].effects)
        if overdone(card, choice):
            _apply(params, state, book, f"overdone {card.id}", card.context.penalty if card.context else {})
    book.settle()


def overdone(card: Card, choice: Choice) -> bool:
    """Whether the textbook's option was taken where the context asked for another."""
    return choice.option == card.textbook and choice.fitting != card.textbook and card.context is not None


def _apply(params: Parameters, state: State, book: Book, cause: str, effects: Mapping[str, float]) -> None:
    for quantity, by in effects.items():
        if quantity == EVERYBODY:
            for one in state.people:
                book.add(f"engagement.{one.id}", cause, by)
        elif quantity.startswith("trust."):
            book.add(quantity, cause, felt(params, state.values()[quantity], by))
        elif quantity in book:
            book.add(quantity, cause, by)


def felt(params: Parameters, trust: float, by: float) -> float:
    """What a card's effect does to trust: gains count less where there is much, losses more than gains."""
    return by * (1 - trust / params.trust.fade) if by > 0 else by * params.trust.loss


def hired(params: Parameters, book: Book, seat: Seat | None) -> None:
    """Stage 1 too: whoever signs costs budget at once, and changes what people dare to say."""
    if seat is not None:
        book.add("budget", f"hiring {seat.id}", -params.hiring.cost)
        book.add("safety", f"hiring {seat.id}", seat.safety)
        book.settle()


def promises(params: Parameters, state: State, book: Book) -> tuple[tuple[Pledge, bool], ...]:
    """Stage 2: each promise that falls due, and whether it was kept."""
    rules, judged_now = params.promises, []
    kept = book[rules.quantity] >= rules.at_least
    for pledge in state.promises:
        if pledge.due == state.round:
            judged_now.append((pledge, kept))
            if not kept:
                book.add(f"trust.{pledge.to}", f"promise {pledge.card}", -pledge.costs)
    book.settle()
    return tuple(judged_now)


def stakeholders(
    params: Parameters, book: Book, given: Mapping[str, float], capacity: Shares, message: Message
) -> None:
    """Stage 3: trust by contact, neglect, time and what was told; then agreement by vision, trust and misfit."""
    trust, agree = params.trust, params.buy_in
    for one in params.stakeholders:
        name = f"trust.{one.id}"
        before, contact = book[name], min(1.0, given.get(name, 0.0) / one.need)
        book.add(name, "contact", trust.contact * (1 - before / 100) * contact)
        book.add(name, "neglect", -trust.neglect * (before / 100) * (1 - contact))
        book.add(name, "drift", trust.drift * (trust.rest - before))
        book.add(name, "message", trust.message[message])
    book.settle()
    for one in params.stakeholders:
        name, now = f"buy_in.{one.id}", book[f"trust.{one.id}"]
        contact = min(1.0, given.get(f"trust.{one.id}", 0.0) / one.need)
        pull = (book["vision"] / 100) * (now / 100) * (1 - book[name] / 100)
        over = max(0.0, capacity.misfit(one.prefers) - agree.tolerance)
        book.add(name, "conviction", agree.gain * pull * (agree.base + (1 - agree.base) * contact))
        book.add(name, "misfit", -agree.misfit * over)
    book.settle()


def ideal(params: Parameters, skill: float, engagement: float) -> int:
    """The style that suits somebody's readiness."""
    weight = params.people.skill_weight
    ready = weight * skill + (1 - weight) * engagement
    return min(STYLES, 1 + math.floor(ready / params.people.stage))


def people(
    params: Parameters, state: State, book: Book, given: Mapping[str, float], styles: Mapping[str, int]
) -> tuple[str, ...]:
    """Stage 4: product managers learn, take heart or lose it, and may leave; who leaves, in order."""
    rules = params.people
    safety, vacant = book["safety"], max(0, rules.seats - len(state.people))
    for one in state.people:
        skill, engaged = f"skill.{one.id}", f"engagement.{one.id}"
        attended = min(1.0, given.get(f"people.{one.id}", 0.0) / rules.need)
        off = abs(styles[one.id] - ideal(params, book[skill], book[engaged]))
        learning = 1 - rules.hindrance * off
        missing = 1 - book[skill] / 100
        book.add(skill, "practice", rules.practice * learning)
        book.add(skill, "coaching", rules.coaching * attended * missing * learning)
        book.add(engaged, "care", rules.care * attended * (1 - book[engaged] / 100))
        book.add(engaged, "style", -rules.style * off)
        book.add(engaged, "vacancies", -rules.vacancy * vacant)
        book.add(engaged, "safety", (safety - rules.neutral) / rules.safety_scale)
        book.add(engaged, "wear", -rules.wear)
    book.settle()
    leaving = tuple(
        one.id
        for one in state.people
        if leaves(params, state.seed, state.round, one.id, book[f"engagement.{one.id}"])
    )
    for identifier in leaving:
        book.add("safety", f"parting {identifier}", -rules.parting)
    book.settle()
    return leaving


def odds(params: Parameters, engagement: float) -> float:
    """The probability that somebody with this engagement leaves."""
    return max(0.0, (params.people.limit - engagement) / params.people.odds)


def leaves(params: Parameters, seed: int, number: int, identifier: str, engagement: float) -> bool:
    """Whether somebody leaves; the draw is the same for every team of a world."""
    return draws.uniform(seed, "quits", number, identifier) < odds(params, engagement)


def work(
    params: Parameters,
    book: Book,
    given: Mapping[str, float],
    capacity: Shares,
    message: Message,
    there: Iterable[str],
) -> None:
    """Stage 5: vision, safety, debt, customers, delivery, each with those before it as they are now."""
    rules = params.work

    def met(purpose: str, need: float) -> float:
        return min(1.0, given.get(purpose, 0.0) / need)

    book.add(
        "vision", "telling", rules.vision_gain * met("vision", rules.vision_need) * _missing(book, "vision")
    )
    book.add("vision", "fading", -rules.vision_fade)
    book.add(
        "safety", "ritual", rules.ritual_gain * met("ritual", rules.ritual_need) * _missing(book, "safety")
    )
    book.add("safety", "message", rules.message[message])
    book.add("safety", "fading", -rules.safety_fade)
    book.add("debt", "growth", rules.debt_growth)
    book.add("debt", "paid", -rules.debt_paid * capacity.debt)
    book.settle()
    listening = rules.customer_gain * met("customers", rules.customer_need) * _missing(book, "customers")
    book.add("customers", "listening", listening)
    book.add("customers", "discovery", rules.discovery * capacity.discovery)
    book.add("customers", "fading", -rules.customer_fade)
    book.add("customers", "debt", -max(0.0, (book["debt"] - rules.debt_hurts_above) / rules.debt_scale))
    book.settle()
    able = math.fsum(book[f"skill.{one}"] * book[f"engagement.{one}"] for one in there) / rules.people_scale
    book.add("delivery", "people", rules.people_gain * (able - rules.people_par))
    book.add("delivery", "safety", rules.safety_gain * (book["safety"] - rules.neutral) / rules.scale)
    book.add("delivery", "debt", -rules.debt_drag * max(0.0, (book["debt"] - rules.drag_above) / rules.scale))
    if not rules.narrow_least <= max(capacity.lines().values()) <= rules.narrow_most:
        book.add("delivery", "narrow", -rules.narrow)
    book.settle()


def _missing(book: Book, quantity: str) -> float:
    return 1 - book[quantity] / 100


def business(params: Parameters, book: Book, capacity: Shares) -> None:
    """Stage 6: what the capacity makes of the three lines."""
    rules = params.business
    clarity = rules.vision_base + rules.vision_weight * book["vision"] / rules.vision
    effect = (book["delivery"] / rules.delivery) * clarity * (book["budget"] / rules.budget)
    shares = capacity.lines()
    for line in LINES:
        one = rules.lines[line]
        pull = one.base + one.customers * book["customers"] / rules.customers
        book.add(f"line.{line}", "capacity", one.gain * shares[line] * effect * pull)
        book.add(f"line.{line}", "fading", -one.fade)
    book.settle()
