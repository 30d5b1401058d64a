"""A double of Zoom's interface, as its documentation describes it, with the faults that a network has."""

from __future__ import annotations

import base64
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ACCOUNT, CLIENT, SECRET, USER = "acc-1", "client-1", "not-a-secret", "classes@example.org"


@dataclass
class Fault:
    """What the next call is answered with instead of its answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    """The call is carried out first, and then its answer is lost."""
    hang: float = 0.0


@dataclass
class ZoomDouble:
    """What the double knows and saw."""

    address: str
    meetings: dict[str, dict[str, Any]] = field(default_factory=dict)
    instances: dict[str, list[str]] = field(default_factory=dict)
    reports: dict[str, list[list[dict[str, Any]]]] = field(default_factory=dict)
    """uuid → pages of participants."""
    calls: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    tokens: int = 0
    valid: str = ""

    def expire(self) -> None:
        """Let the token in use run out."""
        self.valid = "nothing"


def _routes(
    double: ZoomDouble, method: str, path: str, query: dict[str, list[str]], body: Any
) -> tuple[int, Any]:
    parts = [unquote(part) for part in path.split("/") if part]
    match method, parts:
        case "GET", ["users", user, "meetings"] if user == USER:
            listed = [
                {k: v for k, v in each.items() if k != "start_url"} for each in double.meetings.values()
            ]
            return 200, {"page_size": 300, "next_page_token": "", "meetings": listed}
        case "POST", ["users", user, "meetings"] if user == USER:
            number = str(81_000_000_000 + len(double.meetings) + 1)
            made = {
                **body,
                "id": int(number),
                "uuid": f"uuid-{number}==",
                "join_url": f"https://zoom.example.org/j/{number}",
                "start_url": f"https://zoom.example.org/s/{number}?zak=host",
            }
            double.meetings[number] = made
            return 201, made
        case "GET", ["meetings", number] if number in double.meetings:
            return 200, double.meetings[number]
        case "PATCH", ["meetings", number] if number in double.meetings:
            double.meetings[number].update(body)
            return 204, None
        case "DELETE", ["meetings", number] if number in double.meetings:
            del double.meetings[number]
            return 204, None
        case "GET", ["past_meetings", number, "instances"] if number in double.instances:
            return 200, {"meetings": [{"uuid": uuid, "start_time": ""} for uuid in double.instances[number]]}
        case "GET", ["report", "meetings", uuid, "participants"] if unquote(uuid) in double.reports:
            pages = double.reports[unquote(uuid)]
            number = int(query.get("next_page_token", ["0"])[0])
            more = str(number + 1) if number + 1 < len(pages) else ""
            return 200, {"page_size": 300, "next_page_token": more, "participants": pages[number]}
    return 404, {"code": 3001, "message": "Meeting does not exist."}


def _handler(double: ZoomDouble, waiting: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

        def _answer(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
            raw = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _any(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            double.calls.append(f"{self.command} {parts.path}")
            fault = double.faults.popleft() if double.faults and not parts.path.startswith("/oauth") else None
            if fault and fault.hang:
                waiting.wait(fault.hang)
            if fault and not fault.after:
                self._answer(fault.status, {"code": fault.status, "message": "A fault."}, fault.headers)
                return
            if parts.path == "/oauth/token":
                asked = parse_qs(parts.query)
                basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
                right = self.headers["Authorization"] == basic and asked.get("account_id") == [ACCOUNT]
                if not right:
                    self._answer(
                        400, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}
                    )
                    return
                double.tokens += 1
                double.valid = f"token-{double.tokens}"
                self._answer(200, {"access_token": double.valid, "token_type": "bearer", "expires_in": 3599})
                return
            if self.headers["Authorization"] != f"Bearer {double.valid}":
                self._answer(401, {"code": 124, "message": "Invalid access token."})
                return
            body = json.loads(raw) if raw else None
            status, document = _routes(
                double, self.command, parts.path.removeprefix("/v2"), parse_qs(parts.query), body
            )
            if fault:
                self._answer(fault.status, {"message": "The answer is lost."}, fault.headers)
                return
            self._answer(status, document)

    for method in ("GET", "POST", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._any)
    return Handler


@contextmanager
def zoom_double() -> Iterator[ZoomDouble]:
    """Run the double on a free port of this machine."""
    double, done = ZoomDouble(""), threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(double, done))
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]  # whoever asked has gone
    double.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
