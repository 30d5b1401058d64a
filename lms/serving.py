"""Serving: gunicorn's processes and the worker, side by side, and what may be got ready before they are wanted."""

from __future__ import annotations

import _thread
import http.client
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gunicorn.app.base import BaseApplication

from lms.app import ROOT, create_app, domains
from lms.core.config import Settings

GO = b"go"
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # nosec B104: compared with, never bound to
_DEAF = 'trap "" INT; exec "$@"'
"""Who waits does not hear Ctrl+C, and ends when the process that it waits for does."""


class _Web(BaseApplication):  # type: ignore[misc]  # gunicorn says nothing of its types
    """gunicorn, over an application that each of its processes makes for itself: nothing open is inherited.

    The modules are there before it forks, so a process answers at once and shares their memory.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        for name, value in {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.web_workers,
            "threads": settings.web_threads,
            "worker_class": "gthread",
            "loglevel": "warning",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self._settings)


def web(settings: Settings, *, when_told: bool = False) -> None:
    """Run the web server until it is told to stop."""
    os.chdir(ROOT)
    domains()
    if when_told:
        await_word()
    _Web(settings).run()


def await_word() -> None:
    """Return when the process that started this one says so; end with it when it does not."""
    if sys.stdin.buffer.read(len(GO)) != GO:
        raise SystemExit(0)


def start(
    environment: dict[str, str] | None = None, *, when_told: bool = False
) -> list[subprocess.Popen[bytes]]:
    """Start both as children; `when_told`: they load what they need, and wait for `go`."""
    env = {**os.environ, **(environment or {})}
    wait = ["--when-told"] if when_told else []
    deaf = ["/bin/sh", "-c", _DEAF, "sh"] if when_told else []
    return [
        subprocess.Popen(  # noqa: S603  # nosec B603: our own interpreter
            [*deaf, sys.executable, "-m", "lms", name, *wait],
            env=env,
            cwd=ROOT,
            stdin=subprocess.PIPE if when_told else None,
        )
        for name in ("web", "worker")
    ]


def go(children: list[subprocess.Popen[bytes]]) -> None:
    """Tell those who wait to begin."""
    for child in children:
        if child.stdin is not None:
            child.stdin.write(GO)
            child.stdin.close()


def answers(settings: Settings) -> bool:
    """Whether /healthz of this installation's web server answers."""
    host = settings.host if settings.host not in EVERYWHERE else "localhost"
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@dataclass(frozen=True)
class Answering:
    """Whom to tell that the web server answers, once it does."""

    settings: Settings
    tell: Callable[[int], None]


def watch(children: list[subprocess.Popen[bytes]], answering: Answering | None = None) -> None:
    """When one ends or we are told to stop, end the other; ends this process.

    `answering` is told of the port as soon as the web server answers there, and not at all where it never does.
    """

    def stop(*_: object) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(child.poll() is None for child in children):
        if answering is not None and answers(answering.settings):
            answering.tell(answering.settings.port)
            answering = None
        time.sleep(0.2)
    stop()
    for child in children:
        child.wait(timeout=20)
    ended = {child.returncode for child in children} - {0, -signal.SIGTERM}
    raise SystemExit(1 if ended else 0)


class Meanwhile(threading.Thread):
    """What is done on another processor while this one builds: a command, and after it the servers, which wait.

    When the command fails, whatever the main thread does is interrupted.
    """

    def __init__(self, command: str) -> None:
        super().__init__(name="meanwhile", daemon=True)
        self.failed = False
        self._command = shlex.split(command)
        self._running: subprocess.Popen[bytes] | None = None
        self._children: list[subprocess.Popen[bytes]] = []

    def run(self) -> None:
        """Carry out the command, then start the servers."""
        if self._command:
            self._running = subprocess.Popen(self._command)  # noqa: S603  # nosec B603: the Makefile's own words
            if self._running.wait():
                self.failed = True
                _thread.interrupt_main()
                return
        self._children = start(when_told=True)

    def children(self) -> list[subprocess.Popen[bytes]]:
        """The servers, as soon as they are started."""
        self.join()
        return self._children

    def stop(self) -> None:
        """End what still runs; servers that wait end by themselves."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
