"""Mails with sample data: whoever writes letters shows one of every sort, and the style guide has them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lms.core.mail import Written


@dataclass(frozen=True)
class MailSample:
    """One mail as it would go out."""

    title: str
    kind: str
    """As `mail.Letter` has it."""
    written: Written
    calendar: str = ""
    """The invitation that goes with it."""
    key: str = ""
    """What begins the key of the event that it tells, up to the first colon."""


Maker = Callable[[], Mapping[str, MailSample]]
_makers: list[Maker] = []


def shows(maker: Maker) -> Maker:
    """Register what makes the samples of a domain, by the names in their addresses."""
    _makers.append(maker)
    return maker


def every() -> dict[str, MailSample]:
    """Every sample, by its name. Needs a request, as letters do that name pages."""
    found: dict[str, MailSample] = {}
    for maker in _makers:
        found.update(maker())
    return found
