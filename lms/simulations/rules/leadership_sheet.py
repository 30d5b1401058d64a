"""A sheet of SIX QUARTERS as a form: fields out of a document, a document out of fields, problems at their fields.

A draft keeps what was typed, even where it is no number; nothing is mended. The document holds the authors' letters of
options, as the engine wants them; a form only ever sees their numbers in this world's order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lms.simulations.engines.data import InvalidInput
from lms.simulations.engines.leadership import Decisions, Parameters, State, deal
from lms.simulations.engines.leadership.decisions import candidates
from lms.simulations.engines.leadership.decisions import problems as found_in
from lms.simulations.rules.games import Json
from lms.simulations.rules.leadership_desk import MESSAGES, PURPOSES, SPARE, STYLES, titled

LONGEST = 20
"""Characters that are kept of what was typed where a number belongs."""
NOBODY = "nobody"
_WHOLE = 100
_COUNTED = 1e6
"""A number from here on is kept as it was typed, and refused."""
_PLACES = 3


def fields(params: Parameters, state: State, document: Json) -> dict[str, str]:
    """The values of all fields; what the document does not say is empty, or nothing."""
    attention = _mapping(document.get("attention"))
    stakeholders, people = _mapping(attention.get("stakeholders")), _mapping(attention.get("people"))
    capacity, delegation = _mapping(document.get("capacity")), _mapping(document.get("delegation"))
    options, hire = _mapping(document.get("options")), document.get("hire")
    found = {f"attention-{one.id}": _shown(stakeholders.get(one.id, 0)) for one in params.stakeholders}
    found |= {f"attention-pm-{one.id}": _shown(people.get(one.id, 0)) for one in state.people}
    found |= {f"attention-{name}": _shown(attention.get(name, 0)) for name, _, _ in PURPOSES}
    found |= {f"capacity-{name}": _percent(capacity.get(name)) for name in _parts()}
    found |= {f"style-{one.id}": _shown(delegation.get(one.id, "")) for one in state.people}
    found["message"] = str(document.get("message") or "")
    found["hire"] = str(hire) if hire else NOBODY
    for place, card in enumerate(deal.hand(params, state.seed, state.round), start=1):
        letter = options.get(card.id)
        order = deal.shown(card, state.seed)
        found[f"card-{place}"] = str(order.index(letter) + 1) if letter in order else ""
    return found


def document(params: Parameters, state: State, sent: Mapping[str, str]) -> Json:
    """The sheet that a form says."""

    def units(name: str) -> float | int | str:
        return _number(sent.get(name, ""))

    def share(name: str) -> float | int | str:
        typed = _number(sent.get(name, ""))
        return typed if isinstance(typed, str) else _plain(typed / _WHOLE, _PLACES + 2)

    styles = {str(number): number for number, _, _ in STYLES}
    options = {}
    for place, card in enumerate(deal.hand(params, state.seed, state.round), start=1):
        chosen = sent.get(f"card-{place}", "")
        order = deal.shown(card, state.seed)
        if chosen in {"1", "2", "3"}:
            options[card.id] = order[int(chosen) - 1]
    message = sent.get("message", "")
    hire = _text(sent.get("hire", ""))
    return {
        "attention": {
            "stakeholders": {one.id: units(f"attention-{one.id}") for one in params.stakeholders},
            "people": {one.id: units(f"attention-pm-{one.id}") for one in state.people},
            **{name: units(f"attention-{name}") for name, _, _ in PURPOSES},
        },
        "capacity": {name: share(f"capacity-{name}") for name in _parts()},
        "delegation": {
            one.id: styles[sent[f"style-{one.id}"]]
            for one in state.people
            if sent.get(f"style-{one.id}") in styles
        },
        "message": message if message in {one for one, _, _ in MESSAGES} else "",
        "options": options,
        "hire": None if hire in ("", NOBODY) else hire,
    }


def problems(params: Parameters, state: State, sheet: Json) -> dict[str, str]:
    """What keeps a sheet from being submitted: field → what to do, in words."""
    try:
        places = [one.place for one in found_in(params, state, Decisions.read(sheet))]
    except InvalidInput as refused:
        places = [one.place for one in refused.problems]
    hand = deal.hand(params, state.seed, state.round)
    options = _mapping(sheet.get("options"))
    places += [f"options.{card.id}" for card in hand if card.id not in options]
    delegation = _mapping(sheet.get("delegation"))
    places += [f"delegation.{one.id}" for one in state.people if one.id not in delegation]
    found = dict(_said(params, state, sheet, place) for place in places)
    if total := _off(sheet):
        found["capacity"] = total
    order = [*(f"card-{at}" for at in range(1, len(hand) + 1)), *fields(params, state, {}), "capacity", ""]
    return {name: found[name] for name in dict.fromkeys(order) if name in found}


def _said(params: Parameters, state: State, sheet: Json, place: str) -> tuple[str, str]:
    """A place of the document as a field, and what to do there."""
    kind, _, rest = place.partition(".")
    last = rest.rpartition(".")[2]
    if kind == "attention" and rest:
        name = f"attention-pm-{last}" if rest.startswith("people.") else f"attention-{last}"
        return name, "Write units as a number that is not below 0, such as 2 or 1.5."
    if kind == "capacity" and rest:
        return f"capacity-{last}", "Write a percentage from 0 to 100."
    if kind == "delegation" and rest:
        return f"style-{last}", f"Say how {params.seat(last).name} is led this quarter."
    if kind == "options" and rest:
        hand = [card.id for card in deal.hand(params, state.seed, state.round)]
        return f"card-{hand.index(last) + 1}" if last in hand else "", "Choose one of the three."
    if kind == "message":
        return "message", "Choose what is told this quarter."
    if kind == "hire":
        if candidates(params, state):
            return "hire", "Choose one of those who can be hired now, or nobody."
        return "hire", "Nobody can be hired this quarter. Choose nobody."
    if kind == "capacity":
        return "capacity", _off(sheet) or "The five have to come to 100 %."
    if kind == "attention":
        return "", "The attention that is asked for is more than can be counted."
    return "", "Something on this sheet cannot be read. Look through it once more."


def total(sheet: Json) -> float | None:
    """What the five parts of the capacity come to, in per cent; None where one of them is no number."""
    shares = [_mapping(sheet.get("capacity")).get(name, 0) for name in _parts()]
    if not all(isinstance(one, (int, float)) and math.isfinite(one) for one in shares):
        return None
    return round(_WHOLE * math.fsum(shares), _PLACES)


def _off(sheet: Json) -> str:
    """By how much the capacity misses 100 %, in words; empty where it does not."""
    comes_to = total(sheet)
    if comes_to is None or comes_to == _WHOLE:
        return ""
    missing = round(_WHOLE - comes_to, _PLACES)
    if missing > 0:
        return f"The five come to {comes_to:g} %. Give {missing:g} % more."
    return f"The five come to {comes_to:g} %. Take {-missing:g} % away."


# In words -----------------------------------------------------------------------------------------------------------


def place_words(params: Parameters, place: str) -> str:
    """A place of the document, as its team calls it."""
    kind, _, rest = place.partition(".")
    last = rest.rpartition(".")[2]
    names: dict[str, str] = {one.id: titled(one.name) for one in params.stakeholders}
    purposes = {name: words for name, words, _ in PURPOSES}
    if kind == "attention":
        if rest.startswith("people."):
            return f"Attention: {_seat(params, last)}"
        return f"Attention: {names.get(last) or purposes.get(last, last)}"
    if kind == "capacity":
        spare = {name: words for name, words, _ in SPARE}
        lines = {str(line): name for line, name in params.signals.lines.items()}
        return f"Capacity: {spare.get(last) or lines.get(last, last)}"
    if kind == "delegation":
        return f"How {_seat(params, last)} is led"
    if kind == "options":
        return f"Card: {next((card.title for card in params.cards if card.id == last), 'gone')}"
    return {"message": "What is told", "hire": "Who is hired", "rationale": "Why"}.get(kind, kind)


def value_words(params: Parameters, seed: int, place: str, value: Any) -> str:
    """A value at a place of the document in words; of an option its number in this world's order."""
    kind, _, last = place.partition(".")
    if value is None or value == "":
        return (
            "nobody"
            if kind == "hire"
            else "nothing yet"
            if kind in ("delegation", "message", "options", "rationale")
            else "0"
        )
    if kind == "capacity":
        return f"{_percent(value)} %"
    if kind == "delegation":
        return next((words for number, words, _ in STYLES if number == value), str(value))
    if kind == "message":
        return next((words for name, words, _ in MESSAGES if name == value), str(value))
    if kind == "options":
        card = next((one for one in params.cards if one.id == last), None)
        order = deal.shown(card, seed) if card is not None else ()
        return f"option {order.index(value) + 1}" if value in order else "nothing yet"
    return _seat(params, str(value)) if kind == "hire" else _shown(value)


