"""Taking over a list of who was in the meeting: looked at first, then recorded by the same code."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries
from lms.live.forms import LogForm
from lms.live.queries import SessionView
from lms.live.rules import LiveRefusal, Plan, RowState
from lms.live.views.frame import bp
from lms.people.rules import Actor
from lms.web import filters, requests
from lms.web.guards import current_actor, requires

MOST_BYTES = 300_000


@bp.route("/cohorts/<slug>/sessions/<key>/import", methods=["GET", "POST"])
@requires(policy.can_mark, queries.session_visible_to)
def import_attendance(session: SessionView) -> ResponseReturnValue:
    """Read a list, show what it would record, record it."""
    requests.no_store()
    actor = current_actor()
    form = LogForm(data={"zone": session.cohort.zone})
    form.zone.choices = _zones(session, actor)
    plan: Plan | None = None
    if form.validate_on_submit():
        text = _text(form)
        try:
            plan = actions.plan_log(session.id, text, form.zone.data)
            if request.form.get("do") == "record":
                return _record(session, form, text, actor)
        except RuleViolation as refused:
            form.refuse("file", refused.message)
        else:
            form.text.data = text
    return render_template(
        "live/import_attendance.html",
        form=form,
        session=session,
        cohort=session.cohort,
        plan=plan,
        rows=_rows(plan, actor) if plan else (),
        kept_out=_kept_out(plan) if plan else (),
    ), 422 if form.errors else 200


def _zones(session: SessionView, actor: Actor) -> list[tuple[str, str]]:
    names = dict.fromkeys((session.cohort.zone, actor.zone, "UTC"))
    return [(name, name.replace("_", " ")) for name in names]


def _text(form: LogForm) -> str:
    """The list's text: the file that was chosen now, else the one that was looked at."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return form.text.data or ""
    form.name.data = upload.filename[:200]
    body = upload.stream.read(MOST_BYTES + 1)
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", errors="replace").replace("\x00", "")
    try:
        return body.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace").replace("\x00", "")


def _record(session: SessionView, form: LogForm, text: str, actor: Actor) -> ResponseReturnValue:
    with unit_of_work() as work:
        done = actions.record_log(
            session.id,
            text,
            form.zone.data,
            name=form.name.data or "attendance.csv",
            actor=actor,
            now=work.now,
        )
    if done.new:
        flash(
            f"Recorded {filters.plural(len(done.new), 'row')} of {filters.plural(done.people, 'learner')}.",
            "good",
        )
    else:
        flash(
            LiveRefusal.NOBODY if not done.of(RowState.KNOWN) else "Every row was recorded already.", "warn"
        )
    return redirect(url_for(".roster", slug=session.cohort.slug, key=session.key), code=303)


def _rows(plan: Plan, actor: Actor) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (
            row.name,
            filters.clock(row.starts_at, actor.zone) if row.starts_at else "",
            filters.clock(row.ends_at, actor.zone) if row.ends_at else "",
            row.state.value,
        )
        for row in plan.of(RowState.NEW, RowState.KNOWN)
    )


def _kept_out(plan: Plan) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (str(row.number), row.name or "no name", row.address or "no address", row.words)
        for row in plan.of(RowState.UNKNOWN, RowState.WRONG, RowState.OUTSIDE)
    )
