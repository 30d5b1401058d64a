"""How one's own account is secured: password, authenticator app, recovery codes."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, queries, security
from lms.people.forms import NewPasswordForm, PasswordForm, SetUpForm
from lms.people.rules import Actor, SignInRefusal
from lms.people.views.frame import account_tabs, bp
from lms.web.guards import current_actor, signed_in

NEW_SECRET = "authenticator"  # noqa: S105  # nosec B105: a key of the session; what stands under it is encrypted


@bp.get("/account/security")
@signed_in
def own_security() -> ResponseReturnValue:
    """What secures one's account, and what could be better."""
    return render_template(
        "people/own_security.html",
        tabs=account_tabs(),
        state=queries.security_of(current_actor().person_id),
    )


def _proved(actor: Actor, form: PasswordForm | NewPasswordForm) -> bool:
    """Whether the form carries the owner's own password; where it does not, the form says why."""
    try:
        security.prove_own_password(actor, form.password.data)
    except RuleViolation as refused:
        form.refuse("password", refused.message)
        return False
    return True


@bp.route("/account/security/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Choose another password; every other device is signed out."""
    actor, form = current_actor(), NewPasswordForm()
    known = queries.security_of(actor.person_id)
    right = form.validate_on_submit() and form.check(email=known.email, name=actor.name)
    if right and _proved(actor, form):
        kept = security.hash_password(form.new_password.data)
        with unit_of_work() as work:
            security.bind(actions.change_password(password_hash=kept, actor=actor, now=work.now))
        flash("Your password is changed, and every other device is signed out.", "good")
        return redirect(url_for("people.own_security"), code=303)
    return render_template("people/change_password.html", form=form, email=known.email)


@bp.route("/account/security/authenticator", methods=["GET", "POST"])
@signed_in
def begin_authenticator() -> ResponseReturnValue:
    """Before setting up an authenticator app: what it is, and that it is the owner who asks."""
    actor, form = current_actor(), PasswordForm()
    if queries.security_of(actor.person_id).authenticator:
        return redirect(url_for("people.own_security"), code=303)
    if form.validate_on_submit() and _proved(actor, form):
        session[NEW_SECRET] = security.codes().generate_totp_secret()
        return redirect(url_for("people.set_up_authenticator"), code=303)
    return render_template("people/begin_authenticator.html", form=form)


@bp.route("/account/security/authenticator/set-up", methods=["GET", "POST"])
@signed_in
def set_up_authenticator() -> ResponseReturnValue:
    """Scan the code, type the first six digits, and receive the recovery codes, once."""
    actor, secret = current_actor(), session.get(NEW_SECRET)
    known = queries.security_of(actor.person_id)
    if known.authenticator or not secret:
        return redirect(url_for("people.begin_authenticator"), code=303)
    form = SetUpForm()
    if form.validate_on_submit():
        shown, kept = security.new_recovery_codes()
        with unit_of_work() as work:
            right = actions.switch_on(
                secret=secret,
                code=form.code.data,
                codes=kept,
                check=security.codes(),
                actor=actor,
                now=work.now,
            )
        if right:
            session.pop(NEW_SECRET)
            return _shown_once(shown)
        form.refuse("code", SignInRefusal.WRONG_CODE.value)
    codes = security.codes()
    return render_template(
        "people/set_up_authenticator.html",
        form=form,
        picture=codes.generate_qrcode(known.email, secret),
        key=codes.get_totp_pretty_key(secret),
        email=known.email,
    )


def _shown_once(codes: list[str]) -> str:
    return render_template("people/recovery_codes.html", codes=codes, form=None)


@bp.route("/account/security/recovery-codes", methods=["GET", "POST"])
@signed_in
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes; they are shown once and the old ones are void."""
    actor, form = current_actor(), PasswordForm()
    if not queries.security_of(actor.person_id).authenticator:
        return redirect(url_for("people.own_security"), code=303)
    if form.validate_on_submit() and _proved(actor, form):
        shown, kept = security.new_recovery_codes()
        with unit_of_work() as work:
            actions.renew_codes(codes=kept, actor=actor, now=work.now)
        return _shown_once(shown)
    return render_template("people/recovery_codes.html", codes=None, form=form)


@bp.route("/account/security/authenticator/off", methods=["GET", "POST"])
@signed_in
def end_authenticator() -> ResponseReturnValue:
    """Take the authenticator app off one's account."""
    actor, form = current_actor(), PasswordForm()
    if not queries.security_of(actor.person_id).authenticator:
        return redirect(url_for("people.own_security"), code=303)
    if form.validate_on_submit() and _proved(actor, form):
        with unit_of_work() as work:
            actions.switch_off(actor.person_id, actor=actor, now=work.now)
        flash("The authenticator app is off. Your password alone opens your account.", "warn")
        return redirect(url_for("people.own_security"), code=303)
    return render_template("people/end_authenticator.html", form=form)
