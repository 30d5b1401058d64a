"""A discussion: what was asked, until when, who said what, and writing in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import queries as assessment
from lms.assessment.queries import ReleasedMark
from lms.assessment.rules import shown as mark_shown
from lms.community import actions, policy, queries, rules
from lms.community.actions import Writing
from lms.community.actions.posts import version_of
from lms.community.forms import HideForm, PostForm
from lms.community.queries import Discussion, Entry, Reader, Talk
from lms.community.queries.talk import Looking
from lms.community.rules import Participation, Sort, Window
from lms.community.views.frame import bp, href
from lms.core import clock, ids
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.markdown import words
from lms.core.uow import unit_of_work
from lms.curriculum.queries import Outline, outline
from lms.web.filters import clock as clock_words
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.shapes import Tab

SORTS = ((Sort.NEWEST, "Newest first"), (Sort.OLDEST, "Oldest first"), (Sort.ACTIVE, "Latest reply first"))


@dataclass(frozen=True, slots=True)
class Composer:
    """What is being written or decided, and where on the page."""

    act: str
    """post | reply | edit | remove | hide"""
    entry: Entry | None = None
    """The post that it is about; empty for a post of one's own."""
    asked: bool = False
    """Somebody asked for it, so that it stands open."""
    other_text: str = ""
    """What stands there now, when it was changed in another window."""


@dataclass(frozen=True)
class DiscussionPage:
    """All that the page shows."""

    slug: str
    key: str
    title: str
    code: str
    minutes: int
    module: str
    module_href: str
    learn_href: str
    prompt_html: str
    good_reply_html: str
    window: Window | None
    learner: bool
    may_write: bool
    moderates: bool
    participation_href: str
    mark: str
    """One's own released mark; empty before its release."""
    mark_href: str
    policy: Participation
    talk: Talk
    here: str
    """This page with its order and stretch; parameters can be added with &."""
    tabs: tuple[Tab, ...]
    newer_href: str
    older_href: str
    composer: Composer | None
    draft_href: str
    read_href: str
    moderate_href: str
    sent_href: str
    now: dt.datetime
    zone: str
    cohort_zone: str

    @property
    def ahead(self) -> bool:
        """Whether it is not open yet."""
        return self.window is not None and self.now < self.window.opens_at

    @property
    def over(self) -> bool:
        """Whether it has closed."""
        return self.window is not None and self.now > self.window.closes_at

    @property
    def in_time(self) -> bool:
        """Whether the viewer's first post came by its date."""
        first = self.talk.own_first_at
        return first is not None and self.window is not None and first <= self.window.first_post_by


@bp.get("/cohorts/<slug>/discussions/<key>")
@requires(policy.can_read, queries.discussion_visible_to)
def discussion(discussion: Discussion) -> ResponseReturnValue:
    """Show a discussion."""
    return shown(discussion)


def shown(
    discussion: Discussion,
    form: PostForm | None = None,
    hide_form: HideForm | None = None,
    other_text: str = "",
) -> ResponseReturnValue:
    """The page, with what was typed where it is shown again."""
    page = _page(discussion, other_text)
    if form is None:
        form = _form(discussion, page)
    return render_template(
        "community/discussion.html", page=page, form=form, hide_form=hide_form or HideForm(formdata=None)
    )


def _reader(discussion: Discussion, window: Window | None, now: dt.datetime) -> Reader:
    actor = current_actor()
    moderates = policy.can_moderate(actor, discussion)
    may_write = policy.can_write(actor, discussion) and (
        rules.why_not_write(window, now, moderates=moderates) is None
    )
    least = queries.participation_policy(discussion.cohort.version_id).reply_min_words
    return Reader(actor.person_id, may_write, moderates, least)


