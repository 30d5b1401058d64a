"""The participation of a course for staff: the table, each learner's steps, and recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment.queries import StandingMark
from lms.assessment.rules import shown
from lms.community import actions, policy, queries, rules
from lms.community.forms import RecordForm
from lms.community.queries import CourseParticipation, CourseTalk, Figure, LearnerOfCourse, LearnerTalk
from lms.community.rules import Counting, ParticipationRefusal
from lms.community.views.frame import bp, href
from lms.core import clock
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.web.downloads import csv_file
from lms.web.filters import figure as plain_figure
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@dataclass(frozen=True)
class Cell:
    """A figure and what is to be said of it."""

    figure: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class ThreadRow:
    """A discussion of the course: what is recorded of it."""

    code: str
    title: str
    href: str
    marks_href: str
    to_record: int
    pending: int
    released: int


@dataclass(frozen=True)
class LearnerRow:
    """A learner's line in the table."""

    name: str
    section: str
    href: str
    cells: tuple[Cell, ...]
    contribution: Cell
    so_far: str


@dataclass(frozen=True)
class TalkPage:
    """All that the page of a course's participation shows."""

    slug: str
    cohort: str
    course: str
    key: str
    threads: tuple[ThreadRow, ...]
    rows: tuple[LearnerRow, ...]
    to_record: int
    changes: int
    stamp: str
    contribution_title: str
    may_record: bool
    policy: rules.Participation
    threads_percent: str
    rest_percent: str


def address(talk: CourseTalk, endpoint: str, **values: Any) -> str:
    """The address of a page of a course."""
    return url_for(endpoint, slug=talk.cohort.slug, key=talk.course.key, **values)


def _page(found: CourseParticipation) -> TalkPage:
    talk, cohort = found.talk, found.talk.cohort
    counted = queries.participation_policy(cohort.version_id)
    return TalkPage(
        slug=cohort.slug,
        cohort=cohort.name,
        course=talk.course.title,
        key=talk.course.key,
        threads=_threads(found),
        rows=tuple(_row(talk, one) for one in found.learners),
        to_record=len(found.to_record),
        changes=sum(figure.changes for figure in found.to_record),
        stamp=found.stamp,
        contribution_title=talk.contribution.title if talk.contribution else "",
        may_record=policy.can_record_participation(current_actor(), talk),
        policy=counted,
        threads_percent=plain_figure(counted.threads * 100),
        rest_percent=plain_figure((1 - counted.threads) * 100),
    )


def _threads(found: CourseParticipation) -> tuple[ThreadRow, ...]:
    slug = found.talk.cohort.slug
    return tuple(
        ThreadRow(
            code=thread.code or thread.title,
            title=thread.title,
            href=url_for(".participation", slug=slug, key=thread.key),
            marks_href=url_for("assessment.batch", slug=slug, key=thread.key),
            to_record=sum(one.figures[at].to_record for one in found.learners),
            pending=sum(_waits(one.figures[at].mark) for one in found.learners),
            released=sum(_seen(one.figures[at].mark) for one in found.learners),
        )
        for at, thread in enumerate(found.talk.threads)
    ) + (
        (
            ThreadRow(
                code="Contribution",
                title=found.talk.contribution.title,
                href=url_for(".contribution", slug=slug, key=found.talk.course.key),
                marks_href=url_for("assessment.batch", slug=slug, key=found.talk.contribution.key),
                to_record=sum(one.contribution is None for one in found.learners),
                pending=sum(_waits(one.contribution) for one in found.learners),
                released=sum(_seen(one.contribution) for one in found.learners),
            ),
        )
        if found.talk.contribution
        else ()
    )


def _waits(mark: StandingMark | None) -> bool:
    return mark is not None and mark.pending


def _seen(mark: StandingMark | None) -> bool:
    return mark is not None and mark.seen


def _row(talk: CourseTalk, one: LearnerTalk) -> LearnerRow:
    return LearnerRow(
        name=one.place.name,
        section=one.place.section,
        href=address(talk, ".learner_participation", public_id=one.place.public_id),
        cells=tuple(_cell(figure) for figure in one.figures),
        contribution=standing(one.contribution) if one.contribution else Cell("–", "not recorded"),
        so_far=shown(one.so_far) if one.so_far is not None else "–",
    )


