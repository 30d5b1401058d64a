"""Writes of runs: setting up, deciding, closing and publishing rounds, steering."""

from __future__ import annotations

from lms.simulations.actions.closing import close_due, play_world, publish, publish_due, queue_play
from lms.simulations.actions.deciding import SheetChange, save, say, see, submit, take_pen
from lms.simulations.actions.setting_up import (
    NewRun,
    begin_competition,
    begin_practice,
    create_run,
    discard_run,
    end_run,
    set_lens,
    start_debrief,
)
from lms.simulations.actions.steering import (
    close_now,
    extend,
    freeze,
    note,
    play_again,
    reopen,
    resume,
    set_event,
    set_ranking,
    set_strategy,
)

__all__ = [
    "NewRun",
    "SheetChange",
    "begin_competition",
    "begin_practice",
    "close_due",
    "close_now",
    "create_run",
    "discard_run",
    "end_run",
    "extend",
    "freeze",
    "note",
    "play_again",
    "play_world",
    "publish",
    "publish_due",
    "queue_play",
    "reopen",
    "resume",
    "save",
    "say",
    "see",
    "set_event",
    "set_lens",
    "set_ranking",
    "set_strategy",
    "start_debrief",
    "submit",
    "take_pen",
]
