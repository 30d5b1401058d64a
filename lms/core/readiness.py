"""Whether this process is fit for work: each question answers with an empty text, or with what is wrong."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from lms.core import outbox
from lms.core.db import db

LAG_SECONDS = 600
"""A due effect that waits longer says that no worker runs."""


def why_no_database() -> str:
    """Ask the database for anything; its failure is the answer."""
    db.session.execute(sa.text("SELECT 1"))
    return ""


@lru_cache(maxsize=4)
def _newest(folder: Path) -> str:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return str(ScriptDirectory.from_config(config).get_current_head())


def why_not_migrated(folder: Path) -> str:
    """Compare the database's revision with the newest one in `folder`."""
    here = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    newest = _newest(folder)
    return "" if here == newest else f"at revision {here}, not {newest}: run lms migrate"


def why_outbox_lags() -> str:
    """Say how long the oldest due effect has waited, when it is too long."""
    waited = outbox.health().oldest_due_seconds
    return (
        ""
        if waited < LAG_SECONDS
        else f"the oldest due effect waits for {waited:.0f} s: is a worker running?"
    )
