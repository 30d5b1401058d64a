"""`lms …`: the command line. Thin: each command is one unit of work, or starts something that runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask

from lms import serving
from lms.app import ROOT, bring_up_to_date, create_app
from lms.cohorts import queries as cohorts
from lms.completion import actions as completion
from lms.core import audit, backup, bounces, clock, config, mail
from lms.core.config import Settings
from lms.core.uow import unit_of_work
from lms.curriculum import actions as curriculum
from lms.curriculum import queries as curriculum_reads
from lms.curriculum.content import bank_yaml, diff
from lms.curriculum.content.checker import check
from lms.curriculum.content.gift import read_gift
from lms.curriculum.content.reader import read_programme
from lms.demo.commands import demo, up
from lms.people import actions as people
from lms.progress import actions as progress
from lms.simulations import queries as runs
from lms.simulations.engines.commands import simulations


def _app(**overrides: Any) -> Flask:
    return create_app(config.load(**overrides))


def _settings(app: Flask) -> Settings:
    settings: Settings = app.extensions["settings"]
    return settings


@click.group()
def main() -> None:
    """Cadre: learning programmes, cohort by cohort."""


for command in (simulations, demo, up):
    main.add_command(command)


@simulations.command("pinned")
def simulations_pinned() -> None:
    """Name every run that is not over with the version it is pinned to; fails where this installation lacks one."""
    app = _app()
    with app.app_context():
        found = runs.pinned()
    for one in found:
        state = "can be played" if one.playable else "cannot be played here"
        click.echo(f"{one.cohort}: {one.title}, {one.phase.value}, {one.engine} {one.version}, {state}")
    if not found:
        click.echo("No simulation is going on.")
    if not all(one.playable for one in found):
        raise SystemExit("Bring back the release that has these versions until the games are over.")


@main.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    app = _app()
    bring_up_to_date(app)
    click.echo("The database is up to date.")


_when_told = click.option("--when-told", is_flag=True, hidden=True)
"""Load everything, and begin when the process that started this one says so."""


@main.command()
@_when_told
def worker(*, when_told: bool) -> None:
    """Run the worker: carries out what waits in the outbox."""
    app = _app()
    if when_told:
        serving.await_word()
    app.extensions["jobs"].work()


@main.command()
@_when_told
def web(*, when_told: bool) -> None:
    """Run the web server alone."""
    serving.web(config.load(), when_told=when_told)


@main.command()
def serve() -> None:
    """Run the web server and the worker together."""
    settings = config.load()
    _first_administrator(create_app(settings))
    serving.watch(serving.start())


def _first_administrator(app: Flask) -> None:
    """Make the person named in the environment administrator, unless somebody is."""
    settings = _settings(app)
    if not settings.admin_email:
        return
    with app.app_context(), unit_of_work() as work:
        people.create_first_administrator(
            email=settings.admin_email, name=settings.admin_name, now=work.now, only_the_first=True
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


@content.command("publish")
@click.argument("slug", required=False)
def content_publish(slug: str | None) -> None:
    """Check a programme (or all) and publish it as its next version; the same content stays the same version."""
    app = _app()
    with app.app_context():
        for folder in _programmes(slug):
            found, problems = check(folder)
            for problem in problems:
                click.echo(f"{os.path.relpath(folder)}/{problem}", err=True)
            if found is None or problems:
                raise SystemExit(f"{folder.name}: nothing was published.")
            try:
                with unit_of_work() as work:
                    version = curriculum.publish(found, actor_id=None, now=work.now)
            except curriculum.NothingNew as same:
                click.echo(f"{folder.name}: nothing new, this is version {same.version.number}.")
            else:
                click.echo(
                    f"{folder.name}: published as version {version.number} ({version.content_hash[:12]})."
                )


@content.command("export-bank")
@click.argument("slug")
@click.argument("quiz")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; nothing: shown.")
def content_export_bank(slug: str, quiz: str, out: Path | None) -> None:
    """Write the bank of a quiz, as last published, as its author's file."""
    with _app().app_context():
        latest = curriculum_reads.latest(slug)
        line = curriculum_reads.outline(latest.id).by_key.get(quiz) if latest else None
        if line is None or line.kind.value != "quiz":
            raise SystemExit(f"{slug} has no published quiz {quiz}.")
        text = bank_yaml.bank_text(bank_yaml.plain_bank(curriculum_reads.quiz_file(line.id)))
    if out:
        out.write_text(text, encoding="utf-8")
    click.echo(f"{quiz}: written to {out}." if out else text)