def _page(discussion: Discussion, other_text: str) -> DiscussionPage:
    now, actor, cohort = clock.now(), current_actor(), discussion.cohort
    window = queries.window(discussion)
    reader = _reader(discussion, window, now)
    wanted = _wanted()
    look = Looking(
        sort=rules.sort_of(request.args.get("sort")),
        start=request.args.get("from", ""),
        show=wanted[1] or request.args.get("post", ""),
    )
    talk = queries.talk(discussion.about, reader, now, look)
    brief = queries.brief(discussion.line.id)
    course: Outline = outline(cohort.version_id)
    mark = _released(discussion, window, now)
    sees = policy.can_see_participation(actor, discussion)
    return DiscussionPage(
        slug=cohort.slug,
        key=discussion.line.key,
        title=discussion.line.title,
        code=discussion.line.code,
        minutes=discussion.line.minutes,
        module=course.modules[discussion.line.module_id].title,
        module_href=href("progress.module", cohort.slug, key=discussion.module.key),
        learn_href=href("progress.learn", cohort.slug),
        prompt_html=brief.prompt_html,
        good_reply_html=brief.good_reply_html,
        window=window,
        learner=discussion.whose is not None,
        may_write=reader.may_write,
        moderates=reader.moderates,
        participation_href=_url(discussion, ".participation") if sees else "",
        mark=mark_shown(mark.value) if mark else "",
        mark_href=url_for("assessment.mark", slug=cohort.slug, public_id=mark.public_id) if mark else "",
        policy=queries.participation_policy(cohort.version_id),
        talk=talk,
        here=_url(discussion, ".discussion", sort=talk.sort.value, **_from(look)),
        tabs=_tabs(discussion, talk),
        newer_href=_stretch(discussion, talk, talk.newer_from),
        older_href=_stretch(discussion, talk, talk.older_from),
        composer=_composer(reader, talk, wanted, other_text),
        draft_href=_url(discussion, ".keep_draft"),
        read_href=_url(discussion, ".mark_read", sort=talk.sort.value),
        moderate_href=_url(discussion, ".moderate", sort=talk.sort.value, **_from(look)),
        sent_href=_sent_href(discussion),
        now=now,
        zone=actor.zone,
        cohort_zone=cohort.zone,
    )


def _released(discussion: Discussion, window: Window | None, now: dt.datetime) -> ReleasedMark | None:
    """The learner's released mark; none is looked for before the discussion closed, or where it counts nowhere."""
    if discussion.whose is None or not discussion.line.group_key or window is None or now <= window.closes_at:
        return None
    return assessment.released_mark_of(discussion.cohort.id, discussion.whose.person_id, discussion.line.id)


def _url(discussion: Discussion, endpoint: str, **values: Any) -> str:
    return url_for(endpoint, slug=discussion.cohort.slug, key=discussion.line.key, **values)


def _from(look: Looking) -> dict[str, str]:
    return {"from": look.start} if rules.is_key(look.start) else {}


def _tabs(discussion: Discussion, talk: Talk) -> tuple[Tab, ...]:
    return tuple(
        Tab(label, _url(discussion, ".discussion", sort=sort.value) + "#posts", current=sort is talk.sort)
        for sort, label in SORTS
    )


def _stretch(discussion: Discussion, talk: Talk, start: str | None) -> str:
    if start is None:
        return ""
    values = {"from": start} if start else {}
    return _url(discussion, ".discussion", sort=talk.sort.value, **values) + "#posts"


def _sent_href(discussion: Discussion) -> str:
    """The draft that was just posted, by its address."""
    sent = request.args.get("sent")
    if sent is None:
        return ""
    return _draft_href(discussion, sent if rules.is_key(sent) else "")


def _draft_href(discussion: Discussion, parent: str) -> str:
    return _url(discussion, ".keep_draft", **({"parent": parent} if parent else {}))


ASKED = ("reply", "edit", "remove", "hide")


def _wanted() -> tuple[str, str]:
    """The act that is asked for, and the post it is about."""
    if request.method == "POST":
        act = request.form.get("act", "post")
        return act, request.form.get("parent" if act == "reply" else "post", "")
    for act in ASKED:
        if rules.is_key(request.args.get(act, "")):
            return act, request.args[act]
    return "post", ""


def _composer(reader: Reader, talk: Talk, wanted: tuple[str, str], other_text: str) -> Composer | None:
    act, public_id = wanted
    entry = _find(talk, public_id)
    allowed = entry is not None and {
        "reply": entry.may_reply,
        "edit": entry.may_edit,
        "remove": entry.may_remove,
        "hide": entry.may_hide,
    }.get(act, False)
    if entry is not None and allowed:
        return Composer(act, entry, asked=True, other_text=other_text)
    typed = request.method == "POST" and act in ("post", "reply", "edit")
    if reader.may_write or typed:
        return Composer("post", asked=typed or talk.own_first_at is None)
    return None


