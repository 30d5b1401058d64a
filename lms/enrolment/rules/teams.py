"""Teams: what makes a good one, what is wrong with one, and how to form them.

Forming is a pure, deterministic search: people ordered by zone are cut into teams of even size, then swapped as long as
that makes the teams better. Soft rules may stay broken; each team then says which.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import ceil
from zoneinfo import ZoneInfo

_FUNCTIONS = (
    ("product", r"product|\bpm\b|\bcpo\b|proposition"),
    ("data", r"\bdata\b|analytic|insight|scientist|machine learning|\bai\b"),
    ("design", r"design|\bux\b|research|creative"),
    ("engineering", r"engineer|technolog|\bcto\b|\bit\b|software|architect|developer|infrastructure|\bcio\b"),
    ("marketing", r"market|brand|growth|communicat|\bcmo\b|customer experience"),
    ("sales", r"sales|commercial|account|business development|revenue|partnership"),
    ("finance", r"financ|\bcfo\b|treasur|controller|risk|audit|investment"),
    ("people", r"\bhr\b|human|people|talent|learning|\bchro\b"),
    ("operations", r"operation|supply|logistic|manufactur|\bcoo\b|delivery|program|project|service|quality"),
    ("strategy", r"strateg|consult|transform|innovation|corporate|advis"),
    ("general management", r"\bceo\b|founder|managing|general manager|president|director|owner|partner|head"),
)
_HALF_DAY, _DAY = 12 * 60, 24 * 60
ROUNDS = 40


@dataclass(frozen=True, slots=True)
class TeamRules:
    """What a programme's policy says of teams."""

    smallest: int
    largest: int
    zone_hours: int
    same_employer: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is to sit in a team."""

    place_id: int
    name: str
    zone: str
    employer: str = ""
    job_title: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A soft rule that a team breaks, in words."""

    rule: str
    words: str


@lru_cache(maxsize=2048)
def function_of(job_title: str) -> str:
    """What somebody does, as far as their title tells: “product”, “finance” …; empty when it does not."""
    title = job_title.lower()
    return next((function for function, words in _FUNCTIONS if re.search(words, title)), "")


