"""The link of an invitation: setting the first password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, queries, security
from lms.people.forms import FirstPasswordForm
from lms.people.views.frame import bp
from lms.web.guards import public


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """Set the first password; mail scanners only ever GET, so that only the button uses the link up."""
    invitation = queries.invitation_by_token(token, clock.now())
    if invitation is None:
        return _closed(token)
    form = FirstPasswordForm()
    if form.validate_on_submit() and form.check(email=invitation.email, name=invitation.name):
        kept = security.hash_password(form.password.data)
        try:
            with unit_of_work() as work:
                user = actions.accept_invitation(invitation.id, password_hash=kept, now=work.now)
                security.begin(user, now=work.now)
        except RuleViolation:
            return _closed(token)
        flash(f"Welcome, {invitation.first_name}. Your password is set and you are signed in.", "good")
        return redirect("/", code=303)
    return render_template("people/accept_invitation.html", form=form, invitation=invitation, token=token)


def _closed(token: str) -> ResponseReturnValue:
    return render_template("people/accept_invitation.html", form=None, invitation=None, token=token), 410


@bp.post("/invitation/<token>/again")
@public
def ask_invitation_again(token: str) -> ResponseReturnValue:
    """Ask for a fresh link; it goes to the address of the old one, and nothing is said of whether there was one."""
    if security.may_ask("invitation", token):
        with unit_of_work() as work:
            actions.ask_again(token, now=work.now)
    flash(
        "If that invitation can be renewed, a fresh link is on its way to the address it first went to.",
        "good",
    )
    return redirect(url_for("security.login"), code=303)
