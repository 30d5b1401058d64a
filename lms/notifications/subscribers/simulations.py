"""Simulations: runs that begin, rounds that open, close soon, change or pass without a team; results; the debrief.

No figure of a game stands in a mail: what a team did is read in its cockpit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from lms.core import events, mail
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import AtTheGame, Game
from lms.notifications.rules import NoticeKind
from lms.simulations import queries as simulations
from lms.simulations.events import (
    DebriefOpened,
    PlayersAway,
    ResultsPublished,
    RoundChanged,
    RoundClosesSoon,
    RoundOpened,
    RunBegun,
    SeatsRefused,
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
    """Remind those whose team has not submitted, and whoever runs it; what closes in two hours waits for no morning."""
    game = queries.game(event.run_id, event.round_id)
    key = f"sim-soon:{event.round_id}:{event.hours}:{event.closes_at.isoformat()}"
    title = f"{_capital(game.round)} of {game.title} closes in {event.hours} hours: nothing is submitted"
    _tell_of_round(game, event, "soon", key, title, urgent=event.hours <= 2)
    names = queries.team_names(event.team_ids)
    told = Message(
        kind=NoticeKind.DEADLINE,
        key=f"sim-soon-teams:{event.round_id}:{event.hours}:{event.closes_at.isoformat()}",
        title=f"{_counted(names)} of {game.title} {'has' if len(names) == 1 else 'have'} not submitted: "
        f"{game.round} closes in {event.hours} hours",
        text=f"{', '.join(names)}, {game.cohort.name}. Their members were told. What is not submitted by the close is "
        "decided by the rule for that; everybody can be given more time.",
        link=game.page("console"),
        cohort_id=event.cohort_id,
        act="Look at the teams",
    )
    actions.tell_all(_who_run(game, event), told, now=event.at)


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
        title=f"{_counted(names)} of {game.title} let {game.round} pass",
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


@events.on(SeatsRefused)
def seats_refused(event: SeatsRefused) -> None:
    """Tell those who do not come into a game, their team, and whoever runs it."""
    game = queries.game(event.run_id)
    (team,) = queries.team_names([event.team_id])
    key = f"sim-kept-out:{event.run_id}:{event.team_id}:{event.at.isoformat()}"
    carried = set(event.carried)
    names = []
    for place_id, person in queries.by_place(event.place_ids).items():
        (who,) = queries.people([person])
        names.append(who.name)
        text = mail.words(
            "notifications/_game_kept_out", carried=place_id in carried, game=game.title, team=team
        )
        words = f"Your result in {game.title} counts: you do not play it again"
        if place_id not in carried:
            words = f"You do not come back into {game.title}"
        actions.tell(
            [(who, _about_run(game, key, words, text, game.index, "Your simulations"))], now=event.at
        )
    sit = "sits" if len(names) == 1 else "sit"
    mates = simulations.member_places(event.run_id, [event.team_id])
    _tell_team(
        game,
        event,
        mates,
        key,
        f"{_listed(names)} {'does' if len(names) == 1 else 'do'} not play {game.title} with you",
        f"{_listed(names)} {sit} in your team, and not in its game. Who plays in {team}, and in which role, stands in "
        "its place in the game.",
    )
    result = (
        "Who brings a result from another cohort keeps it: record it in the gradebook as an external result of the "
        "debrief. The rounds that they played there count as played here. "
        if carried
        else ""
    )
    told = _about_run(
        game,
        f"{key}:staff",
        f"{_listed(names)} stay{'s' if len(names) == 1 else ''} out of {game.title}",
        f"{team}, {game.cohort.name}. {result}There is no way back into a game that goes on; it is written down.",
        game.page("setup"),
        "Look at the teams",
    )
    actions.tell_all(_who_run(game, event), told, now=event.at)


@events.on(PlayersAway)
def players_away(event: PlayersAway) -> None:
    """Tell those on leave that the game goes on without them, and their team that they are not there."""
    game = queries.game(event.run_id)
    (team,) = queries.team_names([event.team_id])
    key = f"sim-away:{event.run_id}:{event.team_id}:{event.at.isoformat()}"
    text = (
        f"{team} plays on. Your seat waits: when your leave ends you sit in it again. A round counts for you only "
        "where you sat in the team when it closed."
    )
    title = f"{game.title} goes on while you are on leave"
    resting = queries.of_places(event.resting)
    actions.tell_all(
        resting, _about_run(game, key, title, text, game.index, "Your simulations"), now=event.at
    )
    names = sorted(who.name for who in queries.of_places(event.place_ids))
    does = "does" if len(names) == 1 else "do"
    _tell_team(
        game,
        event,
        event.mates,
        key,
        f"{_listed(names)} {does} not play {game.title} with you {'at present' if event.resting else 'any more'}",
        f"{team} decides without {_listed(names)}{' for now' if event.resting else ''}. Nobody waits for a word of "
        "theirs: who stands behind a sheet is counted among those who play.",
    )


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


def _about_run(game: Game, key: str, title: str, text: str, link: str, act: str) -> Message:
    return Message(
        kind=NoticeKind.TEAM, key=key, title=title, text=text, link=link, cohort_id=game.cohort.id, act=act
    )


def _tell_team(
    game: Game,
    event: SeatsRefused | PlayersAway,
    place_ids: Collection[int],
    key: str,
    title: str,
    text: str,
) -> None:
    """Tell members of a team of others who are not in it."""
    people = queries.at_the_game(event.run_id, place_ids)
    actions.tell(
        [(one.who, _message(game, one, NoticeKind.TEAM, f"{key}:team", title, text)) for one in people],
        now=event.at,
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _counted(teams: Sequence[str]) -> str:
    return "1 team" if len(teams) == 1 else f"{len(teams)} teams"


def _who_run(
    game: Game, event: RoundClosesSoon | TeamsIdle | TeamShrank | SeatsRefused
) -> list[queries.Recipient]:
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
