"""Writes of runs: setting up, deciding, closing and publishing rounds, steering."""

from __future__ import annotations

from lms.simulations.actions.arranging import add_rival, remove_rival, rename_team
from lms.simulations.actions.closing import (
    ask_again,
    close_due,
    play_world,
    publish,
    publish_due,
    publish_now,
    queue_play,
)
from lms.simulations.actions.dates import follow_schedule
from lms.simulations.actions.debriefing import NewBehaviour, conceal, resolve, reveal
from lms.simulations.actions.deciding import SheetChange, save, say, see, submit, take_pen
from lms.simulations.actions.marking import Recording, record_marks
from lms.simulations.actions.members import follow_places, follow_teams, merge, part
from lms.simulations.actions.notes import delete_note, edit_note, note
from lms.simulations.actions.opening import open_due, remind_due
from lms.simulations.actions.setting_up import (
    RESULTS_AT,
    NewRun,
    begin_competition,
    begin_practice,
    create_run,
    discard_run,
    end_run,
    set_lens,
    start_debrief,
    why_not_create,
)
from lms.simulations.actions.steering import (
    close_now,
    extend,
    extend_all,
    freeze,
    play_again,
    reopen,
    resume,
    set_event,
    set_ranking,
    set_strategy,
    unchanged,
)
from lms.simulations.actions.turning import queue_missing, queue_turning, turning

__all__ = [
    "RESULTS_AT",
    "NewBehaviour",
    "NewRun",
    "Recording",
    "SheetChange",
    "add_rival",
    "ask_again",
    "begin_competition",
    "begin_practice",
    "close_due",
    "close_now",
    "conceal",
    "create_run",
    "delete_note",
    "discard_run",
    "edit_note",
    "end_run",
    "extend",
    "extend_all",
    "follow_places",
    "follow_schedule",
    "follow_teams",
    "freeze",
    "merge",
    "note",
    "open_due",
    "part",
    "play_again",
    "play_world",
    "publish",
    "publish_due",
    "publish_now",
    "queue_missing",
    "queue_play",
    "queue_turning",
    "record_marks",
    "remind_due",
    "remove_rival",
    "rename_team",
    "reopen",
    "resolve",
    "resume",
    "reveal",
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
    "turning",
    "unchanged",
    "why_not_create",
]
