"""What can go wrong, in the language of the business."""

from __future__ import annotations

import enum


class LmsError(Exception):
    """Base of every error the application raises on purpose."""


class NotFound(LmsError):
    """There is no such thing, or the actor may not know that there is."""


class Forbidden(LmsError):
    """The actor may see the thing but not do this."""


class Refusal(enum.StrEnum):
    """Base of every domain's reasons to say no; a member's value is a sentence fit to show."""


class RuleViolation(LmsError):
    """A business rule says no.

    `details` fill the braces of the reason's sentence, for instance the number of seats. An instant among them is said
    in the reader's zone by whoever shows it (`web.words.refusal`).
    """

    def __init__(self, reason: Refusal, **details: object) -> None:
        self.reason = reason
        self.details = details
        self.message = reason.value.format(**details)
        super().__init__(self.message)


class Conflict(RuleViolation):
    """Somebody else changed the thing since the actor saw it; `current` is what stands there now."""

    def __init__(self, reason: Refusal, current: object = None, **details: object) -> None:
        super().__init__(reason, **details)
        self.current = current
