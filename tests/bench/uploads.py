"""`python -m tests.bench.uploads`: 300 files of 10 MB sent to a real server in at most five minutes, and none lost.

The server is `lms serve`, as in production: processes of gunicorn, and the worker beside them. Half of the files come
with the form, half in pieces. Afterwards every file that was sent is looked for: in a draft, and on the disk.
`python -m tests.bench.uploads 20 10 4` sends twenty of 10 MB from four clients.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import http.client
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from lms.cohorts.queries import CohortView
from lms.core import clock, files
from lms.core.db import db
from lms.core.uploads import PIECE
from lms.coursework import queries
from lms.coursework.models import Submission
from lms.scheduling import queries as scheduling
from tests.factories import world
from tests.support.application import make_app, prepare
from tests.support.pages import Visitor

MEGABYTE = 1024 * 1024
EACH = 3
"""Files of one learner: what most briefs accept."""


@dataclass
class Sender:
    """A learner with a session, and the page that takes their files."""

    cookie: str
    page: str
    token: str = ""


@dataclass
class Report:
    """What was sent and what became of it."""

    sent: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    took: float = 0
    lost: int = 0

    def words(self, megabytes: int) -> str:
        """What was measured, in a line."""
        if not self.seconds:
            return "nothing was sent"
        slow = statistics.quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0
        return (
            f"{len(self.sent)} files of {megabytes} MB in {self.took:.0f} s, "
            f"{len(self.sent) * megabytes / self.took:.0f} MB/s, "
            f"median {statistics.median(self.seconds):.2f} s, 95 % within {slow:.2f} s; "
            f"{len(self.failed)} refused, {self.lost} lost"
        )


def open_work(cohort: CohortView) -> str:
    """An assignment that takes several files now."""
    now = clock.now()
    for item in scheduling.items(cohort.id):
        with contextlib.suppress(Exception):
            content = queries.content(item.activity_id)
            fits = content.kind.value == "assignment" and "pdf" in content.head.get("file_types", ())
            roomy = content.head.get("max_files", 5) >= EACH and content.head.get("max_mb", 25) >= 10
            if fits and roomy and item.starts_at < now < item.ends_at - dt.timedelta(hours=1):
                return item.key
    raise LookupError


def world_of(learners: int) -> list[Sender]:
    """Learners who are signed in, in a cohort with open work."""
    for weeks_in in (*range(12, 40), *range(3, 12)):  # A-3 is open in the twelfth week
        cohort = world.cohort(weeks_in=weeks_in, seats=learners)
        with contextlib.suppress(LookupError):
            key = open_work(cohort)
            people = [world.learner(cohort) for _ in range(learners)]
            return [Sender(_cookie(each), f"/cohorts/{cohort.slug}/assignments/{key}") for each in people]
    raise SystemExit("no assignment that takes files is open in any week")


_app: list[Flask] = []


def _cookie(who: object) -> str:
    client = Visitor(_app[0]).signed_in(who).client  # type: ignore[arg-type]
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in (client._cookies or {}).values())


@contextlib.contextmanager
def serving(folder: Path, address: str, command: str) -> Iterator[int]:
    """`lms serve`, or `lms web`, on a free port, over a database and its folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    env = {**kept, "LMS_DATA_DIR": str(folder), "DATABASE_URL": address, "PORT": str(port)}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "lms", command], env=env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            for _ in range(600):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield port
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def encoded(form: dict[str, object]) -> tuple[bytes, str]:
    """A form as browsers send it; a pair is a file: its bytes and its name."""
    edge = secrets.token_hex(16)
    parts = []
    for name, value in form.items():
        body, extra = (
            (value[0], f'; filename="{value[1]}"') if isinstance(value, tuple) else (str(value).encode(), "")
        )
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
        parts += [head.encode(), body, b"\r\n"]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