def summary(
    params: Parameters, seed: int, sheet: Json
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What a sheet decides, in groups of labels and words; it may be a draft, and of any round."""
    options, attention = _mapping(sheet.get("options")), _mapping(sheet.get("attention"))
    cards = []
    for card in params.cards:
        order = deal.shown(card, seed)
        if options.get(card.id) in order:
            number = order.index(options[card.id]) + 1
            cards.append((card.title, f"Option {number}. {card.options[options[card.id]].text}"))
    units = [
        *((f"attention.stakeholders.{name}", value) for name, value in _ordered(params, attention)),
        *((f"attention.people.{name}", value) for name, value in _mapping(attention.get("people")).items()),
        *((f"attention.{name}", attention.get(name)) for name, _, _ in PURPOSES),
    ]
    given = [
        (place_words(params, place).removeprefix("Attention: "), _shown(value))
        for place, value in units
        if value
    ]
    capacity = [
        (
            place_words(params, f"capacity.{name}").removeprefix("Capacity: "),
            value_words(params, seed, f"capacity.{name}", _mapping(sheet.get("capacity")).get(name)),
        )
        for name in _parts()
    ]
    people = [
        (_seat(params, name), value_words(params, seed, f"delegation.{name}", style))
        for name, style in sorted(_mapping(sheet.get("delegation")).items())
    ]
    if sheet.get("hire"):
        people.append(("Hired", value_words(params, seed, "hire", sheet["hire"])))
    told = [("This quarter", value_words(params, seed, "message", sheet.get("message")))]
    groups = (
        ("Cards", cards or [("Nothing chosen yet", "")]),
        ("Attention, in units", given or [("Nobody is given any", "")]),
        ("Capacity", capacity),
        ("Product managers", people),
        ("What is told", told),
    )
    return tuple((title, tuple(lines)) for title, lines in groups if lines)


def _ordered(params: Parameters, attention: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Units of stakeholders in the order in which they are always named."""
    stakeholders = _mapping(attention.get("stakeholders"))
    return [(one.id, stakeholders.get(one.id)) for one in params.stakeholders]


def outward(params: Parameters, seed: int, sheet: Json) -> Json:
    """A sheet as a page may carry it: options by their numbers in this world."""
    return sheet | {"options": _renamed(params, seed, sheet, outward=True)}


def inward(params: Parameters, seed: int, sheet: Json) -> Json:
    """A sheet that a page carried, as the engine wants it."""
    return sheet | {"options": _renamed(params, seed, sheet, outward=False)}


def _renamed(params: Parameters, seed: int, sheet: Json, *, outward: bool) -> dict[str, str]:
    found = {}
    for card in params.cards:
        order = deal.shown(card, seed)
        names: dict[str, str] = {letter: str(at) for at, letter in enumerate(order, start=1)}
        if not outward:
            names = {number: letter for letter, number in names.items()}
        chosen = _mapping(sheet.get("options")).get(card.id)
        if isinstance(chosen, str) and chosen in names:
            found[card.id] = names[chosen]
    return found


def _seat(params: Parameters, identifier: str) -> str:
    return params.seat(identifier).name if identifier in params.everybody() else "somebody"


def _parts() -> tuple[str, ...]:
    return ("cash", "growth", "bet", *(name for name, _, _ in SPARE))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(typed: str) -> str:
    """What was typed, without what a database cannot keep."""
    return typed.replace("\x00", "").strip()[:LONGEST].strip()


def _number(typed: str) -> float | int | str:
    """What was typed as a number, as it was typed where it is none or below nothing."""
    text = _text(typed)
    if not text:
        return 0
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    if not 0 <= value < _COUNTED:
        return text
    return _plain(value, _PLACES)


def _plain(value: float, places: int) -> float | int:
    """A number without an idle fraction: what is typed alike is kept alike."""
    rounded = round(value, places)
    return int(rounded) if rounded == int(rounded) else rounded


def _shown(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, (int, float)) else str(value)


def _percent(share: Any) -> str:
    if isinstance(share, (int, float)):
        return f"{round(_WHOLE * share, _PLACES):g}"
    return "" if share is None else str(share)
