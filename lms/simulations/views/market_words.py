"""Sheets, problems and plans of PORTFOLIO YEARS in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.simulations.engines.data import Problem
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.rules import Json
from lms.simulations.rules.market_plan import Plan, percent_sum
from lms.simulations.views.desks import Group, Said
from lms.simulations.views.market_form import FIGURES, anchor, shown
from lms.web.filters import MINUS, grouped

STUDY = {
    "sizes": "size of the segments",
    "ideals": "what buyers want",
    "order": "what matters most",
    "rivals": "products of the others",
    "test": "test",
}
UNITS = {"₹ '000": "₹ {} thousand", "₹ m": "₹ {} m", "'000": "{} thousand"}
"""How a figure is written with the unit that stands beside its field."""
SAYS = (
    ("Input should be a valid number", "is no number. Write a figure such as 9.5."),
    ("Input should be greater than or equal to 0", "cannot be below nothing."),
    ("Input should be less than or equal to 1", "cannot be above 100 %."),
    ("Field required", "is missing."),
)


def tenths(count: int) -> str:
    """Whole thousandths with one decimal, half up: 212,349 → "212.3"."""
    tens = (abs(count) + 50) // 100
    sign = MINUS if count < 0 and tens else ""
    return f"{sign}{grouped(tens // 10)}.{tens % 10}"


def millions(count: int) -> str:
    """₹ 1,000 as "₹ 212.3 m"."""
    return f"₹ {tenths(count)} m"


def live(plan: Plan) -> dict[str, str]:
    """A plan by the names of the places where it stands on the page. The script writes the same."""
    out = {
        "cash": millions(plan.closing),
        "opening": millions(plan.opening),
        "revenue": tenths(plan.revenue),
        "production": tenths(-plan.production_cost),
        "marketing": tenths(-plan.marketing),
        "development": tenths(-plan.development),
        "research": tenths(-plan.research),
        "investment": tenths(-plan.investment),
        "fixed": tenths(-plan.fixed),
        "stock-costs": tenths(-plan.stock_costs),
        "cost-of-goods": tenths(-plan.cost_of_goods),
        "contribution": tenths(plan.contribution),
        "depreciation": tenths(-plan.depreciation),
        "interest": tenths(plan.interest),
        "tax": tenths(-plan.tax),
        "after-tax": tenths(plan.after_tax),
        "use": f"{tenths(plan.utilisation * 100)} %",
        "made": tenths(plan.made),
        "above": tenths(plan.above),
        "points-safety": tenths(plan.safety * 100),
        "points-use": tenths(plan.use * 100),
    }
    for key, one in plan.products.items():
        unit = one.production_cost * 1000 // one.produced if one.produced else None
        out |= {
            f"{key}-sold": tenths(one.sold),
            f"{key}-left": tenths(one.left),
            f"{key}-revenue": tenths(one.revenue),
            f"{key}-contribution": tenths(one.contribution),
            f"{key}-unit": hundredths(unit) if unit is not None else "–",
        }
    return out


def hundredths(count: int) -> str:
    """Whole thousandths with two decimals, half up: 4,438 → "4.44"."""
    cents = (abs(count) + 5) // 10
    return f"{grouped(cents // 100)}.{cents % 100:02}"


WARN = {
    "unread": "{0} is no figure that counts; it is taken as nothing here.",
    "price": "{0}: the price has to lie between {1} and {2}.",
    "mix": "{0}: the mix comes to {1} %, not to 100 %.",
    "weights": "{0}: what development is spent on comes to {1} %, not to 100 %.",
    "scaled": "Plans of {0} are above the most that can be made, {1}. All would be scaled down alike.",
    "above": "{0} are made above capacity and cost {1} % more.",
    "short": "{0}: you expect demand of {1} and can deliver {2}.",
    "left": "{0}: {1} stay in stock, if your forecast is right.",
    "debt": "Cash does not suffice: you would owe {0} at the end of the year.",
}
"""Warnings, with places for what is said; the page's script fills the same ones."""


def warnings(params: Parameters, draft: Json, plan: Plan) -> list[tuple[str, str]]:
    """What a plan should make one think of: (tone, sentence). The script finds the same in the same order."""
    found = [("bad", WARN["unread"].format(label(place))) for place in plan.unread]
    products = draft.get("products")
    limits = params.limits.price
    for key, one in plan.products.items():
        sheet = products.get(key, {}) if isinstance(products, Mapping) else {}
        name, price = f"Product {key}", sheet.get("price")
        if isinstance(price, int | float) and not limits.least <= price <= limits.most:
            found.append(("bad", WARN["price"].format(name, f"{limits.least:g}", f"{limits.most:g}")))
        mix = percent_sum(sheet.get("mix"))
        if abs(mix - 100) > 1e-4:
            found.append(("bad", WARN["mix"].format(name, shown(mix))))
        weights = percent_sum(sheet.get("weights"))
        spend = sheet.get("development")
        if isinstance(spend, int | float) and spend > 0 and abs(weights - 100) > 1e-4:
            found.append(("bad", WARN["weights"].format(name, shown(weights))))
        if one.forecast > one.available:
            found.append(("warn", WARN["short"].format(name, tenths(one.forecast), tenths(one.available))))
        elif one.left * 4 > one.forecast:
            found.append(("warn", WARN["left"].format(name, tenths(one.left))))
    if plan.scaled:
        found.append(("bad", WARN["scaled"].format(tenths(plan.planned), tenths(plan.made))))
    if plan.above:
        found.append(
            ("warn", WARN["above"].format(tenths(plan.above), f"{params.production.premium * 100:g}"))
        )
    if plan.closing < 0:
        found.append(("bad", WARN["debt"].format(millions(-plan.closing))))
    return found


