"""What waits to serve begins when told and ends with whoever was to tell it; that it answers is not said too early."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lms import serving
from lms.core import config
from lms.core.config import Settings


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def children(tmp_path: Path, port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Both, as `lms up` starts them while it builds."""
    place = {"LMS_DATA_DIR": str(tmp_path), "LMS_MODE": "demo", "DATABASE_URL": "", "PORT": str(port)}
    subprocess.run([sys.executable, "-m", "lms", "migrate"], env={**os.environ, **place}, check=True)
    started = serving.start(place, when_told=True)
    yield started
    for child in started:
        if child.stdin is not None:
            child.stdin.close()
        child.terminate()
        child.wait(timeout=120)


def healthy(port: int) -> bool:
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


@pytest.mark.slow
def test_they_begin_when_they_are_told(children: list[subprocess.Popen[bytes]], port: int) -> None:
    web, worker = children
    assert web.poll() is None
    serving.go(children)
    assert healthy(port)
    worker.send_signal(signal.SIGTERM)
    web.send_signal(signal.SIGTERM)
    assert {web.wait(timeout=120), worker.wait(timeout=120)} <= {0, -signal.SIGTERM}


@pytest.mark.slow
def test_they_end_with_whoever_was_to_tell_them(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
    assert [child.wait(timeout=120) for child in children] == [0, 0]


@pytest.fixture
def heard(port: int) -> Iterator[list[int]]:
    """A web server that is not well at first: what it was asked, and what it answered."""
    given: list[int] = []

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given.append(503 if len(given) < 2 else 200)
            self.send_response(given[-1] if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", port), Slow)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield given
    server.shutdown()
    server.server_close()


@pytest.fixture
def here(tmp_path: Path, port: int) -> Settings:
    return config.load(mode="test", data_dir=tmp_path, port=port)


@pytest.fixture
def unheard() -> Iterator[None]:
    """The signals' handlers are put back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("unheard")
def test_it_is_said_once_and_not_before_it_answers(heard: list[int], here: Settings) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    told: list[tuple[int, list[int]]] = []

    def tell(port: int) -> None:
        told.append((port, list(heard)))
        child.terminate()

    with pytest.raises(SystemExit) as ended:
        serving.watch([child], serving.Answering(here, tell))
    assert ended.value.code == 0
    assert told == [(here.port, [503, 503, 200])]


@pytest.mark.usefixtures("unheard")
def test_it_is_not_said_where_nothing_answers(here: Settings) -> None:
    assert not serving.answers(here)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.5); raise SystemExit(3)"])
    told: list[int] = []
    with pytest.raises(SystemExit) as ended:
        serving.watch([child], serving.Answering(here, told.append))
    assert ended.value.code == 1
    assert told == []
