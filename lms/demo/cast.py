"""Who takes part: staff, learners and how each of them behaves, read from `content/demonstration/`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "content" / "demonstration"
DOMAIN = "cadre.example"
PASSWORD = "cadre-demo"  # noqa: S105  # nosec B105 - printed on the sign-in page of the demonstration
SIGN_INS = ("learner", "faculty", "coordinator", "director", "admin")


@dataclass(frozen=True)
class Persona:
    """How somebody behaves through the year."""

    attends: float
    half: float
    quality: float
    spread: float
    late: float
    reads: float
    posts: float
    replies: float
    about: str


@dataclass(frozen=True)
class Learner:
    """One learner and their work outside, which their texts speak of."""

    name: str
    zone: str
    country: str
    employer: str
    title: str
    product: str
    customers: str
    rival: str
    figure: str
    persona_key: str
    pronoun: str
    email: str
    persona: Persona

    @property
    def slots(self) -> dict[str, str]:
        """What fills the braces of a text."""
        return {
            "employer": self.employer,
            "product": self.product,
            "customers": self.customers,
            "rival": self.rival,
            "figure": self.figure,
            "host": self.employer,
            "subject": self.product,
        }


@dataclass(frozen=True)
class Staff:
    """One member of staff."""

    key: str
    email: str
    name: str
    zone: str
    country: str
    title: str
    about: str = ""
    courses: tuple[str, ...] = ()
    guide: bool = False
    assistant: bool = False
    coordinator: bool = False
    director: bool = False
    administrator: bool = False


@dataclass(frozen=True)
class Cast:
    """Everybody."""

    staff: tuple[Staff, ...]
    cohorts: dict[str, tuple[Learner, ...]] = field(default_factory=dict)


def read(name: str) -> Any:
    """What a file of the demonstration says; by the parser written in C where there is one, ten times as fast."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # nosec B506: both are safe


def address_of(name: str) -> str:
    """An invented address for an invented person."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", ".", plain).strip(".") + f"@{DOMAIN}"


def load() -> Cast:
    """Read the whole cast."""
    personas = {key: Persona(**values) for key, values in read("personas.yaml").items()}
    people = read("people.yaml")
    staff = tuple(Staff(**{**one, "courses": tuple(one.get("courses", ()))}) for one in people.pop("staff"))
    cohorts = {
        name: tuple(
            _learner(line, personas, first=(name == "week41" and at == 0)) for at, line in enumerate(lines)
        )
        for name, lines in people.items()
    }
    return Cast(staff, cohorts)


def _learner(line: str, personas: dict[str, Persona], *, first: bool) -> Learner:
    name, zone, country, employer, title, product, customers, rival, figure, persona, pronoun = (
        part.strip() for part in line.split("|")
    )
    return Learner(
        name=name,
        zone=zone,
        country=country,
        employer=employer,
        title=title,
        product=product,
        customers=customers,
        rival=rival,
        figure=figure,
        persona_key=persona,
        pronoun=pronoun,
        email=f"learner@{DOMAIN}" if first else address_of(name),
        persona=personas[persona],
    )
