"""Who one is to others: profile and photo."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import files
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, policy, queries
from lms.people.actions import ProfileFacts
from lms.people.forms import PhotoForm, ProfileForm
from lms.people.queries import PersonView
from lms.people.rules import initials_of
from lms.people.views.frame import account_tabs, bp
from lms.web.guards import current_actor, requires, signed_in


@bp.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """The first of the pages about oneself."""
    return redirect(url_for("people.profile"), code=303)


@bp.route("/account/profile", methods=["GET", "POST"])
@signed_in
def profile() -> ResponseReturnValue:
    """What others see of oneself."""
    known = queries.profile(current_actor().person_id)
    form = ProfileForm(obj=known)
    if form.validate_on_submit():
        facts = ProfileFacts(
            name=form.name.data,
            print_name=form.print_name.data or "",
            pronoun=form.pronoun.data or "",
            about=form.about.data or "",
            job_title=form.job_title.data or "",
            employer=form.employer.data or "",
            country=form.country.data or "",
        )
        try:
            with unit_of_work():
                actions.change_profile(facts, actor=current_actor())
        except RuleViolation as refused:
            form.refuse("name", refused.message)
        else:
            flash("Your profile is saved.", "good")
            return redirect(url_for("people.profile"), code=303)
    return _profile(form, PhotoForm(formdata=None))


def _profile(form: ProfileForm, photo_form: PhotoForm) -> str:
    known = queries.profile(current_actor().person_id)
    return render_template(
        "people/profile.html",
        tabs=account_tabs(),
        form=form,
        photo_form=photo_form,
        known=known,
        initials=initials_of(known.name),
    )


@bp.post("/account/photo")
@signed_in
def set_photo() -> ResponseReturnValue:
    """Show a picture of oneself."""
    form = PhotoForm()
    if form.validate_on_submit():
        upload = form.photo.data
        try:
            with unit_of_work() as work:
                actions.set_photo(upload.stream, upload.filename, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            form.refuse("photo", refused.message)
        else:
            flash("Your picture is shown from now on.", "good")
            return redirect(url_for("people.profile"), code=303)
    return _profile(ProfileForm(formdata=None, obj=queries.profile(current_actor().person_id)), form)


@bp.post("/account/photo/remove")
@signed_in
def remove_photo() -> ResponseReturnValue:
    """Show initials again."""
    with unit_of_work():
        actions.remove_photo(actor=current_actor())
    flash("Your picture is gone; your initials stand in its place.", "good")
    return redirect(url_for("people.profile"), code=303)


@bp.get("/people/<public_id>/photo")
@requires(policy.can_see_person, queries.person_visible_to)
def photo(person: PersonView) -> ResponseReturnValue:
    """A person's picture, for those who share a cohort with them."""
    file = queries.photo_of(person.id)
    if file is None or file.content_type not in ("image/png", "image/jpeg"):
        raise NotFound
    response = Response(files.storage().read(files.blob_key(file.sha256)), content_type=file.content_type)
    response.content_length = file.size
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = (
        f'inline; filename="photo.{file.name.rpartition(".")[2].lower()}"'
    )
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
