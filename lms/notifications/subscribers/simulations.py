"""Simulations: runs that begin, rounds that open, close soon, change or pass without a team; results; the debrief.

No figure of a game stands in a mail: what a team did is read in its cockpit.
"""

from __future__ import annotations

from collections.abc import Callable

from lms.core import events, mail
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import AtTheGame, Game
from lms.notifications.rules import NoticeKind
from lms.simulations.events import (
    DebriefOpened,
    ResultsPublished,
    RoundChanged,
    RoundClosesSoon,
    RoundOpened,
    RunBegun,
    SheetSubmitted,
    TeamJoined,
    TeamShrank,
    TeamsIdle,
)

CHANGED = {
    "extended": "{round} of {title} has more time",
    "frozen": "{round} of {title}: the clock is stopped",
    "resumed": "{round} of {title} goes on",
}


@events.on(RunBegun)
def run_begun(event: RunBegun) -> None:
    """Tell everybody their team, their role, and the dates."""
    game = queries.game(event.run_id)
    key = f"sim-begun:{event.run_id}"
    dates = queries.first_dates(event.run_id)

    def message(one: AtTheGame) -> Message:
        text = mail.words(
            "notifications/_game_begun",
            one=one,
            dates=dates,
            zone=one.who.zone,
            now=event.at,
            joined=False,
        )
        title = f"{game.title} begins: you play in {one.team}"
        return _message(game, one, NoticeKind.TEAM, key, title, text)

    _tell(event, message)


@events.on(TeamJoined)
def team_joined(event: TeamJoined) -> None:
    """Tell those who play in another team from now on."""
    game = queries.game(event.run_id)
    key = f"sim-joined:{event.team_id}:{event.at.isoformat()}"
    dates = queries.first_dates(event.run_id)

    def message(one: AtTheGame) -> Message:
        text = mail.words(
            "notifications/_game_begun", one=one, dates=dates, zone=one.who.zone, now=event.at, joined=True
        )
        return _message(
            game, one, NoticeKind.TEAM, key, f"You play {game.title} in {one.team} from now on", text
        )

    _tell(event, message)


@events.on(RoundOpened)
def round_opened(event: RoundOpened) -> None:
    """Tell those who play that they may decide."""
    game = queries.game(event.run_id, event.round_id)
    key = f"sim-opened:{event.round_id}:{event.at.isoformat() if event.again else 'first'}"
    title = f"{_capital(game.round)} of {game.title} is open{' again' if event.again else ''}"
    _tell_of_round(game, event, "opened", key, title, reason=event.reason, urgent=event.again)


@events.on(RoundClosesSoon)
def round_closes_soon(event: RoundClosesSoon) -> None:
    """Remind those whose team has not submitted; what closes within two hours waits for no morning."""
    game = queries.game(event.run_id, event.round_id)
    key = f"sim-soon:{event.round_id}:{event.hours}:{event.closes_at.isoformat()}"
    title = f"{_capital(game.round)} of {game.title} closes in {event.hours} hours: nothing is submitted"
    _tell_of_round(game, event, "soon", key, title, urgent=event.hours <= 2)


@events.on(TeamsIdle)
def teams_idle(event: TeamsIdle) -> None:
    """Tell every member of a team that let a round pass, and whoever coordinates."""
    game = queries.game(event.run_id, event.round_id)
    key = f"sim-idle:{event.round_id}:{event.at.isoformat()}"
    title = f"{_capital(game.round)} of {game.title} closed without your team's decision"
    _tell_of_round(game, event, "idle", key, title, urgent=True)
    names = queries.team_names(event.team_ids)
    told = Message(
        kind=NoticeKind.DEADLINE,
        key=f"sim-idle-teams:{event.round_id}:{event.at.isoformat()}",
        title=f"{'1 team' if len(names) == 1 else f'{len(names)} teams'} of {game.title} let {game.round} pass",
        text=f"{', '.join(names)}, {game.cohort.name}: nothing valid was submitted. The rule for that decided, and"
        " every member was told. A bot can help a team out, or its people can play on in another.",
        link=game.page("console"),
        cohort_id=event.cohort_id,
        act="Look at the teams",
    )
    actions.tell_all(_who_run(game, event), told, now=event.at)


@events.on(SheetSubmitted)
def sheet_submitted(event: SheetSubmitted) -> None:
    """Ask the others of the team to confirm what the editor submitted, or to say that they would not."""
    game = queries.game(event.run_id, event.round_id)
    key = f"sim-sheet:{event.sheet_id}:{event.submission}"
    title = f"Your team has submitted for {game.round} of {game.title}: do you stand behind it?"
    _tell_of_round(game, event, "submitted", key, title, kind=NoticeKind.TEAM, act="Read and confirm")


