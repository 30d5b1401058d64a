"""Teams of a cohort: all of a kind, one with its history, and a learner's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import policy as cohorts
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions, policy, queries
from lms.enrolment.forms import OnlyForm, TeamForm
from lms.enrolment.queries import MyPlace, TeamView, my_place, team_visible_to
from lms.enrolment.rules import TeamKind
from lms.enrolment.rules.teams import broken
from lms.enrolment.views import teams_page
from lms.enrolment.views.blueprint import bp
from lms.enrolment.views.place_page import KINDS
from lms.web import filters
from lms.web.guards import current_actor, may_open, requires


def kind_asked() -> TeamKind:
    """The kind of team that the address or the form names; working teams otherwise."""
    return teams_page.KINDS.get(request.values.get("kind", ""), TeamKind.WORKING)


@bp.get("/cohorts/<slug>/teams")
@requires(policy.can_see_people, cohort_visible_to)
def teams(cohort: CohortView) -> ResponseReturnValue:
    """Show the teams of a kind, what is wrong with them, and who sits in none."""
    return _teams_page(cohort, TeamForm())


def _teams_page(cohort: CohortView, form: TeamForm) -> ResponseReturnValue:
    now, kind = clock.now(), kind_asked()
    page = teams_page.present(
        cohort,
        kind,
        queries.teams(cohort.id, kind, now),
        queries.roster(cohort.id),
        queries.team_counts(cohort.id),
        now,
    )
    return render_template(
        "enrolment/teams.html",
        page=page,
        cohort=cohort,
        form=form,
        only=OnlyForm(),
        may_manage=policy.can_manage_people(current_actor(), cohort),
        has_guides=kind is TeamKind.CAPSTONE and may_open("capstone.guides", cohort),
    )


@bp.post("/cohorts/<slug>/teams/new")
@requires(policy.can_manage_people, cohort_visible_to)
def new_team(cohort: CohortView) -> ResponseReturnValue:
    """Form a team by hand; people are put into it afterwards or in the same act."""
    form, kind = TeamForm(), kind_asked()
    if form.validate_on_submit():
        wanted = set(request.form.getlist("person"))
        chosen = [line.place_id for line in queries.roster(cohort.id) if line.public_id in wanted]
        new = actions.NewTeam(name=form.name.data, place_ids=tuple(chosen))
        try:
            with unit_of_work() as work:
                actions.form_teams(cohort.id, kind, [new], actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            form.refuse("name", refused.message)
        else:
            flash(f"Team “{form.name.data}” is formed.", "good")
            return redirect(_list(cohort, kind), code=303)
    return _teams_page(cohort, form)


@bp.post("/cohorts/<slug>/teams/seat")
@requires(policy.can_manage_people, cohort_visible_to)
def seat_members(cohort: CohortView) -> ResponseReturnValue:
    """Put people who sit in no team into the teams that were chosen for them."""
    kind = kind_asked()
    places = {line.public_id: line.place_id for line in queries.roster(cohort.id)}
    ids = {team.public_id: team.id for team in queries.teams(cohort.id, kind, clock.now())}
    chosen = {
        places[name.removeprefix("team-")]: ids[value]
        for name, value in request.form.items()
        if name.removeprefix("team-") in places and value in ids
    }
    if not chosen:
        flash("Choose a team for at least one person.", "warn")
        return redirect(_list(cohort, kind), code=303)
    try:
        with unit_of_work() as work:
            for place_id, team_id in chosen.items():
                actions.add_member(team_id, place_id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(f"{refused.message} Nobody was put into a team.", "warn")
    else:
        flash(f"{filters.plural(len(chosen), 'person', 'people').capitalize()} put into their teams.", "good")
    return redirect(_list(cohort, kind), code=303)


def _list(cohort: CohortView, kind: TeamKind) -> str:
    return url_for(".teams", slug=cohort.slug, kind=teams_page.word_of(kind))


# One team -----------------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/teams/<public_id>")
@requires(policy.can_see_people, team_visible_to)
def team(found: TeamView) -> ResponseReturnValue:
    """Show one team: who sits in it, who did, and what can be done."""
    return _team_page(found, TeamForm(name=found.name))


def _team_page(found: TeamView, form: TeamForm) -> ResponseReturnValue:
    now, cohort = clock.now(), found.cohort
    everybody = queries.teams(cohort.id, found.kind, now)
    members = next((one.members for one in everybody if one.id == found.id), ())
    rules = teams_page.rules_of(cohort, found.kind)
    return render_template(
        "enrolment/team.html",
        team=found,
        cohort=cohort,
        kind=KINDS[found.kind],
        members=[teams_page.member_row(cohort, one, now) for one in members],
        broken=broken(
            [teams_page.candidate(one) for one in members], rules, max(now.date(), cohort.starts_on)
        )
        if found.dissolved_at is None
        else (),
        rules=teams_page.rules_words(rules),
        history=queries.seats_of_team(found.id),
        others=[(one.public_id, one.name, len(one.members)) for one in everybody if one.id != found.id],
        without=[
            (line.public_id, line.name, line.section)
            for line in teams_page.without_team(queries.roster(cohort.id), found.kind)
        ],
        back=_list(cohort, found.kind),
        form=form,
        may_manage=policy.can_manage_people(current_actor(), found) and found.dissolved_at is None,
        has_guides=found.kind is TeamKind.CAPSTONE and may_open("capstone.guides", found),
        zone=current_actor().zone,
        now=now,
    )


@bp.post("/cohorts/<slug>/teams/<public_id>/name")
@requires(policy.can_manage_people, team_visible_to)
def rename_team(found: TeamView) -> ResponseReturnValue:
    """Give a team another name."""
    form = TeamForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.rename_team(found.id, form.name.data, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            form.refuse("name", refused.message)
        else:
            flash(f"The team is called “{form.name.data}” now.", "good")
            return redirect(_one(found), code=303)
    return _team_page(found, form)


@bp.post("/cohorts/<slug>/teams/<public_id>/add")
@requires(policy.can_manage_people, team_visible_to)
def add_members(found: TeamView) -> ResponseReturnValue:
    """Put people who sit in no team into this one."""
    places = {line.public_id: line for line in queries.roster(found.cohort_id)}
    chosen = [places[public_id] for public_id in request.form.getlist("person") if public_id in places]
    if not chosen:
        flash("Choose at least one person.", "warn")
        return redirect(_one(found), code=303)

    def act(**values: Any) -> None:
        for line in chosen:
            actions.add_member(found.id, line.place_id, **values)

    return _acted(found, act, f"{', '.join(line.name for line in chosen)} joined the team.")


@bp.post("/cohorts/<slug>/teams/<public_id>/move")
@requires(policy.can_manage_people, team_visible_to)
def move_member(found: TeamView) -> ResponseReturnValue:
    """Move somebody to another team of the kind, or let them sit in none."""
    now = clock.now()
    members = {one.public_id: one for one in queries.members(found.id, now)}
    member = members.get(request.form.get("person", ""))
    if member is None:
        flash("They are not in this team any more. Nothing was changed.", "warn")
        return redirect(_one(found), code=303)
    target = request.form.get("to", "")
    if target == "none":
        return _acted(
            found,
            lambda **values: actions.remove_member(found.id, member.place_id, **values),
            f"{member.name} left the team. What the team did while they were in it stays theirs.",
        )
    other = next(
        (one for one in queries.teams(found.cohort_id, found.kind, now) if one.public_id == target), None
    )
    if other is None:
        flash("Choose where they are to go.", "warn")
        return redirect(_one(found), code=303)
    return _acted(
        found,
        lambda **values: actions.move_member(member.place_id, from_team=found.id, to_team=other.id, **values),
        f"{member.name} moved to “{other.name}”.",
    )


@bp.post("/cohorts/<slug>/teams/<public_id>/dissolve")
@requires(policy.can_manage_people, team_visible_to)
def dissolve_team(found: TeamView) -> ResponseReturnValue:
    """Dissolve a team."""
    answer = _acted(
        found,
        lambda **values: actions.dissolve_team(found.id, **values),
        f"Team “{found.name}” is dissolved. Its history stays.",
    )
    return answer if found.dissolved_at else redirect(_list(found.cohort, found.kind), code=303)


def _acted(found: TeamView, act: Callable[..., None], words: str) -> ResponseReturnValue:
    try:
        with unit_of_work() as work:
            act(actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash(words, "good")
    return redirect(_one(found), code=303)


def _one(found: TeamView) -> str:
    return url_for(".team", slug=found.cohort.slug, public_id=found.public_id)


# A learner's own ----------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/team")
@requires(cohorts.can_learn, my_place)
def my_team(me: MyPlace) -> ResponseReturnValue:
    """Show a learner the people of their teams, and what time it is where they are."""
    now = clock.now()
    found = queries.members_many([team_id for _kind, team_id, _name in me.teams], now)
    teams_shown = [
        (
            KINDS[kind],
            name,
            [
                (teams_page.member_row(me.cohort, one, now), one.place_id == me.place_id)
                for one in found[team_id]
            ],
        )
        for kind, team_id, name in me.teams
    ]
    return render_template("enrolment/my_team.html", cohort=me.cohort, teams=teams_shown)
