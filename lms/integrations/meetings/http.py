"""A small HTTP client for one fixed host: with time-outs, no redirects, and no more of an answer than is reasonable."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 4.0
"""A call waits so long for the connection, and so long for each part of the answer."""
MOST_BYTES = 4_000_000


class Unreachable(Exception):
    """There was no answer, or none that can be read: it is tried again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    document: Any
    """The JSON of the body; an empty mapping where there is none."""
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """Calls of one address and what is below it; a redirect is an answer like any other, and is not followed."""

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        parts = urlsplit(address)
        self.host, self.port, self.path = parts.hostname or "", parts.port, parts.path.rstrip("/")
        self.secure, self.seconds = parts.scheme == "https", seconds

    def call(
        self,
        method: str,
        path: str = "",
        *,
        query: Mapping[str, str] | None = None,
        document: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and read its answer. Raises Unreachable."""
        asked = self.path + path + (f"?{urlencode(query)}" if query else "")
        body = None if document is None else json.dumps(document).encode()
        sent = {"Accept": "application/json", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = self._connection()
        try:
            connection.request(method, asked or "/", body=body, headers=sent)
            response = connection.getresponse()
            raw = response.read(MOST_BYTES + 1)
            found = {name.lower(): value for name, value in response.getheaders()}
            status = response.status
        except (OSError, http.client.HTTPException) as failure:
            raise Unreachable(f"{method} {self.host}{self.path}{path}: {failure!r}") from failure
        finally:
            connection.close()
        if len(raw) > MOST_BYTES:
            raise Unreachable(f"{method} {self.host}{self.path}{path}: the answer is too large")
        return Answer(status, _read(raw), found)

    def _connection(self) -> http.client.HTTPConnection:
        if not self.secure:
            return http.client.HTTPConnection(self.host, self.port, timeout=self.seconds)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(self.host, self.port, timeout=self.seconds, context=context)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw.strip() else {}
    except ValueError:
        return {}
