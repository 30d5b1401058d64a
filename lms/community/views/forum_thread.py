"""One thread of a forum: reading it, writing in it, following it, saying what answered it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.community import actions, policy, queries, rules
from lms.community.actions import forums as writing
from lms.community.actions import listening
from lms.community.actions.forums import Said, Saying
from lms.community.actions.posts import version_of
from lms.community.forms import ForumPostForm, HideForm
from lms.community.queries import Entry, Reader, Talk, forum_threads
from lms.community.queries.forum_threads import ForumThreadView, KeptFile, Told, forum_thread_visible_to
from lms.community.queries.talk import FIRST_NEW, Looking
from lms.community.rules import Ear, PostFacts, Sort, mentions
from lms.community.views.discussions import Composer
from lms.community.views.forums import ear_wanted
from lms.community.views.frame import bp
from lms.core import clock, ids
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.files import FileRefusal
from lms.core.markdown import words
from lms.core.uow import unit_of_work
from lms.web.downloads import kept_file
from lms.web.filters import clock as clock_words
from lms.web.filters import plural
from lms.web.guards import current_actor, requires

SIZE = 20
"""So many posts stand on a page, each with the replies to it."""
ASKED = ("reply", "quote", "edit", "remove", "hide")


@dataclass(frozen=True)
class ForumThreadPage:
    """All that the page shows."""

    view: ForumThreadView
    slug: str
    talk: Talk
    files: dict[int, list[KeptFile]]
    reported: frozenset[int]
    story: list[Told]
    answer: Entry | None
    """The post that answered, where it stands on this page."""
    answer_href: str
    may_write: bool
    why_not: str
    """Why this person cannot write now, where they usually may."""
    composer: Composer | None
    here: str
    newer_href: str
    older_href: str
    draft_href: str
    sent_href: str
    now: dt.datetime
    zone: str

    @property
    def ask(self) -> str:
        """The address of this stretch, ready for one more parameter."""
        return f"{self.here}{'&' if '?' in self.here else '?'}"

    @property
    def first(self) -> int:
        """The post with which the thread began."""
        return self.view.first_post_id


@bp.get("/cohorts/<slug>/threads/<thread>")
@requires(policy.can_read, forum_thread_visible_to)
def forum_thread(view: ForumThreadView) -> ResponseReturnValue:
    """Show a thread; one that was merged leads to where its posts are."""
    if view.merged_into:
        post = request.args.get("post", "")
        asked: dict[str, Any] = {"post": post, "_anchor": f"p-{post}"} if rules.is_key(post) else {}
        there = url_for(".forum_thread", slug=view.hall.cohort.slug, thread=view.merged_into, **asked)
        return redirect(there, code=303)
    return thread_page(view)


def thread_page(
    view: ForumThreadView,
    form: ForumPostForm | None = None,
    hide_form: HideForm | None = None,
    other_text: str = "",
) -> ResponseReturnValue:
    """The page, with what was typed where it is shown again."""
    page = _page(view, other_text)
    return render_template(
        "community/forum_thread.html",
        page=page,
        form=form or _form(page),
        hide_form=hide_form or HideForm(formdata=None),
    )


def _page(view: ForumThreadView, other_text: str) -> ForumThreadPage:
    now, actor, hall = clock.now(), current_actor(), view.hall
    why_not = hall.why_not_write(locked=view.locked_at is not None)
    usually = policy.can_write(actor, view)
    may_write = usually and why_not is None
    reader = Reader(actor.person_id, may_write, hall.moderates, read_upto=view.read_upto)
    act, public_id = _wanted()
    look = Looking(
        sort=Sort.OLDEST,
        start=request.args.get("from", ""),
        show=public_id or request.args.get("post", ""),
        size=SIZE,
    )
    talk = _with_first(queries.posts(view.thread_id, reader, now, look), view, now, may_write=may_write)
    everything = [one for entry in talk.entries for one in (entry, *entry.replies)]
    answer = next((one for one in everything if one.id == view.answer_id), None)
    at_answer = answer.public_id if answer else queries.public_id_of(view.answer_id)
    return ForumThreadPage(
        view=view,
        slug=hall.cohort.slug,
        talk=talk,
        files=forum_threads.files_of([one.id for one in everything if one.html]),
        reported=forum_threads.reported_in(view),
        story=forum_threads.story(view),
        answer=answer,
        answer_href=_url(view, post=at_answer, _anchor=f"p-{at_answer}") if at_answer else "",
        may_write=may_write,
        why_not=why_not.value if why_not and usually else "",
        composer=_composer(everything, act, public_id, other_text, may_write=may_write),
        here=_url(view, **_from(look)),
        newer_href=_stretch(view, talk.newer_from),
        older_href=_stretch(view, talk.older_from),
        draft_href=url_for(".keep_reply_draft", slug=hall.cohort.slug, thread=view.public_id),
        sent_href=_sent_href(view),
        now=now,
        zone=actor.zone,
    )


def _with_first(talk: Talk, view: ForumThreadView, now: dt.datetime, *, may_write: bool) -> Talk:
    """The first post is replied to by every other one: so long it may be changed; nobody replies below it."""
    entries = []
    for entry in talk.entries:
        if entry.id != view.first_post_id:
            entries.append(entry)
            continue
        facts = PostFacts(entry.mine, entry.at, int(view.answered), bool(entry.state))
        may_edit = may_write and rules.why_not_edit(facts, now) is None
        entries.append(replace(entry, may_edit=may_edit, may_reply=False))
    return replace(talk, entries=tuple(entries))


def _wanted() -> tuple[str, str]:
    """The act that is asked for, and the post it is about."""
    if request.method == "POST":
        act = request.form.get("act", "post")
        return act, request.form.get("parent" if act == "reply" else "post", "")
    for act in ASKED:
        if rules.is_key(request.args.get(act, "")):
            return act, request.args[act]
    return ("", FIRST_NEW) if request.args.get("at") == FIRST_NEW else ("post", "")


def _composer(
    everything: list[Entry], act: str, public_id: str, other_text: str, *, may_write: bool
) -> Composer | None:
    entry = next((one for one in everything if one.public_id == public_id), None)
    if entry is not None:
        allowed = {
            "reply": entry.may_reply,
            "quote": may_write and not entry.state,
            "edit": entry.may_edit,
            "remove": entry.may_remove,
            "hide": entry.may_hide,
        }
        if allowed.get(act, False):
            return Composer(act, entry, asked=True, other_text=other_text)
    typed = request.method == "POST" and act in ("post", "reply", "quote", "edit")
    return Composer("post", asked=typed) if may_write or typed else None


def _form(page: ForumThreadPage) -> ForumPostForm:
    """The form as it opens: empty, with the draft, with the quotation, or with the post that is changed."""
    view, composer = page.view, page.composer
    values: dict[str, Any] = {"key": ids.public_id(), "read_to": page.talk.newest}
    entry = composer.entry if composer else None
    if composer is not None and composer.act == "edit" and entry is not None:
        values["text"] = queries.post_text(view.thread_id, entry.public_id)
        values["version"] = version_of(entry.edited_at)
        values["title"] = view.title
    elif composer is not None and composer.act in ("post", "reply", "quote"):
        parent = 0
        if entry is not None:
            parent, values["parent"] = _below(page, entry)
        values["text"] = queries.drafts(view.about, page.view.hall.person_id).get(parent, "")
        if composer.act == "quote" and entry is not None and not values["text"]:
            said = queries.post_text(view.thread_id, entry.public_id)
            values["text"] = mentions.quoted(said, entry.author)
    return ForumPostForm(formdata=None, **values)


def _below(page: ForumThreadPage, entry: Entry) -> tuple[int, str]:
    """The post under which a reply goes: never under the first, and under a reply's own parent."""
    for top in page.talk.entries:
        if entry.id == top.id or entry in top.replies:
            return (0, "") if top.id == page.first else (top.id, top.public_id)
    return 0, ""


