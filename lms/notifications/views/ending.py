"""One click in a mail that ends mails of its kind: a page with a button, and the POST that mail programs send."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import NotFound
from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.rules import KINDS, Ending, How, NoticeKind
from lms.notifications.rules.links import DIGEST
from lms.notifications.views.frame import bp
from lms.web.guards import called_by_programs, public
from lms.web.requests import no_store


@bp.route("/mails/<token>/end", methods=["GET", "POST"])
@called_by_programs("the address carries a signed token, as RFC 8058 asks for")
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask with a button, and end mails of a kind; a GET changes nothing, since mail scanners follow links.

    A mail program is answered at once: it follows no redirect (RFC 8058).
    """
    no_store()
    ending = actions.read_ending(token)
    if ending is None or queries.holder_of(ending) is None:
        raise NotFound
    if request.method == "POST":
        with unit_of_work() as work:
            actions.end_mails(ending, again="again" in request.form, now=work.now)
        if "List-Unsubscribe" in request.form:
            return "Done.\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
        return redirect(url_for(".unsubscribe", token=token), code=303)
    return render_template(
        "notifications/unsubscribe.html", token=token, what=_words(ending), off=_is_off(ending)
    )


def _words(ending: Ending) -> str:
    """What the link is about, as the middle of a sentence."""
    return "the digest" if ending.what == DIGEST else f"mails about “{KINDS[NoticeKind(ending.what)].title}”"


def _is_off(ending: Ending) -> bool:
    holder = queries.holder_of(ending)
    if holder is None:
        raise NotFound
    return not holder.digest if ending.what == DIGEST else holder.how is How.OFF
