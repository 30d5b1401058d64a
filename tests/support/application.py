"""The application as tests run it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import flask_migrate
from flask import Flask

from lms.app import ROOT, create_app
from lms.core.config import Mode
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.curriculum import actions as curriculum
from lms.curriculum.content import checker


def make_app(address: str, folder: Path) -> Flask:
    """Build the application on the database at an address; its files, keys and queue go into the folder."""
    return create_app(mode=Mode.TEST, database_url=address, data_dir=folder)


def migrate(address: str, revision: str = "heads") -> None:
    """Bring a database to a revision, upwards."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(address, Path(folder))
        with app.app_context():
            flask_migrate.upgrade(revision=revision)
            db.engine.dispose()


def prepare(address: str) -> None:
    """Bring an empty database to where tests begin: migrated, with the shipped programme published.

    Publishing takes seconds, so it is done once in the run's template and copied.
    """
    migrate(address)
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(address, Path(folder))
        with app.app_context():
            content, problems = checker.check(ROOT / "content" / "programmes" / "product-leadership")
            assert content is not None, problems
            assert problems == []
            with unit_of_work() as work:
                curriculum.publish(content, actor_id=None, now=work.now)
            db.engine.dispose()
