"""Removing a section: what stands on it, what helps, and the act itself."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import rules as cohort_rules
from lms.cohorts.rules import CohortRefusal
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.scheduling import actions, policy, queries
from lms.scheduling.forms import EmptyForm
from lms.scheduling.queries import SectionView
from lms.scheduling.views.blueprint import bp
from lms.web.guards import current_actor, requires


@bp.route("/cohorts/<slug>/sections/<name>/remove", methods=["GET", "POST"])
@requires(policy.can_change_dates, queries.section_visible_to)
def remove_section(section: SectionView) -> ResponseReturnValue:
    """Say what stands on a section, or remove it."""
    form = EmptyForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                actions.remove_section(section.cohort.id, section.id, actor=current_actor())
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash(f"Section “{section.name}” is removed. Adding one of that name brings it back.", "good")
            return redirect(url_for("cohorts.sections", slug=section.cohort.slug), code=303)
    refusal = cohort_rules.why_not_remove_section(section.name, section.use)
    if not section.open:
        refusal = CohortRefusal.CLOSED, {}
    titles = queries.names(section.cohort).titles
    return render_template(
        "scheduling/remove_section.html",
        cohort=section.cohort,
        section=section,
        form=form,
        refusal=refusal[0].value.format(**refusal[1]) if refusal else "",
        dates=[(titles[key], url_for(".item", slug=section.cohort.slug, key=key)) for key in section.items],
    )
