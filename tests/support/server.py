"""The application behind a real socket, in a thread: what browsers and protocol clients talk to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

HOST = "localhost"


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve the application on a free port and yield its address; a name, because passkeys need one."""
    server = make_server(HOST, port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="live server", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
