"""Which pages there are, who looks at them, and what must be there first. `test_every_page.py` walks through them.

Every GET route stands either in `LOOKS`, with at least one example, or in `NO_PAGE`, with the reason why there is
nothing to look at; the modules of `looks/` say which. Names in braces are found by `company.words`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

from tests.browser import looks
from tests.browser.look import Look

LEARNERS = {"learner", "midway", "newcomer", "submitter", "waiter", "agreed", "deciding"}
LEARNER_PAGE, STAFF_PAGE = 60, 120
"""Kilobytes of plain HTML that a page may weigh, before compression."""
DESK = 40
DESKS = {"desks.learner", "desks.teaching", "desks.coordination"}
PARTS: tuple[ModuleType, ...] = tuple(
    importlib.import_module(f"{looks.__name__}.{part.name}")
    for part in sorted(pkgutil.iter_modules(looks.__path__), key=lambda part: part.name)
)


def _together(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in PARTS:
        more = getattr(part, name, {})
        assert found.keys() & more.keys() == set(), f"{part.__name__} says again what another part says"
        found |= more
    return found


LOOKS: dict[str, tuple[Look, ...]] = _together("LOOKS")
NO_PAGE: dict[str, str] = _together("NO_PAGE")
WORDS: dict[str, str] = _together("WORDS")
REFUSED = "refusals"
PART_OF = {
    endpoint: part.__name__.rpartition(".")[2] for part in PARTS for endpoint in getattr(part, "LOOKS", {})
}
BROKEN = "/broken-for-the-walk"
REFUSALS = (
    Look("nobody", "/no-such-page", 404),
    Look("learner", "/no-such-page", 404),
    Look("learner", "/coordination", 403),
    Look("nobody", BROKEN, 500),
)


def looks_of(who: str, part: str) -> list[tuple[str, Look]]:
    """What one of the company looks at in one part, with the route's name."""
    everything = [
        *((endpoint, looks) for endpoint, looks in LOOKS.items() if PART_OF[endpoint] == part),
        *((("refusal", REFUSALS),) if part == REFUSED else ()),
    ]
    return [(endpoint, look) for endpoint, looks in everything for look in looks if look.who == who]


def walks() -> list[tuple[str, str]]:
    """Who looks at which part: each is a walk of its own, short enough to be begun anew."""
    names = sorted({*PART_OF.values(), REFUSED})
    people = {look.who for looks in (*LOOKS.values(), REFUSALS) for look in looks}
    return [(who, part) for who in sorted(people) for part in names if looks_of(who, part)]


def most(endpoint: str, look: Look) -> int:
    """How many kilobytes the HTML of a look may weigh."""
    usual = DESK if endpoint in DESKS else LEARNER_PAGE if look.who in LEARNERS else STAFF_PAGE
    return look.weight or usual
