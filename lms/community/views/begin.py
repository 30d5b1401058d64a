"""Beginning a thread: title, who reads it, the first post; and what a post said before it was changed."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.community import policy, queries, rules
from lms.community.actions import forums as writing
from lms.community.forms import ForumPostForm
from lms.community.queries import forum_threads, forums
from lms.community.queries.forum_threads import PostInThread, post_visible_to
from lms.community.queries.forums import Forum, forum_visible_to
from lms.community.views.forum_thread import refused_at, say_unknown, saying_of
from lms.community.views.frame import bp
from lms.core import clock, ids
from lms.core.errors import RuleViolation
from lms.core.markdown import words
from lms.core.uow import unit_of_work
from lms.web.filters import clock as clock_words
from lms.web.filters import plural
from lms.web.guards import current_actor, requires

EVERYBODY = "all"


@bp.route("/cohorts/<slug>/forums/<forum>/new", methods=["GET", "POST"])
@requires(policy.can_write_in_forums, forum_visible_to)
def begin_thread(forum: Forum) -> ResponseReturnValue:
    """Begin a thread."""
    hall = forum.hall
    sections = forums.section_ids(hall.cohort.id) if hall.reads_all else {}
    form = ForumPostForm(formdata=None, **_draft(forum)) if request.method == "GET" else ForumPostForm()
    form.section.choices = [(EVERYBODY, "The whole cohort")] + [
        (str(number), f"Section {name} and the staff") for number, name in sections.items()
    ]
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                saying = saying_of(form, section_id=_chosen(form))
                said = writing.begin(forum, saying, actor=current_actor(), now=work.now)
                public_id, in_forum = said.thread.public_id, said.thread.title
        except RuleViolation as refused:
            form.refuse(refused_at(refused), refused.message)
        else:
            flash(f"“{in_forum}” is there.", "good")
            say_unknown(said)
            return redirect(url_for(".forum_thread", slug=hall.cohort.slug, thread=public_id), code=303)
    why_not = hall.why_not_write()
    return render_template(
        "community/begin_thread.html",
        forum=forum,
        form=form,
        hall=hall,
        slug=hall.cohort.slug,
        why_not=why_not.value if why_not else "",
        own_section=_own_section(forum),
        sections=sections,
        draft_href=url_for(".keep_thread_draft", slug=hall.cohort.slug, forum=forum.key),
    )


def _draft(forum: Forum) -> dict[str, Any]:
    kept = queries.drafts(writing.start_of(forum), forum.hall.person_id).get(0, "")
    title, _line, text = kept.partition("\n")
    return {"key": ids.public_id(), "title": title, "text": text, "section": EVERYBODY}


def _chosen(form: ForumPostForm) -> int | None:
    """The section that staff chose; nothing that is one reads as one that is not there."""
    chosen = form.section.data or EVERYBODY
    if chosen == EVERYBODY:
        return None
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 9 else -1


def _own_section(forum: Forum) -> str:
    """The section that will read it, where forums are kept apart; empty: the whole cohort."""
    hall = forum.hall
    own = rules.scope_of(
        per_section=hall.per_section, learner=not hall.reads_all, own_section=hall.section_id, chosen=None
    )
    return forums.section_ids(hall.cohort.id).get(own, "") if own else ""


@bp.post("/cohorts/<slug>/forums/<forum>/new/draft")
@requires(policy.can_write_in_forums, forum_visible_to)
def keep_thread_draft(forum: Forum) -> ResponseReturnValue:
    """Keep the thread that somebody is about to begin; a script asks."""
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\x00", "")
    title = request.form.get("title", "").replace("\x00", "")[: 2 * rules.LONGEST_SUBJECT]
    actor = current_actor()
    try:
        with unit_of_work() as work:
            writing.keep_start(forum, title, text, actor=actor, now=work.now)
            at = work.now
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 422
    return jsonify(saved=clock_words(at, actor.zone), out={"words": plural(words(text), "word")})


@bp.get("/cohorts/<slug>/threads/<thread>/posts/<post>/history")
@requires(policy.can_read, post_visible_to)
def post_history(post: PostInThread) -> ResponseReturnValue:
    """Show what a post says and what it said before."""
    return render_template(
        "community/post_history.html",
        post=post,
        view=post.view,
        slug=post.view.hall.cohort.slug,
        versions=forum_threads.versions(post),
        zone=current_actor().zone,
        now=clock.now(),
    )