# Places and values --------------------------------------------------------------------------------------------------


def label(place: str, segments: Mapping[str, Any] | None = None) -> str:
    """What a place in a sheet is called."""
    path = place.split(".")
    if path[0] == "products" and len(path) > 1:
        rest = path[2:]
        return f"Product {path[1]}{', ' + _of_product(rest, segments or {}) if rest else ''}"
    if path[0] == "launch":
        rest = path[1:]
        return f"Launch, {_of_product(rest, segments or {})}" if rest else "Launch"
    return {"capacity": "Capacity to add", "research": "Studies", "rationale": "Why"}.get(path[0], "Sheet")


def _of_product(path: list[str], segments: Mapping[str, Any]) -> str:
    head, rest = path[0], path[1:]
    if head in FIGURES:
        return FIGURES[head][0].lower()
    what = {"mix": "brand mix", "weights": "development on", "trim": "trim of", "parent": "made from"}.get(
        head, head
    )
    if not rest:
        return {"weights": "what development is spent on", "trim": "trim"}.get(head, what)
    tail = segments[rest[0]].title if head == "mix" and rest[0] in segments else rest[0]
    return f"{what} {tail}" if head != "mix" else f"{what}, {tail}"


def value(place: str, raw: Any) -> str:
    """A value at a place, in words."""
    path = place.split(".")
    if raw is None or raw == "":
        return "nothing"
    if path[0] == "research":
        return ", ".join(study(one) for one in raw) or "none" if isinstance(raw, list) else str(raw)
    if isinstance(raw, Mapping):
        parts = [f"{key} {value(f'{place}.{key}', one)}" for key, one in raw.items()]
        return ", ".join(parts)
    if len(path) > 1 and path[-2] in ("mix", "weights"):
        return f"{shown(raw, 100)} %"
    unit = "'000" if path[-1] == "capacity" else FIGURES.get(path[-1], ("", ""))[1]
    figure = format(round(raw, 6) + 0.0, ",.12g") if isinstance(raw, int | float) else shown(raw)
    return UNITS.get(unit, "{}").format(figure)


def study(one: Any) -> str:
    """A study by name."""
    if not isinstance(one, Mapping):
        return "a study"
    name = STUDY.get(str(one.get("study")), "a study")
    return f"{name} of {one.get('spend')} of {one.get('product')}" if one.get("product") else name


def said(problems: Sequence[Problem], draft: Json, segments: Mapping[str, Any]) -> list[Said]:
    """Problems at their fields, in words."""
    found = []
    for one in problems:
        place = one.place
        path = place.split(".")
        sentence = next((words for start, words in SAYS if one.says.startswith(start)), one.says)
        if path[-1] in ("mix", "weights") and "comes to" in sentence:
            shares: Any = draft
            for step in path:
                shares = shares.get(step) if isinstance(shares, Mapping) else None
            sentence = f"comes to {shown(percent_sum(shares))} %, not to 100 %."
        if path[0] == "research":
            place = "research"
        if not sentence.endswith("."):
            sentence += "."
        found.append(Said(anchor(place), label(place, segments), sentence))
    return found


def summary(sheet: Json, segments: Mapping[str, Any]) -> list[Group]:
    """What a sheet decides."""
    groups = []
    products = sheet.get("products")
    for key, one in sorted(products.items()) if isinstance(products, Mapping) else ():
        if not isinstance(one, Mapping):
            continue
        lines = [(FIGURES[name][0], value(f"products.{key}.{name}", one.get(name))) for name in FIGURES]
        mix = one.get("mix")
        if isinstance(mix, Mapping):
            titles = {at: spec.title for at, spec in segments.items()}
            parts = [f"{titles.get(at, at)} {shown(part, 100)} %" for at, part in sorted(mix.items()) if part]
            lines.insert(2, ("Brand mix", ", ".join(parts) or "none"))
        for name, words in (("weights", "Developed"), ("trim", "Trimmed")):
            shares = one.get(name)
            if isinstance(shares, Mapping) and any(shares.values()):
                sign, times = (" %", 100) if name == "weights" else ("", 1)
                parts = [f"{at} {shown(part, times)}{sign}" for at, part in shares.items() if part]
                lines.append((words, ", ".join(parts)))
        groups.append(Group(f"Product {key}", tuple(lines)))
    launch = sheet.get("launch")
    team = [("Capacity added", value("capacity", sheet.get("capacity", 0.0)))]
    if isinstance(launch, Mapping):
        made = f"from {launch.get('parent')}, ₹ {shown(launch.get('development'))} m of development"
        team.append(("Launch", made))
    team.append(("Studies", value("research", sheet.get("research") or [])))
    groups.append(Group("The company", tuple(team)))
    return groups
