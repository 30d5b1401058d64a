"""Announcements: the list, one of them, writing, looking at who gets it, sending, withdrawing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.community import actions, policy, queries
from lms.community.actions import Drafting
from lms.community.forms import AnnouncementForm, LaterForm, WithdrawForm
from lms.community.models import AnnouncementState
from lms.community.queries import AnnouncementView, Board
from lms.community.rules import Audience, AudienceKind, Listener, merging
from lms.community.views.frame import bp
from lms.core import clock, errands, ids
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.web import filters
from lms.web.guards import current_actor, may_open, requires

UNSENT = (AnnouncementState.DRAFT, AnnouncementState.SCHEDULED)
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
    waits = found.state is AnnouncementState.SCHEDULED
    who = []
    if is_draft or waits:
        who = queries.listeners_of(found.cohort.id, found.audience, found.author_id)
    now = clock.now()
    return render_template(
        "community/announcement.html",
        found=found,
        slug=found.cohort.slug,
        is_draft=is_draft,
        waits=waits,
        readers=_readers(found, who, now),
        turn=_turn(),
        elsewhere=_elsewhere(found) if is_draft or waits else [],
        expected=actions.count_of(found) if is_draft or waits else 0,
        recall_minutes=int(actions.RECALL.total_seconds() // 60),
        later=LaterForm(formdata=None),
        withdrawn=found.state is AnnouncementState.WITHDRAWN,
        who=who,
        on_leave=sum(1 for one in who if one.note == "on leave"),
        recipients=queries.recipients(found.id) if found.board.sees_all and not (is_draft or waits) else [],
        audience=queries.audience_in_words(found.cohort.id, found.audience) if found.board.sees_all else "",
        may_withdraw=found.state is AnnouncementState.SENT and policy.can_withdraw(actor, found),
        withdraw_form=WithdrawForm(formdata=None),
        under_way=_under_way(found),
        may_told=may_open("notifications.announcement_told", found) and not (is_draft or waits),
        now=now,
        zone=actor.zone,
    )


@dataclass(frozen=True)
class UnderWay:
    """People are still being told of it."""

    href: str
    """How far it is, for whoever sent it; others see only that it is under way."""


def _under_way(found: AnnouncementView) -> UnderWay | None:
    """Whether the errand that tells very many is not over."""
    if found.state is not AnnouncementState.SENT or not found.board.sees_all:
        return None
    errand = errands.under_way(actions.TELLS, found.public_id)
    if errand is None:
        return None
    mine = errand.owner_id == current_actor().person_id
    return UnderWay(url_for("people.errand", public_id=errand.public_id) if mine else "")


@dataclass(frozen=True)
class Preview:
    """An announcement as one of its readers will read it."""

    name: str
    html: str


def _turn() -> int:
    asked = request.args.get("others", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0


def _readers(found: AnnouncementView, who: list[Listener], now: dt.datetime) -> list[Preview]:
    """The text with fields as three real recipients will read it; without fields all read the same."""
    if found.state not in UNSENT or not merging.fields_of(found.text).names:
        return []
    names = {one.person_id: one.name for one in who}
    some = merging.some_of(tuple(names), turn=_turn())
    said = queries.merged(found.cohort.id, found.text, some, now=now)
    return [
        Preview(names[person_id], merging.filled_page(found.html, queries.words(said.get(person_id, {}))))
        for person_id in some
    ]


def _elsewhere(found: AnnouncementView) -> list[tuple[str, int]]:
    """The other cohorts that get it too, and how many people that are there."""
    return [
        (cohorts.by_id(other).name, len(queries.listeners_of(other, found.audience, found.author_id)))
        for other in found.also
    ]


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
            "teams": list(found.audience.ids) if kind is AudienceKind.TEAM else [],
            "roles": list(found.audience.roles),
            "also": list(found.also),
            **({"stands": found.audience.key} if kind is AudienceKind.STANDING else {}),
            **({"not_done": found.audience.key} if kind is AudienceKind.NOT_DONE else {}),
            "staff": found.audience.staff,
            "channel": "mail" if found.by_mail else "app",
        }
    elif request.args.getlist("person"):
        named = queries.places_named(cohort.id, request.args.getlist("person")[:MOST_PEOPLE])
        values |= {"audience": AudienceKind.PLACES.value, "places": list(named)}
    form = AnnouncementForm(**values)
    form.sections.choices = [(section.id, section.name) for section in cohorts.sections(cohort.id)]
    form.teams.choices = list(queries.teams_of(cohort.id).items())
    form.not_done.choices = [("", "Choose one"), *queries.activities_of(cohort.id).items()]
    form.also.choices = [(other.id, other.name) for other in _others(cohort)]
    form.places.choices = [
        (one.place_id, f"{one.name} ({one.note})" if one.note else one.name)
        for one in queries.listeners(cohort.id)
        if one.place_id is not None
    ]
    return form


EVERYWHERE = (
    AudienceKind.EVERYONE,
    AudienceKind.STANDING,
    AudienceKind.NOT_DONE,
    AudienceKind.NO_LEARNER,
)
"""Audiences that mean something in another cohort too."""


def _others(cohort: CohortView) -> list[CohortView]:
    """The other cohorts to which this person may announce."""
    actor = current_actor()
    return [
        other
        for other in cohorts.cohorts_of(actor, *policy.ANNOUNCING)
        if other.id != cohort.id and policy.can_announce(actor, other)
    ]


def _drafting(form: AnnouncementForm) -> Drafting:
    kind = AudienceKind(form.audience.data)
    chosen = {
        AudienceKind.SECTION: form.sections.data,
        AudienceKind.TEAM: form.teams.data,
        AudienceKind.PLACES: form.places.data,
    }.get(kind)
    key = {AudienceKind.STANDING: form.stands.data, AudienceKind.NOT_DONE: form.not_done.data}.get(kind)
    return Drafting(
        title=form.title.data,
        text=form.text.data.replace("\r\n", "\n"),
        audience=Audience(
            kind, tuple(chosen or ()), bool(form.staff.data), key or "", tuple(form.roles.data or ())
        ),
        also=tuple(form.also.data or ()) if kind in EVERYWHERE else (),
        by_mail=form.channel.data == "mail",
        key=form.key.data or "",
    )


# Sending ------------------------------------------------------------------------------------------------------------


@bp.post("/cohorts/<slug>/announcements/<announcement>/send")
@requires(policy.can_announce, queries.announcement_visible_to)
def send_announcement(found: AnnouncementView) -> ResponseReturnValue:
    """Send a draft to everybody whom the sender has looked at."""
    expected = _expected()
    try:
        with unit_of_work() as work:
            actions.send(found.id, expected=expected, actor=current_actor(), now=work.now)
            count = expected
            errand = errands.under_way(actions.TELLS, found.public_id)
            progress = errand.public_id if errand else ""
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        if progress:
            return redirect(url_for("people.errand", public_id=progress), code=303)
        flash(f"Sent to {count} {'person' if count == 1 else 'people'}.", "good")
    return redirect(_url(found.cohort.slug, found.public_id), code=303)


def _expected() -> int:
    """How many people the sender has looked at."""
    asked = request.form.get("expected", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else -1


@bp.post("/cohorts/<slug>/announcements/<announcement>/schedule")
@requires(policy.can_announce, queries.announcement_visible_to)
def schedule_announcement(found: AnnouncementView) -> ResponseReturnValue:
    """Let a draft go out in five minutes, or at an hour on the cohort's clock."""
    at, form = None, LaterForm()
    if "day" in request.form:
        if not form.validate():
            flash("Choose a day and an hour. Nothing was sent.", "bad")
            return redirect(_url(found.cohort.slug, found.public_id), code=303)
        at = dt.datetime.combine(form.day.data, form.hour.data, ZoneInfo(found.cohort.zone))
    try:
        with unit_of_work() as work:
            waits = actions.schedule(
                found.id,
                expected=_expected(),
                actor=current_actor(),
                now=work.now,
                at=at.astimezone(dt.UTC) if at else None,
            )
            goes_at = waits.send_at
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        assert goes_at is not None  # noqa: S101  # nosec B101: scheduled just now
        flash(
            f"It goes out {filters.when(goes_at, current_actor().zone, clock.now())}. Until then you can recall it.",
            "good",
        )
    return redirect(_url(found.cohort.slug, found.public_id), code=303)


@bp.post("/cohorts/<slug>/announcements/<announcement>/recall")
@requires(policy.can_announce, queries.announcement_visible_to)
def recall_announcement(found: AnnouncementView) -> ResponseReturnValue:
    """Make what waits for its hour a draft again."""
    try:
        with unit_of_work():
            actions.recall(found.id, actor=current_actor())
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash("Recalled. Nobody has got it; it is a draft again.", "good")
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
