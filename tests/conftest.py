"""Fixtures that every test may ask for. What they stand on is in tests/support/."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session, scoped_session

from lms.core.db import db
from tests.support import browser as browsers
from tests.support import chance, database, kept, lint, postgres, server
from tests.support.application import make_app, prepare
from tests.support.pages import Visitor

RUN = "CADRE_TEST_RUN"
CHROMIUM = {"page", "context", "browser", "new_context", "launch_browser"}
"""Fixtures that start it."""
_server = pytest.StashKey[ExitStack]()
_seed = pytest.StashKey[int]()
_compiled = pytest.StashKey[Path]()

hypothesis.settings.register_profile("cadre", deadline=None, print_blob=True)
hypothesis.settings.register_profile("usual", hypothesis.settings.get_profile("cadre"), derandomize=True)
hypothesis.settings.register_profile("quick", hypothesis.settings.get_profile("usual"), max_examples=40)
"""What `make test` tries; `make rest` tries all of it on PostgreSQL, and any named seed does."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Choose the database."""
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the tests run on"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Settle what is drawn, start PostgreSQL once for all processes, and keep the machine's settings out of it."""
    _settle(config)
    if hasattr(config, "workerinput"):
        return
    for name in [name for name in os.environ if name.startswith("LMS_") or name in ("DATABASE_URL", "PORT")]:
        del os.environ[name]
    os.environ[RUN] = str(os.getpid())
    if config.getoption("--database") == "postgresql":
        config.stash[_server] = ExitStack()
        if postgres.existing() is None:
            try:
                started = config.stash[_server].enter_context(postgres.running())
            except postgres.PostgresUnavailable as why:
                raise pytest.UsageError(f"--database postgresql: {why}") from why
            os.environ[postgres.ENVIRONMENT] = started.url.render_as_string(hide_password=False)
            config.stash[_server].callback(os.environ.pop, postgres.ENVIRONMENT)


def _settle(config: pytest.Config) -> None:
    """Nothing is left to chance: a run that names no seed is the same as the one before."""
    config.stash[_seed] = seed = _named_seed(config)
    if getattr(config.option, "randomly_seed", None) == "default":
        config.option.randomly_seed = seed
    usual = seed == chance.USUAL_SEED
    calm = "quick" if config.getoption("--database") == "sqlite" else "usual"
    hypothesis.settings.load_profile(calm if usual else "cadre")
    if not usual and config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(seed)
    chance.install()


def _named_seed(config: pytest.Config) -> int:
    given = getattr(config, "workerinput", {}).get("randomly_seed")
    named = given if given is not None else getattr(config.option, "randomly_seed", None)
    return named if isinstance(named, int) else chance.USUAL_SEED


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each test draws for itself."""
    chance.begin(item.config.stash[_seed], item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Iterator[None]:
    """What tests share is drawn alike whichever of them comes first."""
    if fixturedef.scope == "function":
        return (yield)
    with chance.apart(request.config.stash[_seed], f"{fixturedef.baseid} {fixturedef.argname}"):
        return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop what the run created and end what it started."""
    if _server in config.stash:
        running = postgres.existing()
        if running is not None:
            database.drop_all(running, os.environ[RUN])
        config.stash[_server].close()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever opens a window needs Chromium, and says so."""
    if CHROMIUM.intersection(getattr(item, "fixturenames", ())):
        item.add_marker("browser")


def pytest_sessionstart(session: pytest.Session) -> None:
    """What was found about pages and made of templates once need not be found and made again."""
    cache = getattr(session.config, "cache", None)
    if cache is not None:
        lint.share(cache.mkdir("sound"))
        session.config.stash[_compiled] = cache.mkdir("templates")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close what was open."""
    lint.close()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays: the collector need not look through it again and again while tests run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_report_header(config: pytest.Config) -> str:
    """Say at the top what the tests run on."""
    return f"database: {config.getoption('--database')}"


# The application and its database -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> database.Databases:
    """Where this process gets its databases from."""
    process = getattr(request.config, "workerinput", {}).get("workerid", "main")
    shared = tmp_path_factory.getbasetemp()
    if process != "main":
        shared = shared.parent
    if request.config.getoption("--database") == "sqlite":
        return database.SqliteDatabases(shared, process)
    running = postgres.existing()
    assert running is not None
    return database.PostgresDatabases(shared, process, running, os.environ[RUN])


@pytest.fixture(scope="session")
def app(
    databases: database.Databases, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The application on a migrated database of this process."""
    folder: Path = tmp_path_factory.mktemp("data")
    app = make_app(databases.copy(prepare), folder)
    if (compiled := request.config.stash.get(_compiled, None)) is not None:
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    # Made in a hundredth of the time; tests/people/test_sign_in.py holds what it costs in life.
    app.extensions["security"].pwd_context.update(argon2__memory_cost=64, argon2__time_cost=1)
    kept.keep_in(databases)
    yield app
    kept.keep_in(None)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(request: pytest.FixtureRequest, app: Flask) -> Iterator[scoped_session[Session]]:
    """The database session. Everything a test does, commits included, is undone when it ends."""
    if "fresh_database" in request.fixturenames:
        request.getfixturevalue("fresh_database")
        yield db.session
        return
    with app.app_context(), database.isolated(app):
        yield db.session


@pytest.fixture
def fresh_database(app: Flask, databases: database.Databases) -> Iterator[str]:
    """A database of the test's own, with real commits and as many connections as it opens; its address."""
    address = databases.copy(prepare)
    with app.app_context(), database.fresh(app, address):
        yield address
    databases.drop(address)


@pytest.fixture
def empty_database(databases: database.Databases, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without tables."""
    address = databases.empty(f"empty_{abs(hash(request.node.nodeid)) % 10**8}")
    yield address
    databases.drop(address)


# People at work -----------------------------------------------------------------------------------------------------


@pytest.fixture
def visitor(app: Flask, session: scoped_session[Session]) -> Visitor:
    """Somebody with a web browser who has not signed in."""
    return Visitor(app)


@pytest.fixture
def visit(app: Flask, session: scoped_session[Session]) -> Callable[[Any], Visitor]:
    """Make somebody sign in: `visit(learner).get("/desk")`. Each call is a web browser of its own."""

    def as_(person: Any) -> Visitor:
        return Visitor(app).signed_in(person)

    return as_


# Chromium -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium instead of the one that Playwright would download."""
    return browsers.launch_arguments()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The same language, zone and window on every machine."""
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "Asia/Dubai",
        "viewport": browsers.DESKTOP,
        "reduced_motion": "reduce",
    }


@pytest.fixture
def live_server(app: Flask, fresh_database: str) -> Iterator[str]:
    """The application behind a real socket on a database of the test's own; its address."""
    with server.serving(app) as address:
        yield address
