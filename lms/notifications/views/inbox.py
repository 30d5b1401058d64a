"""One's notices: the latest first, what is not read is marked; a button opens one and marks it read."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.notifications import actions, policy, queries
from lms.notifications.queries import NoticeLine
from lms.notifications.rules import KINDS, NoticeKind
from lms.notifications.views.frame import bp
from lms.web.guards import current_actor, requires, signed_in
from lms.web.requests import no_store
from lms.web.shapes import Tab
from lms.web.shell import local_path


@bp.get("/notices")
@signed_in
def inbox() -> ResponseReturnValue:
    """List one's notices."""
    no_store()
    actor = current_actor()
    kind, unread = _kind(), "unread" in request.args
    page = queries.inbox(actor.person_id, kind=kind, unread=unread, cursor=request.args.get("after"))
    counts = queries.counts(actor.person_id)
    waiting = sum(new for _total, new in counts.values())
    return render_template(
        "notifications/inbox.html",
        lines=page.rows,
        kinds=KINDS,
        tabs=_tabs(counts, kind, unread),
        unread=waiting,
        upto=page.rows[0].id if page.rows else 0,
        older=_here(kind, unread, after=page.next_cursor) if page.next_cursor else "",
        latest=_here(kind, unread) if request.args.get("after") else "",
        filtered=kind is not None or unread,
        here=request.full_path.rstrip("?"),
        now=clock.now(),
        zone=actor.zone,
    )


def _kind() -> NoticeKind | None:
    asked = request.args.get("kind", "")
    return NoticeKind(asked) if asked in list(NoticeKind) else None


def _here(kind: NoticeKind | None, unread: bool, **values: Any) -> str:
    wanted: dict[str, Any] = {**({"kind": kind.value} if kind else {}), **({"unread": "1"} if unread else {})}
    return url_for(".inbox", **wanted, **values)


def _tabs(
    counts: dict[NoticeKind, tuple[int, int]], kind: NoticeKind | None, unread: bool
) -> tuple[Tab, ...]:
    total = sum(number for number, _new in counts.values())
    waiting = sum(new for _number, new in counts.values())
    tabs = [
        Tab("All", _here(None, False), total, current=kind is None and not unread),
        Tab("Not read", _here(None, True), waiting, current=kind is None and unread),
    ]
    tabs += [
        Tab(words.title, _here(each, False), counts.get(each, (0, 0))[0], current=each is kind)
        for each, words in KINDS.items()
        if each in counts or each is kind
    ]
    return tuple(tabs)


@bp.post("/notices/<notice>")
@requires(policy.can_read_notice, queries.notice_visible_to)
def open_notice(found: NoticeLine) -> ResponseReturnValue:
    """Mark a notice as read and go where it leads; `stay` only marks it."""
    with unit_of_work() as work:
        actions.mark_read(found.public_id, actor=current_actor(), now=work.now)
    target = found.link if found.link and "stay" not in request.form else request.form.get("next", "/notices")
    return redirect(local_path(target), code=303)


@bp.post("/notices/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark everything as read that the list showed, and what is older."""
    upto = request.form.get("upto", "")
    known = upto.isascii() and upto.isdigit() and len(upto) < 10
    with unit_of_work() as work:
        count = actions.mark_all_read(actor=current_actor(), upto=int(upto) if known else 0, now=work.now)
    flash("Everything was read already." if not count else "Everything is marked as read.", "good")
    return redirect(local_path(request.form.get("next", "/notices")), code=303)
