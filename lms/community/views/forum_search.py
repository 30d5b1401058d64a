"""Searching what was said, and choosing whom a post names."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.community import policy
from lms.community.queries import forum_lists, readers, search
from lms.community.queries.forum_threads import thread_in
from lms.community.queries.forums import Forum, Forums, forum_in, forums_visible_to
from lms.community.queries.readers import Human
from lms.community.queries.search import DISCUSSIONS, Asked
from lms.community.rules import Scope, mentions
from lms.community.rules.search import Order, Within, order_of, within_of, words_of
from lms.community.views.frame import bp
from lms.core import clock
from lms.core.errors import NotFound
from lms.web.guards import current_actor, requires
from lms.web.shapes import Tab

OFFERED = 8
"""So many people are offered while a name is typed."""
TIMES = (
    (Within.ANY, "any time"),
    (Within.WEEK, "a week"),
    (Within.MONTH, "a month"),
    (Within.QUARTER, "3 months"),
)
ORDERS = ((Order.NEWEST, "Newest first"), (Order.BEST, "Best first"))


@bp.get("/cohorts/<slug>/forums/search")
@requires(policy.can_read, forums_visible_to)
def search_forums(hall: Forums) -> ResponseReturnValue:
    """Find posts by words, author, place and time."""
    q, by, where = (request.args.get(name, "").strip()[:400] for name in ("q", "by", "where"))
    people = search.authors(hall)
    author = next((one for one in people if one.handle == mentions.folded(by)), None)
    asked = Asked(
        words=words_of(q),
        author=author,
        forum=_forum(hall, where),
        discussions=where == DISCUSSIONS,
        within=within_of(request.args.get("within")),
        order=order_of(request.args.get("order")),
    )
    page = search.find(hall, asked, clock.now(), request.args.get("after"))
    given: dict[str, Any] = {
        "slug": hall.cohort.slug,
        "q": q,
        "by": by,
        "where": where,
        "within": asked.within.value,
        "order": asked.order.value,
    }
    return render_template(
        "community/search_forums.html",
        hall=hall,
        slug=hall.cohort.slug,
        q=q,
        asked=asked,
        nobody=bool(by and author is None),
        found=page.rows,
        people=people,
        places=_places(hall),
        where=where,
        times=TIMES,
        tabs=tuple(
            Tab(
                label,
                url_for(".search_forums", **{**given, "order": each.value}),
                current=each is asked.order,
            )
            for each, label in ORDERS
        ),
        older=url_for(".search_forums", **given, after=page.next_cursor) if page.next_cursor else "",
        first=url_for(".search_forums", **given) if request.args.get("after") else "",
        zone=current_actor().zone,
        now=clock.now(),
    )


def _forum(hall: Forums, key: str) -> Forum | None:
    try:
        return forum_in(hall, key)
    except NotFound:
        return None


def _places(hall: Forums) -> list[tuple[str, str]]:
    """Where one can look: everywhere, each forum, the discussions that count."""
    forums = [
        (each.key, f"{each.module.code} {each.title}" if each.module else each.title)
        for each in forum_lists.forums_in(hall)
    ]
    return [("", "everywhere"), *forums, (DISCUSSIONS, "Discussions that count")]


@bp.get("/cohorts/<slug>/forums/people")
@requires(policy.can_write_in_forums, forums_visible_to)
def people_to_name(hall: Forums) -> ResponseReturnValue:
    """Offer those whom a post can name, while somebody types; only people who read it."""
    wanted = mentions.folded(request.args.get("q", "")[:80])
    people = _readers(hall, request.args.get("thread", ""))
    found = [one for one in people if _matches(one, wanted) and one.person_id != hall.person_id]
    offered = [{"handle": one.handle, "name": one.name, "role": one.role} for one in found[:OFFERED]]
    groups = [("team", "Your team", "")] if not hall.reads_all else []
    if hall.moderates:
        groups.append(("everyone", "Everybody who reads this", f"{len(people) - 1} people"))
    for handle, name, role in groups:
        if wanted and handle.startswith(wanted):
            offered.append({"handle": handle, "name": name, "role": role})
    return jsonify(people=offered)


def _readers(hall: Forums, thread: str) -> list[Human]:
    """Those who read a thread; without one those who would read what this person begins."""
    people = readers.people_of(hall.cohort.id)
    if thread:
        view = thread_in(hall, thread)
        return readers.among(people, view.scope, view.section_id)
    if hall.per_section and not hall.reads_all and hall.section_id:
        return readers.among(people, Scope.SECTION, hall.section_id)
    return people


def _matches(one: Human, wanted: str) -> bool:
    """What is typed begins a word of the name, or what is written after the @."""
    return one.handle.startswith(wanted) or any(
        word.startswith(wanted) for word in mentions.folded(one.name).split()
    )
