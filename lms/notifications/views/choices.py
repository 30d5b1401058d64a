"""How one is told: kinds and channels, the digest, quiet hours, devices, a telephone number, one's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import addresses, clock
from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.actions import Wanted
from lms.notifications.forms import CodeForm, NumberForm, choices_form, field_name
from lms.notifications.models import Phone
from lms.notifications.rules import (
    KINDS,
    OFFERED,
    Channel,
    Every,
    How,
    KindWords,
    NoticeKind,
    Quiet,
    Rhythm,
)
from lms.notifications.views.frame import bp
from lms.people.rules import STAFF, Actor
from lms.people.views.frame import account_tabs
from lms.web.forms import BaseForm
from lms.web.guards import current_actor, signed_in
from lms.web.requests import no_store


@bp.route("/account/notifications", methods=["GET", "POST"])
@signed_in
def choices() -> ResponseReturnValue:
    """Show and change how one is told."""
    actor = current_actor()
    form = choices_form(with_texts=actions.sends_texts())(data=_present(actor))
    if form.validate_on_submit():
        wanted = _wanted(form, actor)
        if refusal := _why_not(wanted):
            form.refuse(*refusal)
        else:
            with unit_of_work() as work:
                actions.choose(wanted, actor=actor, now=work.now)
            flash("Your choices are kept.", "good")
            return redirect(url_for(".choices"), code=303)
    return shown(actor, form=form)


def shown(
    actor: Actor, *, form: Any = None, number: NumberForm | None = None, code: CodeForm | None = None
) -> str:
    """The page, with whichever of its forms was filled in."""
    no_store()
    phone, (me,) = queries.phone_of(actor.person_id), queries.people([actor.person_id])
    habits = queries.habits_of([actor.person_id]).get(actor.person_id)
    trouble = addresses.trouble_with(me.email)
    form = form or choices_form(with_texts=actions.sends_texts())(formdata=None, data=_present(actor))
    return render_template(
        "notifications/choices.html",
        form=form,
        tabs=account_tabs(),
        rows=[
            row
            for kind, words in KINDS.items()
            if _concerns(actor, kind) and (row := _row(form, kind, words)).channels
        ],
        with_texts=actions.sends_texts(),
        number=number or NumberForm(formdata=None, data=_of_phone(phone)),
        code=code or CodeForm(formdata=None),
        phone=phone,
        devices=queries.devices_of(actor.person_id),
        push_key=actions.push_key(),
        address=me.email,
        trouble=trouble if trouble and (trouble.dead_at or trouble.soft) else None,
        next_digest=habits.digest_at if habits else None,
        zone=actor.zone,
        now=clock.now(),
    )


@dataclass(frozen=True)
class Row:
    """One kind in the table of choices."""

    words: KindWords
    locked: bool
    channels: dict[str, Any]
    """Channel → its field; a locked kind has none for mail."""


def _row(form: BaseForm, kind: NoticeKind, words: KindWords) -> Row:
    fields = {
        channel.value: form[field_name(kind, channel)]
        for channel in Channel
        if field_name(kind, channel) in form
    }
    return Row(words, bool(words.locked), fields)


def _present(actor: Actor) -> dict[str, Any]:
    """What somebody chose so far, by the names of the fields."""
    values: dict[str, Any] = {}
    for (_person, kind), mine in queries.chosen([actor.person_id]).items():
        values |= {field_name(kind, channel): how.value for channel, how in mine.items()}
    habits = queries.habits_of([actor.person_id]).get(actor.person_id)
    if habits is not None:
        rhythm = habits.rhythm
        values |= {"every": rhythm.every.value, "hour": str(rhythm.hour), "weekday": str(rhythm.weekday)}
        if habits.quiet is not None:
            begins, ends = habits.quiet.begins, habits.quiet.ends
            values |= {"quiet": True, "quiet_begins": str(begins), "quiet_ends": str(ends)}
    return values


def _wanted(form: Any, actor: Actor) -> Wanted:
    chosen = {
        (kind, channel): How(form[field_name(kind, channel)].data)
        for kind in KINDS
        for channel in OFFERED
        if field_name(kind, channel) in form and _concerns(actor, kind)
    }
    return Wanted(
        choices=chosen,
        rhythm=Rhythm(Every(form.every.data), int(form.hour.data), int(form.weekday.data)),
        quiet=Quiet(int(form.quiet_begins.data), int(form.quiet_ends.data)) if form.quiet.data else None,
    )


def _why_not(wanted: Wanted) -> tuple[str, str] | None:
    """What in these choices cannot be meant: the field, and why."""
    waiting = How.DIGEST in wanted.choices.values()
    if waiting and wanted.rhythm.every is Every.NEVER:
        return "every", "Something is to come in the digest: say whether it comes every day or once a week."
    quiet = wanted.quiet
    if quiet is not None and quiet.begins == quiet.ends:
        return "quiet_ends", "Quiet hours end at another hour than they begin."
    if quiet is not None and wanted.rhythm.every is not Every.NEVER and quiet.covers(wanted.rhythm.hour):
        return "hour", "The digest would come in your quiet hours. Choose another hour for one of them."
    return None


def _concerns(actor: Actor, kind: NoticeKind) -> bool:
    """Whether somebody may ever get a notice of this kind."""
    return kind is not NoticeKind.MARKING or any(actor.anywhere(role) for role in STAFF)


def _of_phone(phone: Phone | None) -> dict[str, Any]:
    if phone is None:
        return {}
    return {
        "number": phone.number,
        "calls": phone.calls,
        "texts": phone.texts_asked_at is not None,
    }


@bp.post("/account/notifications/address")
@signed_in
def confirm_address() -> ResponseReturnValue:
    """Say that mail arrives at one's address again."""
    with unit_of_work() as work:
        actions.confirm_address(actor=current_actor(), now=work.now)
    flash("Mail is sent to your address again.", "good")
    return redirect(url_for(".choices"), code=303)


@bp.post("/account/notifications/links")
@signed_in
def void_links() -> ResponseReturnValue:
    """Make the links in one's earlier mails void."""
    with unit_of_work():
        actions.void_links(actor=current_actor())
    flash("The links in the mails that you got so far do nothing any more.", "good")
    return redirect(url_for(".choices"), code=303)
