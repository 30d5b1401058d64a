"""What runs underneath, for those who look after the house: audit log, mailbox, outbox."""

from __future__ import annotations

import re

import nh3
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core import audit, clock, outbox
from lms.core.outbox import OutboxState
from lms.core.uow import unit_of_work
from lms.people import actions, policy, queries
from lms.people.forms import AuditForm
from lms.people.queries import AuditFilter, KeptMail
from lms.people.views.frame import bp
from lms.web.guards import current_actor, requires

_TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h3", "hr", "i", "li", "ol", "p", "strong", "table", "tbody",
    "td", "th", "tr", "ul",
}  # fmt: skip
_HEADING = re.compile(r"<(/?)h[1-6]\b", re.IGNORECASE)


@bp.get("/admin/audit")
@requires(policy.can_read_audit)
def audit_log() -> ResponseReturnValue:
    """Who did what to what, when and why; and whether the chain is whole."""
    actor = current_actor()
    form = AuditForm(request.args)
    form.action.choices = [("", "Everything"), *((name, name) for name in queries.actions_known())]
    form.validate()
    wanted = AuditFilter(
        action=(form.action.data or "").replace("\x00", "")[:80],
        who=(form.who.data or "")[:200],
        since=form.since.data,
        until=form.until.data,
    )
    kept = {name: value for name, value in request.args.items() if name in form and value}
    page = queries.audit_page(wanted, request.args.get("before"))
    return render_template(
        "people/audit_log.html",
        form=form,
        page=page,
        kept=kept,
        first=request.args.get("before") is None,
        verdict=audit.verify() if "verify" in request.args else None,
        zone=actor.zone,
        now=clock.now(),
    )


@bp.get("/admin/mailbox")
@requires(policy.can_run_operations)
def mailbox() -> ResponseReturnValue:
    """The mails that were kept because no SMTP is configured."""
    actor = current_actor()
    return render_template(
        "people/mailbox.html",
        page=queries.kept_mails(request.args.get("before")),
        first=request.args.get("before") is None,
        zone=actor.zone,
        now=clock.now(),
    )


@bp.get("/admin/mailbox/<public_id>")
@requires(policy.can_read_kept_mail, queries.kept_mail)
def kept_mail(mail: KeptMail) -> ResponseReturnValue:
    """One kept mail: as a page made safe, and its text as it was written."""
    return render_template(
        "people/kept_mail.html",
        mail=mail,
        page=safe(mail.html),
        zone=current_actor().zone,
        now=clock.now(),
    )


def safe(html: str) -> Markup:
    """The mail's HTML without styles, scripts and pictures: it stands on our origin, so only words and links stay."""
    return Markup(  # noqa: S704  # nosec B704: cleaned here
        nh3.clean(
            _HEADING.sub(r"<\1h3", html),
            tags=_TAGS,
            clean_content_tags={"style", "script", "title"},
            attributes={"a": {"href"}},
            url_schemes={"https", "http", "mailto"},
            link_rel="noopener nofollow",
        )
    )


@bp.get("/admin/outbox")
@requires(policy.can_run_operations)
def outbox_page() -> ResponseReturnValue:
    """Effects that wait, and those that wait for a person."""
    return render_template(
        "people/outbox_page.html",
        health=outbox.health(),
        dead=queries.outbox_lines(OutboxState.DEAD),
        waiting=queries.outbox_lines(OutboxState.QUEUED, OutboxState.LEASED),
        zone=current_actor().zone,
        now=clock.now(),
    )


@bp.post("/admin/outbox/retry")
@requires(policy.can_run_operations)
def retry_effect() -> ResponseReturnValue:
    """Give a dead effect another round."""
    with unit_of_work() as work:
        known = actions.retry_effect(request.form.get("key", ""), actor=current_actor(), now=work.now)
    if known:
        flash("It is tried again now.", "good")
    else:
        flash("It is not waiting for anybody any more.", "warn")
    return redirect(url_for("people.outbox_page"), code=303)
