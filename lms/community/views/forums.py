"""A cohort's forums: all of them, one of them, lists of threads over all, what is decided about them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohort_queries
from lms.cohorts.queries import CohortView
from lms.community import policy, rules
from lms.community.actions import listening, moderating
from lms.community.forms import ForumChoiceForm
from lms.community.queries import forum_lists, reports
from lms.community.queries.forums import Forum, Forums, forum_visible_to, forums_visible_to
from lms.community.rules import Ear, Show
from lms.community.views.frame import bp, href
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.web.guards import current_actor, requires
from lms.web.shapes import Tab

LATEST = 5
TABS = (
    (Show.ALL, "All"),
    (Show.NEW, "New for you"),
    (Show.FOLLOWED, "Followed"),
    (Show.UNANSWERED, "No answer yet"),
    (Show.HIDDEN, "Hidden"),
)
NOTHING = {
    Show.ALL: ("Nobody has begun a thread here", "Yours can be the first: a question, a find, a doubt."),
    Show.NEW: ("Nothing new for you", "What others write since you last read stands here."),
    Show.FOLLOWED: ("You follow no thread", "Those in which you write stand here, and any that you choose to follow."),
    Show.UNANSWERED: ("Everything has an answer", "Threads in which only their author has written stand here."),
    Show.HIDDEN: ("Nothing is hidden", "Threads that were hidden, or emptied by their author, stand here."),
}  # fmt: skip


@bp.get("/cohorts/<slug>/forums")
@requires(policy.can_read, forums_visible_to)
def forums(hall: Forums) -> ResponseReturnValue:
    """Show all forums of a cohort, with what is new in each."""
    actor = current_actor()
    lines = forum_lists.forum_lines(hall)
    return render_template(
        "community/forums.html",
        hall=hall,
        slug=hall.cohort.slug,
        common=lines[0],
        modules=lines[1:],
        new=sum(line.new for line in lines),
        latest=forum_lists.threads(hall).rows[:LATEST],
        reports=reports.waiting(hall.cohort.id) if hall.moderates else 0,
        may_write=policy.can_write_in_forums(actor, hall) and hall.why_not_write() is None,
        may_decide=policy.can_decide_on_forums(actor, hall),
        titles=titles(hall),
        learn_href=href("progress.learn", hall.cohort.slug),
        zone=actor.zone,
        now=clock.now(),
    )


def titles(hall: Forums) -> dict[int | None, str]:
    """Module → what its forum is called in a list of threads."""
    return {line.module.id if line.module else None: line.title for line in forum_lists.forums_in(hall)}


@bp.get("/cohorts/<slug>/forums/threads")
@requires(policy.can_read, forums_visible_to)
def forum_threads(hall: Forums) -> ResponseReturnValue:
    """Show threads over all forums: everything, what is new, what one follows, what waits for an answer."""
    show = rules.show_of(request.args.get("show"), moderates=hall.moderates)
    page = forum_lists.threads(hall, show, None, request.args.get("after"))
    here = {"slug": hall.cohort.slug}
    return render_template(
        "community/forum_threads.html",
        hall=hall,
        slug=hall.cohort.slug,
        lines=page.rows,
        titles=titles(hall),
        tabs=_tabs("community.forum_threads", hall, show, here),
        nothing=NOTHING[show],
        older=_older("community.forum_threads", page.next_cursor, show, here),
        first=_first("community.forum_threads", show, here),
        zone=current_actor().zone,
        now=clock.now(),
    )


@bp.get("/cohorts/<slug>/forums/<forum>")
@requires(policy.can_read, forum_visible_to)
def forum(forum: Forum) -> ResponseReturnValue:
    """Show the threads of one forum."""
    hall, actor = forum.hall, current_actor()
    show = rules.show_of(request.args.get("show"), moderates=hall.moderates)
    page = forum_lists.threads(hall, show, forum, request.args.get("after"))
    here = {"slug": hall.cohort.slug, "forum": forum.key}
    why_not = hall.why_not_write()
    return render_template(
        "community/forum.html",
        forum=forum,
        hall=hall,
        slug=hall.cohort.slug,
        lines=page.rows,
        new=any(line.new for line in page.rows),
        ear=forum_lists.ear_of(forum),
        tabs=_tabs("community.forum", hall, show, here),
        nothing=NOTHING[show],
        older=_older("community.forum", page.next_cursor, show, here),
        first=_first("community.forum", show, here),
        may_write=policy.can_write_in_forums(actor, forum) and why_not is None,
        why_not=why_not.value if why_not and policy.can_write(actor, forum) else "",
        module_href=href("progress.module", hall.cohort.slug, key=forum.module.key) if forum.module else "",
        discussions=discussions_of(forum),
        zone=actor.zone,
        now=clock.now(),
    )


def discussions_of(forum: Forum) -> list[tuple[str, str]]:
    """The graded discussions of a forum's module: title and address."""
    if forum.module is None:
        return []
    return [
        (
            f"{line.code} {line.title}".strip(),
            url_for(".discussion", slug=forum.hall.cohort.slug, key=line.key),
        )
        for line in forum.module.activities
        if line.kind.value == "discussion"
    ]


