"""Work done elsewhere: one result by hand, many from a list, the list of them, their evidence."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from lms.assessment.rules import shown
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock, files
from lms.core.errors import RuleViolation
from lms.core.files import Limits
from lms.core.uow import unit_of_work
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import PlaceView
from lms.enrolment.rules.lists import MOST_BYTES
from lms.gradebook import actions, policy, queries
from lms.gradebook.actions.importing import TEMPLATE, body_of
from lms.gradebook.forms import ApplyForm, ExternalForm, ImportForm
from lms.gradebook.queries.external import EvidenceView, import_purpose, stored_file
from lms.gradebook.views.blueprint import bp
from lms.web.downloads import csv_file, kept_file
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

EVIDENCE = Limits(types=("pdf", "png", "jpg", "docx", "xlsx"), megabytes=15)
EVIDENCE_WORDS = "PDF, PNG, JPEG, Word or Excel; at most 15 MB"


@bp.get("/cohorts/<slug>/external-results")
@requires(policy.can_see_results, cohort_visible_to)
def external_results(cohort: CohortView) -> ResponseReturnValue:
    """Show what was recorded from elsewhere in a cohort."""
    no_store()
    actor = current_actor()
    return render_template(
        "gradebook/external_results.html",
        cohort=cohort,
        lines=[(line, shown(100 * line.share)) for line in queries.external_results(cohort.id)],
        may_record=policy.can_record_external(actor, cohort),
        zone=actor.zone,
        now=clock.now(),
    )


@bp.get("/cohorts/<slug>/learners/<public_id>/external-results/new")
@requires(policy.can_record_external, enrolment.place_visible_to)
def new_external(place: PlaceView) -> ResponseReturnValue:
    """Ask for one result from elsewhere."""
    form = ExternalForm()
    form.offer(queries.markable(place.cohort.version_id))
    return render_template("gradebook/new_external.html", place=place, form=form, limits=EVIDENCE_WORDS)


@bp.post("/cohorts/<slug>/learners/<public_id>/external-results/new")
@requires(policy.can_record_external, enrolment.place_visible_to)
def record(place: PlaceView) -> ResponseReturnValue:
    """Record one result from elsewhere."""
    things = {thing.key: thing for thing in queries.markable(place.cohort.version_id)}
    form = ExternalForm()
    form.offer(things.values())
    valid = form.validate_on_submit()
    score, out_of = form.number("score"), form.number("out_of")
    if valid and score is not None and out_of is not None:
        thing = things[str(form.activity.data)]
        try:
            with unit_of_work() as work:
                actor = current_actor()
                evidence = form.evidence.data
                kept = (
                    files.keep(
                        evidence.stream,
                        evidence.filename or "",
                        limits=EVIDENCE,
                        owner_id=actor.person_id,
                        purpose="evidence",
                        now=work.now,
                    )
                    if isinstance(evidence, FileStorage) and evidence.filename
                    else None
                )
                actions.record_external(
                    actions.External(
                        place_id=place.id,
                        cohort_id=place.cohort.id,
                        activity_id=thing.activity_id,
                        part=thing.part,
                        score=score,
                        out_of=out_of,
                        note=str(form.note.data),
                        evidence_id=kept.id if kept else None,
                    ),
                    actor=actor,
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse(
                "evidence" if isinstance(refused.reason, files.FileRefusal) else "score", refused.message
            )
        else:
            flash(
                f"Recorded for {place.name}: {thing.label}. Somebody else releases it; until then only staff see it.",
                "good",
            )
            return redirect(url_for(".external_results", slug=place.cohort.slug), code=303)
    return (
        render_template("gradebook/new_external.html", place=place, form=form, limits=EVIDENCE_WORDS),
        422,
    )


@bp.get("/cohorts/<slug>/external-results/<public_id>/evidence")
@requires(policy.can_see_results, queries.evidence_visible_to)
def evidence(view: EvidenceView) -> ResponseReturnValue:
    """Hand the evidence out, always as a download."""
    return kept_file(stored_file(view.file_id))


@bp.get("/cohorts/<slug>/external-results/import")
@requires(policy.can_record_external, cohort_visible_to)
def import_results(cohort: CohortView) -> ResponseReturnValue:
    """Ask for a list of results from elsewhere."""
    return render_template("gradebook/import_results.html", cohort=cohort, form=ImportForm())


@bp.get("/cohorts/<slug>/external-results/template.csv")
@requires(policy.can_record_external, cohort_visible_to)
def import_template(cohort: CohortView) -> ResponseReturnValue:
    """Give a list with the headings and one example for each kind of thing that is marked."""
    example = [
        ["name@example.org", thing.key, "34", "40", f"{thing.label}: where it was done, and what you saw"]
        for thing in queries.markable(cohort.version_id)[:1]
    ]
    return csv_file("external-results", TEMPLATE, example)


@bp.post("/cohorts/<slug>/external-results/import")
@requires(policy.can_record_external, cohort_visible_to)
def bring_list(cohort: CohortView) -> ResponseReturnValue:
    """Keep a list and show what it would do."""
    form = ImportForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                kept = files.keep(
                    form.file.data.stream,
                    form.file.data.filename or "",
                    limits=Limits(types=("csv", "txt"), megabytes=MOST_BYTES // 1024 // 1024),
                    owner_id=current_actor().person_id,
                    purpose=import_purpose(cohort.id),
                    now=work.now,
                )
                actions.plan_import(queries.ground(cohort, current_actor()), body_of(kept.id))
                file = kept.public_id
        except RuleViolation as refused:
            form.refuse("file", refused.message)
        else:
            return redirect(url_for(".preview_import", slug=cohort.slug, file=file), code=303)
    return render_template("gradebook/import_results.html", cohort=cohort, form=form), 422


@bp.get("/cohorts/<slug>/external-results/import/<file>")
@requires(policy.can_record_external, queries.import_visible_to)
def preview_import(view: EvidenceView) -> ResponseReturnValue:
    """Show what each row of a list would do now."""
    no_store()
    planned = actions.plan_import(queries.ground(view.cohort, current_actor()), body_of(view.file_id))
    return render_template(
        "gradebook/preview_import.html",
        cohort=view.cohort,
        name=stored_file(view.file_id).name,
        action=request.path,
        rows=planned,
        acts=sum(row.acts for row in planned),
        refused=sum(row.does == "refused" for row in planned),
        form=ApplyForm(),
    )


@bp.post("/cohorts/<slug>/external-results/import/<file>")
@requires(policy.can_record_external, queries.import_visible_to)
def apply_import(view: EvidenceView) -> ResponseReturnValue:
    """Do what the preview showed."""
    with unit_of_work() as work:
        planned = actions.apply_import(view.cohort.id, view.file_id, actor=current_actor(), now=work.now)
    done, refused = sum(row.acts for row in planned), sum(row.does == "refused" for row in planned)
    words = f"{plural(done, 'result')} recorded; somebody else releases them."
    if refused:
        words += f" {plural(refused, 'row')} could not be taken: mend them and bring the list again."
    flash(words, "warn" if refused else "good")
    return redirect(request.path, code=303)
