"""The base of all that enters an engine, and the one way in which it is written down.

Parameters, states, decisions and reports are frozen and typed. What comes from outside is refused where it does not fit
(an unknown key, a number that is not finite, a negative spend, shares that do not come to one), with the place of every
problem, and never clipped silently. `canonical` writes a value so that equal values are equal bytes; `fingerprint` is
its SHA-256, by which a world pins its parameters.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

TOLERANCE = 1e-6
"""How far shares of a whole may be from one: what three decimal places typed by people can miss is not among it."""


@dataclass(frozen=True)
class Problem:
    """One thing that does not fit: where (`north.products.a.price`) and why, in words for a person."""

    place: str
    says: str


class InvalidInput(ValueError):
    """What was given cannot be played; `problems` names every place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{one.place}: {one.says}" if one.place else one.says for one in problems))
        self.problems = problems


class Data(BaseModel):
    """A frozen record: no unknown keys, no NaN or infinity, no guessing of types."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, strict=True, use_attribute_docstrings=True
    )

    @classmethod
    def read(cls, raw: Mapping[str, Any], at: str = "") -> Self:
        """The record in a mapping as JSON or YAML gives it; InvalidInput names each place below `at`."""
        try:
            return cls.model_validate_json(json.dumps(raw))
        except (TypeError, ValueError) as error:
            raise InvalidInput(_problems(error, at)) from error

    def written(self) -> dict[str, Any]:
        """The record as JSON knows it."""
        return self.model_dump(mode="json")


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8: equal values are equal bytes. ValueError for NaN or infinity."""
    plain = value.written() if isinstance(value, Data) else value
    return json.dumps(
        plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def fingerprint(value: Any) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def comes_to_one(shares: Mapping[str, float]) -> bool:
    """Whether shares of a whole come to one, within what three decimal places cannot show."""
    return math.isclose(math.fsum(shares.values()), 1.0, abs_tol=TOLERANCE)


def _problems(error: TypeError | ValueError, at: str) -> list[Problem]:
    """A library's error as places and words."""
    if isinstance(error, InvalidInput):
        return error.problems
    if not isinstance(error, ValidationError):
        return [Problem(at, str(error))]
    found: list[Problem] = []
    for one in error.errors(include_url=False):
        place = [*([at] if at else []), *(str(step) for step in one["loc"])]
        cause = one.get("ctx", {}).get("error")
        if isinstance(cause, InvalidInput):  # a record that looked at several of its places at once
            found += [Problem(".".join([*place, each.place]), each.says) for each in cause.problems]
        else:
            found.append(Problem(".".join(place), one["msg"].removeprefix("Value error, ")))
    return found
