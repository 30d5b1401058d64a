"""Announcements: the list, one of them, writing, looking at who gets it, sending, withdrawing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.community import actions, policy, queries
from lms.community.actions import Drafting
from lms.community.forms import AnnouncementForm, WithdrawForm
from lms.community.models import AnnouncementState
from lms.community.queries import AnnouncementView, Board
from lms.community.rules import Audience, AudienceKind
from lms.community.views.frame import bp
from lms.core import clock, ids
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.web.guards import current_actor, may_open, requires

MOST_PEOPLE = 200
"""So many people a link may choose."""


@bp.get("/cohorts/<slug>/announcements")
@requires(policy.can_read, queries.board_visible_to)
def announcements(board: Board) -> ResponseReturnValue:
    """List what was announced; a link that chooses people leads on to writing to them."""
    if request.args.getlist("person") and board.announces:
        people = request.args.getlist("person")[:MOST_PEOPLE]
        return redirect(url_for(".new_announcement", slug=board.cohort.slug, person=people), code=303)
    page = queries.announcements(board, request.args.get("after"))
    older = (
        url_for(".announcements", slug=board.cohort.slug, after=page.next_cursor) if page.next_cursor else ""
    )
    return render_template(
        "community/announcements.html",
        board=board,
        slug=board.cohort.slug,
        lines=page.rows,
        older=older,
        later=bool(request.args.get("after")),
        now=clock.now(),
        zone=current_actor().zone,
    )


@bp.get("/cohorts/<slug>/announcements/<announcement>")
@requires(policy.can_read_announcement, queries.announcement_visible_to)
def announcement(found: AnnouncementView) -> ResponseReturnValue:
    """Show one announcement; a draft with exactly who will get it."""
    actor = current_actor()
    is_draft = found.state is AnnouncementState.DRAFT
    who = []
    if is_draft:
        who = queries.listeners_of(found.cohort.id, found.audience, found.author_id)
    return render_template(
        "community/announcement.html",
        found=found,
        slug=found.cohort.slug,
        is_draft=is_draft,
        withdrawn=found.state is AnnouncementState.WITHDRAWN,
        who=who,
        on_leave=sum(1 for one in who if one.note == "on leave"),
        recipients=queries.recipients(found.id) if found.board.sees_all and not is_draft else [],
        audience=queries.audience_in_words(found.cohort.id, found.audience) if found.board.sees_all else "",
        may_withdraw=found.state is AnnouncementState.SENT and policy.can_withdraw(actor, found),
        withdraw_form=WithdrawForm(formdata=None),
        may_told=may_open("notifications.announcement_told", found) and not is_draft,
        now=clock.now(),
        zone=actor.zone,
    )


# Writing ------------------------------------------------------------------------------------------------------------


@bp.route("/cohorts/<slug>/announcements/new", methods=["GET", "POST"])
@requires(policy.can_announce, cohorts.cohort_visible_to)
def new_announcement(cohort: CohortView) -> ResponseReturnValue:
    """Write an announcement: it becomes a draft, which is looked at before it is sent."""
    form = _form(cohort, None)
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                drafting = _drafting(form)
                draft = actions.announce(cohort.id, drafting, actor=current_actor(), now=work.now)
                public_id = draft.public_id
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            return redirect(_url(cohort.slug, public_id), code=303)
    return render_template("community/new_announcement.html", form=form, cohort=cohort, slug=cohort.slug)


@bp.route("/cohorts/<slug>/announcements/<announcement>/edit", methods=["GET", "POST"])
@requires(policy.can_announce, queries.announcement_visible_to)
def edit_announcement(found: AnnouncementView) -> ResponseReturnValue:
    """Change a draft."""
    form = _form(found.cohort, found)
    if found.state is not AnnouncementState.DRAFT:
        flash("This announcement was sent already. Write another one, or withdraw it.", "warn")
        return redirect(_url(found.cohort.slug, found.public_id), code=303)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                actions.keep(found.id, _drafting(form), actor=current_actor())
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            return redirect(_url(found.cohort.slug, found.public_id), code=303)
    return render_template(
        "community/edit_announcement.html",
        form=form,
        cohort=found.cohort,
        slug=found.cohort.slug,
        found=found,
    )


def _url(slug: str, public_id: str) -> str:
    return url_for(".announcement", slug=slug, announcement=public_id)


def _form(cohort: CohortView, found: AnnouncementView | None) -> AnnouncementForm:
    """The form, with the cohort's sections and learners, filled from the draft or from the link that led here."""
    values: dict[str, object] = {"key": ids.public_id()}
    if found is not None:
        kind = found.audience.kind
        values = {
            "title": found.title,
            "text": found.text,
            "audience": kind.value,
            "sections": list(found.audience.ids) if kind is AudienceKind.SECTION else [],
            "places": list(found.audience.ids) if kind is AudienceKind.PLACES else [],
            "staff": found.audience.staff,
            "channel": "mail" if found.by_mail else "app",
        }
    elif request.args.getlist("person"):
        named = queries.places_named(cohort.id, request.args.getlist("person")[:MOST_PEOPLE])
        values |= {"audience": AudienceKind.PLACES.value, "places": list(named)}
    form = AnnouncementForm(**values)
    form.sections.choices = [(section.id, section.name) for section in cohorts.sections(cohort.id)]
    form.places.choices = [
        (one.place_id, f"{one.name} ({one.note})" if one.note else one.name)
        for one in queries.listeners(cohort.id)
        if one.place_id is not None
    ]
    return form


