"""Lists of who was in the meeting: brought, looked at row by row, read another way, recorded, taken back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries
from lms.live.actions import Brought
from lms.live.forms import EmptyForm, ListForm, ReadingForm
from lms.live.queries import ListView, SessionView
from lms.live.rules import MOST_BYTES, SHOWN, TOOL_WORDS, Reading, Tool
from lms.live.views.frame import bp
from lms.live.views.list_report import report
from lms.people.rules import Actor
from lms.web import filters, requests
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires

FOUND_OUT = "Find out"
MOST = 4


@bp.route("/cohorts/<slug>/sessions/<key>/import", methods=["GET", "POST"])
@requires(policy.can_mark, queries.session_visible_to)
def import_attendance(session: SessionView) -> ResponseReturnValue:
    """Bring a list of who was in the meeting; it is tried first, and nothing is recorded by that."""
    requests.no_store()
    actor = current_actor()
    form = ListForm()
    _choices(form, session, actor)
    if form.validate_on_submit():
        brought = _uploaded()
        try:
            if not brought:
                form.refuse("files", "Choose the list that the meeting tool gave you.")
            else:
                with unit_of_work() as work:
                    kept = actions.try_list(
                        session.id,
                        brought,
                        Reading(Tool(form.tool.data) if form.tool.data else None, form.zone.data or ""),
                        zones=[name for name, _words in _zones(session, actor)],
                        actor=actor,
                        now=work.now,
                    ).public_id
                return redirect(
                    url_for(".attendance_list", slug=session.cohort.slug, key=session.key, brought=kept),
                    code=303,
                )
        except RuleViolation as refused:
            form.refuse("files", refused.message)
    return render_template(
        "live/import_attendance.html",
        form=form,
        session=session,
        cohort=session.cohort,
        past=queries.lists(session.id),
        tools=TOOL_WORDS,
        zone=actor.zone,
        now=clock.now(),
    ), 422 if form.errors else 200


def _uploaded() -> list[Brought]:
    found = []
    for upload in request.files.getlist("files")[: MOST + 1]:
        if upload.filename:
            with upload.stream as stream:
                found.append(Brought(name=upload.filename, body=stream.read(MOST_BYTES + 1)))
    return found


def _choices(form: ListForm | ReadingForm, session: SessionView, actor: Actor) -> None:
    form.tool.choices = [("", FOUND_OUT), *((tool.value, TOOL_WORDS[tool]) for tool in Tool)]
    form.zone.choices = [("", FOUND_OUT), *_zones(session, actor)]


def _zones(session: SessionView, actor: Actor) -> list[tuple[str, str]]:
    names = dict.fromkeys((session.cohort.zone, actor.zone, "UTC"))
    return [(name, name.replace("_", " ")) for name in names]


# The report ---------------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/sessions/<key>/lists/<brought>")
@requires(policy.can_mark, queries.list_visible_to)
def attendance_list(found: ListView) -> ResponseReturnValue:
    """Show what a list would record or recorded, row by row, and how it was read."""
    return _page(found, None)


def _page(found: ListView, form: ReadingForm | None, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    actor, asked = current_actor(), found.reading
    if form is None:
        form = ReadingForm(formdata=None, data={"tool": asked["tool"], "zone": asked["zone"]})
        _choices(form, found.session, actor)
    return render_template(
        "live/attendance_list.html",
        found=found,
        line=found.line,
        session=found.session,
        cohort=found.session.cohort,
        report=report(found, actor),
        share=found.done / len(found.rows) if found.rows else None,
        form=form,
        act=EmptyForm(formdata=None),
        zone=actor.zone,
        now=clock.now(),
    ), status


@bp.post("/cohorts/<slug>/sessions/<key>/lists/<brought>/read")
@requires(policy.can_mark, queries.list_visible_to)
def read_list_again(found: ListView) -> ResponseReturnValue:
    """Read a list that was tried another way: other tool, other zone, other columns."""
    form = ReadingForm()
    _choices(form, found.session, current_actor())
    if not form.validate_on_submit():
        return _page(found, form, 422)
    columns = _named(found)
    if columns is None:
        form.refuse("", "Choose one of the list's columns.")
        return _page(found, form, 422)
    by_heading = found.reading["logs"][0]["columns"]
    if all(columns.get(name, -1) == by_heading.get(name, -1) for name in SHOWN):
        columns = dict(found.reading["columns"])
    reading = Reading(Tool(form.tool.data) if form.tool.data else None, form.zone.data or "", columns)
    try:
        with unit_of_work() as work:
            actions.reread_list(found.line.id, reading, now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash("Read again. Nothing is recorded yet.", "good")
    return redirect(_here(found), code=303)


def _named(found: ListView) -> dict[str, int] | None:
    """Which column was said to be which; None when one is none of the list's."""
    options = {str(at): at for at in range(-1, len(found.reading["logs"][0]["head"]))}
    sent = {name: request.form.get(f"column-{name}", "") for name in SHOWN}
    if any(text and text not in options for text in sent.values()):
        return None
    return {name: options[text] for name, text in sent.items() if text}


def _here(found: ListView) -> str:
    return url_for(
        ".attendance_list",
        slug=found.session.cohort.slug,
        key=found.session.key,
        brought=found.line.public_id,
    )


@bp.post("/cohorts/<slug>/sessions/<key>/lists/<brought>/record")
@requires(policy.can_mark, queries.list_visible_to)
def record_list(found: ListView) -> ResponseReturnValue:
    """Record what a list would record."""
    if not EmptyForm().validate_on_submit():
        return redirect(_here(found), code=303)
    try:
        with unit_of_work() as work:
            done = actions.record_list(found.line.id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
        return redirect(_here(found), code=303)
    if done.stale:
        flash(
            "Something changed since this list was tried. Nothing was recorded; this is what it says now.",
            "warn",
        )
    elif done.under_way:
        flash("It is a long list and is being recorded. You can leave this page.", "good")
    else:
        waits = (
            f" {filters.plural(done.names, 'name')} {'waits' if done.names == 1 else 'wait'} for you below."
        )
        words = f"Recorded {filters.plural(done.rows, 'row')} of {filters.plural(done.people, 'learner')}."
        flash(words + (waits if done.names else ""), "good")
    return redirect(_here(found), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/lists/<brought>/undo")
@requires(policy.can_mark, queries.list_visible_to)
def undo_list(found: ListView) -> ResponseReturnValue:
    """Take back what a list recorded."""
    if not EmptyForm().validate_on_submit():
        return redirect(_here(found), code=303)
    try:
        with unit_of_work() as work:
            gone = actions.undo_list(found.line.id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash(
            f"Taken back: {filters.plural(gone, 'stretch', 'stretches')} of minutes, and its names.", "good"
        )
    return redirect(_here(found), code=303)


@bp.get("/cohorts/<slug>/sessions/<key>/lists/<brought>/rows.csv")
@requires(policy.can_mark, queries.list_visible_to)
def list_rows_csv(found: ListView) -> ResponseReturnValue:
    """Give the rows of a list with what comes of each."""
    headings = (
        "file",
        "line",
        "name",
        "name behind the name",
        "address or id",
        "joined",
        "left",
        "result",
        "why",
    )
    rows = [
        (
            found.line.files[row.file] if row.file < len(found.line.files) else "",
            row.number,
            row.name,
            row.original,
            row.address,
            row.starts_at.isoformat() if row.starts_at else "",
            row.ends_at.isoformat() if row.ends_at else "",
            row.state.value,
            row.words,
        )
        for row in found.rows
    ]
    return csv_file(f"{found.session.cohort.slug}-{found.session.key}-list", headings, rows)