@content.command("import-gift")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Without it nothing is written.")
@click.option("--codes", required=True, help="Competencies that the questions show: VIS,STR.")
@click.option("--intro", default="Questions that were brought from another system.")
def content_import_gift(file: Path, out: Path | None, codes: str, intro: str) -> None:
    """Say of every question of a file in Moodle's GIFT format what becomes of it; with --out write the bank."""
    text = file.read_bytes().decode("utf-8-sig", errors="replace")
    wanted = [code.strip() for code in codes.split(",")]
    found = read_gift(text, prefix=(out or file).stem, codes=wanted, intro=intro)
    click.echo("\n".join(map(str, found.lines)))
    if found.taken and out is not None:
        out.write_text(bank_yaml.bank_text(found.bank), encoding="utf-8")
    click.echo(f"{found.taken} of {len(found.lines)} questions taken; a bank has at least 20.")


@content.command("diff")
@click.argument("slug")
def content_diff(slug: str) -> None:
    """Show what the files would change in the programme's last published version, activity by activity."""
    app = _app()
    with app.app_context():
        found, problems = read_programme(_programmes(slug)[0])
        for problem in problems:
            click.echo(f"{slug}/{problem}", err=True)
        latest = curriculum_reads.latest(slug)
        if found is None or problems:
            raise SystemExit("Mend the files first.")
        if latest is None:
            raise SystemExit(f"{slug} was never published.")
        lines = diff.compare(curriculum_reads.snapshot(latest.id), diff.snapshot_of(found)).lines()
        click.echo("\n".join(lines))


@main.group()
def admin() -> None:
    """Administrators."""


@admin.command("create")
@click.option("--email", required=True, help="their address; they sign in with it")
@click.option("--name", required=True, help="their name")
def admin_create(email: str, name: str) -> None:
    """Make somebody the first administrator and print (and mail) the link with which they set a password."""
    app = _app()
    with app.app_context():
        with unit_of_work() as work:
            made = people.create_first_administrator(email=email, name=name, now=work.now)
        if made is None or made.token is None:
            click.echo(f"{email} is an administrator and has a password already.")
        else:
            click.echo(f"{made.email} is an administrator. To set a password:")
            click.echo(mail.link(f"/invitation/{made.token}"))


@main.command("backup")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def backup_(target: Path) -> None:
    """Write database, files and keys into one archive, as one cut."""
    app = _app()
    with app.app_context():
        made = backup.backup(target, data_dir=_settings(app).data_dir, now=clock.now())
    click.echo(f"{target}: {made.rows} rows, {made.files} files, revision {made.revision}.")


@main.command("restore")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_(source: Path) -> None:
    """Bring an archive back into an empty place; the database is migrated first."""
    app = _app()
    bring_up_to_date(app)
    with app.app_context():
        try:
            made = backup.restore(source, data_dir=_settings(app).data_dir)
        except backup.RestoreRefused as refused:
            raise SystemExit(f"Nothing was restored: {refused}") from None
        if backup.digest() != made.digest:
            raise SystemExit("The restored database differs from the backup.")
    click.echo(f"Restored {made.rows} rows and {made.files} files of {made.made_at:%d %B %Y, %H:%M} UTC.")


@main.group("audit")
def audit_() -> None:
    """The audit log."""


@audit_.command("verify")
def audit_verify() -> None:
    """Check that no row of the audit log was changed or removed."""
    app = _app()
    with app.app_context():
        verdict = audit.verify()
    if verdict.broken_at is not None:
        raise SystemExit(f"Broken at row {verdict.broken_at}: {verdict.why}.")
    click.echo(f"{verdict.count} rows, unbroken.")


@main.group("mail")
def mail_() -> None:
    """Mail that came back."""


@mail_.command("bounced")
def mail_bounced() -> None:
    """Read one delivery status report (RFC 3464) from the standard input, as a mail server pipes it in."""
    found = bounces.read(sys.stdin.buffer.read(bounces.LARGEST))
    app = _app()
    with app.app_context(), unit_of_work() as work:
        counted = bounces.note(found, now=work.now)
    click.echo(f"{len(found)} reported, {counted} of them about mail of ours.")


@main.command("rebuild-rollups")
def rebuild_rollups() -> None:
    """Compute what is kept for speed (completion, standing) anew; it changes nothing when it was right."""
    app = _app()
    with app.app_context():
        for cohort_id in cohorts.all_ids():
            with unit_of_work() as work:
                completion.rebuild(cohort_id, now=work.now)
                progress.refresh_cohort(cohort_id, now=work.now)
    click.echo("Done.")


@main.command()
def settings() -> None:
    """List every setting, what it means and what it is now (secrets are not shown)."""
    now = config.load()
    for name, field in Settings.model_fields.items():
        secret = name in ("secret_key", "totp_key", "push_key", "gateway_secret", "mail_url", "database_url")
        value = "(set)" if secret and getattr(now, name) else getattr(now, name)
        alias = field.validation_alias
        shown = (
            alias.choices[-1] if alias is not None and hasattr(alias, "choices") else f"LMS_{name.upper()}"
        )
        click.echo(f"{shown:24} {value!s:28} {field.description}")


if __name__ == "__main__":
    main()