def _drafting(form: AnnouncementForm) -> Drafting:
    kind = AudienceKind(form.audience.data)
    chosen = {AudienceKind.SECTION: form.sections.data, AudienceKind.PLACES: form.places.data}.get(kind)
    return Drafting(
        title=form.title.data,
        text=form.text.data.replace("\r\n", "\n"),
        audience=Audience(kind, tuple(chosen or ()), bool(form.staff.data)),
        by_mail=form.channel.data == "mail",
        key=form.key.data or "",
    )


# Sending ------------------------------------------------------------------------------------------------------------


@bp.post("/cohorts/<slug>/announcements/<announcement>/send")
@requires(policy.can_announce, queries.announcement_visible_to)
def send_announcement(found: AnnouncementView) -> ResponseReturnValue:
    """Send a draft to everybody whom the sender has looked at."""
    expected = request.form.get("expected", "")
    try:
        with unit_of_work() as work:
            sent = actions.send(
                found.id,
                expected=int(expected)
                if expected.isascii() and expected.isdigit() and len(expected) < 9
                else -1,
                actor=current_actor(),
                now=work.now,
            )
            count = sent.recipients
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash(f"Sent to {count} {'person' if count == 1 else 'people'}.", "good")
    return redirect(_url(found.cohort.slug, found.public_id), code=303)


@bp.post("/cohorts/<slug>/announcements/<announcement>/withdraw")
@requires(policy.can_withdraw, queries.announcement_visible_to)
def withdraw_announcement(found: AnnouncementView) -> ResponseReturnValue:
    """Withdraw what was sent: by its author or a coordinator."""
    form = WithdrawForm()
    if form.validate():
        try:
            with unit_of_work() as work:
                actions.withdraw(found.id, form.reason.data or "", actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "bad")
        else:
            flash(
                "Withdrawn. It stays in the list with a mark; mails that went out cannot be called back.",
                "good",
            )
    else:
        flash("A reason has at most 200 characters. Nothing was withdrawn.", "bad")
    return redirect(_url(found.cohort.slug, found.public_id), code=303)


@bp.post("/cohorts/<slug>/announcements/<announcement>/discard")
@requires(policy.can_announce, queries.announcement_visible_to)
def discard_announcement(found: AnnouncementView) -> ResponseReturnValue:
    """Throw a draft away."""
    try:
        with unit_of_work():
            actions.discard(found.id, actor=current_actor())
    except RuleViolation as refused:
        flash(refused.message, "bad")
        return redirect(_url(found.cohort.slug, found.public_id), code=303)
    flash("The draft is gone.", "good")
    return redirect(url_for(".announcements", slug=found.cohort.slug), code=303)
