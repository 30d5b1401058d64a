"""`lms demo` and `lms up`: building the demonstration, and serving it with the sign-ins on the screen."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import make_url

from lms import serving
from lms.app import ROOT, bring_up_to_date, create_app
from lms.core import clock, config
from lms.core.config import Mode, Settings
from lms.core.db import db, not_waiting_for_the_disk
from lms.curriculum.content.checker import check
from lms.demo import build as building
from lms.demo import players
from lms.demo.cast import DOMAIN, PASSWORD, SIGN_INS

PROGRAMME = ROOT / "content" / "programmes" / "product-leadership"


def _settings(app: Flask) -> Settings:
    settings: Settings = app.extensions["settings"]
    return settings


@click.command()
def demo() -> None:
    """Build the demonstration in an empty database."""
    app = _demo_app()
    _begin(app)
    _build(app)


@click.command()
@click.option("--meanwhile", default="", metavar="COMMAND", help="to be carried out beside, before serving")
def up(meanwhile: str) -> None:
    """Migrate, build the demonstration where the database is empty, and serve."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    beside = serving.Meanwhile(meanwhile)
    try:
        app = _demo_app()
        beside.start()
        _begin(app)
        if _settings(app).mode is Mode.DEMO:
            _build(app)
            _sign_ins(app)
        children = beside.children()
    except KeyboardInterrupt:
        raise SystemExit(f"This failed: {meanwhile}" if beside.failed else 130) from None
    finally:
        beside.stop()
    serving.go(children)
    serving.watch(children, serving.Answering(_settings(app), _answers))


def _answers(port: int) -> None:
    click.echo(f"Cadre answers at http://localhost:{port} ({clock.now():%d %B %Y}). Ctrl+C stops it.")


def _sign_ins(app: Flask) -> None:
    """Name those who can sign in: one of each kind, and somebody in each game that is being played."""
    click.echo("Sign in as one of these; the password is " + PASSWORD)
    for name in SIGN_INS:
        click.echo(f"  {name}@{DOMAIN}")
    with app.app_context():
        for one in players.players(clock.now()):
            click.echo(f"  {one.email}: {one.says}")


def _begin(app: Flask) -> None:
    """Migrate; a database in which a demonstration was begun and not finished is begun anew."""
    settings = _settings(app)
    if _unfinished(app).exists():
        if not settings.database.startswith("sqlite"):
            raise SystemExit(
                f"A demonstration was cut short here. Empty the database and remove {_unfinished(app)}."
            )
        click.echo("The demonstration was cut short last time; it is built anew.")
        for ending in ("", "-wal", "-shm"):
            Path(f"{make_url(settings.database).database}{ending}").unlink(missing_ok=True)
        _unfinished(app).unlink()
    bring_up_to_date(app)


def _unfinished(app: Flask) -> Path:
    """Is there while a demonstration is being built."""
    return _settings(app).data_dir / "demonstration-unfinished"


def _demo_app() -> Flask:
    settings = config.load()
    if settings.mode is Mode.DEVELOPMENT:
        os.environ["LMS_MODE"] = Mode.DEMO.value
        settings = config.load()
    return create_app(settings)


def _build(app: Flask) -> None:
    with app.app_context():
        if refusal := building.why_not_build():
            raise SystemExit(refusal)
        if building.is_built():
            return
        content, problems = check(PROGRAMME)
        if content is None or problems:
            raise SystemExit("The programme has problems; `lms content check` names them.")
        click.echo("Building the demonstration, up to a minute …")
        gc.freeze()  # what was imported stays; the collector need not look through it a thousand times
        gc.set_threshold(50_000, 20, 100)
        _unfinished(app).touch()
        db.session.remove()
        with not_waiting_for_the_disk(db.engine):
            building.build(content, now=clock.now(), say=lambda line: click.echo(f"  {line}"))
            db.session.remove()
        _unfinished(app).unlink()
