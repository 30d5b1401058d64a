"""`python -m tests.bench`: requests per second of our pages ÷ those of the bare ones, interleaved A B A B.

The machine's mood cancels out in the ratio. Statements and bytes, which do not depend on the clock, stand beside it.
`python -m tests.bench sqlite` or `postgresql` measures on one of them; both is the default. Names of pages after it
choose some: `python -m tests.bench sqlite desk module`. `preview`, `rows` and `rounds` are measured against a budget of
time; so is `games`, which needs no database.
"""

from __future__ import annotations

import io
import logging
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Flask
from flask.testing import FlaskClient

from lms.core import clock
from tests.bench import games, preview, rounds, rows, worlds
from tests.bench.bare import bare_app
from tests.browser.shots import demonstration
from tests.support import postgres
from tests.support.application import make_app, prepare
from tests.support.statements import statements

ROUNDS, SECONDS = 7, 0.25
CYCLES = 15
A_THOUSAND = 1000
LEARNER, COORDINATOR = "learner@cadre.example", "coordinator@cadre.example"
WEEK_41 = "/cohorts/cohort-14"
BIG = f"/cohorts/{worlds.BIG}"
MODULE = "a1-strategy-and-vision"


@dataclass(frozen=True)
class Case:
    """A page of ours, the bare one with the same rows, who looks, and the ratio asked of us."""

    name: str
    who: str
    ours: str
    bare: str
    floor: float
    aim: float


CASES = (
    Case("desk", LEARNER, WEEK_41, "/cohort-14/desk/-", 0.5, 1.2),
    Case("module", LEARNER, f"{WEEK_41}/modules/{MODULE}", f"/cohort-14/module/{MODULE}", 0.7, 2.0),
    Case("month", LEARNER, f"{WEEK_41}/schedule?show=month&month=2026-10", "/cohort-14/month/2026-10", 0.5, 1.0),
    Case("gradebook", COORDINATOR, f"{BIG}/gradebook/core", f"/{worlds.BIG}/gradebook/core", 1.0, 2.5),
    Case("200 × 60", COORDINATOR, f"{BIG}/gradebook?show=everything", f"/{worlds.BIG}/gradebook/-", 1.0, 2.5),
    Case("assignment", LEARNER, f"{WEEK_41}/assignments/a-3", "/cohort-14/assignment/a-3", 0.4, 0.9),
    Case("quiz", LEARNER, f"{WEEK_41}/quizzes/q4", "/cohort-14/quiz/q4", 0.4, 0.9),
    Case("board", COORDINATOR, f"{WEEK_41}/board", "/cohort-14/people/-", 0.5, 1.0),
    Case("people", COORDINATOR, f"{WEEK_41}/people", "/cohort-14/people/-", 0.5, 1.0),
)  # fmt: skip


def rate(ask: Callable[[], object]) -> float:
    """Requests per second over a short run."""
    began, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < SECONDS:
        ask()
        count += 1
    return count / passed


def line(name: str, ours: float, bare: float, note: str, floor: float, aim: float) -> None:
    """Print what was measured of one thing: both rates, the ratio and what is asked."""
    ratio = ours / bare
    verdict = "aim" if ratio >= aim else "floor" if ratio >= floor else "BELOW"
    sys.stdout.write(
        f"{name:12}{ours:9.1f}{bare:9.1f}{ratio:8.2f}   {floor:.2f} → {aim:.2f} {verdict:6}{note}\n"
    )
    sys.stdout.flush()