def _tabs(endpoint: str, hall: Forums, show: Show, here: dict[str, Any]) -> tuple[Tab, ...]:
    return tuple(
        Tab(label, url_for(endpoint, **here, show=each.value or None), current=each is show)
        for each, label in TABS
        if each is not Show.HIDDEN or hall.moderates
    )


def _older(endpoint: str, cursor: str | None, show: Show, here: dict[str, Any]) -> str:
    return url_for(endpoint, **here, show=show.value or None, after=cursor) if cursor else ""


def _first(endpoint: str, show: Show, here: dict[str, Any]) -> str:
    """Back to the first page; empty on it."""
    return url_for(endpoint, **here, show=show.value or None) if request.args.get("after") else ""


# What people say about themselves ------------------------------------------------------------------------------------


@bp.post("/cohorts/<slug>/forums/read")
@requires(policy.can_read, forums_visible_to)
def read_forums(hall: Forums) -> ResponseReturnValue:
    """Mark everything in all forums as read."""
    with unit_of_work() as work:
        listening.read_all(hall, actor=current_actor(), now=work.now)
    flash("Everything in the forums is marked as read.", "good")
    return redirect(url_for(".forums", slug=hall.cohort.slug), code=303)


@bp.post("/cohorts/<slug>/forums/<forum>/read")
@requires(policy.can_read, forum_visible_to)
def read_forum(forum: Forum) -> ResponseReturnValue:
    """Mark everything in one forum as read."""
    with unit_of_work() as work:
        listening.read_all(forum.hall, forum, actor=current_actor(), now=work.now)
    flash("Everything in this forum is marked as read.", "good")
    return redirect(_to(forum), code=303)


@bp.post("/cohorts/<slug>/forums/<forum>/hear")
@requires(policy.can_read, forum_visible_to)
def hear_forum(forum: Forum) -> ResponseReturnValue:
    """Follow a forum, mute it, or neither."""
    ear = ear_wanted()
    with unit_of_work():
        listening.listen_to_forum(forum, ear, actor=current_actor())
    words = {
        Ear.FOLLOWING: "You follow this forum: each of its threads tells you when something is written.",
        Ear.MUTED: "This forum is muted: only threads that you follow yourself, and your name in a post, reach you.",
        None: "You are told of those threads in which you write.",
    }
    flash(words.get(ear, words[None]), "good")
    return redirect(_to(forum), code=303)


def ear_wanted() -> Ear | None:
    """What a form of following says; anything unknown leaves it to the rest."""
    asked = request.form.get("ear", "")
    return Ear(asked) if asked in (Ear.FOLLOWING, Ear.MUTED) else None


def _to(forum: Forum) -> str:
    return url_for(".forum", slug=forum.hall.cohort.slug, forum=forum.key)


# What the cohort decides ---------------------------------------------------------------------------------------------


@bp.route("/cohorts/<slug>/forums/settings", methods=["GET", "POST"])
@requires(policy.can_decide_on_forums, cohort_queries.cohort_visible_to)
def forum_settings(cohort: CohortView) -> ResponseReturnValue:
    """Decide whether the forums are common to the cohort or a section's."""
    hall = forums_visible_to(current_actor(), cohort.slug)
    form = ForumChoiceForm(apart="section" if hall.per_section else "common")
    if form.validate_on_submit():
        with unit_of_work() as work:
            moderating.keep_apart(
                hall, per_section=form.apart.data == "section", actor=current_actor(), now=work.now
            )
        flash("Kept. It holds for what is begun from now on.", "good")
        return redirect(url_for(".forums", slug=cohort.slug), code=303)
    return render_template(
        "community/forum_settings.html",
        form=form,
        cohort=cohort,
        slug=cohort.slug,
        sections=cohort_queries.sections(cohort.id),
    )