class Client:
    """A browser of sorts: keeps its connection, sends its cookie."""

    def __init__(self, port: int) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def close(self) -> None:
        """Leave."""
        self.link.close()

    def ask(
        self, method: str, path: str, who: Sender, form: dict[str, object] | None = None
    ) -> tuple[int, bytes]:
        """Send one request; a connection that the server closed meanwhile is opened again."""
        headers = {"Cookie": who.cookie, "Referer": "http://localhost", "X-CSRFToken": who.token}
        body = b""
        if form is not None:
            body, headers["Content-Type"] = encoded({"csrf_token": who.token, **form})
        for last in (False, True):
            try:
                self.link.request(method, path, body=body, headers=headers)
                answer = self.link.getresponse()
                for fresh in answer.headers.get_all("Set-Cookie") or ():
                    who.cookie = fresh.partition(";")[0]
                return answer.status, answer.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                self.link.close()
                if last:
                    raise
        raise AssertionError

    def read_page(self, who: Sender) -> dict[str, object]:
        """The hidden fields of the form."""
        status, body = self.ask("GET", who.page, who)
        if status != 200:
            raise OSError(f"{who.page} answers {status}: {body[:200]!r}")
        hidden = BeautifulSoup(body, "html.parser").select("#work input[type=hidden]")
        fields: dict[str, object] = {str(each["name"]): str(each.get("value", "")) for each in hidden}
        who.token = str(fields.pop("csrf_token"))
        return fields

    def with_the_form(self, who: Sender, name: str, body: bytes) -> str:
        """Add a file as the page does without its script; empty, or why not."""
        form = {**self.read_page(who), "act": "add", "files": (body, name)}
        status, _answer = self.ask("POST", who.page, who, form)
        return "" if status == 303 else f"the form was answered {status}"

    def in_pieces(self, who: Sender, name: str, body: bytes) -> str:
        """Add a file as the page's script does with large ones; empty, or why not."""
        self.read_page(who)
        status, answer = self.ask("POST", f"{who.page}/uploads", who, {"name": name, "size": str(len(body))})
        if status != 200:
            return f"beginning was answered {status}"
        to, offset = urlsplit(json.loads(answer)["to"]).path, 0
        while offset < len(body):
            piece = body[offset : offset + PIECE]
            form = {
                "offset": str(offset),
                "sha256": hashlib.sha256(piece).hexdigest(),
                "piece": (piece, name),
            }
            status, answer = self.ask("POST", to, who, form)
            if status != 200:
                return f"a piece was answered {status}"
            offset = json.loads(answer)["offset"]
        return ""


def send(port: int, senders: list[Sender], count: int, megabytes: int, clients: int) -> Report:
    """Send the files from so many clients at once."""
    report, lock = Report(), threading.Lock()
    waiting: SimpleQueue[list[int]] = SimpleQueue()
    for number, _sender in enumerate(senders):
        waiting.put(list(range(number * EACH, min(count, (number + 1) * EACH))))

    def work() -> None:
        client = Client(port)
        while True:
            try:
                numbers = waiting.get_nowait()
            except Empty:
                client.close()
                return
            for number in numbers:
                body = b"%PDF-1.7\n" + secrets.token_bytes(megabytes * MEGABYTE - 9)
                who, how = senders[number // EACH], client.in_pieces if number % 2 else client.with_the_form
                began = time.perf_counter()
                try:
                    wrong = how(who, f"{number}.pdf", body)
                except (OSError, http.client.HTTPException) as failure:
                    wrong = repr(failure)
                with lock:
                    report.seconds.append(time.perf_counter() - began)
                    if wrong:
                        report.failed.append(f"{number}: {wrong}")
                    else:
                        report.sent.add(hashlib.sha256(body).hexdigest())

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    report.took = time.perf_counter() - began
    return report


def kept() -> set[str]:
    """The hashes of the files that stand in drafts and whose bytes are on the disk as they were sent."""
    db.session.rollback()
    named = {
        file["sha256"] for draft in db.session.scalars(sa.select(Submission.draft)) for file in draft["files"]
    }
    found = set()
    for sha256 in named:
        digest = hashlib.sha256()
        for piece in files.storage().read(files.blob_key(sha256)):
            digest.update(piece)
        if digest.hexdigest() == sha256:
            found.add(sha256)
    return found


def measure(
    app: Flask, address: str, count: int, megabytes: int, clients: int, command: str = "serve"
) -> Report:
    """Build a world in an application's database, serve it by other processes, send, and look for what was sent."""
    folder = app.extensions["settings"].data_dir
    files.init(app.extensions["settings"].files_dir)
    _app[:] = [app]
    senders = world_of(-(-count // EACH))
    db.session.rollback()
    with serving(folder, address, command) as port:
        for _ in range(4):
            with contextlib.closing(Client(port)) as early:
                early.read_page(senders[0])
        report = send(port, senders, count, megabytes, clients)
    report.lost = len(report.sent - kept())
    return report


def main() -> None:
    """Measure, and say what came of it."""
    count, megabytes, clients = ([int(each) for each in sys.argv[1:]] + [300, 10, 8][len(sys.argv) - 1 :])[:3]
    with tempfile.TemporaryDirectory() as given:
        address = f"sqlite:///{Path(given) / 'cadre.db'}"
        prepare(address)
        app = make_app(address, Path(given))
        with app.app_context():
            report = measure(app, address, count, megabytes, clients)
            db.engine.dispose()
    sys.stdout.write(report.words(megabytes) + "\n" + "".join(f"  {each}\n" for each in report.failed[:10]))
    if report.lost or report.failed or report.took > 300:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