@lru_cache(maxsize=4096)
def offset(zone: str, on: dt.date) -> int:
    """Minutes ahead of UTC at noon of a day."""
    noon = dt.datetime.combine(on, dt.time(12), dt.UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return int((noon or dt.timedelta()).total_seconds() // 60)


def apart(first: int, second: int) -> int:
    """Minutes between two clocks, the short way round: what one rises earlier than the other."""
    distance = abs(first - second) % _DAY
    return _DAY - distance if distance > _HALF_DAY else distance


def spread(team: Iterable[Candidate], on: dt.date) -> int:
    """Minutes between the two clocks of a team that lie furthest apart."""
    offsets = {offset(one.zone, on) for one in team}
    return max((apart(first, second) for first, second in combinations(offsets, 2)), default=0)


def broken(team: Sequence[Candidate], rules: TeamRules, on: dt.date) -> tuple[Broken, ...]:
    """The soft rules that a team breaks."""
    found = []
    if len(team) < rules.smallest:
        found.append(Broken("size", f"{_people(len(team))}, {rules.smallest} to {rules.largest} are meant"))
    if len(team) > rules.largest:
        found.append(Broken("size", f"{_people(len(team))}, at most {rules.largest} are meant"))
    hours = spread(team, on)
    if hours > rules.zone_hours * 60:
        found.append(
            Broken("zones", f"clocks up to {_hours(hours)} apart, at most {rules.zone_hours} h are meant")
        )
    for employer, count in sorted(_employers(team).items()):
        if count > rules.same_employer:
            name = next(one.employer for one in team if _firm(one) == employer)
            found.append(
                Broken("employer", f"{count} people of {name}, at most {rules.same_employer} are meant")
            )
    functions = {function for one in team if (function := function_of(one.job_title))}
    if len(team) > 1 and len(functions) == 1 and sum(bool(function_of(one.job_title)) for one in team) > 1:
        found.append(Broken("functions", f"all do the same work ({functions.pop()})"))
    return tuple(found)


def sizes(count: int, rules: TeamRules) -> tuple[int, ...]:
    """How many people sit in each team when so many are to be placed; the larger teams first.

    As few teams as the largest size allows, so that a team bears one leaver. Where no division fits, the one that
    misses the bounds least.
    """
    if count == 0:
        return ()

    def cut(teams: int) -> tuple[int, ...]:
        each, more = divmod(count, teams)
        return (each + 1,) * more + (each,) * (teams - more)

    def misses(teams: int) -> int:
        return sum(max(0, rules.smallest - size, size - rules.largest) for size in cut(teams))

    fewest = max(1, count // rules.largest)
    most = max(fewest, ceil(count / rules.smallest))
    return cut(min(range(fewest, most + 1), key=lambda teams: (misses(teams), teams)))


def form(people: Iterable[Candidate], rules: TeamRules, on: dt.date) -> tuple[tuple[Candidate, ...], ...]:
    """Form teams. The same people, whatever their order, give the same teams."""
    ordered = _around_the_clock(sorted(people, key=lambda one: (one.place_id,)), on)
    teams: list[list[Candidate]] = []
    start = 0
    for size in sizes(len(ordered), rules):
        teams.append(ordered[start : start + size])
        start += size
    _improve(teams, rules, on)
    return tuple(tuple(sorted(team, key=lambda one: (one.name, one.place_id))) for team in teams)


def _around_the_clock(people: list[Candidate], on: dt.date) -> list[Candidate]:
    """People by zone, beginning after the widest gap of the day, so that no team is cut where the circle closes.

    Within a zone the functions take turns, so that the first cut is mixed already.
    """
    minutes = sorted({offset(one.zone, on) % _DAY for one in people})
    if not minutes:
        return []
    gaps = [(minutes[i] - minutes[i - 1]) % _DAY or _DAY for i in range(len(minutes))]
    begin = minutes[gaps.index(max(gaps))]
    turns: Counter[tuple[int, str]] = Counter()
    keyed = []
    for one in people:
        clock = (offset(one.zone, on) - begin) % _DAY
        function = function_of(one.job_title)
        turns[clock, function] += 1
        keyed.append(((clock, turns[clock, function], function, one.place_id), one))
    return [one for _key, one in sorted(keyed, key=lambda pair: pair[0])]


def _cost(team: Sequence[Candidate], rules: TeamRules, on: dt.date) -> int:
    """How far a team is from a good one: broken rules weigh most, then sameness, then distance."""
    minutes = spread(team, on)
    over = max(0, minutes - rules.zone_hours * 60)
    employers = _employers(team).values()
    crowd = sum(max(0, count - rules.same_employer) for count in employers)
    known = [function for one in team if (function := function_of(one.job_title))]
    same = len(known) - len(set(known))
    only = len(known) > 1 and len(set(known)) == 1
    colleagues = sum(count - 1 for count in employers)
    return (
        10_000 * (over > 0)
        + 40 * over
        + 10_000 * crowd
        + 5_000 * only
        + 60 * same
        + 30 * colleagues
        + minutes // 15
    )


def _improve(teams: list[list[Candidate]], rules: TeamRules, on: dt.date) -> None:
    """Swap two people of two teams as long as that lowers the cost; ends by itself, since it falls each time."""
    costs = [_cost(team, rules, on) for team in teams]
    for _round in range(ROUNDS):
        better = False
        for first, second in combinations(range(len(teams)), 2):
            if costs[first] + costs[second] > 0:
                better |= _swap(teams, costs, (first, second), rules, on)
        if not better:
            return


def _swap(
    teams: list[list[Candidate]], costs: list[int], pair: tuple[int, int], rules: TeamRules, on: dt.date
) -> bool:
    """Make the best swap between two teams, if there is one."""
    one, other = teams[pair[0]], teams[pair[1]]
    best, best_cost = None, costs[pair[0]] + costs[pair[1]]
    for i in range(len(one)):
        for j in range(len(other)):
            left = _cost([*one[:i], other[j], *one[i + 1 :]], rules, on)
            if left >= best_cost:
                continue
            right = _cost([*other[:j], one[i], *other[j + 1 :]], rules, on)
            if left + right < best_cost:
                best, best_cost = (i, j, left, right), left + right
    if best is None:
        return False
    i, j, costs[pair[0]], costs[pair[1]] = best
    one[i], other[j] = other[j], one[i]
    return True


def _firm(one: Candidate) -> str:
    return " ".join(one.employer.lower().split())


def _employers(team: Iterable[Candidate]) -> Counter[str]:
    return Counter(firm for one in team if (firm := _firm(one)))


def _people(count: int) -> str:
    return "nobody" if count == 0 else "one person" if count == 1 else f"{count} people"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