def _url(view: ForumThreadView, endpoint: str = ".forum_thread", **values: Any) -> str:
    return url_for(endpoint, slug=view.hall.cohort.slug, thread=view.public_id, **values)


def _from(look: Looking) -> dict[str, str]:
    return {"from": look.start} if rules.is_key(look.start) else {}


def _stretch(view: ForumThreadView, start: str | None) -> str:
    if start is None:
        return ""
    return _url(view, **({"from": start} if start else {}), _anchor="posts")


def _sent_href(view: ForumThreadView) -> str:
    """The draft that was just posted, by its address."""
    sent = request.args.get("sent")
    if sent is None:
        return ""
    return _url(view, ".keep_reply_draft", **({"parent": sent} if rules.is_key(sent) else {}))


def back(view: ForumThreadView, post: str = "", **values: str | None) -> str:
    """The address of the page at a post."""
    given = {name: value for name, value in values.items() if value}
    if not rules.is_key(post):
        return _url(view, **given, _anchor="posts")
    return _url(view, post=post, **given, _anchor=f"p-{post}")


# Writing ------------------------------------------------------------------------------------------------------------


@bp.post("/cohorts/<slug>/threads/<thread>")
@requires(policy.can_write_in_forums, forum_thread_visible_to)
def write_in_thread(view: ForumThreadView) -> ResponseReturnValue:
    """Reply, change or remove one's own post."""
    act, post = request.form.get("act", "post"), request.form.get("post", "")
    if act in ("post", "reply", "edit"):
        return _write(view, act)
    if act != "remove":
        raise NotFound
    try:
        with unit_of_work() as work:
            writing.remove(view, post, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash("Your post is removed. Its place stays, so that replies make sense.", "good")
    return redirect(back(view, post), code=303)


def _write(view: ForumThreadView, act: str) -> ResponseReturnValue:
    form = ForumPostForm()
    if not form.validate():
        return thread_page(view, form)
    try:
        with unit_of_work() as work:
            saying = saying_of(form, parent=(form.parent.data or "") if act == "reply" else "")
            if act == "edit":
                post, version = request.form.get("post", ""), form.version.data or ""
                said = writing.edit(view, post, saying, version, actor=current_actor(), now=work.now)
            else:
                said = writing.reply(view, saying, actor=current_actor(), now=work.now)
            public_id = said.post.public_id
    except Conflict as conflict:
        form.refuse("text", conflict.message)
        return thread_page(view, form, other_text=str(conflict.current))
    except RuleViolation as refused:
        form.refuse(refused_at(refused), refused.message)
        return thread_page(view, form)
    flash("Your change is saved." if act == "edit" else "Posted.", "good")
    say_unknown(said)
    values = {} if act == "edit" else {"sent": form.parent.data if act == "reply" else "-"}
    return redirect(back(view, public_id, **values), code=303)


def saying_of(form: ForumPostForm, *, parent: str = "", section_id: int | None = None) -> Saying:
    """What a form says, with its file."""
    file = request.files.get("upload")
    return Saying(
        text=(form.text.data or "").replace("\r\n", "\n"),
        title=form.title.data or "",
        key=form.key.data or "",
        parent=parent,
        read_to=form.read_to.data or "",
        section_id=section_id,
        everyone=bool(form.everyone.data),
        upload=(file.stream, file.filename) if file and file.filename else None,
    )


def refused_at(refused: RuleViolation) -> str:
    """The field that a refusal is about."""
    reason = refused.reason
    if isinstance(reason, FileRefusal):
        return "upload"
    if reason in (rules.ForumRefusal.NO_SUBJECT, rules.ForumRefusal.LONG_SUBJECT):
        return "title"
    return "section" if reason is rules.ForumRefusal.NO_SECTION else "text"


def say_unknown(said: Said) -> None:
    """Tell an author which of the names in a post mean nobody here."""
    unknown = [f"@{name}" for name in said.naming.unknown[:5]]
    if unknown:
        flash(f"Nobody who reads this is called {', '.join(unknown)}: nobody was told of it.", "warn")


@bp.post("/cohorts/<slug>/threads/<thread>/draft")
@requires(policy.can_write_in_forums, forum_thread_visible_to)
def keep_reply_draft(view: ForumThreadView) -> ResponseReturnValue:
    """Keep what somebody is writing; a script asks."""
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\x00", "")
    actor = current_actor()
    try:
        with unit_of_work() as work:
            parent = request.args.get("parent", "")
            actions.keep_draft(view.about, parent, text, actor=actor, now=work.now)
            at = work.now
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 422
    return jsonify(saved=clock_words(at, actor.zone), out={"words": plural(words(text), "word")})


@bp.get("/cohorts/<slug>/threads/<thread>/files/<file>")
@requires(policy.can_read, forum_thread_visible_to)
def post_file(view: ForumThreadView, file: str) -> ResponseReturnValue:
    """Hand out a file that stands beside a post."""
    return kept_file(forum_threads.file_in(view, file))


# Reading, following, answering ----------------------------------------------------------------------------------------


@bp.post("/cohorts/<slug>/threads/<thread>/read")
@requires(policy.can_read, forum_thread_visible_to)
def read_thread(view: ForumThreadView) -> ResponseReturnValue:
    """Mark as read what the page showed; a script asks too, once somebody has had the page before them."""
    with unit_of_work() as work:
        listening.read(view, request.form.get("read_to", ""), actor=current_actor(), now=work.now)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(read=True)
    flash("Everything up to here is marked as read.", "good")
    return redirect(back(view), code=303)


@bp.post("/cohorts/<slug>/threads/<thread>/hear")
@requires(policy.can_read, forum_thread_visible_to)
def hear_thread(view: ForumThreadView) -> ResponseReturnValue:
    """Follow a thread, or mute it."""
    ear = ear_wanted()
    with unit_of_work():
        listening.listen(view, ear, actor=current_actor())
    words = {
        Ear.FOLLOWING: "You follow this thread.",
        Ear.MUTED: "You hear nothing more of this thread, unless somebody names you.",
    }
    flash(words.get(ear, "The thread is as its forum.") if ear else "The thread is as its forum.", "good")
    return redirect(back(view), code=303)


@bp.post("/cohorts/<slug>/threads/<thread>/answer")
@requires(policy.can_write_in_forums, forum_thread_visible_to)
def choose_answer(view: ForumThreadView) -> ResponseReturnValue:
    """Say which reply answered, or that none did."""
    post, chosen = request.form.get("post", ""), request.form.get("act") != "drop"
    try:
        with unit_of_work():
            writing.choose_answer(view, post, chosen=chosen, actor=current_actor())
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash("Marked as the answer." if chosen else "No reply is marked as the answer any more.", "good")
    return redirect(back(view, post), code=303)
