"""The gradebook of a cohort: results by course, and where every mark is."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.assessment import queries as assessment
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.enrolment import queries as enrolment
from lms.gradebook import policy, queries, rules
from lms.gradebook.queries import CourseGrid
from lms.gradebook.queries.results import PROGRAMME
from lms.gradebook.views import cells, grid_page
from lms.gradebook.views.blueprint import bp
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.links import href as to
from lms.web.requests import no_store
from lms.web.shapes.board import Tab


def choice_of() -> cells.Choice:
    """What the address asks for; what is none of its words is as if it were not there."""
    sort, state = request.args.get("sort", ""), request.args.get("state", "")
    return cells.Choice(
        section=request.args.get("section", "")[:80],
        team=request.args.get("team", "")[:200],
        state=state if state in cells.GROUPS else "",
        sort=sort if sort in cells.SORTS else "name",
        find=request.args.get("q", "").strip()[:80],
        dense=request.args.get("dense") == "yes",
    )


def tabs(cohort: CohortView, current: str) -> list[Tab]:
    """The views of a gradebook."""
    found = [
        Tab("Results", to("gradebook.gradebook", slug=cohort.slug), None, current == "results"),
        Tab(
            "Everything",
            to("gradebook.gradebook", slug=cohort.slug, show="everything"),
            None,
            current == "everything",
        ),
    ]
    found += [
        Tab(
            f"{course.letter} {course.title}",
            to("gradebook.course", slug=cohort.slug, key=course.key),
            None,
            current == course.key,
        )
        for course in queries.plan(cohort.version_id).courses
    ]
    href = to("gradebook.statistics", slug=cohort.slug)
    found.append(Tab("Statistics", href, None, current == "statistics"))
    return [*found, Tab("Boards", to("gradebook.boards", slug=cohort.slug), None, current == "boards")]


def keys_of(cohort: CohortView) -> dict[tuple[int, str], str]:
    """What addresses call the things that are marked."""
    return {(thing.activity_id, thing.part): thing.key for thing in queries.markable(cohort.version_id)}


@bp.get("/cohorts/<slug>/gradebook")
@requires(policy.can_see_results, cohort_visible_to)
def gradebook(cohort: CohortView) -> ResponseReturnValue:
    """Show every learner's results so far, by course; or, asked for, everything that is marked."""
    no_store()
    choice = choice_of()
    programme = queries.plan(cohort.version_id)
    everything = request.args.get("show") == "everything"
    results = queries.results_of_cohort(cohort.id, PROGRAMME if everything else None)
    grid: grid_page.Grid | grid_page.ItemGrid
    if everything:
        sheet = queries.sheet(cohort, actor=current_actor())
        lines = sheet.learners
        looked = grid_page.Looked(cohort, choice, clock.now(), "gradebook/cells/")
        items = [item for course in programme.courses for item in course.items]
        grid = grid_page.item_grid(looked, items, keys_of(cohort), sheet, results, PROGRAMME)
    else:
        lines = enrolment.grouped_names_of(cohort.id)
        roster = grid_page.ordered([line for line in lines if choice.holds(line)], results, choice)
        values = assessment.released_values_of_cohort(cohort.id)
        grid = grid_page.cohort_grid(cohort, programme, roster, results, values)
    return render_template(
        "gradebook/gradebook.html",
        cohort=cohort,
        grid=grid,
        everything=everything,
        learners=len(lines),
        bar=grid_page.bar(choice, lines),
        tabs=tabs(cohort, "everything" if everything else "results"),
        may_record=policy.can_record_external(current_actor(), cohort),
        may_change=policy.can_change_marks(current_actor(), cohort),
    )


@bp.get("/cohorts/<slug>/gradebook/<key>")
@requires(policy.can_see_results, queries.course_visible_to)
def course(page: CourseGrid) -> ResponseReturnValue:
    """Show where every mark of a course is."""
    no_store()
    cohort, choice = page.cohort, choice_of()
    sheet = queries.sheet(cohort, {item.activity_id for item in page.course.items}, actor=current_actor())
    grid = grid_page.item_grid(
        grid_page.Looked(cohort, choice, clock.now(), "cells/"),
        page.course.items,
        keys_of(cohort),
        sheet,
        queries.results_of_cohort(cohort.id, page.course.key),
        page.course.key,
    )
    shares = [share for group in page.course.groups for share in group.shares if share.absent]
    return render_template(
        "gradebook/course.html",
        cohort=cohort,
        course=page.course,
        grid=grid,
        bar=grid_page.bar(choice, sheet.learners),
        tabs=tabs(cohort, page.course.key),
        absent=[(share.title, rules.plain(share.points), share.absent) for share in shares],
        may_change=policy.can_change_marks(current_actor(), cohort),
        talks=queries.has_participation(cohort.version_id, page.course.key),
    )


@bp.get("/cohorts/<slug>/gradebook.csv")
@requires(policy.can_see_results, cohort_visible_to)
def gradebook_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give the whole gradebook as a spreadsheet."""
    head, rows = grid_page.export(
        queries.plan(cohort.version_id),
        keys_of(cohort),
        enrolment.names_of(cohort.id),
        queries.results_of_cohort(cohort.id),
        assessment.released_values_of_cohort(cohort.id),
    )
    return csv_file(f"{cohort.slug}-gradebook", head, rows)
