"""A milestone of a project as its guide reads and answers it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.capstone import actions, policy, queries
from lms.capstone.actions import Answering
from lms.capstone.forms import WORDS, AnswerForm, ReasonForm
from lms.capstone.queries import ProjectMilestone
from lms.capstone.rules import SubmissionState
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.milestones import Verdict
from lms.capstone.views.frame import (
    RubricPart,
    Status,
    VersionRow,
    bp,
    level_titles,
    parts,
    status,
    version_row,
)
from lms.capstone.views.project import attempt
from lms.core import clock
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import queries as coursework
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.requests import no_store


@dataclass(frozen=True)
class AnswerPage:
    """A milestone of a project as a guide reads and answers it."""

    public_id: str
    slug: str
    project: str
    owner: str
    host: str
    key: str
    code: str
    title: str
    status: Status
    opens: dt.datetime | None
    due: dt.datetime | None
    brief: Markup
    duty: Markup
    parts: tuple[RubricPart, ...]
    goes_to_markers: bool
    """Accepting it sends it to be marked."""
    level_titles: tuple[str, ...]
    versions: tuple[VersionRow, ...]
    can_answer: bool
    """A version waits and this viewer may answer it."""
    can_take_back: bool
    revisions: int
    first_day: dt.date
    last_day: dt.date
    rounds: str
    handed_over: queries.HandOver | None
    """The waiting version was handed in to the guide before."""
    now: dt.datetime
    zone: str
    cohort_zone: str


@bp.get("/projects/<public_id>/milestones/<key>")
@requires(policy.can_see_project, queries.project_milestone_visible_to)
def project_milestone(at: ProjectMilestone) -> ResponseReturnValue:
    """Show what a project handed in for a milestone, with the form to answer it."""
    if at.member:
        return redirect(url_for(".milestone", slug=at.cohort.slug, key=at.milestone.key))
    return _milestone(at)


def _milestone(
    at: ProjectMilestone, form: AnswerForm | None = None, back: ReasonForm | None = None
) -> ResponseReturnValue:
    page = _answer_page(at)
    form = form or _empty_answer(at, page)
    form.verdict.choices = _verdicts(at, page.revisions)
    no_store()
    return render_template(
        "capstone/project_milestone.html",
        page=page,
        form=form,
        back=back or ReasonForm(formdata=None, prefix="back"),
    )


def _verdicts(at: ProjectMilestone, revisions: int) -> list[tuple[str, str]]:
    return [(each.value, WORDS[each]) for each in rules.verdicts_for(at.milestone.key, revisions)]


def _empty_answer(at: ProjectMilestone, page: AnswerPage) -> AnswerForm:
    _first, usual, _last = actions.revision_bounds(at.cohort, at.milestone.key, page.now)
    version = page.versions[0].public_id if page.versions else ""
    return AnswerForm(formdata=None, version=version, revise_on=usual)


def _answer_page(at: ProjectMilestone) -> AnswerPage:
    now, actor, line, key = clock.now(), current_actor(), at.view.line, at.milestone.key
    content = coursework.content(at.milestone.id)
    found = queries.versions(line.id, key, texts_of=key)
    mine = found.get(key, [])
    item = queries.dates(at.cohort, line.whose, [key]).get(key)
    standing = queries.standings(found).get(key)
    answer = mine[-1].answer if mine else None
    first, _usual, last = actions.revision_bounds(at.cohort, key, now)
    conflicts = policy.can_read_conflicts(actor, at)
    versions = tuple(
        version_row(
            each,
            line.public_id,
            [
                *queries.shown_answers(content.spec, each, conflicts=conflicts),
                *_own_answers(each),
            ],
            now=now,
        )
        for each in reversed(mine)
    )
    revisions = actions.revised(line.id, key) if key == rules.PROPOSAL and mine else 0
    return AnswerPage(
        public_id=line.public_id,
        slug=at.cohort.slug,
        project=line.title,
        owner=line.owner,
        host=line.host,
        key=key,
        code=at.milestone.code,
        title=at.milestone.title,
        status=status(key, standing, item, now=now, answered_at=answer.at if answer else None),
        opens=item.starts_at if item else None,
        due=item.ends_at if item else None,
        brief=stored(content.html.get("body", "")),
        duty=stored(content.html.get("guide_duty", "")),
        parts=parts(content.spec),
        goes_to_markers=key in rules.MARKED_WHEN_ACCEPTED,
        level_titles=level_titles(at.cohort.version_id),
        versions=versions,
        can_answer=bool(mine)
        and mine[-1].state is SubmissionState.SUBMITTED
        and policy.can_guide(actor, at)
        and line.running,
        can_take_back=answer is not None and policy.can_steer(actor, at) and line.running,
        revisions=revisions,
        first_day=first,
        last_day=last,
        rounds="This proposal was revised once: it is accepted now, or goes to the coordinator."
        if revisions
        else "",
        handed_over=_handed_over(line.id, mine),
        now=now,
        zone=actor.zone,
        cohort_zone=at.cohort.zone,
    )


def _handed_over(project_id: int, versions: list[queries.Version]) -> queries.HandOver | None:
    """The change of guide since the waiting version was handed in."""
    if not versions or versions[-1].state is not SubmissionState.SUBMITTED:
        return None
    found = queries.hand_over_of(project_id)
    return found if found and versions[-1].submitted_at < found.at else None


def _own_answers(version: queries.Version) -> list[tuple[str, str]]:
    """What each member answered alone, by name: the guide reads it, the others of the team do not."""
    names = {str(member["place"]): member["name"] for member in version.members}
    return [
        (f"{names.get(place, 'A former member')}, alone", text)
        for kept in version.form.get("own", {}).values()
        for place, text in sorted(kept.items(), key=lambda each: names.get(each[0], ""))
    ]


@bp.post("/projects/<public_id>/milestones/<key>")
@requires(policy.can_guide, queries.project_milestone_visible_to)
def answer(at: ProjectMilestone) -> ResponseReturnValue:
    """Answer a milestone; the team sees it at once."""
    form = AnswerForm()
    form.verdict.choices = [(each.value, WORDS[each]) for each in Verdict]
    if not form.validate():
        return _milestone(at, form)
    answering = Answering(
        version=form.version.data or "",
        verdict=Verdict(form.verdict.data),
        text=(form.text.data or "").replace("\r\n", "\n"),
        revise_on=form.revise_on.data,
    )
    try:
        with unit_of_work() as work:
            actions.answer(at, answering, actor=current_actor(), now=work.now)
    except Conflict as refused:
        form.refuse("", refused.message)
        return _milestone(at, form)
    except RuleViolation as refused:
        form.refuse(_field_of(refused), refused.message)
        return _milestone(at, form)
    flash(f"Your answer to {at.milestone.code} is given. The team sees it now.", "good")
    return redirect(url_for(".project", public_id=at.view.line.public_id), code=303)


def _field_of(refused: RuleViolation) -> str:
    return {"TOO_SHORT": "text", "REVISE_BY": "revise_on"}.get(getattr(refused.reason, "name", ""), "verdict")


@bp.post("/projects/<public_id>/milestones/<key>/take-back")
@requires(policy.can_steer, queries.project_milestone_visible_to)
def take_back(at: ProjectMilestone) -> ResponseReturnValue:
    """Take an answer back, so that the milestone waits again."""
    form = ReasonForm(prefix="back")
    number, key, reason = at.view.line.id, at.milestone.key, form.reason.data or ""
    if attempt(
        form, lambda now: actions.take_answer_back(number, key, reason, actor=current_actor(), now=now)
    ):
        return _milestone(at, back=form)
    flash("The answer is taken back; its words stay readable. The milestone waits again.", "good")
    return redirect(
        url_for(".project_milestone", public_id=at.view.line.public_id, key=at.milestone.key), code=303
    )
