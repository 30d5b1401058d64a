"""What waits to serve: it begins when it is told, and ends with whoever was to tell it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms import serving

pytestmark = pytest.mark.slow


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


def test_they_begin_when_they_are_told(children: list[subprocess.Popen[bytes]], port: int) -> None:
    web, worker = children
    assert web.poll() is None
    serving.go(children)
    assert healthy(port)
    worker.send_signal(signal.SIGTERM)
    web.send_signal(signal.SIGTERM)
    assert {web.wait(timeout=120), worker.wait(timeout=120)} <= {0, -signal.SIGTERM}


def test_they_end_with_whoever_was_to_tell_them(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
    assert [child.wait(timeout=120) for child in children] == [0, 0]
