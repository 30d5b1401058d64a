"""Choosing who guides a project."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.capstone import actions, policy, queries
from lms.capstone.forms import GuideForm
from lms.capstone.queries import Candidate, ProjectView
from lms.capstone.rules.milestones import INTEREST
from lms.capstone.rules.promises import suggested
from lms.capstone.views.frame import bp
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.people.rules import Actor
from lms.web.guards import current_actor, requires


@dataclass(frozen=True)
class GuidePage:
    """Choosing who guides a project."""

    public_id: str
    slug: str
    cohort: str
    project: str
    owner: str
    host: str
    people: str
    guide: str
    conflicts: str
    candidates: tuple[Candidate, ...]
    suggestion: str
    cap: int
    may_override: bool


@bp.route("/projects/<public_id>/guide", methods=["GET", "POST"])
@requires(policy.can_assign_guides, queries.project_visible_to)
def guide(view: ProjectView) -> ResponseReturnValue:
    """Choose who guides a project, by load, with the conflicts its team has named."""
    actor, now = current_actor(), clock.now()
    found = [
        one for one in queries.candidates(view.cohort.id, now) if one.load.person_id != view.line.guide_id
    ]
    form = GuideForm()
    cap = curriculum.outline(view.cohort.version_id).policies.capstone.guide_cap
    form.person.choices = [(one.public_id, _choice(one, cap)) for one in _by_load(found)]
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.assign_guide(
                    view.line.id, form.person.data, form.reason.data or "", actor=actor, now=work.now
                )
        except RuleViolation as refused:
            field = "reason" if getattr(refused.reason, "name", "").endswith("REASON") else "person"
            form.refuse(field, refused.message)
        else:
            flash("The guide is assigned. Guide and team are told.", "good")
            return redirect(url_for(".guides", slug=view.cohort.slug), code=303)
    number = suggested([one.load for one in found], cap)
    best = next((one for one in found if one.load.person_id == number), None)
    if request.method == "GET" and best is not None and view.line.guide_id is None:
        form.person.data = best.public_id
    return render_template("capstone/guide.html", page=_guide_page(view, found, best, cap, actor), form=form)


def _by_load(found: list[Candidate]) -> list[Candidate]:
    return sorted(found, key=lambda one: (one.load.load, not one.load.here, one.load.name))


def _choice(one: Candidate, cap: int) -> str:
    where = f" ({'; '.join(one.cohorts)})" if one.cohorts else ""
    full = ", full" if one.load.load >= cap else ""
    here = "" if one.load.here else ", not of this cohort yet"
    return f"{one.load.name}: {one.load.load} of {cap}{full}{here}{where}"


def _guide_page(
    view: ProjectView, found: list[Candidate], best: Candidate | None, cap: int, actor: Actor
) -> GuidePage:
    conflicts = ""
    if policy.can_read_conflicts(actor, view):
        forms = queries.versions(view.line.id, INTEREST, texts_of=INTEREST).get(INTEREST, [])
        conflicts = str(forms[-1].form.get("shared", {}).get("conflicts", "")) if forms else ""
    return GuidePage(
        public_id=view.line.public_id,
        slug=view.cohort.slug,
        cohort=view.cohort.name,
        project=view.line.title,
        owner=view.line.owner,
        host=view.line.host,
        people=", ".join(one.name for one in queries.members(view.line)),
        guide=view.line.guide,
        conflicts=conflicts,
        candidates=tuple(found),
        suggestion=best.load.name if best else "",
        cap=cap,
        may_override=policy.can_override_cap(actor),
    )
