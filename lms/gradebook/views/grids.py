"""Results of a cohort by course, of a course by activity, and of one learner with every step."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.assessment import queries as assessment
from lms.assessment.rules import shown
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import PlaceView
from lms.gradebook import policy, queries, rules
from lms.gradebook.queries import CourseGrid
from lms.gradebook.queries.results import PROGRAMME
from lms.gradebook.views import grid_page
from lms.gradebook.views.blueprint import bp
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.get("/cohorts/<slug>/gradebook")
@requires(policy.can_see_results, cohort_visible_to)
def gradebook(cohort: CohortView) -> ResponseReturnValue:
    """Show every learner's results so far, by course."""
    no_store()
    grid = grid_page.cohort_grid(
        cohort,
        queries.plan(cohort.version_id),
        enrolment.names_of(cohort.id),
        queries.results_of_cohort(cohort.id),
        assessment.released_values_of_cohort(cohort.id),
    )
    may_record = policy.can_record_external(current_actor(), cohort)
    return render_template("gradebook/gradebook.html", cohort=cohort, grid=grid, may_record=may_record)


@bp.get("/cohorts/<slug>/gradebook/<key>")
@requires(policy.can_see_results, queries.course_visible_to)
def course(page: CourseGrid) -> ResponseReturnValue:
    """Show every released mark of a course."""
    no_store()
    cohort = page.cohort
    grid = grid_page.course_grid(
        cohort,
        page.course,
        enrolment.names_of(cohort.id),
        queries.results_of_cohort(cohort.id),
        assessment.released_values_of_cohort(cohort.id, {item.key[0] for item in page.course.items}),
    )
    shares = [share for group in page.course.groups for share in group.shares if share.absent]
    return render_template(
        "gradebook/course.html",
        cohort=cohort,
        course=page.course,
        grid=grid,
        absent=[(share.title, rules.plain(share.points), share.absent) for share in shares],
        talks=queries.has_participation(cohort.version_id, page.course.key),
    )


@bp.get("/cohorts/<slug>/gradebook.csv")
@requires(policy.can_see_results, cohort_visible_to)
def gradebook_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give the whole gradebook as a spreadsheet."""
    keys = {(thing.activity_id, thing.part): thing.key for thing in queries.markable(cohort.version_id)}
    head, rows = grid_page.export(
        queries.plan(cohort.version_id),
        keys,
        enrolment.names_of(cohort.id),
        queries.results_of_cohort(cohort.id),
        assessment.released_values_of_cohort(cohort.id),
    )
    return csv_file(f"{cohort.slug}-gradebook", head, rows)


@bp.get("/cohorts/<slug>/learners/<public_id>/results")
@requires(policy.can_see_results, enrolment.place_visible_to)
def learner_results(place: PlaceView) -> ResponseReturnValue:
    """Show one learner's results so far with every step, as the learner sees them."""
    no_store()
    found = queries.results(place.id)
    programme = queries.plan(place.cohort.version_id)
    whole = found.get(PROGRAMME)
    courses = [
        (course, found.get(course.key), shown(found[course.key].value) if course.key in found else "–")
        for course in programme.courses
    ]
    return render_template(
        "gradebook/learner_results.html",
        place=place,
        whole=whole,
        whole_figure=shown(whole.value) if whole else "–",
        courses=courses,
        may_record=policy.can_record_external(current_actor(), place),
        zone=current_actor().zone,
        now=clock.now(),
    )