def page(app: Flask, bare: Flask, case: Case) -> None:
    """Measure one page against the bare one."""
    mine, plain = worlds.sign_in(app, bare, case.who)
    for client, path in ((mine, case.ours), (plain, case.bare)):
        status = client.get(path).status_code
        if status != 200:
            raise SystemExit(f"{path} answers {status}")
    with statements() as seen:
        body = mine.get(case.ours).get_data()
    with statements() as bare_seen:
        bare_body = plain.get(case.bare).get_data()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(rate(lambda: mine.get(case.ours)))
        theirs.append(rate(lambda: plain.get(case.bare)))
    note = f"SQL {len(seen)} | {len(bare_seen)}   KB {len(body) / 1024:.0f} | {len(bare_body) / 1024:.0f}"
    line(case.name, statistics.median(ours), statistics.median(theirs), note, case.floor, case.aim)


def feed(app: Flask, bare: Flask) -> None:
    """A learner's calendar feed as a program fetches it, and again when nothing has changed."""
    path = worlds.feed_of(app, LEARNER)
    mine, plain = app.test_client(), bare.test_client()
    with statements() as seen:
        first = mine.get(path)
    with statements() as bare_seen:
        bare_first = plain.get(path)
    if (first.status_code, bare_first.status_code) != (200, 200):
        raise SystemExit(f"{path} answers {first.status_code}, {bare_first.status_code}")
    known = {"If-None-Match": first.headers["ETag"]}
    ours, again, theirs = [], [], []
    for _ in range(ROUNDS):
        ours.append(rate(lambda: mine.get(path)))
        theirs.append(rate(lambda: plain.get(path)))
        again.append(rate(lambda: mine.get(path, headers=known)))
    sizes = f"KB {len(first.get_data()) / 1024:.0f} | {len(bare_first.get_data()) / 1024:.0f}"
    note = f"SQL {len(seen)} | {len(bare_seen)}   {sizes}   304: {statistics.median(again):.0f}"
    line("feed", statistics.median(ours), statistics.median(theirs), note, 0.5, 1.0)


def hand_in(app: Flask, bare: Flask) -> None:
    """A whole hand-in with a file of 64 KB: the page, the POST, the page that says it is done."""
    work = worlds.open_work(app)
    with clock.at(work.at):
        mine, plain = worlds.sign_in(app, bare, work.email)
        page, bare_page = (
            f"/cohorts/{work.slug}/assignments/{work.key}",
            f"/{work.slug}/assignment/{work.key}",
        )
        ours, theirs = [], []
        for _ in range(CYCLES):
            with statements() as seen:
                ours.append(_timed(lambda: _cycle(mine, page)))
            with statements() as bare_seen:
                theirs.append(_timed(lambda: _cycle(plain, bare_page)))
            _take_out(mine, page)
    note = f"GET, POST 64 KB, GET: SQL {len(seen)} | {len(bare_seen)}"
    line("hand-in", 1 / statistics.median(ours), 1 / statistics.median(theirs), note, 0.5, 0.9)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _take_out(client: FlaskClient, path: str) -> None:
    """Take the file out of the draft, so that the next version has its own; not part of the measure."""
    page = client.get(path).get_data(as_text=True)
    act = next(value for value in worlds.buttons(page, "act") if value.startswith("remove:"))
    client.post(path, data={**worlds.fields(page, 'form[enctype="multipart/form-data"]'), "act": act})


def _cycle(client: FlaskClient, path: str) -> None:
    fields = worlds.hidden(client.get(path).get_data(as_text=True))
    body = b"%PDF-1.7\n" + secrets.token_bytes(64 * 1024)
    files = {"files": (io.BytesIO(body), "memo.pdf")}
    declared = {"text": "A memo of the bench.", "ai": "no", "act": "hand-in"}
    sent = client.post(path, data={**fields, **declared, **files}, content_type="multipart/form-data")
    if sent.status_code != 303:
        raise SystemExit(f"{path} did not take the work: {worlds.alerts(sent.get_data(as_text=True))}")
    client.get(sent.location)