def _cell(figure: Figure) -> Cell:
    """A figure with where it stands: open, to record, recorded, released."""
    line, mark = figure.line, figure.mark
    if figure.external and mark is not None:
        return Cell(shown(mark.value), "from elsewhere")
    if figure.changes and mark is not None:
        return Cell(shown(line.points), f"recorded {shown(mark.value)}", "warn")
    if figure.to_record:
        return Cell(shown(line.points), "to record", "warn")
    if mark is not None:
        return standing(mark)
    if line.counting is Counting.OPEN:
        return Cell(shown(line.points), "still open")
    return Cell("–", line.counting.value)


def standing(mark: StandingMark) -> Cell:
    """A recorded figure, and whether its learner sees it."""
    if mark.pending:
        return Cell(shown(mark.value), "not released", "info")
    return Cell(shown(mark.value), "released", "good")


@bp.get("/cohorts/<slug>/courses/<key>/participation")
@requires(policy.can_see_course_participation, queries.course_talk_visible_to)
def course_participation(talk: CourseTalk) -> ResponseReturnValue:
    """Show what everybody's participation in a course comes to, and what is recorded of it."""
    return _show(talk, RecordForm(formdata=None))


def _show(talk: CourseTalk, form: RecordForm) -> str:
    no_store()
    page = _page(queries.course_participation(talk, clock.now()))
    return render_template("community/course_participation.html", page=page, form=form)


@bp.post("/cohorts/<slug>/courses/<key>/participation")
@requires(policy.can_record_participation, queries.course_talk_visible_to)
def record_participation(talk: CourseTalk) -> ResponseReturnValue:
    """Record the figures that are final, as they were looked at."""
    form = RecordForm()
    if not form.validate_on_submit():
        return _show(talk, form), 422
    try:
        with unit_of_work() as work:
            done = actions.record_participation(
                talk,
                stamp=request.form.get("stamp", ""),
                reason=form.reason.data or "",
                actor=current_actor(),
                now=work.now,
            )
    except RuleViolation as refused:
        form.refuse("reason" if refused.reason is ParticipationRefusal.NO_REASON else "", refused.message)
        return _show(talk, form), 409 if isinstance(refused, Conflict) else 422
    words = f"{plural(done.fresh, 'figure')} recorded"
    if done.changed:
        words += f", {done.changed} changed"
    flash(f"{words}. Learners see nothing of it until the marks are released.", "good")
    return redirect(address(talk, ".course_participation"), code=303)


@bp.get("/cohorts/<slug>/courses/<key>/participation.csv")
@requires(policy.can_see_course_participation, queries.course_talk_visible_to)
def course_participation_csv(talk: CourseTalk) -> ResponseReturnValue:
    """Hand the table out as a file: each figure with where it stands."""
    found = queries.course_participation(talk, clock.now())
    heads = [thread.code or thread.key for thread in talk.threads]
    headings = ["learner", "external_id", "section"]
    for head in (*heads, "contribution"):
        headings += [head, f"{head} state"]
    rows = []
    for one in found.learners:
        row = _row(talk, one)
        line = [one.place.name, one.place.external_id, one.place.section]
        for cell in (*row.cells, row.contribution):
            line += ["" if cell.figure == "–" else cell.figure, cell.note]
        rows.append([*line, "" if row.so_far == "–" else row.so_far])
    return csv_file(
        f"{talk.cohort.slug}-{talk.course.key}-participation", [*headings, "participation so far"], rows
    )


@bp.get("/cohorts/<slug>/courses/<key>/participation/<public_id>")
@requires(policy.can_see_course_participation, queries.learner_talk_visible_to)
def learner_participation(learner: LearnerOfCourse) -> ResponseReturnValue:
    """Show how each figure of one learner arises."""
    no_store()
    talk = learner.talk
    found = queries.course_participation(talk, clock.now())
    one = next((one for one in found.learners if one.place.public_id == learner.place_public_id), None)
    if one is None:
        raise NotFound
    lines = [
        (thread, _cell(figure), figure.trace["facts"], _history(talk, figure.mark))
        for thread, figure in zip(talk.threads, one.figures, strict=True)
    ]
    if talk.contribution and one.contribution:
        mark = one.contribution
        lines.append((talk.contribution, standing(mark), mark.trace.get("facts", []), _history(talk, mark)))
    return render_template(
        "community/learner_participation.html",
        talk=talk,
        name=one.place.name,
        so_far=_row(talk, one).so_far,
        lines=lines,
        back=address(talk, ".course_participation"),
        learn_href=href("progress.learn", talk.cohort.slug),
    )


def _history(talk: CourseTalk, mark: StandingMark | None) -> str:
    if mark is None:
        return ""
    return url_for("assessment.history", slug=talk.cohort.slug, public_id=mark.public_id)
