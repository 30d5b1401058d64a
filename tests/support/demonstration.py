"""The demonstration, built once for a run of the tests and copied for each process that walks through it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from pathlib import Path

from flask import Flask

from lms.app import create_app
from lms.core.db import db
from tests.browser.shots import demonstration


def copied(shared: Path, own: Path) -> Flask:
    """The application on a copy, in a folder of its own; the first caller of a run builds for all."""
    source = shared / "demonstration"
    descriptor = os.open(shared / "demonstration.lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not (source / "built").exists():
            _build(source)
    finally:
        os.close(descriptor)
    shutil.copytree(source, own, dirs_exist_ok=True)
    return create_app(mode="demo", data_dir=own)


def _build(source: Path) -> None:
    source.mkdir(exist_ok=True)
    app = demonstration(source)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    connection = sqlite3.connect(source / "cadre.db")
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    (source / "built").touch()