def thousand(app: Flask, bare: Flask, again: str) -> None:
    """1,000 people by CSV, enrolled, and none of them hashed: ours is tried first and then carried out."""
    slug = f"thousand-{again}"
    worlds.cohort_of(app, slug, 2 * A_THOUSAND, weeks_in=0)
    mine, plain = worlds.sign_in(app, bare, COORDINATOR)
    began = time.perf_counter()
    plain.post(
        f"/{slug}/import/-",
        data={"file": (io.BytesIO(worlds.people_csv(A_THOUSAND, f"bare{again}")), "p.csv")},
    )
    middle = time.perf_counter()
    worlds.bring(mine, slug, worlds.people_csv(A_THOUSAND, f"ours{again}"))
    ours, theirs = time.perf_counter() - middle, middle - began
    if worlds.learners(app, slug) != 2 * A_THOUSAND:
        raise SystemExit("Not everybody was enrolled.")
    line("1,000 by CSV", 1 / ours, 1 / theirs, f"{ours:.2f} s | {theirs:.2f} s", 1 / 3, 1 / 1.5)


def measure(app: Flask, address: str, folder: Path, wanted: list[str]) -> None:
    """Print a line for each page."""
    if wanted == ["preview"]:
        preview.measure(app)
        return
    kept = folder / "bare"
    kept.mkdir()
    bare = bare_app(address, kept)
    worlds.cohort_of(app, worlds.BIG, 250)
    mine, _plain = worlds.sign_in(app, bare, COORDINATOR)
    worlds.bring(mine, worlds.BIG, worlds.people_csv(worlds.LEARNERS, "big"))
    marks = worlds.mark_everything(app, worlds.BIG)
    sys.stdout.write(
        f"{worlds.LEARNERS} learners with {marks:,} marks; rates in requests a second, one client\n"
    )
    sys.stdout.write(f"{'page':12}{'ours':>9}{'bare':>9}{'ratio':>8}   asked\n")
    for case in CASES:
        if not wanted or case.name in wanted:
            page(app, bare, case)
    if not wanted or "feed" in wanted:
        feed(app, bare)
    if not wanted or "rows" in wanted:
        rows.measure(app, mine)
    if not wanted or "preview" in wanted:
        preview.measure(app)
    if not wanted or "hand-in" in wanted:
        hand_in(app, bare)
    if not wanted or "csv" in wanted:
        for again in ("one", "two", "three"):
            thousand(app, bare, again)


@contextmanager
def on_sqlite(folder: Path) -> Iterator[str]:
    """A file in the folder."""
    yield f"sqlite:///{folder / 'cadre.db'}"


@contextmanager
def on_postgresql(_folder: Path) -> Iterator[str]:
    """A server of one's own, or the one that TEST_POSTGRES_URL names."""
    server = postgres.existing()
    with nullcontext(server) if server else postgres.running() as found:
        name = f"bench_{secrets.token_hex(4)}"
        url = found.create(name).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
        found.drop(name)


def close_rounds(place: Callable[[Path], AbstractContextManager[str]]) -> None:
    """The worlds of a round, in a database with nothing else in it."""
    with tempfile.TemporaryDirectory() as given, place(Path(given)) as address:
        prepare(address)
        app = make_app(address, Path(given))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        rounds.measure(app)


def main() -> None:
    """Build the demonstration in a temporary folder, on each database, and measure."""
    logging.disable(logging.INFO)
    places = {"sqlite": on_sqlite, "postgresql": on_postgresql}
    asked = sys.argv[1:]
    if not asked or "games" in asked:
        games.measure()
    if asked == ["games"]:
        return
    chosen = [name for name in places if name in asked] or list(places)
    wanted = [name for name in asked if name not in places]
    for name in chosen:
        sys.stdout.write(f"\n{name}\n")
        if not wanted or "rounds" in wanted:
            close_rounds(places[name])
        if wanted == ["rounds"]:
            continue
        with tempfile.TemporaryDirectory() as given, places[name](Path(given)) as address:
            app = demonstration(Path(given), address)
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
            measure(app, address, Path(given), wanted)


if __name__ == "__main__":
    main()
