"""Rounds of simulations as lines: what opens and closes, who has not submitted, who fails, what waits to be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from lms.cohorts.queries import CohortView
from lms.desks.rules import Line, LineKind, Tone, rounds_note
from lms.people.rules import Actor
from lms.simulations import policy
from lms.simulations import queries as simulations
from lms.simulations.queries import RoundLine, Running
from lms.simulations.rules import Phase, RoundState

LATE = dt.timedelta(minutes=5)
"""So long after its time a round may wait for the worker before the line presses."""
DAY = dt.timedelta(days=1)
RESTS = dt.timedelta(days=2)


def rounds(actor: Actor, by_id: Mapping[int, CohortView], now: dt.datetime, until: dt.datetime) -> list[Line]:
    """What the games of cohorts need of whoever watches them there, by instant. Two statements."""
    watched = {key: view for key, view in by_id.items() if policy.can_watch(actor, view)}
    if not watched:
        return []
    found = [
        line
        for run in simulations.running(watched, now, until)
        for line in _of_run(run, watched[run.cohort_id], now)
    ]
    return sorted(found, key=lambda line: (line.at, line.title))


def _of_run(run: Running, view: CohortView, now: dt.datetime) -> Iterator[Line]:
    for one in run.rounds:
        yield _round(run, one, view, now)
    for team in run.teams:
        if team.failing:
            left = "nobody" if not team.active else "one active member"
            yield _line(
                run,
                view,
                now,
                title=f"{team.name} is down to {left} in {run.title}",
                note="its people can play on in another team, or a bot helps it out",
                tone=Tone.WARN,
                act="Decide what becomes of it",
                page="simulations.setup",
                key=f"round:team-{team.public_id}",
                clock=False,
            )
    if run.debrief_at is not None:
        rests = now - run.debrief_at > RESTS
        yield _line(
            run,
            view,
            run.debrief_at,
            title=f"Debrief of {run.title}",
            note="all results are out; its teams see what was true once it is started",
            tone=Tone.WARN if rests else Tone.GOOD,
            act="Look at the debrief",
            page="simulations.debrief",
            key=f"round:debrief-{run.public_id}",
            clock=run.debrief_at > now,
        )


def _round(run: Running, one: RoundLine, view: CohortView, now: dt.datetime) -> Line:
    which = "Practice round" if one.practice else f"Round {one.number}"
    at, verb, note, tone = _stands(run, one, now)
    return _line(
        run,
        view,
        at,
        title=f"{which} of {run.title} {verb}",
        note=note,
        tone=tone,
        act="Open the console",
        page="simulations.console",
        key=f"round:{one.public_id}",
        clock=one.state is not RoundState.FROZEN,
    )


def _stands(run: Running, one: RoundLine, now: dt.datetime) -> tuple[dt.datetime, str, str, Tone]:
    """Instant, verb, what about it, how much it presses."""
    if run.phase is Phase.SETTING_UP:
        near = one.opens_at - now < 2 * DAY
        return one.opens_at, "opens", "its run is still being set up", Tone.BAD if near else Tone.WARN
    if run.phase is Phase.PRACTICE and not one.practice:
        near = one.opens_at - now < 2 * DAY
        return one.opens_at, "opens", "the competition has not been begun", Tone.BAD if near else Tone.WARN
    missing = [team.name for team in run.teams if not team.submitted]
    idle = [team.name for team in run.teams if team.idle and not team.submitted]
    if one.state is RoundState.PLANNED:
        return one.opens_at, "opens", "its teams are told", Tone.GOOD
    if one.state is RoundState.OPEN:
        left = one.closes_at - now
        tone = Tone.GOOD
        if missing:
            tone = Tone.BAD if left <= dt.timedelta(hours=2) else Tone.WARN if left <= DAY or idle else tone
        return one.closes_at, "closes", rounds_note(len(run.teams), missing, idle), tone
    if one.state is RoundState.FROZEN:
        note = "its clock is stopped: nobody can write until somebody lets it go on"
        return max(one.closes_at, now), "stands still", note, Tone.WARN
    if one.state is RoundState.DUE:
        late = now - one.closes_at > LATE
        note = "over, and not played: perhaps no worker runs" if late else "being played"
        return one.closes_at, "is over", note, Tone.BAD if late else Tone.GOOD
    late = now - one.results_at > LATE
    note = "played, and not shown though their time has come" if late else "played; they can be shown earlier"
    return one.results_at, "has results to show", note, Tone.BAD if late else Tone.GOOD


def _line(
    run: Running,
    view: CohortView,
    at: dt.datetime,
    *,
    title: str,
    note: str,
    tone: Tone,
    act: str,
    page: str,
    key: str,
    clock: bool,
) -> Line:
    return Line(
        kind=LineKind.ROUND,
        at=at,
        cohort_id=view.id,
        cohort=view.name,
        slug=view.slug,
        title=title,
        note=note,
        tone=tone,
        act=act,
        endpoint=page,
        values=(("public_id", run.public_id),),
        key=key,
        clock=clock,
    )
