"""What was done to a run, told in sentences: the audit log as whoever runs the game reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.simulations.queries.console import ActLine
from lms.simulations.rules import Json, Part, RoundKind
from lms.simulations.rules.debrief import TITLES
from lms.simulations.rules.following import Follow
from lms.web import filters


@dataclass(frozen=True, slots=True)
class Told:
    """An act in words, as the `story` component shows it."""

    at: dt.datetime
    title: str
    words: str
    symbol: str
    by: str
    now: bool = False


_SYMBOLS = {
    "extend_round": "calendar-clock",
    "freeze_round": "pause",
    "resume_round": "play",
    "close_round": "check",
    "close_round_now": "check",
    "reopen_round": "undo-2",
    "play_round_again": "refresh-cw",
    "publish_results": "megaphone",
    "set_event": "zap",
    "set_strategy": "bot",
}


def round_name(kind: RoundKind | str, number: int) -> str:
    """A round as one calls it."""
    return "Practice" if str(kind) == RoundKind.PRACTICE.value else f"Round {number}"


def event_words(event: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """What a round's event asks for, in words."""
    if event.get("drawn"):
        return "drawn by the seed"
    if key := event.get("key"):
        return titles.get(str(key), str(key))
    written = event.get("event")
    return str(written.get("title", "an event of its own")) if isinstance(written, Mapping) else "nothing"


def event_titles(parameters: Json) -> dict[str, str]:
    """The events of a scenario by key; Six Quarters has none."""
    deck = parameters.get("events", {}).get("deck", {})
    return {key: str(event["title"]) for key, event in deck.items()}


def told(
    act: ActLine, zone: str, now: dt.datetime, titles: Mapping[str, str], teams: Mapping[str, str]
) -> Told:
    """An act on a run in words."""
    verb = act.action.rpartition(".")[2]
    title = _title(verb, act, zone, now, titles, teams)
    return Told(act.at, title, act.reason, _SYMBOLS.get(verb, "circle"), act.by or "the system")


def _title(
    verb: str,
    act: ActLine,
    zone: str,
    now: dt.datetime,
    titles: Mapping[str, str],
    teams: Mapping[str, str],
) -> str:
    before, after = act.before, act.after
    number = after.get("round") or before.get("round")
    which = round_name(after.get("kind", RoundKind.ROUND.value), number) if number else "The round"
    ends = _instant(after.get("closes_at"), zone, now)
    team = teams.get(str(after.get("team") or before.get("team") or ""), "a team")
    into = teams.get(str(after.get("into") or before.get("into") or ""), "another team")
    events = {key: value for key, value in after.items() if key in ("drawn", "key", "event", "nothing")}
    known = {
        "create_run": "Made the run",
        "enter_phase": f"From “{before.get('phase', '')}” to “{after.get('phase', '')}”",
        "discard_run": "Discarded the run",
        "extend_round": f"{which} extended to {ends}",
        "freeze_round": f"{which} frozen",
        "resume_round": f"{which} goes on; it closes {ends}",
        "close_round": f"{which} closed and was played",
        "close_round_now": f"{which} closed before its time",
        "reopen_round": f"{which} opened again, until {ends}",
        "play_round_again": f"{which} played again (attempt {after.get('attempt', '')})"
        + (f", event: {event_words(events, titles)}" if events else ""),
        "publish_results": f"Results of {which.lower()} shown",
        "ask_again": f"{which}: asked the worker again",
        "set_event": f"Event of {which.lower()}: {event_words(events, titles)}",
        "set_ranking": f"Ranking: {after.get('ranking', '')}",
        "set_strategy": f"A bot helps {team}: {after.get('strategy')}"
        if after.get("strategy")
        else f"No bot helps {team} any more",
        "set_lens": "Changed a role",
        "follow_team": _followed(team, len(before.get("left", ())), len(after.get("joined", ()))),
        "keep_out": f"{team}: {filters.plural(len(after.get('places', ())), 'person', 'people')} kept out",
        "rename_team": f"{before.get('name', 'A team')} is called {after.get('name', '')} now",
        "add_rival": f"One more bot, {after.get('team', '')}",
        "remove_rival": f"{before.get('name', 'A bot')} was taken out",
        "reveal": f"Shown to the room: {_parts(after.get('parts', ()))}",
        "conceal": f"Taken back from the room: {_parts((after.get('part', ''),))}",
        "record_marks": f"{filters.plural(int(after.get('recorded', 0)), 'mark')} recorded",
        "merge_teams": f"The people of {team} play on in {into}; a bot plays on for theirs",
        "part_teams": f"The people of {team} are in their own team again",
        "follow_schedule": _follows(which, after, ends),
    }
    return known.get(verb) or verb.replace("_", " ").capitalize()


def _followed(team: str, left: int, joined: int) -> str:
    """How a team of the game follows that of the cohort."""
    moved = [f"{count} {verb}" for count, verb in ((joined, "joined"), (left, "left")) if count]
    return f"{team}: {' and '.join(moved) or 'nobody moved'}, as in the cohort’s team"


def _parts(values: Iterable[Any]) -> str:
    named = {part.value: TITLES[part].lower() for part in Part}
    return ", ".join(named.get(str(value), str(value)) for value in values)


def _follows(which: str, after: Mapping[str, Any], ends: str) -> str:
    """What a round did when the schedule changed."""
    return {
        Follow.STOPS.value: f"{which} stands still: the schedule cancelled it",
        Follow.GOES_ON.value: f"{which} takes place again and closes {ends}",
        Follow.KEEPS.value: f"{which} keeps its end, which the schedule has put behind us",
    }.get(str(after.get("step")), f"{which} follows the schedule and closes {ends}")


def _instant(text: Any, zone: str, now: dt.datetime) -> str:
    try:
        return filters.when(dt.datetime.fromisoformat(str(text)), zone, now)
    except ValueError:
        return ""
