"""Publishing a draft in all its cohorts at once, who is affected, and taking such a set back."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.scheduling import actions, policy, queries
from lms.scheduling.actions import DraftChange, SetPublishing
from lms.scheduling.forms import SetPublishForm
from lms.scheduling.models import ScheduleRelease
from lms.scheduling.queries import DraftView, SetView, Worked
from lms.scheduling.views.blueprint import bp
from lms.scheduling.views.change import PreviewPage, with_check
from lms.scheduling.views.studio_page import consent_given, studio_page, with_marks
from lms.web.downloads import csv_file
from lms.web.filters import local, plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.route("/cohorts/<slug>/studio/<draft>/publish", methods=["GET", "POST"])
@requires(policy.can_change_all, queries.draft_visible_to)
def publish_draft(draft: DraftView) -> ResponseReturnValue:
    """Show everything a draft would do, ask consent item by item, and publish it: in all its cohorts or in none."""
    now = clock.now()
    form = SetPublishForm()
    consent = consent_given(request.form.getlist("consent"), draft.cohorts)
    if form.validate_on_submit() and _published(draft, form, consent):
        return redirect(url_for(".releases", slug=draft.cohort.slug), code=303)
    if not draft.open:
        return redirect(url_for(".studio", slug=draft.cohort.slug, draft=draft.public_id), code=303)
    worked = _worked(draft, now, consent)
    page = studio_page(draft, worked, now)
    form.versions.data, form.version.data = page.versions, str(draft.version)
    return render_template(
        "scheduling/publish_draft.html",
        draft=draft,
        cohort=draft.cohort,
        page=page,
        form=form,
        people=queries.people_affected(worked),
        now=now,
    )


def _worked(draft: DraftView, now: dt.datetime, consent: dict[int, frozenset[str]] | None = None) -> Worked:
    return queries.work_out_draft(draft.cohorts, queries.edits(draft.id), now=now, consent=consent)


def _published(draft: DraftView, form: SetPublishForm, consent: dict[int, frozenset[str]]) -> bool:
    wanted = SetPublishing(
        versions=form.seen,
        note=form.note.data or "",
        announced=bool(form.announced.data),
        consent=consent,
    )
    change = DraftChange(draft_id=draft.id, version=form.draft_seen)
    try:
        with unit_of_work() as work:
            releases = actions.publish_draft(change, wanted, actor=current_actor(), now=work.now)
            numbers = [release.number for release in releases]
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return False
    _tell(numbers, announced=wanted.announced)
    return True


def _tell(numbers: list[int], *, announced: bool) -> None:
    told = "Those affected are told." if announced else "Nobody was told."
    if len(numbers) == 1:
        flash(f"Release {numbers[0]} is published. {told}", "good")
    else:
        flash(f"{plural(len(numbers), 'release')} are published, one in each cohort. {told}", "good")


@bp.get("/cohorts/<slug>/studio/<draft>/people")
@requires(policy.can_change_all, queries.draft_visible_to)
def draft_people(draft: DraftView) -> ResponseReturnValue:
    """Show everybody for whom dates would change."""
    no_store()
    people = queries.affected(_worked(draft, clock.now()))
    return render_template(
        "scheduling/draft_people.html",
        draft=draft,
        cohort=draft.cohort,
        people=people,
        learners=sum(1 for one in people if one.what == "learner"),
        twice=queries.in_two(people),
        now=clock.now(),
    )


@bp.get("/cohorts/<slug>/studio/<draft>/people.csv")
@requires(policy.can_change_all, queries.draft_visible_to)
def draft_people_csv(draft: DraftView) -> ResponseReturnValue:
    """Hand out the same list for a spreadsheet."""
    rows = [
        (
            one.name,
            one.cohort,
            one.what,
            one.team,
            one.zone,
            one.dates,
            one.first.title,
            _there(one.first.old, one.zone),
            "" if one.first.cancelled else _there(one.first.new, one.zone),
        )
        for one in queries.affected(_worked(draft, clock.now()))
    ]
    head = (
        "name",
        "cohort",
        "as",
        "team",
        "zone",
        "dates that change",
        "first that changes",
        "was, on their clock",
        "becomes, on their clock",
    )
    return csv_file(f"{draft.cohort.slug}-draft-people", head, rows)


def _there(at: dt.datetime, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d %H:%M}"


@bp.route("/cohorts/<slug>/sets/<release_set>/undo", methods=["GET", "POST"])
@requires(policy.can_change_all, queries.set_visible_to)
def undo_set(found: SetView) -> ResponseReturnValue:
    """Show what taking releases back that were published together would do, and do it in all their cohorts."""
    now = clock.now()
    form = SetPublishForm()
    views = [each.cohort for each in found.releases]
    consent = consent_given(request.form.getlist("consent"), views)
    if form.validate_on_submit():
        wanted = SetPublishing(
            versions=form.seen,
            note=form.note.data or "",
            announced=bool(form.announced.data),
            consent=consent,
        )
        numbers = _undone(found, wanted, form)
        if numbers:
            _tell(numbers, announced=wanted.announced)
            return redirect(url_for(".releases", slug=found.cohort.slug), code=303)
    pages, refused = _pages(found, consent, now)
    form.versions.data = " ".join(f"{each.cohort.id}:{page.version}" for each, page in pages)
    return render_template(
        "scheduling/undo_set.html",
        found=found,
        cohort=found.cohort,
        pages=pages,
        refused=refused,
        form=form,
        now=now,
    )


def _undone(found: SetView, wanted: SetPublishing, form: SetPublishForm) -> list[int]:
    try:
        with unit_of_work() as work:
            releases: list[ScheduleRelease] = actions.undo_set(
                found.id, wanted, actor=current_actor(), now=work.now
            )
            return [release.number for release in releases]
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return []


def _pages(
    found: SetView, consent: dict[int, frozenset[str]], now: dt.datetime
) -> tuple[list[tuple[queries.SetRelease, PreviewPage]], str]:
    """What undoing does to each cohort, or why it cannot be."""
    try:
        undoing = queries.work_out_undo(found.releases, now=now, consent=consent)
    except RuleViolation as refused:
        return [], refused.message
    later = [each for each in undoing if each.preview.ground.release_number != each.release.line.number]
    if later:
        names = ", ".join(each.release.cohort.name for each in later)
        return [], f"A later release was published in {names}. Undo that one first."
    looked = queries.looked_at([(each.preview.cohort, each.preview) for each in undoing])
    pages = []
    for each in undoing:
        cohort = each.preview.cohort
        page = with_check(cohort, each.preview, each.wanted, looked=looked[cohort.id])[0]
        mark = each.release.cohort.slug if len(undoing) > 1 else ""
        pages.append((each.release, with_marks(page, mark, each.release.cohort.zone)))
    return pages, ""
