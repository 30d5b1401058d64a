"""Reading a list and judging its rows: the one way there is, for the trial and for the real run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.core.errors import RuleViolation
from lms.live import queries, rules
from lms.live.queries import SessionView
from lms.live.rules import LiveRefusal, Plan, Reading, Span


@dataclass(frozen=True)
class Judged:
    """A list as it was read, with the verdict on each row."""

    logs: tuple[rules.Log, ...]
    zone: str
    found: bool
    """Nobody named the zone: it was found out."""
    plan: Plan

    def reading(self, asked: Reading) -> dict[str, Any]:
        """What is kept beside the report: what was asked for and what was found out."""
        first = self.logs[0]
        return {
            "tool": asked.tool.value if asked.tool else "",
            "zone": asked.zone,
            "columns": dict(asked.columns),
            "zone_found": self.found,
            "zone_stated": first.zone,
            "logs": [
                {
                    "form": log.form,
                    "tool": log.tool.value,
                    "head": list(log.head),
                    "columns": dict(log.columns),
                    "about": [list(pair) for pair in log.about],
                    "rows": len(log.rows),
                }
                for log in self.logs
            ],
        }


def asked_of(kept: Mapping[str, Any]) -> Reading:
    """What was asked for when a list was last read."""
    return Reading(rules.Tool(kept["tool"]) if kept["tool"] else None, kept["zone"], kept["columns"])


def judge(session: SessionView, bodies: Sequence[bytes], asked: Reading, zones: Sequence[str]) -> Judged:
    """Read the files and judge their rows: the one way there is."""
    try:
        logs = tuple(rules.read_list(body, asked) for body in bodies)
    except rules.Unreadable as why:
        raise RuleViolation(LiveRefusal.NOT_A_LIST, why=str(why)) from None
    span = Span(session.starts_at, session.ends_at, session.cohort.zone)
    zone = asked.zone or rules.best_zone(logs, span, zones)
    plan = rules.plan(logs, Span(session.starts_at, session.ends_at, zone), queries.ground(session))
    return Judged(logs, zone, not asked.zone, plan)
