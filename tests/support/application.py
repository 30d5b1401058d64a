"""The application as tests run it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import flask_migrate
from flask import Flask

from lms.app import create_app
from lms.core.config import Mode
from lms.core.db import db


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
