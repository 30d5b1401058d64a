"""Every mail with sample data: in development, demonstration and tests; never in production."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from lms.core import mail_samples
from lms.core.config import Mode
from lms.core.errors import NotFound
from lms.core.mail_samples import MailSample
from lms.notifications import actions
from lms.notifications.queries import Came, Due
from lms.notifications.rules import Every, NoticeKind
from lms.notifications.views.frame import bp
from lms.notifications.views.samples import everyone, requests, sessions, simulations, work
from lms.notifications.views.samples.making import DAY, HOUR, NOW, ZONE
from lms.web.guards import public


def _digest(every: Every) -> MailSample:
    """A digest: what came, and what is due."""
    came = (
        Came(1, 1, NoticeKind.MARK, "B-1 came back", "/cohorts/spring/assignments/b-1", NOW),
        Came(1, 2, NoticeKind.DISCUSSION, "Sanjay Kulkarni replied to you in Th1", "/notices", NOW),
        Came(1, 3, NoticeKind.DISCUSSION, "Wen Li replied to you in Th1", "/notices", NOW),
    )
    due = (
        Due("Q4 Funnels and cohorts", "/cohorts/spring/quizzes/q4", NOW + 20 * HOUR, session=False),
        Due("S27 Metric trees", "/cohorts/spring/sessions/s27", NOW + 3 * DAY, session=True),
    )
    title = "Your day: 3 new, 2 due" if every is Every.DAY else "Your week: 3 new, 2 due"
    return MailSample(title, "digest", actions.digest(every, ZONE, came, due, subject=title, now=NOW))


@mail_samples.shows
def notices() -> dict[str, MailSample]:
    """A mail of every sort of notice, and both digests."""
    found = {}
    for part in (everyone, sessions, simulations, work, requests):
        for name, message in part.samples().items():
            found[name] = MailSample(
                message.title,
                f"notice.{message.kind.value}",
                actions.written(message),
                key=message.key.partition(":")[0],
            )
    return {**found, "daily-digest": _digest(Every.DAY), "weekly-digest": _digest(Every.WEEK)}


def _not_in_production() -> None:
    if current_app.extensions["settings"].mode is Mode.PRODUCTION:
        raise NotFound


@bp.get("/style-guide/mails")
@public
def mails() -> ResponseReturnValue:
    """Show every mail as text, with a link to it as it looks."""
    _not_in_production()
    return render_template("notifications/mails.html", samples=mail_samples.every())


@bp.get("/style-guide/mails/<name>")
@public
def mail_sample(name: str) -> ResponseReturnValue:
    """Show one mail as it looks; its own style sheet is let in by its hash."""
    _not_in_production()
    sample = mail_samples.every().get(name)
    if sample is None:
        raise NotFound
    html = sample.written.html
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = hashlib.sha256(style[1].encode() if style else b"").digest()
    response = Response(html)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{base64.b64encode(digest).decode()}'; base-uri 'none'"
    )
    return response
