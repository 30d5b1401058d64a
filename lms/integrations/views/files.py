"""What calendar programs read: the feed behind a secret address, and the file of one session."""

from __future__ import annotations

import gzip

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from lms.core import clock, mail
from lms.core.errors import NotFound
from lms.core.uow import unit_of_work
from lms.integrations import actions, queries, rules
from lms.integrations.actions.feeds import HOUR
from lms.integrations.calendar import feed as written_feed
from lms.integrations.calendar import single
from lms.integrations.queries import FeedView, PersonCalendar
from lms.integrations.views.frame import bp
from lms.live import policy as live
from lms.live import queries as live_queries
from lms.live.queries import SessionView
from lms.web.guards import public, requires

CALENDAR = "text/calendar; charset=utf-8"
REFRESH_SECONDS = 300


@bp.get("/calendar/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """Give the calendar that this secret word opens, or say that nothing in it has changed (304).

    The word is the guard: whoever has it is somebody's calendar program. Nothing here knows a cookie.
    """
    found = queries.feed_by_token(token)
    if found is None:
        raise NotFound
    now = clock.now()
    mine = queries.calendar_of(found.person_id, found.left_out, now)
    zipped = bool(request.accept_encodings["gzip"])
    etag = mine.etag(found.version, mail.link("/")) + ("-gz" if zipped else "")
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = _answer(_text(found, mine), zipped=zipped)
    response.set_etag(etag)
    response.headers["Cache-Control"] = f"private, max-age={REFRESH_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Accept-Encoding")
    if found.fetched_at is None or found.fetched_at <= now - HOUR:
        _note_afterwards(response, found.person_id)
    return response


def _text(found: FeedView, mine: PersonCalendar) -> str:
    institution = current_app.extensions["settings"].institution
    return written_feed(
        institution,
        f"The sessions and deadlines of {found.name} at {institution}.",
        mail.link_to("integrations.calendar"),
        mine.zones(),
        mine.texts(),
    )


def _answer(text: str, *, zipped: bool) -> Response:
    body = text.encode()
    response = Response(gzip.compress(body, 6, mtime=0) if zipped else body, content_type=CALENDAR)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _note_afterwards(response: Response, person_id: int) -> None:
    """Note, once an hour and after the answer has gone out, that it was fetched, and by what."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    client = rules.client_name(request.user_agent.string)

    def after() -> None:
        try:
            with app.app_context(), unit_of_work() as work:
                actions.note_fetched(person_id, client, now=work.now)
        except Exception as failure:  # noqa: BLE001 - the answer is out already; nobody is to be told
            app.logger.warning("a fetched calendar was not noted: %r", failure)

    response.call_on_close(after)


@bp.get("/cohorts/<slug>/sessions/<key>/session.ics")
@requires(live.can_see_session, live_queries.session_visible_to)
def session_file(session: SessionView) -> ResponseReturnValue:
    """One session as a file, for a calendar that subscribes to nothing."""
    entry = queries.shared_calendar(session.cohort).by_item[session.item_id].entry
    response = Response(single(entry), content_type=CALENDAR)
    response.headers["Content-Disposition"] = f'attachment; filename="{session.key}.ics"'
    return response
