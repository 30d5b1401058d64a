"""What a board of a cohort decides by: bounds and bands, votes, the same shift for everybody, and who may do what."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.core.errors import Refusal

LOWEST, HIGHEST = Fraction(0), Fraction(100)
PASSED, FAILED = "passed", "not-passed"
PANEL, ATTENDANCE = "panel", "attendance"
"""Keys of figures besides the courses'; attendance in a course is `attendance:<course>`."""


class Seat(enum.StrEnum):
    """What somebody is on a board."""

    CHAIR = "chair"
    MEMBER = "member"
    SECRETARY = "secretary"
    """Writes down and enters what is decided; has no vote."""


VOTING = frozenset({Seat.CHAIR, Seat.MEMBER})


class Proposal(enum.StrEnum):
    """What an item of the agenda asks for."""

    SCALE = "scale"
    MARK = "mark"
    BAND = "band"
    CONDONE = "condone"
    CARRY = "carry"
    CONFIRM = "confirm"
    REVERSE = "reverse"


AT_ONCE = frozenset({Proposal.CARRY, Proposal.CONFIRM})
"""Take effect with the decision: no mark and no result of anybody changes."""
OF_ONE = frozenset({Proposal.MARK, Proposal.BAND, Proposal.CONDONE, Proposal.CARRY})
"""About one learner."""
LATER = frozenset({Proposal.SCALE, Proposal.MARK, Proposal.BAND, Proposal.CONDONE})
"""What a later board may reverse; a case that was carried over it takes up by itself."""


class ItemState(enum.StrEnum):
    """Where an item stands."""

    OPEN = "open"
    REJECTED = "rejected"
    ADOPTED = "adopted"
    ENTERED = "entered"
    """Carried out by the secretary; somebody else lets it take effect."""
    RELEASED = "in effect"
    WITHDRAWN = "withdrawn"


class Choice(enum.StrEnum):
    """One vote, or that somebody does not vote on this."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    RECUSED = "recused"


CAST = frozenset({Choice.FOR, Choice.AGAINST, Choice.ABSTAIN})
"""What is counted."""


class BoardRefusal(Refusal):
    """Why a step of a board is refused."""

    NO_RESULTS = "Nothing of this is released yet, so there is no list that a board could look at."
    NO_CHAIR = "Choose who takes the chair: somebody other than you, who are its secretary."
    LEARNER = "{name} learns in this cohort and does not sit on its board."
    TWICE = "{name} sits on this board already."
    UNKNOWN = "Nobody with an account has this address."
    SEATED = "Somebody who has voted stays on the board."
    CLOSED = "This board is closed. What is to be changed needs a later board."
    LEFT_OPEN = "{count} still open: decide, carry out or withdraw every item before the minutes are closed."
    NO_REASON = "Say why: the reason stands in the minutes."
    TOO_LONG = "At most 2,000 characters."
    NOT_A_SHIFT = "A shift is a number of points from -100 to 100, other than 0."
    NOT_A_MARK = "A mark is a number from 0 to 100, like 62 or 62.5."
    NO_CASE = "Choose the learner whom this is about."
    NO_THING = "Choose what is marked."
    NO_BAND = "Choose the band."
    NO_CONDITION = "Choose a condition that this learner has not met."
    NOT_TO_REVERSE = "Choose a decision that is in effect."
    REVERSED = "This decision is reversed already."
    ASKED_ALREADY = "Item {number} asks for this already and is not over."
    LIST_CONFIRMED = "The list is confirmed already."
    NOT_VOTING = "Only members with a vote can vote. The secretary writes down."
    RECUSED = "You do not vote on this: you look at this learner's complaint a second time."
    NOT_OPEN = "This item is {state}: nobody votes on it any more."
    NO_QUORUM = "{voted} of the {quorum} votes that a decision needs are there."
    NOT_ADOPTED = "Only what was adopted is carried out; this is {state}."
    NOT_ENTERED = "Only what the secretary has carried out can be released; this is {state}."
    ENTERED_ALONE = "You carried this out yourself: somebody else releases it."
    COMPLAINT = (
        "A complaint about this work is open. Decide it first, so that every mark is shifted once and alike."
    )
    NOTHING = "No mark stands that this could change."
    CHANGED = "A mark has changed while this was carried out. Look again."
    CONFIRMED = "The board has confirmed this result: only a decision of a board changes it."
    SET_ASIDE = "Say why what was adopted is not carried out: it stands in the minutes."
    PENDING = "Nobody on this list is without an open case: there is nothing to confirm yet."


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes counted."""

    favour: int = 0
    against: int = 0
    abstained: int = 0

    @property
    def voted(self) -> int:
        """Who has voted, abstentions among them."""
        return self.favour + self.against + self.abstained

    def __str__(self) -> str:
        return f"{self.favour}:{self.against}:{self.abstained}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the votes come to."""

    adopted: bool
    casting: bool
    """The votes were equal and the chair's decided."""


def count(votes: Mapping[int, Choice]) -> Tally:
    """The votes by member, counted once each; who is recused has none."""
    cast = list(votes.values())
    return Tally(cast.count(Choice.FOR), cast.count(Choice.AGAINST), cast.count(Choice.ABSTAIN))


