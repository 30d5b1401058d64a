"""People as administrators and directors look after them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import Work, unit_of_work
from lms.people import actions, policy, ports, queries
from lms.people.actions import PersonFacts, RoleSpan
from lms.people.forms import AddressForm, CareForm, EndRoleForm, GrantForm, NewPersonForm
from lms.people.queries import GrantLine, PersonFile
from lms.people.rules import INSTITUTION_ROLES, EmailRefusal, Role, clean, grantable
from lms.people.views.frame import bp
from lms.web.guards import current_actor, requires


@bp.get("/admin/people")
@requires(policy.can_look_after_people)
def directory() -> ResponseReturnValue:
    """Everybody, by name; found by name or address."""
    now = clock.now()
    find = clean(request.args.get("q", ""))[:100]
    page = queries.directory(find, request.args.get("after"), now)
    return render_template(
        "people/directory.html",
        find=find,
        page=page,
        first=request.args.get("after") is None,
        today=now.date(),
    )


@bp.route("/admin/people/new", methods=["GET", "POST"])
@requires(policy.can_look_after_people)
def new_person() -> ResponseReturnValue:
    """Add somebody by hand, and invite them."""
    form = NewPersonForm()
    if form.validate_on_submit():
        facts = PersonFacts(name=form.name.data, email=form.email.data)
        try:
            with unit_of_work() as work:
                person = actions.add_person_by_hand(facts, actor=current_actor(), now=work.now)
                if form.invite.data:
                    actions.invite(person.id, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            form.refuse("email" if isinstance(refused.reason, EmailRefusal) else "name", refused.message)
        else:
            flash(f"{person.name} is added" + (" and invited." if form.invite.data else "."), "good")
            return redirect(url_for("people.person", public_id=person.public_id), code=303)
    return render_template("people/new_person.html", form=form)


@dataclass(frozen=True)
class Place:
    """A role as the page shows it."""

    line: GrantLine
    where: str
    may_end: bool


@bp.get("/admin/people/<public_id>")
@requires(policy.can_open_file, queries.person_file)
def person(person: PersonFile) -> ResponseReturnValue:
    """A person's roles, account and what was done to it."""
    return _page(person)


def _page(
    person: PersonFile,
    *,
    grant: GrantForm | None = None,
    end: EndRoleForm | None = None,
    care: CareForm | None = None,
    address: AddressForm | None = None,
) -> str:
    actor = current_actor()
    offered = grantable(actor.institution_roles) if policy.can_grant_roles(actor, person) else ()
    grant = grant or GrantForm(formdata=None)
    grant.offer(offered)
    names = ports.cohort_names({line.cohort_id for line in person.grants if line.cohort_id is not None})
    return render_template(
        "people/person.html",
        person=person,
        places=[_place(line, names, offered) for line in person.grants],
        grant=grant,
        end=end or EndRoleForm(formdata=None),
        care=care or CareForm(formdata=None),
        address=address or AddressForm(formdata=None),
        may_grant=bool(offered),
        may_manage=policy.can_manage_account(actor, person),
        own=actor.person_id == person.id,
        audit=queries.audit_of_person(person.id),
        zone=actor.zone,
        now=clock.now(),
    )


def _place(line: GrantLine, names: dict[int, str], offered: tuple[Role, ...]) -> Place:
    where = "The whole institution" if line.cohort_id is None else names.get(line.cohort_id, "A cohort")
    may_end = line.cohort_id is None and line.state != "over" and line.role in offered
    return Place(line, where, may_end)


def _back(person: PersonFile, words: str, kind: str = "good") -> ResponseReturnValue:
    flash(words, kind)
    return redirect(url_for("people.person", public_id=person.public_id), code=303)


@bp.post("/admin/people/<public_id>/roles")
@requires(policy.can_grant_roles, queries.person_file)
def grant_role(person: PersonFile) -> ResponseReturnValue:
    """Give an institution-wide role."""
    form = GrantForm()
    form.offer(INSTITUTION_ROLES)
    if form.validate_on_submit():
        role, span = Role(form.role.data), RoleSpan(starts_on=form.starts_on.data, ends_on=form.ends_on.data)
        try:
            with unit_of_work() as work:
                actions.grant_institution_role(
                    person.id, role, span, reason=form.reason.data, actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            return _back(person, f"{person.name} has the role {role.value}.")
    return _page(person, grant=form)


@bp.post("/admin/people/<public_id>/roles/end")
@requires(policy.can_grant_roles, queries.person_file)
def end_role(person: PersonFile) -> ResponseReturnValue:
    """End an institution-wide role."""
    form = EndRoleForm()
    if form.validate_on_submit():
        role = Role(form.role.data)
        try:
            with unit_of_work() as work:
                actions.end_institution_role(
                    person.id, role, reason=form.reason.data, actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            return _back(person, f"{person.name} is no longer {role.value}.")
    return _page(person, end=form)


_Care = Callable[[PersonFile, str, Work], Any]
_CARE: dict[str, tuple[_Care, str]] = {
    "suspend": (
        lambda person, why, work: actions.suspend(person.id, reason=why, actor=current_actor(), now=work.now),
        "The account is suspended; every device is signed out.",
    ),
    "reactivate": (
        lambda person, why, work: actions.reactivate(
            person.id, reason=why, actor=current_actor(), now=work.now
        ),
        "The account is open again.",
    ),
    "sign-out": (
        lambda person, why, work: actions.sign_out_everywhere(
            person.id, reason=why, actor=current_actor(), now=work.now
        ),
        "Every device is signed out.",
    ),
    "unlock": (
        lambda person, why, work: actions.unlock_second_factor(
            person.id, reason=why, actor=current_actor(), now=work.now
        ),
        "The authenticator app is off, and its owner is told by mail.",
    ),
    "revoke-invitation": (
        lambda person, why, work: actions.revoke_invitations(
            person.id, reason=why, actor=current_actor(), now=work.now
        ),
        "The invitation's link does not work any more.",
    ),
}


@bp.post("/admin/people/<public_id>/account/<act>")
@requires(policy.can_manage_account, queries.person_file)
def care_for_account(person: PersonFile, act: str) -> ResponseReturnValue:
    """Suspend, reactivate, sign out, unlock, or take an invitation back."""
    if act not in _CARE:
        raise NotFound
    run, done = _CARE[act]
    form = CareForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                run(person, form.reason.data, work)
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            return _back(person, done)
    return _page(person, care=form)


@bp.post("/admin/people/<public_id>/invitation")
@requires(policy.can_manage_account, queries.person_file)
def invite_person(person: PersonFile) -> ResponseReturnValue:
    """Send the invitation, once more if need be; an earlier link stops working."""
    try:
        with unit_of_work() as work:
            actions.invite(person.id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        return _back(person, refused.message, "warn")
    return _back(person, f"An invitation is on its way to {person.email}.")


@bp.post("/admin/people/<public_id>/address")
@requires(policy.can_manage_account, queries.person_file)
def correct_address(person: PersonFile) -> ResponseReturnValue:
    """Set the right address of somebody."""
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.correct_address(
                    person.id, form.email.data, reason=form.reason.data, actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            form.refuse("email" if isinstance(refused.reason, EmailRefusal) else "", refused.message)
        else:
            return _back(person, "The address is corrected; every device is signed out.")
    return _page(person, address=form)
