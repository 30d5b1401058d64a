"""Signing in and out, and the way back in when the password is forgotten."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.config import Mode
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, queries, security
from lms.people.forms import CodeForm, FirstPasswordForm, RecoverForm, RecoveryCodeForm, SignInForm
from lms.people.models import User
from lms.people.queries import DemoSignIn
from lms.people.rules import InvitationRefusal, SignInRefusal, email_key, normal_email
from lms.web.guards import current_actor_or_none, public
from lms.web.requests import no_store
from lms.web.shell import local_path

bp = Blueprint("security", __name__)
bp.before_request(no_store)

DEMO_PASSWORD = "cadre-demo"  # noqa: S105  # nosec B105: printed on the page of the demonstration
DEMO_SIGN_INS = {
    "learner@cadre.example": "Learner",
    "faculty@cadre.example": "Faculty",
    "coordinator@cadre.example": "Coordinator",
    "director@cadre.example": "Director",
    "admin@cadre.example": "Administrator",
}


@bp.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    """Sign in with address and password."""
    form = SignInForm()
    if request.method == "GET":
        next_path = local_path(request.args.get("next", "/"))
        if current_actor_or_none() is not None:
            return redirect(next_path, code=303)
        form.next.data = next_path
    if form.validate_on_submit():
        try:
            proof = security.prove_password(form.email.data, form.password.data)
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            return _enter(proof, local_path(form.next.data or "/"))
    return render_template("security/login.html", form=form, demo=_demo(), demo_password=DEMO_PASSWORD)


def _demo() -> list[tuple[str, DemoSignIn]]:
    if current_app.extensions["settings"].mode is not Mode.DEMO:
        return []
    return [(DEMO_SIGN_INS[one.email], one) for one in queries.demo_sign_ins(list(DEMO_SIGN_INS))]


def _enter(proof: security.Proof, next_path: str) -> ResponseReturnValue:
    if proof.second_factor:
        with unit_of_work():
            actions.forget_failures(keys=[email_key(proof.email)], ids=proof.attempt_ids)
        security.remember_pending(proof, next_path)
        return redirect(url_for("security.second_factor"), code=303)
    with unit_of_work() as work:
        actions.forget_failures(keys=[email_key(proof.email)], ids=proof.attempt_ids)
        security.begin(queries.account(proof.user_id), now=work.now)
    return redirect(next_path, code=303)


@bp.route("/login/code", methods=["GET", "POST"])
@public
def second_factor() -> ResponseReturnValue:
    """The second factor: a code of the authenticator app."""
    known = security.pending()
    if known is None:
        return _start_again()
    form = CodeForm()
    if form.validate_on_submit():
        try:
            security.account_by_code(
                known,
                lambda _now: actions.use_code(known.user_id, form.code.data, check=security.codes()),
                SignInRefusal.WRONG_CODE,
                _begin,
            )
        except RuleViolation as refused:
            if security.pending() is None:
                return _start_again(refused.message)
            form.refuse("code", refused.message)
        else:
            return redirect(known.next, code=303)
    return render_template("security/second_factor.html", form=form)


@bp.route("/login/recovery-code", methods=["GET", "POST"])
@public
def recovery_code() -> ResponseReturnValue:
    """The second factor without the app: one of the printed codes."""
    known = security.pending()
    if known is None:
        return _start_again()
    form = RecoveryCodeForm()
    if form.validate_on_submit():
        try:
            security.account_by_code(
                known,
                lambda now: actions.use_recovery_code(
                    known.user_id, form.code.data, vault=security.vault(), now=now
                ),
                SignInRefusal.WRONG_RECOVERY_CODE,
                _begin,
            )
        except RuleViolation as refused:
            if security.pending() is None:
                return _start_again(refused.message)
            form.refuse("code", refused.message)
        else:
            flash("You are signed in. That recovery code is used up; see how many are left.", "warn")
            return redirect(url_for("people.own_security"), code=303)
    return render_template("security/recovery_code.html", form=form)


def _begin(user: User, now: dt.datetime) -> None:
    security.begin(user, now=now)


def _start_again(message: str = SignInRefusal.START_AGAIN.value) -> ResponseReturnValue:
    flash(message, "warn")
    return redirect(url_for("security.login"), code=303)


@bp.post("/logout")
@public
def logout() -> ResponseReturnValue:
    """Sign out on this device; what the browser kept of our pages is cleared."""
    actor = current_actor_or_none()
    with unit_of_work() as work:
        security.end(actor, now=work.now)
    flash("You are signed out on this device.", "good")
    response = redirect(url_for("security.login"), code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.route("/reset", methods=["GET", "POST"])
@public
def forgot_password() -> ResponseReturnValue:
    """Ask for a mail with a link to set a new password."""
    form = RecoverForm()
    if request.method == "GET":
        actor = current_actor_or_none()
        form.email.data = (
            queries.security_of(actor.person_id).email if actor else request.args.get("email", "")
        )
    if form.validate_on_submit():
        email = normal_email(form.email.data)
        if security.may_ask("recovery", email):
            with unit_of_work() as work:
                actions.request_recovery(email, now=work.now)
        return redirect(url_for("security.forgot_password", sent="yes"), code=303)
    return render_template(
        "security/forgot_password.html", form=form, sent="sent" in request.args, hours=security.RECOVERY_HOURS
    )


@bp.route("/reset/<token>", methods=["GET", "POST"])
@public
def reset_password(token: str) -> ResponseReturnValue:
    """Set a new password by the link from the mail; it works once."""
    user = security.account_of_link(token)
    form = FirstPasswordForm()
    if user is None:
        return render_template("security/reset_password.html", form=None, email=""), 410
    bound_to, user_id, email = user.fs_uniquifier, user.id, user.email
    name = queries.profile(user.person_id).name
    if form.validate_on_submit() and form.check(email=email, name=name):
        kept = security.hash_password(form.password.data)
        try:
            with unit_of_work() as work:
                actions.reset_password(user_id, bound_to=bound_to, password_hash=kept, now=work.now)
                security.end(current_actor_or_none(), now=work.now)
        except RuleViolation as refused:
            if refused.reason is not InvitationRefusal.CLOSED:
                raise
            return render_template("security/reset_password.html", form=None, email=""), 410
        flash("Your new password is set, and every device is signed out. Sign in with it.", "good")
        return redirect(url_for("security.login"), code=303)
    return render_template("security/reset_password.html", form=form, email=email)
