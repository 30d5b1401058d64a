"""A suggestion of teams: formed by the rules, edited by a person, saved when it is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions, policy, queries
from lms.enrolment.forms import OnlyForm
from lms.enrolment.queries import RosterLine
from lms.enrolment.rules import PlaceState, TeamKind
from lms.enrolment.rules.teams import Broken, broken, form, function_of
from lms.enrolment.views import teams_page
from lms.enrolment.views.blueprint import bp
from lms.enrolment.views.teams import kind_asked
from lms.enrolment.views.teams_page import MemberRow
from lms.web import filters
from lms.web.guards import current_actor, requires

NAMES = ("Acacia", "Banyan", "Cedar", "Deodar", "Ebony", "Fir", "Gulmohar", "Hazel", "Ironwood", "Juniper", "Kapok",
         "Larch", "Maple", "Neem", "Oak", "Peepal", "Quince", "Rowan", "Sal", "Teak", "Umbrella", "Viburnum", "Willow",
         "Yew", "Zelkova", "Alder", "Birch", "Chestnut", "Date", "Elm", "Fig", "Ginkgo", "Holly", "Jamun", "Linden",
         "Mango", "Olive", "Pine", "Redwood", "Spruce")  # fmt: skip
MOST = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """A team that is suggested."""

    number: int
    name: str
    members: tuple[tuple[MemberRow, str], ...]
    """With what they do, as far as their title tells."""
    broken: tuple[Broken, ...]


@bp.route("/cohorts/<slug>/teams/suggestion", methods=["GET", "POST"])
@requires(policy.can_manage_people, cohort_visible_to)
def suggestion(cohort: CohortView) -> ResponseReturnValue:
    """Suggest teams for those who sit in none; show them again as they were edited; save them."""
    now, kind = clock.now(), kind_asked()
    people = [
        line
        for line in teams_page.without_team(queries.roster(cohort.id), kind)
        if line.state is PlaceState.ENROLLED
    ]
    taken = set(queries.present_teams(cohort.id, kind))
    only = OnlyForm()
    error = ""
    if only.validate_on_submit():
        groups, names, astray = _edited(people)
        if astray:
            error = f"There is no team of that number: {', '.join(astray)}. They stand in no team below."
        elif request.form.get("act") == "save":
            error = _saved(cohort, kind, groups, names)
            if not error:
                return redirect(url_for(".teams", slug=cohort.slug, kind=teams_page.word_of(kind)), code=303)
    else:
        groups, names = _suggested(cohort, kind, people, taken, now)
    drafts = _drafts(cohort, kind, groups, names, now)
    seated = {one.place_id for group in groups.values() for one in group}
    return render_template(
        "enrolment/suggestion.html",
        cohort=cohort,
        word=teams_page.word_of(kind),
        label=teams_page.LABELS[kind],
        drafts=drafts,
        choices=[(draft.number, draft.name) for draft in drafts],
        left_out=[
            (teams_page.member_row(cohort, line, now), function_of(line.job_title))
            for line in people
            if line.place_id not in seated
        ],
        rules=teams_page.rules_words(teams_page.rules_of(cohort, kind)),
        wrong=sum(bool(draft.broken) for draft in drafts),
        error=error,
        form=only,
    )


Groups = dict[int, list[RosterLine]]


def _suggested(
    cohort: CohortView, kind: TeamKind, people: Sequence[RosterLine], taken: set[str], now: dt.datetime
) -> tuple[Groups, dict[int, str]]:
    """What the rules suggest, with names that are free."""
    by_place = {line.place_id: line for line in people}
    candidates = [teams_page.candidate(line) for line in people]
    on = max(now.date(), cohort.starts_on)
    formed = form(candidates, teams_page.rules_of(cohort, kind), on)
    groups = {number: [by_place[one.place_id] for one in team] for number, team in enumerate(formed, start=1)}
    free = _free_names(taken)
    return groups, {number: next(free) for number in groups}


def _free_names(taken: Iterable[str]) -> Iterator[str]:
    known = set(taken)
    yield from (name for name in NAMES if name.lower() not in known)
    yield from (name for number in range(1, 1000) if (name := f"Team {number}").lower() not in known)


def _edited(people: Sequence[RosterLine]) -> tuple[Groups, dict[int, str], list[str]]:
    """The teams as they stand in the form; whoever is in none is left out. Last, who was sent to none there is."""
    names = {}
    for number in range(1, MOST + 1):
        given = request.form.get(f"name-{number}")
        if given is not None:
            names[number] = " ".join(given.split())[:160]
    groups: Groups = {number: [] for number in names}
    astray = []
    for line in people:
        chosen = request.form.get(f"team-{line.public_id}", "").strip()
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 4 and int(chosen) in groups:
            groups[int(chosen)].append(line)
        elif chosen:
            astray.append(line.name)
    return groups, names, astray


def _drafts(
    cohort: CohortView, kind: TeamKind, groups: Groups, names: Mapping[int, str], now: dt.datetime
) -> list[Draft]:
    rules, on = teams_page.rules_of(cohort, kind), max(now.date(), cohort.starts_on)
    return [
        Draft(
            number=number,
            name=names[number],
            members=tuple(
                (teams_page.member_row(cohort, one, now), function_of(one.job_title)) for one in group
            ),
            broken=broken([teams_page.candidate(one) for one in group], rules, on) if group else (),
        )
        for number, group in groups.items()
    ]


def _saved(cohort: CohortView, kind: TeamKind, groups: Groups, names: Mapping[int, str]) -> str:
    """Form the teams; what is wrong, or nothing. A team with nobody in it is not formed."""
    new = [
        actions.NewTeam(name=names[number], place_ids=tuple(one.place_id for one in group))
        for number, group in groups.items()
        if group
    ]
    if not new:
        return "Nobody is in a team yet. Choose a team for at least one person."
    try:
        with unit_of_work() as work:
            actions.form_teams(cohort.id, kind, new, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        return f"{refused.message} No team was formed; what you chose is kept below."
    flash(f"{filters.plural(len(new), 'team').capitalize()} formed.", "good")
    return ""
