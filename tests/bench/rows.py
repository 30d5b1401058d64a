"""How soon the first rows of a gradebook are there: 60 × 60 and 200 × 60, over HTTP on a served application.

A budget, not a ratio: the first rows under 300 ms. It holds on a machine that does nothing else.
"""

from __future__ import annotations

import statistics
import sys
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from tests.bench import worlds
from tests.support.server import serving
from tests.support.statements import statements

ROUNDS, LIMIT = 9, 0.3
SMALL, FEW = "sixty", 60
ROW, PIECE = b"<tr data-p=", 4096


def measure(app: Flask, client: FlaskClient) -> None:
    """Print a line for each size: until the first row, until the first byte, the whole page, and what is asked."""
    worlds.cohort_of(app, SMALL, 250)
    worlds.bring(client, SMALL, worlds.people_csv(FEW, SMALL))
    worlds.mark_everything(app, SMALL)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    if cookie is None:
        raise SystemExit("Nobody is signed in.")
    headers = {"Cookie": f"{cookie.key}={cookie.value}"}
    with serving(app) as address:
        for slug, count in ((SMALL, FEW), (worlds.BIG, worlds.LEARNERS)):
            path = f"/cohorts/{slug}/gradebook?show=everything"
            with statements() as seen:
                client.get(path)
            taken = [_once(address, path, headers) for _ in range(ROUNDS)]
            byte, row, whole = (statistics.median(column) * 1000 for column in zip(*taken, strict=True))
            verdict = "aim" if row < LIMIT * 1000 else "ABOVE"
            sys.stdout.write(
                f"{f'rows {count} × 60':12}{row:9.1f} ms of {LIMIT * 1000:.0f} {verdict:6}SQL {len(seen)}   "
                f"first byte {byte:.1f} ms, whole page {whole:.1f} ms\n"
            )
            sys.stdout.flush()


def _once(address: str, path: str, headers: dict[str, str]) -> tuple[float, float, float]:
    """Seconds until the first byte, until the first learner's row, until the page is over."""
    where = urlsplit(address)
    connection = HTTPConnection(where.hostname or "", where.port or 80, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    byte, row, body = time.perf_counter() - began, 0.0, b""
    while piece := answer.read(PIECE):
        body += piece
        if not row and ROW in body:
            row = time.perf_counter() - began
    whole = time.perf_counter() - began
    connection.close()
    if answer.status != 200 or not row:
        raise SystemExit(f"{path} answers {answer.status} and shows no learner")
    return byte, row, whole
