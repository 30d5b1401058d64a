"""Work handed in: what may be handed in and when, which version counts, and the receipt."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.core.errors import Refusal
from lms.coursework.rules.late import end_of
from lms.coursework.rules.refusals import CourseworkRefusal

LONGEST_TEXT = 200_000
LONGEST_STATEMENT = 2_000
NO_TOOLS = "No generative tools were used."


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being written, by one person or a team."""

    text: str = ""
    ai: str = ""
    """"no", "yes", or empty while it was not said."""
    ai_text: str = ""
    files: tuple[dict[str, Any], ...] = ()
    """{"id", "public_id", "name", "size", "sha256"} in order."""

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Draft:
        """The draft as it is stored."""
        return cls(
            text=kept.get("text", ""),
            ai=kept.get("ai", ""),
            ai_text=kept.get("ai_text", ""),
            files=tuple(kept.get("files", ())),
        )

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {"text": self.text, "ai": self.ai, "ai_text": self.ai_text, "files": list(self.files)}

    def statement(self, *, asked: bool) -> str:
        """What the version says about generative tools; nothing where the brief does not ask."""
        if not asked:
            return ""
        return self.ai_text.strip() if self.ai == "yes" else NO_TOOLS

    @property
    def empty(self) -> bool:
        """Whether nobody has written anything yet."""
        return not (self.text.strip() or self.files or self.ai or self.ai_text.strip())


def missing(draft: Draft, accepts: Sequence[str]) -> str:
    """What is still missing before it can be handed in, as a sentence; empty when nothing is."""
    text, files = bool(draft.text.strip()), bool(draft.files)
    if set(accepts) == {"text", "files"}:
        return "" if text or files else "Write the text or add a file."
    if "files" in accepts:
        return "" if files else "Add the file first."
    return "" if text else "Write the text first."


def why_not_declare(draft: Draft, *, asked: bool) -> Refusal | None:
    """Why the statement on generative tools is not enough, or None: also where the brief does not ask for one."""
    if not asked:
        return None
    if draft.ai not in ("yes", "no"):
        return CourseworkRefusal.NO_DECLARATION
    if draft.ai == "yes" and not draft.ai_text.strip():
        return CourseworkRefusal.DECLARATION_EMPTY
    return None


def marking_closes(*, drafted: bool, finalised: bool, now: dt.datetime, due: dt.datetime) -> bool:
    """Whether marking shuts the door on a further version.

    A marker who has begun before the deadline takes nobody's time away; once a mark is finalised it stands.
    """
    return finalised or (drafted and now >= end_of(due))


def counts(*, late_days: int, present_late_days: int | None) -> bool:
    """Whether a version just handed in becomes the one that is marked.

    The last one on time counts; while none is on time, the last.
    """
    return late_days == 0 or present_late_days is None or present_late_days > 0


def digest(text: str, statement: str, file_hashes: Sequence[str]) -> str:
    """The receipt: SHA-256 over the text, the statement and the files' own hashes, in order."""
    parts = [text, statement, *file_hashes]
    return hashlib.sha256(
        "\n".join(hashlib.sha256(part.encode()).hexdigest() for part in parts).encode()
    ).hexdigest()


def short_digest(value: str) -> str:
    """A receipt as people read it aloud: four groups of four."""
    return " ".join(value[at : at + 4] for at in range(0, 16, 4))


# Extensions ----------------------------------------------------------------------------------------------------------

REASONS = {
    "illness": "Illness",
    "work": "Work",
    "family": "Family or care",
    "technical": "Technical failure",
    "other": "Another reason",
}
CAPTIONS = "captions"
CAPTIONS_TIME = dt.timedelta(hours=48)
TOKEN = "token"  # noqa: S105 # nosec B105 - a reason code


def captions_until(due: dt.datetime) -> dt.datetime:
    """Until when a quiz is open for somebody who needs captions that are not there."""
    return due + CAPTIONS_TIME


def why_not_extend(*, until: dt.datetime, present: dt.datetime, end: dt.datetime) -> Refusal | None:
    """Why a personal date is refused, or None."""
    if until <= present:
        return CourseworkRefusal.NOT_LATER
    return CourseworkRefusal.PAST_END if until > end else None


def why_not_token(
    *, now: dt.datetime, due: dt.datetime, used: int, tokens: int, used_here: bool, team: bool
) -> Refusal | None:
    """Why a learner cannot take one of their own extensions, or None."""
    if team:
        return CourseworkRefusal.OWN_NOT_FOR_TEAM
    if used_here:
        return CourseworkRefusal.OWN_ALREADY_HERE
    if used >= tokens:
        return CourseworkRefusal.OWN_USED_UP
    return CourseworkRefusal.OWN_TOO_LATE if now >= end_of(due) else None
