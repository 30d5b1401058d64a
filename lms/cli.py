"""`lms …`: the command line. Thin: each command is one unit of work, or starts something that runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_migrate import upgrade

from lms.app import ROOT, create_app
from lms.core import clock, config
from lms.core.config import Mode, Settings


def _app(**overrides: Any) -> Flask:
    return create_app(config.load(**overrides))


def _settings(app: Flask) -> Settings:
    settings: Settings = app.extensions["settings"]
    return settings


@click.group()
def main() -> None:
    """Cadre: learning programmes, cohort by cohort."""


@main.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    app = _app()
    _migrate(app)
    click.echo("The database is up to date.")


def _migrate(app: Flask) -> None:
    _settings(app).data_dir.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))


@main.command()
def worker() -> None:
    """Run the worker: carries out what waits in the outbox."""
    _app().extensions["jobs"].work()


@main.command()
def web() -> None:
    """Run the web server alone."""
    settings = config.load()
    os.execv(sys.executable, _gunicorn(settings))  # noqa: S606  # nosec B606: our own interpreter


@main.command()
def serve() -> None:
    """Run the web server and the worker together."""
    _serve(config.load())


def _gunicorn(settings: Settings) -> list[str]:
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--chdir",
        str(ROOT),
        "--bind",
        f"{settings.host}:{settings.port}",
        "--workers",
        str(settings.web_workers),
        "--threads",
        str(settings.web_threads),
        "--worker-class",
        "gthread",
        "--log-level",
        "warning",
    ]


def _serve(settings: Settings, environment: dict[str, str] | None = None) -> None:
    """Run both as children; when one ends or we are told to stop, end the other."""
    env = {**os.environ, **(environment or {})}
    children = [
        subprocess.Popen(_gunicorn(settings), env=env, cwd=ROOT),  # noqa: S603  # nosec B603
        subprocess.Popen([sys.executable, "-m", "lms", "worker"], env=env, cwd=ROOT),  # nosec B603
    ]

    def stop(*_: object) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(child.poll() is None for child in children):
        time.sleep(0.2)
    stop()
    for child in children:
        child.wait(timeout=20)
    raise SystemExit(
        max(abs(child.returncode or 0) for child in children if child.returncode != -signal.SIGTERM)
        if any(child.returncode not in (0, -signal.SIGTERM) for child in children)
        else 0
    )


@main.group()
def content() -> None:
    """Check, compare and publish programmes."""


def _programmes(slug: str | None) -> list[Path]:
    base = ROOT / "content" / "programmes"
    return [base / slug] if slug else sorted(path for path in base.iterdir() if path.is_dir())


@content.command("check")
@click.argument("slug", required=False)
def content_check(slug: str | None) -> None:
    """Check a programme (or all): every problem as file:line."""
    from lms.curriculum.content.checker import check

    failed = False
    for folder in _programmes(slug):
        found, problems = check(folder)
        for problem in problems:
            click.echo(f"{os.path.relpath(folder)}/{problem}", err=True)
        failed = failed or bool(problems)
        if found and not problems:
            click.echo(
                f"{folder.name}: {len(found.modules())} modules, {len(found.located())} activities, no problems"
            )
    if failed:
        raise SystemExit(1)


@main.command()
def settings() -> None:
    """List every setting, what it means and what it is now (secrets are not shown)."""
    now = config.load()
    for name, field in Settings.model_fields.items():
        secret = name in ("secret_key", "totp_key", "mail_url", "database_url")
        value = "(set)" if secret and getattr(now, name) else getattr(now, name)
        alias = field.validation_alias
        shown = (
            alias.choices[-1] if alias is not None and hasattr(alias, "choices") else f"LMS_{name.upper()}"
        )
        click.echo(f"{shown:24} {value!s:28} {field.description}")


@main.command()
def up() -> None:
    """Migrate, build the demonstration where the database is empty, and serve."""
    settings = config.load()
    if settings.mode is Mode.DEVELOPMENT:
        os.environ["LMS_MODE"] = Mode.DEMO.value
        settings = config.load()
    app = create_app(settings)
    _migrate(app)
    click.echo(
        f"Cadre answers at http://localhost:{settings.port} ({clock.now():%d %B %Y}). Ctrl+C stops it."
    )
    _serve(settings)


if __name__ == "__main__":
    main()