def outcome(votes: Mapping[int, Choice], *, quorum: int, chair: int | None) -> Outcome | None:
    """What the votes come to; None below the quorum.

    More for than against adopts; with as many for as against, the vote of the chair decides, and a chair who abstained
    or does not vote on it leaves things as they are.
    """
    tally = count(votes)
    if tally.voted < quorum:
        return None
    if tally.favour != tally.against:
        return Outcome(tally.favour > tally.against, casting=False)
    decided = votes.get(chair) if chair is not None else None
    return Outcome(decided is Choice.FOR, casting=decided in (Choice.FOR, Choice.AGAINST))


def shifted(value: Fraction, shift: Fraction) -> Fraction:
    """A mark moved by the board: never below 0 or above 100."""
    return min(HIGHEST, max(LOWEST, value + shift))


def why_not_shift(shift: Fraction | None) -> BoardRefusal | None:
    """Why this is no shift, or None."""
    return BoardRefusal.NOT_A_SHIFT if shift is None or shift == 0 or abs(shift) > HIGHEST else None


def why_not_vote(
    seat: Seat | None, state: ItemState, choice: Choice, *, assessor: bool, why: str
) -> BoardRefusal | None:
    """Why a vote is not taken, or None. A second assessor of the learner's complaint can only be recused."""
    if seat not in VOTING:
        return BoardRefusal.NOT_VOTING
    if state is not ItemState.OPEN:
        return BoardRefusal.NOT_OPEN
    if choice is Choice.RECUSED:
        return None if why.strip() else BoardRefusal.NO_REASON
    return BoardRefusal.RECUSED if assessor else None


def why_not_withdraw(state: ItemState, why: str) -> BoardRefusal | None:
    """Why an item is not taken off the agenda, or None; what was adopted is set aside with words for the minutes."""
    if state is ItemState.ADOPTED:
        return None if why.strip() else BoardRefusal.SET_ASIDE
    return None if state is ItemState.OPEN else BoardRefusal.NOT_OPEN


def why_not_release(state: ItemState, entered_by_id: int | None, releaser_id: int) -> BoardRefusal | None:
    """Why this person does not let a decision take effect, or None: never who alone carried it out."""
    if state is not ItemState.ENTERED:
        return BoardRefusal.NOT_ENTERED
    return BoardRefusal.ENTERED_ALONE if entered_by_id == releaser_id else None


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure from which on something better is reached."""

    title: str
    value: Fraction


def borderline(value: Fraction, bounds: Iterable[Bound], within: Fraction) -> list[tuple[Bound, Fraction]]:
    """The bounds that are missed by no more than the policy says, with the exact distance, the nearest first."""
    missed = [(bound, bound.value - value) for bound in bounds if 0 < bound.value - value <= within]
    return sorted(missed, key=lambda one: one[1])


@dataclass(frozen=True, slots=True)
class Condition:
    """Something to be reached."""

    key: str
    title: str
    figure: str
    """The key of the figure that it asks for."""
    least: Fraction
    share: bool = False
    """Of 1, not of 100: attendance."""


@dataclass(frozen=True, slots=True)
class Met:
    """A condition judged."""

    condition: Condition
    value: Fraction | None
    condoned: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it holds; None: nothing is known yet."""
        if self.condoned:
            return True
        return None if self.value is None else self.value >= self.condition.least


def judged(
    conditions: Iterable[Condition], figures: Mapping[str, Fraction], condoned: Collection[str] = ()
) -> tuple[Met, ...]:
    """Each condition with what was reached."""
    return tuple(Met(one, figures.get(one.figure), one.key in condoned) for one in conditions)


@dataclass(frozen=True, slots=True)
class Band:
    """An award, or passed and not passed; the best first."""

    key: str
    title: str
    least: Mapping[str, Fraction]
    """Figure → from what on."""
    complete: bool = False
    """Every condition has to be met."""


def band_of(bands: Sequence[Band], figures: Mapping[str, Fraction], met: Iterable[Met]) -> Band:
    """The first band whose every condition holds; the last asks for nothing."""
    complete = all(one.met for one in met)
    for band in bands[:-1]:
        reached = all(key in figures and figures[key] >= least for key, least in band.least.items())
        if reached and (complete or not band.complete):
            return band
    return bands[-1]


@dataclass(frozen=True, slots=True)
class Grounds:
    """By what a board judges: made from the policies that the cohort is pinned to."""

    key: str
    """The course; empty: the programme."""
    bands: tuple[Band, ...]
    conditions: tuple[Condition, ...]
    bounds: tuple[Bound, ...]
    within: Fraction
    quorum: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands for one learner after what is in effect."""

    band: Band
    met: tuple[Met, ...]
    by_board: bool
    """The band was set by the board."""


def decided(
    grounds: Grounds, figures: Mapping[str, Fraction], condoned: Collection[str] = (), band: str = ""
) -> Decided:
    """The band with what the board condoned, or the one that it set."""
    met = judged(grounds.conditions, figures, condoned)
    given = next((one for one in grounds.bands if one.key == band), None)
    return Decided(given or band_of(grounds.bands, figures, met), met, given is not None)


def crossed(
    grounds: Grounds,
    before: Mapping[str, Fraction],
    after: Mapping[str, Fraction],
    condoned: Collection[str],
    band: str = "",
) -> tuple[Band, Band] | None:
    """From which band into which somebody comes; None where they stay, as in a band that the board has set."""
    was, now = decided(grounds, before, condoned, band).band, decided(grounds, after, condoned, band).band
    return None if was.key == now.key else (was, now)
