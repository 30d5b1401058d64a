"""The form of a year of PORTFOLIO YEARS: what was typed as a sheet, and a sheet as fields.

Fields are named by their place in the sheet. Shares are typed in per cent, because people think so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.quantities import ATTRIBUTES
from lms.simulations.engines.market.records import TeamState
from lms.simulations.rules import Json
from lms.simulations.rules.market_plan import STUDIES
from lms.web.filters import MINUS, grouped

NEEDED = ("price", "production", "forecast")
SPENDS = ("brand", "sales", "development")
_PARTED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Field:
    """One figure to be decided."""

    id: str
    name: str
    label: str
    value: str
    unit: str
    last: str
    """The year before, in words; empty where there was none."""
    hint: str
    error: str


@dataclass(frozen=True, slots=True)
class Study:
    """A study that can be bought."""

    id: str
    name: str
    label: str
    price: str
    says: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ProductForm:
    """The decisions for one product."""

    key: str
    figures: Mapping[str, Field]
    mix: tuple[Field, ...]
    mix_error: str
    weights: tuple[Field, ...]
    weights_error: str
    trim: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class LaunchForm:
    """A new product."""

    parent: str
    parents: tuple[str, ...]
    development: Field
    weights: tuple[Field, ...]
    weights_error: str
    error: str


def typed(raw: str) -> float | str:
    """A number as people type it ("1,200", "9.5"); what is none stays as it was typed."""
    raw = raw.strip()[:_LONGEST].replace(MINUS, "-").rstrip("%").strip()
    plain = raw.replace(",", "") if _PARTED.fullmatch(raw) else raw
    try:
        value = float(plain) if plain.isascii() and "_" not in plain else math.nan
    except ValueError:
        return raw
    return value + 0.0 if math.isfinite(value) and abs(value) < 1e12 else raw


def read(sent: MultiDict[str, str], before: Json, team: TeamState, segments: Mapping[str, Any]) -> Json:
    """A sheet from a form. What the form did not hold stays as it was."""
    old = before.get("products")
    products = {
        key: _product(sent, f"products.{key}", _of(old, key), sorted(segments))
        for key in sorted(team.products)
    }
    return {
        "products": products,
        "capacity": _spend(sent, "capacity", before.get("capacity", 0.0)),
        "launch": _launch(sent, before.get("launch")),
        "research": _studies(sent, before.get("research"), sorted(team.products)),
    }


def _of(mapping: Any, key: str) -> Json:
    found = mapping.get(key) if isinstance(mapping, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def _product(sent: MultiDict[str, str], at: str, old: Json, segments: list[str]) -> Json:
    new: Json = {name: _needed(sent, f"{at}.{name}", old.get(name, "")) for name in NEEDED}
    new |= {name: _spend(sent, f"{at}.{name}", old.get(name, 0.0)) for name in SPENDS}
    new["mix"] = _shares(sent, f"{at}.mix", segments, old.get("mix"))
    weights = _shares(sent, f"{at}.weights", ATTRIBUTES, old.get("weights"))
    new["weights"] = weights if any(weights.values()) else None
    trim = _of(old, "trim")
    new["trim"] = {name: _spend(sent, f"{at}.trim.{name}", trim.get(name, 0.0)) for name in ATTRIBUTES}
    return new


def _needed(sent: MultiDict[str, str], name: str, old: Any) -> Any:
    return typed(sent[name]) if name in sent else old


def _spend(sent: MultiDict[str, str], name: str, old: Any) -> Any:
    """A figure that is nothing where the field is empty."""
    if name not in sent:
        return old
    return typed(sent[name]) if sent[name].strip() else 0.0


def _shares(sent: MultiDict[str, str], at: str, keys: Any, old: Any) -> Json:
    found: Json = {}
    for key in keys:
        value = _spend(sent, f"{at}.{key}", None)
        if value is None:
            value = _of({"old": old}, "old").get(key, 0.0)
        elif isinstance(value, float):
            value = round(value / 100, 9) + 0.0
        found[key] = value
    return found


def _launch(sent: MultiDict[str, str], old: Any) -> Any:
    if "launch.parent" not in sent:
        return old
    parent = sent["launch.parent"].strip()[:_LONGEST]
    if not parent:
        return None
    return {
        "parent": parent,
        "development": _spend(sent, "launch.development", 0.0),
        "weights": _shares(sent, "launch.weights", ATTRIBUTES, None),
    }


def _studies(sent: MultiDict[str, str], old: Any, products: list[str]) -> Any:
    if "studies" not in sent:
        return old if isinstance(old, list) else []
    bought: list[Json] = [{"study": one} for one in STUDIES if one != "test" and f"study.{one}" in sent]
    bought.extend(
        {"study": "test", "product": product, "spend": spend}
        for product in products
        for spend in ("brand", "sales")
        if f"study.test.{product}.{spend}" in sent
    )
    return bought


# A sheet as fields ----------------------------------------------------------------------------------------------------


def shown(value: Any, times: float = 1) -> str:
    """A figure as a field holds it; what is none, as it was typed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value) if isinstance(value, str) else ""
    return format(round(value * times, 6) + 0.0, ".12g")


def anchor(place: str) -> str:
    """The id of the field at a place of the sheet."""
    return place.replace(".", "-")


