"""Text messages through any provider: what one signed call says, how its answer is known, and what a number is."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

SKEW = dt.timedelta(minutes=5)
"""A call whose time is further off is refused: it may have been recorded."""
NUMBER = re.compile(r"^\+[1-9][0-9]{6,14}$")
CODE_HOLDS = dt.timedelta(minutes=15)
CODE_TRIES = 5
CODES_A_DAY = 4
LONGEST = 300
"""Characters of a text message."""


def normal_number(typed: str) -> str:
    """A telephone number as it is kept (E.164), from how people type it; empty when it is none."""
    bare = re.sub(r"[\s().\-/]", "", typed)
    bare = re.sub(r"^00", "+", bare)
    return bare if NUMBER.match(bare) else ""


def signature(body: bytes, *, at: dt.datetime, secret: str) -> str:
    """What a call is signed with: HMAC-SHA256 over its time and its body."""
    stamp = f"{int(at.timestamp())}.".encode()
    return "v1=" + hmac.new(secret.encode(), stamp + body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, *, stamp: str, given: str, secret: str, now: dt.datetime) -> bool:
    """Whether a call comes from whoever knows the secret, and was made just now."""
    if not secret or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return False
    at = dt.datetime.fromtimestamp(int(stamp), dt.UTC)
    if abs(now - at) > SKEW:
        return False
    return hmac.compare_digest(signature(body, at=at, secret=secret).encode(), given.encode())


@dataclass(frozen=True, slots=True)
class TextCall:
    """One call to the gateway."""

    body: bytes
    headers: dict[str, str]


def text_call(key: str, *, to: str, text: str, at: dt.datetime, secret: str) -> TextCall:
    """The call that sends one text; its key makes the provider send it once however often it is made."""
    said = text if len(text) <= LONGEST else text[: LONGEST - 2].rstrip() + " …"
    body = json.dumps({"id": key, "to": to, "text": said}, ensure_ascii=False).encode()
    return TextCall(
        body,
        {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Cadre-Timestamp": str(int(at.timestamp())),
            "Cadre-Signature": signature(body, at=at, secret=secret),
        },
    )


@dataclass(frozen=True, slots=True)
class TextReport:
    """What a provider says became of a text."""

    key: str
    delivered: bool
    why: str


def read_report(body: bytes) -> TextReport | None:
    """A provider's report: `{"id": …, "state": "delivered" | "failed", "why": …}`; None for anything else."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("state") not in ("delivered", "failed"):
        return None
    key, why = said.get("id"), said.get("why", "")
    if not isinstance(key, str) or not 0 < len(key) <= 40 or not isinstance(why, str):
        return None
    return TextReport(key, said["state"] == "delivered", why[:200])
