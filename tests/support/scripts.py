"""What the pages' scripts send, for tests without a browser."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from werkzeug.test import TestResponse

from tests.support.pages import Visitor

JSON = {"Accept": "application/json"}


def send(at: Visitor, url: str, data: dict[str, Any] | None = None, *, script: bool = False) -> TestResponse:
    """Post as a script or a forged form would: with the visitor's own token, and nothing else of a page."""
    token = at.get("/no-such-page", status=404).soup.select_one("[name=csrf_token]")
    assert token is not None
    headers = {
        "X-CSRFToken": token["value"],
        "Referer": f"http://localhost{url}",
        **(JSON if script else {}),
    }
    return at.open("POST", url, data=data or {}, headers=headers)


def send_pieces(
    at: Visitor,
    url: str,
    body: bytes,
    name: str,
    *,
    until: int | None = None,
    **about: str,
) -> TestResponse:
    """Send a file in pieces of 5,000 bytes to what begins uploads; `until`: only so many bytes of it."""
    begun = send(at, url, {"name": name, "size": len(body), **about}, script=True)
    if begun.status_code != 200:
        return begun
    to, answer = begun.get_json()["to"], begun
    offset = begun.get_json()["offset"]
    while offset < (until or len(body)):
        piece = body[offset : offset + 5000]
        values = {
            "offset": offset,
            "sha256": hashlib.sha256(piece).hexdigest(),
            "piece": (io.BytesIO(piece), name),
        }
        answer = send(at, to, values, script=True)
        if answer.status_code != 200:
            return answer
        offset = answer.get_json()["offset"]
    return answer