@events.on(RoundChanged)
def round_changed(event: RoundChanged) -> None:
    """Tell those who play of another end, or of a clock that stands or goes on, with the reason."""
    game = queries.game(event.run_id, event.round_id)
    key = f"sim-changed:{event.round_id}:{event.what}:{event.at.isoformat()}"
    title = CHANGED.get(event.what, "{round} of {title} was changed").format(
        round=_capital(game.round), title=game.title
    )
    _tell_of_round(game, event, event.what, key, title, reason=event.reason, urgent=True)


@events.on(ResultsPublished)
def results_published(event: ResultsPublished) -> None:
    """Tell those who played that results are there; no figure stands in a mail."""
    game = queries.game(event.run_id, event.round_id)
    key = f"sim-results:{event.round_id}:{event.at.isoformat()}"
    title = f"The results of {game.round} of {game.title} are there{', played again' if event.again else ''}"
    _tell_of_round(game, event, "results", key, title, act="Read the report")


@events.on(DebriefOpened)
def debrief_opened(event: DebriefOpened) -> None:
    """Tell those who played that what was true can be looked at."""
    game = queries.game(event.run_id)
    key = f"sim-debrief:{event.run_id}"

    def message(one: AtTheGame) -> Message:
        text = (
            "The game is over, and what was hidden can be seen: what others decided, what was true, and on which "
            "choices it turned."
        )
        return _message(
            game, one, NoticeKind.TEAM, key, f"The debrief of {game.title} is open", text, "Open the debrief",
            page="debrief",
        )  # fmt: skip

    _tell(event, message)


@events.on(TeamShrank)
def team_shrank(event: TeamShrank) -> None:
    """Tell whoever runs it that a team is down to one, with what can be done."""
    game, names = queries.game(event.run_id), queries.team_names([event.team_id])
    members = "one member" if event.members == 1 else "nobody"
    told = Message(
        kind=NoticeKind.DEADLINE,
        key=f"sim-shrank:{event.team_id}:{event.at.isoformat()}",
        title=f"{', '.join(names)} is down to {members} in {game.title}",
        text=f"{game.cohort.name}. Its people can play on in another team while a bot plays on for theirs, or a bot "
        "decides for them whenever they submit nothing. Both are on the page of teams, and are written down.",
        link=game.page("setup"),
        cohort_id=event.cohort_id,
        act="Decide what becomes of it",
    )
    actions.tell_all(_who_run(game, event), told, now=event.at)


Playing = (
    DebriefOpened
    | ResultsPublished
    | RoundChanged
    | RoundClosesSoon
    | RoundOpened
    | RunBegun
    | SheetSubmitted
    | TeamJoined
    | TeamsIdle
)


def _tell(event: Playing, message: Callable[[AtTheGame], Message]) -> None:
    """Tell those whom an event names, each with the way into their own team's place."""
    people = queries.at_the_game(event.run_id, event.place_ids)
    actions.tell([(one.who, message(one)) for one in people], now=event.at)


def _tell_of_round(
    game: Game,
    event: Playing,
    what: str,
    key: str,
    title: str,
    *,
    kind: NoticeKind = NoticeKind.DEADLINE,
    act: str = "",
    reason: str = "",
    urgent: bool = False,
) -> None:
    """Tell those whom an event names what happened to a round; `what` chooses the sentences."""

    def message(one: AtTheGame) -> Message:
        text = mail.words(
            "notifications/_game_round",
            what=what,
            team=one.team,
            closes_at=game.closes_at,
            results_at=game.results_at,
            reason=reason,
            zone=one.who.zone,
            now=event.at,
        )
        return _message(game, one, kind, key, title, text, act, urgent=urgent)

    _tell(event, message)


def _who_run(game: Game, event: TeamsIdle | TeamShrank) -> list[queries.Recipient]:
    return queries.people({*queries.coordinators_of(event.cohort_id, event.at), game.created_by_id})


def _message(
    game: Game,
    one: AtTheGame,
    kind: NoticeKind,
    key: str,
    title: str,
    text: str,
    act: str = "",
    *,
    urgent: bool = False,
    page: str = "game",
) -> Message:
    link = game.page("debrief") if page == "debrief" else game.page("game", team=one.team_public_id)
    return Message(
        kind=kind,
        key=key,
        title=title,
        text=text,
        link=link,
        cohort_id=game.cohort.id,
        act=act or f"Open {game.title}",
        urgent=urgent,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