FIGURES = {
    "price": ("Price", "₹ '000"),
    "brand": ("Brand", "₹ m"),
    "sales": ("Sales", "₹ m"),
    "development": ("Development", "₹ m"),
    "production": ("Production", "'000"),
    "forecast": ("Forecast of demand", "'000"),
}


def product_form(
    params: Parameters, team: TeamState, key: str, draft: Json, wrong: Mapping[str, str], last: Json
) -> ProductForm:
    """The fields of a product. `last`: figures of the year before by name, in words."""
    at, sheet = f"products.{key}", _of(draft.get("products"), key)
    limits = params.limits
    hints = {
        "price": f"{limits.price.least:g} to {limits.price.most:g}",
        "brand": "reaches the segments of the mix",
        "sales": "widens its channels",
        "development": "works from next year",
        "production": f"up to {grouped(limits.quantity)}",
        "forecast": "what you think will be asked for",
    }
    figures = {
        name: _field(
            f"{at}.{name}",
            label,
            shown(sheet.get(name, "")),
            wrong,
            unit=unit,
            last=last.get(name, ""),
            hint=hints[name],
        )
        for name, (label, unit) in FIGURES.items()
    }
    mix, weights, trim = (_of(sheet, name) for name in ("mix", "weights", "trim"))
    old = team.products[key].mix
    return ProductForm(
        key=key,
        figures=figures,
        mix=tuple(
            _field(
                f"{at}.mix.{segment}",
                spec.title,
                shown(mix.get(segment, 0.0), 100),
                wrong,
                unit="%",
                last=shown(old.get(segment, 0.0), 100),
            )
            for segment, spec in sorted(params.segments.items())
        ),
        mix_error=wrong.get(anchor(f"{at}.mix"), ""),
        weights=tuple(
            _field(
                f"{at}.weights.{name}", name.capitalize(), shown(weights.get(name, ""), 100), wrong, unit="%"
            )
            for name in ATTRIBUTES
        ),
        weights_error=wrong.get(anchor(f"{at}.weights"), ""),
        trim=tuple(
            _field(f"{at}.trim.{name}", name.capitalize(), shown(trim.get(name, 0.0)), wrong, unit="")
            for name in ATTRIBUTES
        ),
    )


def launch_form(params: Parameters, team: TeamState, draft: Json, wrong: Mapping[str, str]) -> LaunchForm:
    """The fields of a launch."""
    launch = _of(draft, "launch")
    weights = _of(launch, "weights")
    return LaunchForm(
        parent=str(launch.get("parent", "")),
        parents=tuple(sorted(team.products)),
        development=_field(
            "launch.development",
            "Development",
            shown(launch.get("development", "")),
            wrong,
            unit="₹ m",
            hint=f"at least {params.launch.least:g}",
        ),
        weights=tuple(
            _field(
                f"launch.weights.{name}",
                name.capitalize(),
                shown(weights.get(name, ""), 100),
                wrong,
                unit="%",
            )
            for name in ATTRIBUTES
        ),
        weights_error=wrong.get("launch-weights", ""),
        error=wrong.get("launch", "") or wrong.get("launch-parent", ""),
    )


def capacity_field(params: Parameters, team: TeamState, draft: Json, wrong: Mapping[str, str]) -> Field:
    """Capacity to be added."""
    return _field(
        "capacity",
        "Capacity to add",
        shown(draft.get("capacity", 0.0)),
        wrong,
        unit="'000 a year",
        hint=f"you have {shown(team.capacity)}; ₹ {params.production.plant:g} m for each thousand, usable next year",
    )


def _field(
    name: str,
    label: str,
    value: str,
    wrong: Mapping[str, str],
    *,
    unit: str = "",
    last: str = "",
    hint: str = "",
) -> Field:
    at = anchor(name)
    return Field(at, name, label, value, unit, last, hint, wrong.get(at, ""))


def studies(params: Parameters, team: TeamState, draft: Json) -> tuple[Study, ...]:
    """What can be asked."""
    raw = draft.get("research")
    bought = [one for one in raw if isinstance(one, Mapping)] if isinstance(raw, list) else []
    asked = {(one.get("study"), one.get("product"), one.get("spend")) for one in bought}
    research = params.research
    says = {
        "sizes": (
            "Size of the segments",
            f"buyers in the next two years, within {research.sizes.spread * 100:g} %",
        ),
        "ideals": (
            "What buyers want",
            f"ideal points of next year, within {research.ideals.spread:g} points",
        ),
        "order": ("What matters most", "attributes and segments in order, exact"),
        "rivals": ("Products of the others", "prices and attributes in the year that ends, exact"),
    }
    found = [
        Study(
            f"study-{key}",
            f"study.{key}",
            label,
            f"₹ {getattr(research, key).price:g} m",
            words,
            (key, None, None) in asked,
        )
        for key, (label, words) in says.items()
    ]
    off = f"within {research.test.spread * 100:g} %"
    found.extend(
        Study(
            f"study-test-{product}-{spend}",
            f"study.test.{product}.{spend}",
            f"Test: {spend} of {product}",
            f"₹ {research.test.price:g} m",
            f"by how many per cent demand moves with one per cent more, {off}",
            ("test", product, spend) in asked,
        )
        for product in sorted(team.products)
        for spend in ("brand", "sales")
    )
    return tuple(found)
