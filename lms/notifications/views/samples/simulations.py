"""Samples of what people are told about simulations."""

from __future__ import annotations

from lms.notifications.actions import Message
from lms.notifications.queries import AtTheGame, Recipient
from lms.notifications.rules import NoticeKind
from lms.notifications.views.samples.making import DAY, HOUR, NOW, ZONE, said, worded

GAME = "Portfolio Years"
SOMEBODY = Recipient(1, "Rhea Menon", "rhea@example.org", ZONE, suspended=False, settled=True)
PLAYER = AtTheGame(
    SOMEBODY, 1, "Banyan", "fig", "Market", "prices, brand and sales spends", ("Sanjay Kulkarni", "Wen Li")
)
DATES = [
    ("The practice round", NOW + DAY, NOW + 5 * DAY),
    ("Round 1", NOW + 7 * DAY, NOW + 11 * DAY),
    ("Round 8", NOW + 56 * DAY, NOW + 60 * DAY),
]


def samples() -> dict[str, Message]:
    """By the names in their addresses."""
    team, round_ = NoticeKind.TEAM, NoticeKind.DEADLINE
    facts = {"team": "Banyan", "closes_at": NOW + DAY, "results_at": NOW + 2 * DAY, "reason": ""}

    def about(key: str, title: str, what: str, act: str = f"Open {GAME}", reason: str = "") -> Message:
        given = {**facts, "what": what, "reason": reason}
        return worded(round_, key, title, "_game_round", act, **given)

    return {
        "game-begun": worded(
            team, "sim-begun", f"{GAME} begins: you play in Banyan", "_game_begun", f"Open {GAME}",
            one=PLAYER, dates=DATES, joined=False,
        ),
        "game-joined": worded(
            team, "sim-joined", f"You play {GAME} in Banyan from now on", "_game_begun", f"Open {GAME}",
            one=PLAYER, dates=DATES[1:], joined=True,
        ),
        "game-opened": about("sim-opened", f"Round 3 of {GAME} is open", "opened"),
        "game-soon": about("sim-soon", f"Round 3 of {GAME} closes in 2 hours: nothing is submitted", "soon"),
        "game-soon-teams": said(
            round_, "sim-soon-teams", f"2 teams of {GAME} have not submitted: round 3 closes in 24 hours",
            "Banyan, Cedar, Spring. Their members were told. What is not submitted by the close is decided by the rule "
            "for that; everybody can be given more time.", act="Look at the teams",
        ),
        "game-idle": about("sim-idle", f"Round 3 of {GAME} closed without your team's decision", "idle"),
        "game-idle-teams": said(
            round_, "sim-idle-teams", f"2 teams of {GAME} let round 3 pass",
            "Banyan, Cedar, Spring: nothing valid was submitted. The rule for that decided, and every member was "
            "told. A bot can help a team out, or its people can play on in another.", act="Look at the teams",
        ),
        "game-sheet": worded(
            team, "sim-sheet", f"Your team has submitted for round 3 of {GAME}: do you stand behind it?",
            "_game_round", "Read and confirm", **{**facts, "what": "submitted", "closes_at": NOW + HOUR},
        ),
        "game-changed": about(
            "sim-changed", f"Round 3 of {GAME} has more time", "extended", reason="Sign-in was down for an hour."
        ),
        "game-stopped": about(
            "sim-changed", f"Round 3 of {GAME}: the clock is stopped", "frozen", reason="Sign-in is down."
        ),
        "game-results": about(
            "sim-results", f"The results of round 3 of {GAME} are there", "results", "Read the report"
        ),
        "game-debrief": said(
            team, "sim-debrief", f"The debrief of {GAME} is open",
            "The game is over, and what was hidden can be seen: what others decided, what was true, and on which "
            "choices it turned.", act="Open the debrief",
        ),
        "game-kept-out": worded(
            team, "sim-kept-out", f"Your result in {GAME} counts: you do not play it again", "_game_kept_out",
            "Your simulations", carried=True, game=GAME, team="Banyan",
        ),
        "game-no-way-back": worded(
            team, "sim-kept-out", f"You do not come back into {GAME}", "_game_kept_out", "Your simulations",
            carried=False, game=GAME, team="Banyan",
        ),
        "game-kept-out-team": said(
            team, "sim-kept-out", f"Rhea Menon does not play {GAME} with you",
            "Rhea Menon sits in your team, and not in its game. Who plays in Banyan, and in which role, stands in its "
            "place in the game.", act=f"Open {GAME}",
        ),
        "game-kept-out-staff": said(
            team, "sim-kept-out", f"Rhea Menon stays out of {GAME}",
            "Banyan, Spring. Who brings a result from another cohort keeps it: record it in the gradebook as an "
            "external result of the debrief. The rounds that they played there count as played here. There is no way "
            "back into a game that goes on; it is written down.", act="Look at the teams",
        ),
        "game-on-leave": said(
            team, "sim-away", f"{GAME} goes on while you are on leave",
            "Banyan plays on. Your seat waits: when your leave ends you sit in it again. A round counts for you only "
            "where you sat in the team when it closed.", act="Your simulations",
        ),
        "game-away": said(
            team, "sim-away", f"Sanjay Kulkarni does not play {GAME} with you at present",
            "Banyan decides without Sanjay Kulkarni for now. Nobody waits for a word of theirs: "
            "who stands behind a sheet is counted among those who play.", act=f"Open {GAME}",
        ),
        "game-shrank": said(
            round_, "sim-shrank", f"Banyan is down to one member in {GAME}",
            "Spring. Its people can play on in another team while a bot plays on for theirs, or a bot decides for "
            "them whenever they submit nothing. Both are on the page of teams, and are written down.",
            act="Decide what becomes of it",
        ),
    }  # fmt: skip
