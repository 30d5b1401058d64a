"""Who took part in a discussion, for staff: a table, and the same as a file."""

from __future__ import annotations

import datetime as dt

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from lms.community import policy, queries
from lms.community.queries import Discussion, ParticipationLine
from lms.community.views.frame import bp, href
from lms.core import clock
from lms.curriculum.queries import outline
from lms.web.downloads import csv_file
from lms.web.filters import figure, when
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

HEAD = (
    "Name",
    "Section",
    "First post",
    "In time",
    "Words",
    "Replies",
    "Substantive replies",
    "Points",
    "Note",
)


@bp.get("/cohorts/<slug>/discussions/<key>/participation")
@requires(policy.can_see_participation, queries.discussion_visible_to)
def participation(discussion: Discussion) -> ResponseReturnValue:
    """Show who posted when, and how much."""
    no_store()
    now, zone = clock.now(), current_actor().zone
    lines = queries.participation(discussion, now)
    return render_template(
        "community/participation.html",
        discussion=discussion,
        slug=discussion.cohort.slug,
        rows=[_row(line, zone, now) for line in lines],
        posted=sum(1 for line in lines if line.facts.first_at),
        in_time=sum(1 for line in lines if line.facts.in_time),
        replied=sum(1 for line in lines if line.facts.substantive),
        total=len(lines),
        policy=queries.participation_policy(discussion.cohort.version_id),
        learn_href=href("progress.learn", discussion.cohort.slug),
        course_href=_course_href(discussion),
    )


def _course_href(discussion: Discussion) -> str:
    """The course's participation, where this discussion counts in it and the viewer sees marks."""
    if not discussion.line.group_key or not policy.can_see_course_participation(current_actor(), discussion):
        return ""
    course = outline(discussion.cohort.version_id).course(discussion.line.course_id)
    return url_for(".course_participation", slug=discussion.cohort.slug, key=course.key)


def _row(line: ParticipationLine, zone: str, now: dt.datetime) -> tuple[str, ...]:
    first = when(line.facts.first_at, zone, now) if line.facts.first_at else "not yet"
    verdict = "in time" if line.facts.in_time else "late" if line.facts.first_at else "none"
    return (
        line.name + (f" ({line.note})" if line.note else ""),
        line.section,
        first,
        verdict,
        str(line.first_words) if line.facts.first_at else "",
        str(line.facts.replies),
        str(line.facts.substantive),
        figure(line.points),
    )


@bp.get("/cohorts/<slug>/discussions/<key>/participation.csv")
@requires(policy.can_see_participation, queries.discussion_visible_to)
def participation_csv(discussion: Discussion) -> ResponseReturnValue:
    """Hand the table out as a file; times in the cohort's zone."""
    zone = discussion.cohort.zone
    rows = [
        (
            line.name,
            line.section,
            when(line.facts.first_at, zone) if line.facts.first_at else "",
            ("yes" if line.facts.in_time else "no") if line.facts.first_at else "",
            line.first_words or "",
            line.facts.replies,
            line.facts.substantive,
            figure(line.points),
            line.note,
        )
        for line in queries.participation(discussion, clock.now())
    ]
    return csv_file(f"{discussion.cohort.slug}-{discussion.line.key}-participation", HEAD, rows)
