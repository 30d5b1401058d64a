"""What a round asks of one member of a team."""

from __future__ import annotations

import pytest

from lms.simulations.rules import Asks, RoundState, Verdict, asks, says

CONFIRM, DISSENT = Verdict.CONFIRM, Verdict.DISSENT


@pytest.mark.parametrize(
    ("state", "sheet", "mine", "verdict", "said", "expected"),
    [
        (RoundState.PLANNED, (0, 0, 0), False, None, 0, Asks.AHEAD),
        (RoundState.OPEN, (0, 0, 0), False, None, 0, Asks.BEGIN),
        (RoundState.OPEN, (3, 0, 0), False, None, 0, Asks.WRITE),
        (RoundState.OPEN, (3, 1, 3), False, None, 0, Asks.ANSWER),
        (RoundState.OPEN, (3, 1, 3), False, CONFIRM, 1, Asks.OTHERS),
        (RoundState.OPEN, (3, 1, 3), False, DISSENT, 1, Asks.OTHERS),
        (RoundState.OPEN, (3, 1, 3), True, None, 0, Asks.OTHERS),
        (RoundState.OPEN, (3, 1, 3), True, None, 2, Asks.SETTLED),
        (RoundState.OPEN, (3, 1, 3), False, DISSENT, 2, Asks.SETTLED),
        (RoundState.OPEN, (4, 1, 3), True, None, 2, Asks.AGAIN),
        (RoundState.FROZEN, (3, 1, 3), False, None, 0, Asks.STOPPED),
        (RoundState.DUE, (0, 0, 0), False, None, 0, Asks.WAITING),
        (RoundState.CLOSED, (3, 1, 3), True, None, 0, Asks.WAITING),
        (RoundState.PUBLISHED, (3, 1, 3), True, None, 0, Asks.OUT),
    ],
)
def test_what_it_asks(state, sheet, mine, verdict, said, expected):
    version, submission, submitted_version = sheet
    found = asks(
        state,
        version=version,
        submission=submission,
        submitted_version=submitted_version,
        mine=mine,
        verdict=verdict,
        said=said,
        asked=2,
    )
    assert found is expected


@pytest.mark.parametrize(
    ("found", "more", "words"),
    [
        (Asks.AHEAD, {}, ""),
        (Asks.BEGIN, {}, "your team has not begun"),
        (Asks.BEGIN, {"writer": "Ana"}, "Ana writes; nothing is submitted"),
        (Asks.WRITE, {"writer": "you"}, "you write; nothing is submitted"),
        (Asks.WRITE, {"saved_by": "Ben"}, "a draft by Ben; nothing is submitted"),
        (Asks.ANSWER, {"submitted_by": "Ana"}, "submitted by Ana: confirm it, or say why not"),
        (
            Asks.ANSWER,
            {"submitted_by": "Ana", "dissents": ("Ben",)},
            "submitted by Ana; Ben dissents: confirm it, or say why not",
        ),
        (
            Asks.OTHERS,
            {"submitted_by": "you", "confirmed": 2, "dissents": ("Ben", "Cy")},
            "submitted by you, 2 of 3 stand behind it; Ben and Cy dissent",
        ),
        (Asks.SETTLED, {"submitted_by": "Ana"}, "submitted and confirmed by all"),
        (Asks.SETTLED, {"submitted_by": "Ana", "dissents": ("you",)}, "submitted by Ana; you dissent"),
        (Asks.WAITING, {}, "closed; the results are on their way"),
        (Asks.WAITING, {"idle": True}, "closed without your team’s decision: what went on goes on"),
        (Asks.OUT, {"idle": True}, "your team had decided nothing: what went on went on"),
        (Asks.OUT, {}, "the report is there"),
    ],
)
def test_in_words(found, more, words):
    given = {"writer": "", "saved_by": "", "submitted_by": "", "confirmed": 0, "dissents": (), "idle": False}
    assert says(found, members=3, **{**given, **more}) == words
