"""Which kinds of notices come by mail too."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.forms import ChoicesForm
from lms.notifications.rules import KINDS, NoticeKind
from lms.notifications.views.frame import bp
from lms.people.rules import STAFF, Actor
from lms.people.views.frame import account_tabs
from lms.web.guards import current_actor, signed_in
from lms.web.requests import no_store


@bp.route("/account/notifications", methods=["GET", "POST"])
@signed_in
def choices() -> ResponseReturnValue:
    """Show and change what comes by mail."""
    no_store()
    actor = current_actor()
    chosen = queries.choices([actor.person_id])
    present = [
        kind.value
        for kind, words in KINDS.items()
        if not words.locked and chosen.get((actor.person_id, kind)) is not False
    ]
    form = ChoicesForm(wanted=present)
    if form.validate_on_submit():
        wanted = {NoticeKind(value) for value in form.wanted.data or ()}
        wanted |= {kind for kind in KINDS if kind.value in present and not _concerns(actor, kind)}
        with unit_of_work():
            actions.choose(wanted, actor=actor)
        flash("Your choices are kept.", "good")
        return redirect(url_for(".choices"), code=303)
    return render_template(
        "notifications/choices.html",
        form=form,
        tabs=account_tabs(),
        open_kinds=[
            (kind.value, words)
            for kind, words in KINDS.items()
            if not words.locked and _concerns(actor, kind)
        ],
        locked_kinds=[words for words in KINDS.values() if words.locked],
        wanted=set(form.wanted.data or ()),
    )


def _concerns(actor: Actor, kind: NoticeKind) -> bool:
    """Whether somebody may ever get a notice of this kind."""
    return kind is not NoticeKind.MARKING or any(actor.anywhere(role) for role in STAFF)
