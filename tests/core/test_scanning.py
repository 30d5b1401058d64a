"""What a scanner says of a file, and what that does to it: with real programs and a real socket, on made-up harm."""

from __future__ import annotations

import io
import socketserver
import struct
import sys
import threading
from pathlib import Path

import pytest

from lms.core import clock, files, jobs, outbox, scanning
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.files import Limits
from lms.core.scanning import Daemon, FileScan, Program, ScanRefusal, ScanState
from lms.core.uow import unit_of_work
from tests.factories import world

pytestmark = pytest.mark.db

HARM = b"X5O!P%@AP-OUR-OWN-TEST-PATTERN"
SCRIPT = f"""
import sys
body = open(sys.argv[1], "rb").read()
if b"SLEEP" in body:
    import time; time.sleep(30)
if b"BROKEN" in body:
    print("the signatures are too old"); sys.exit(2)
if {HARM!r} in body:
    print(sys.argv[1] + ": Test-Pattern FOUND"); sys.exit(1)
"""
PDF = b"%PDF-1.7 "


@pytest.fixture
def program(tmp_path):
    script = tmp_path / "scan it.py"
    script.write_text(SCRIPT)
    yield Program(f"{sys.executable} '{script}'", 2)
    scanning.configure(None)


def brought(body: bytes, name: str = "memo.pdf") -> files.StoredFile:
    owner = world.person()
    with unit_of_work() as work:
        return files.keep(
            io.BytesIO(body),
            name,
            limits=Limits(types=("pdf",), megabytes=1),
            owner_id=owner.id,
            purpose="submission",
            now=work.now,
        )


def state(file: files.StoredFile) -> tuple[ScanState, str]:
    db.session.rollback()
    row = db.session.get_one(FileScan, file.sha256, populate_existing=True)
    return row.state, row.words


def refusal(file: files.StoredFile) -> ScanRefusal | None:
    try:
        scanning.require_clean(file.sha256, file.name)
    except RuleViolation as refused:
        return ScanRefusal(refused.reason) if file.name in refused.message else None
    return None


def test_without_a_scanner_nothing_is_asked_and_nothing_held_back(session):
    file = brought(PDF + HARM)
    assert db.session.get(FileScan, file.sha256) is None
    assert refusal(file) is None


@pytest.mark.slow
def test_every_state_and_what_it_does(session, program):
    scanning.configure(program)
    clean, harm, broken, slow = (brought(PDF + part) for part in (b"fine", HARM, b"BROKEN", b"SLEEP"))
    assert {refusal(one) for one in (clean, harm, broken, slow)} == {ScanRefusal.WAITING}
    outbox.drain()
    assert state(clean) == (ScanState.CLEAN, "")
    assert state(harm) == (ScanState.REFUSED, "Test-Pattern FOUND")
    assert state(broken) == (ScanState.UNAVAILABLE, "the signatures are too old")
    assert state(slow)[0] is ScanState.UNAVAILABLE
    assert [refusal(one) for one in (clean, harm, broken)] == [
        None,
        ScanRefusal.REFUSED,
        ScanRefusal.UNAVAILABLE,
    ]
    again = brought(PDF + HARM, "renamed.pdf")
    assert refusal(again) is ScanRefusal.REFUSED, "what is known of a content is known of its copies"


def test_a_scanner_that_was_silent_is_asked_again_and_what_came_before_it_too(session, program):
    before = brought(PDF + b"from before there was one")
    scanning.configure(Program("/no/such/scanner", 2))
    file = brought(PDF + b"fine")
    outbox.drain()
    assert state(file)[0] is ScanState.UNAVAILABLE
    assert refusal(before) is ScanRefusal.WAITING
    scanning.configure(program)
    with clock.at(clock.now() + scanning.AGAIN_AFTER * 2):
        jobs.queue_periodic(clock.now())
        while outbox.drain():
            pass
    assert state(file) == (ScanState.CLEAN, "")
    assert state(before) == (ScanState.CLEAN, "")


class _Clamd(socketserver.BaseRequestHandler):
    """Answers like clamd: `zINSTREAM`, pieces with their length, an empty one."""

    def handle(self) -> None:
        link = self.request.makefile("rb")
        assert link.read(10) == b"zINSTREAM\0"
        body = b""
        while size := struct.unpack("!L", link.read(4))[0]:
            body += link.read(size)
        answer = b"Test-Pattern FOUND" if HARM in body else b"OK"
        self.request.sendall(
            b"stream: " + (b"size limit exceeded ERROR" if b"HUGE" in body else answer) + b"\0"
        )


def test_clamd_is_spoken_to_by_its_own_protocol(tmp_path: Path):
    clean, harm, huge = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    clean.write_bytes(b"x" * 200_000)
    harm.write_bytes(b"x" * 100_000 + HARM)
    huge.write_bytes(b"HUGE")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        daemon = Daemon(f"127.0.0.1:{server.server_address[1]}", 5)
        assert daemon.look(clean) == scanning.Finding(ScanState.CLEAN)
        assert daemon.look(harm) == scanning.Finding(ScanState.REFUSED, "Test-Pattern")
        assert daemon.look(huge).state is ScanState.UNAVAILABLE
        server.shutdown()
    assert Daemon(str(tmp_path / "no.socket"), 1).look(clean).state is ScanState.UNAVAILABLE
    assert Daemon("nonsense", 1).look(clean).state is ScanState.UNAVAILABLE


def test_the_settings_name_at_most_one():
    assert scanning.configured("", "", 9) is None
    assert scanning.configured("scan", "", 9) == Program("scan", 9)
    assert scanning.configured("", "/run/clamd", 9) == Daemon("/run/clamd", 9)