def _find(talk: Talk, public_id: str) -> Entry | None:
    for entry in talk.entries:
        for one in (entry, *entry.replies):
            if one.public_id == public_id:
                return one
    return None


def _form(discussion: Discussion, page: DiscussionPage) -> PostForm:
    composer = page.composer
    values = {"key": ids.public_id(), "read_to": page.talk.newest, "parent": "", "version": "", "text": ""}
    if composer is not None and composer.act == "edit" and composer.entry and page.talk.thread_id:
        values["text"] = queries.post_text(page.talk.thread_id, composer.entry.public_id)
        values["version"] = version_of(composer.entry.edited_at)
    elif composer is not None and composer.act in ("post", "reply"):
        drafts = queries.drafts(discussion.about, current_actor().person_id)
        parent = composer.entry.id if composer.entry else 0
        values["parent"] = composer.entry.public_id if composer.entry else ""
        values["text"] = drafts.get(parent, "")
    return PostForm(formdata=None, **values)


# Writing ------------------------------------------------------------------------------------------------------------


@bp.post("/cohorts/<slug>/discussions/<key>")
@requires(policy.can_write, queries.discussion_visible_to)
def discuss(discussion: Discussion) -> ResponseReturnValue:
    """Post, reply, change or remove one's own."""
    act = request.form.get("act", "post")
    if act in ("post", "reply", "edit"):
        return _write(discussion, act)
    if act != "remove":
        raise NotFound
    post = request.form.get("post", "")
    try:
        with unit_of_work() as work:
            actions.remove_in(discussion, post, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash("Your post is removed. Its place stays, so that replies make sense.", "good")
    return redirect(back(discussion, post), code=303)


@bp.post("/cohorts/<slug>/discussions/<key>/read")
@requires(policy.can_read, queries.discussion_visible_to)
def mark_read(discussion: Discussion) -> ResponseReturnValue:
    """Mark as read what the page showed."""
    newest = request.form.get("read_to", "")
    with unit_of_work():
        actions.mark_read(actions.thread_of(discussion), newest, actor=current_actor())
    flash("Everything up to here is marked as read.", "good")
    return redirect(back(discussion, ""), code=303)


def _write(discussion: Discussion, act: str) -> ResponseReturnValue:
    form = PostForm()
    if not form.validate():
        return shown(discussion, form)
    text = (form.text.data or "").replace("\r\n", "\n")
    try:
        with unit_of_work() as work:
            if act == "edit":
                written = actions.edit_in(
                    discussion,
                    request.form.get("post", ""),
                    text,
                    form.version.data or "",
                    actor=current_actor(),
                    now=work.now,
                )
            else:
                writing = Writing(
                    text=text,
                    key=form.key.data or "",
                    parent=(form.parent.data or "") if act == "reply" else "",
                    read_to=form.read_to.data or "",
                )
                written = actions.say(discussion, writing, actor=current_actor(), now=work.now)
            public_id = written.public_id
    except Conflict as conflict:
        form.refuse("text", conflict.message)
        return shown(discussion, form, other_text=str(conflict.current))
    except RuleViolation as refused:
        form.refuse("text", refused.message)
        return shown(discussion, form)
    flash("Your change is saved." if act == "edit" else "Posted.", "good")
    values = {} if act == "edit" else {"sent": form.parent.data if act == "reply" else "-"}
    return redirect(back(discussion, public_id, **values), code=303)


def back(discussion: Discussion, post: str, **values: str | None) -> str:
    """The address of the page at a post, in the order in which it was read."""
    given = {name: value for name, value in values.items() if value}
    sort = rules.sort_of(request.args.get("sort")).value
    if not rules.is_key(post):
        return _url(discussion, ".discussion", sort=sort, **given) + "#posts"
    return _url(discussion, ".discussion", sort=sort, post=post, **given) + f"#p-{post}"


@bp.post("/cohorts/<slug>/discussions/<key>/draft")
@requires(policy.can_write, queries.discussion_visible_to)
def keep_draft(discussion: Discussion) -> ResponseReturnValue:
    """Keep what somebody is writing; a script asks."""
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\x00", "")
    actor = current_actor()
    try:
        with unit_of_work() as work:
            actions.keep_draft(
                discussion.about, request.args.get("parent", ""), text, actor=actor, now=work.now
            )
            at = work.now
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 422
    return jsonify(saved=clock_words(at, actor.zone), out={"words": plural(words(text), "word")})
