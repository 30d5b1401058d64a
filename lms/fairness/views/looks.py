"""Second looks: those that wait for somebody, and one piece beside its rubric, blind to the first marker."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import ports
from lms.assessment import queries as assessment
from lms.assessment.forms import Typed, shown_as_typed, typed
from lms.assessment.rules import Judgement
from lms.assessment.views import desk_page
from lms.cohorts import queries as cohorts
from lms.core import clock
from lms.curriculum import queries as curriculum
from lms.fairness import actions, policy, queries
from lms.fairness.queries import LookView
from lms.fairness.rules import LookState
from lms.fairness.views import judging
from lms.fairness.views.blueprint import bp
from lms.web.forms import sent_number
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.get("/second-looks")
@requires(policy.can_have_second_looks)
def second_looks() -> ResponseReturnValue:
    """Show the pieces that wait for a second marker, over all cohorts."""
    no_store()
    actor = current_actor()
    lines = queries.own_looks(actor.person_id)
    names = cohorts.names({line.cohort_id for line in lines})
    rows = []
    for line in lines:
        version_id = assessment.version_id_of(line.cohort_id)
        activity = curriculum.outline(version_id).activities[line.activity_id]
        words = {LookState.WAITING: "to mark", LookState.DRAFT: "begun"}.get(
            line.state, "finished, to be settled"
        )
        rows.append(
            (
                f"{activity.code} {activity.title}: {line.title}".strip(),
                url_for(".second_look", look=line.public_id),
                names.get(line.cohort_id, ""),
                words,
                "" if line.state is LookState.JUDGED else "warn",
            )
        )
    return render_template("fairness/second_looks.html", rows=rows)


@bp.get("/second-looks/<look>")
@requires(policy.can_take_look, queries.look_visible_to)
def second_look(look: LookView) -> ResponseReturnValue:
    """Show a piece of the sample beside its rubric."""
    return _page(look, shown_as_typed(Judgement.read(look.draft)), look.version)


def _page(look: LookView, fields: Typed, version: int) -> str:
    no_store()
    task = look.task
    rubric = assessment.rubric_view(task.version_id, task.activity_id, task.part)
    return render_template(
        "fairness/second_look.html",
        look=look,
        queue=queries.own_looks(current_actor().person_id),
        task=task,
        part_title=rubric.part_title,
        work=desk_page.work_part(task, ports.read(task.source, task.source_id)),
        rubric=desk_page.criteria(rubric, fields),
        errors=judging.errors_of(fields),
        comment=fields.overall,
        version=version,
        editable=look.state in (LookState.WAITING, LookState.DRAFT),
        zone=current_actor().zone,
        now=clock.now(),
    )


def _typed(look: LookView) -> Typed:
    rubric = assessment.rubric_view(look.task.version_id, look.task.activity_id, look.task.part)
    return typed(request.form, [row.key for row in rubric.words])


def _keep(look: LookView, fields: Typed, *, finish: bool) -> judging.Keep:
    return lambda now: actions.keep_look(
        look.id,
        fields.judgement(),
        finish=finish,
        version=sent_number("version"),
        actor=current_actor(),
        now=now,
    )


@bp.post("/second-looks/<look>")
@requires(policy.can_take_look, queries.look_visible_to)
def judge_again(look: LookView) -> ResponseReturnValue:
    """Save a second look, or finish it: then it is compared."""
    fields, finish = _typed(look), request.form.get("act") == "finish"
    here, all_of_them = url_for(".second_look", look=look.public_id), url_for(".second_looks")

    def draw(typed: Typed, version: int | None) -> str:
        fresh = queries.look_visible_to(current_actor(), look.public_id) if version is None else look
        return _page(fresh, typed, fresh.version if version is None else version)

    answer = judging.sent(fields, _keep(look, fields, finish=finish), draw, refused_to=all_of_them)
    if answer is not None:
        return answer
    if not finish:
        flash("Saved. The first marker sees nothing of it.", "good")
        return redirect(here, code=303)
    flash("Finished. It is compared with the first mark now; where the two differ, somebody decides.", "good")
    return redirect(all_of_them, code=303)


@bp.post("/second-looks/<look>/draft")
@requires(policy.can_take_look, queries.look_visible_to)
def save_look(look: LookView) -> ResponseReturnValue:
    """Keep a second look while it is written; answers in JSON."""
    no_store()
    fields = _typed(look)
    return judging.quietly(fields, _keep(look, fields, finish=False))
