"""A learner's desk in week 27, drawn from the default programme; and the same desk live, and with nothing on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from lms.web.shapes import (
    Act,
    Capstone,
    Fact,
    LearnerDesk,
    Milestone,
    NextUp,
    Phase,
    Returned,
    Standing,
    Task,
    Week,
)

NOW = dt.datetime(2025, 8, 12, 16, 4, tzinfo=dt.UTC)
START = dt.date(2025, 2, 10)
BREAKS = (12, 20, 45)
TITLES = """Orientation|From manager to product leader|Where to play|Portfolio and platform|Strategy under competition
Unit economics|Forecasting and scenarios|Funding cases|Flow and capacity|Multi-team governance|Debt and risk|Break
Discovery|Staged bets|Growth loops|Innovation accounting|Positioning|Pricing and launch|Journey and recovery|Break
Data as product|Quality and privacy|Platform economics|AI opportunities|Evaluating AI|AI operating model|Metric trees
Reading experiments|Hiring and topology|Coaching by readiness|Safety and exits|Salience|Negotiation|Board and investors
Allocation under cuts|Leading change|Your first two years|Evidence|Evidence|Evidence pack due|Options|Options|Options
Business case due|Break|Draft|Full draft due|Draft|Report due|Panels|Panels|Closing""".replace(
    "\n", "|"
).split("|")
HOURS = (
    5, 6, 6.5, 7, 9, 6, 6.5, 8, 7, 7.5, 9, 1, 6, 7, 7.5, 8.5, 6.5, 7, 9.5, 1, 6, 6.5, 8, 7.5, 7, 8.5, 6.2, 8, 7, 8, 8.5,
    8, 7, 8.5, 8, 7, 9, 5, 5, 8, 5, 5, 6, 9, 1, 6, 9, 5, 9, 6, 6, 2,
)  # fmt: skip


def instant(month: int, day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return an instant of 2025, written in UTC."""
    return dt.datetime(2025, month, day, hour, minute, tzinfo=dt.UTC)


def weeks(now_week: int) -> tuple[Week, ...]:
    """Return the year, with one week as the present one."""
    return tuple(
        Week(
            number=number,
            starts_on=START + dt.timedelta(weeks=number - 1),
            title=title,
            kind="break" if number in BREAKS else ("project" if number > 37 else "teach"),
            hours=hours,
            state="now" if number == now_week else ("past" if number < now_week else "ahead"),
            href="#",
        )
        for number, (title, hours) in enumerate(zip(TITLES, HOURS, strict=True), start=1)
    )


PHASES = (
    Phase("Core", "A", 1, 20),
    Phase("Data and AI", "B", 21, 28),
    Phase("Leadership", "C", 29, 37),
    Phase("Capstone", "K", 38, 52),
)
ATTENDANCE = Fact(
    "Attendance over all live sessions",
    "83.3 %",
    "at least 75 %",
    "met",
    parts=(
        Fact("Lectures present", "21 of 25", verdict="met"),
        Fact("Masterclasses present", "4 of 5", verdict="met"),
        Fact("Excused, left out", "1", verdict="fact", note="22 May, cancelled by the institute"),
        Fact("Course B", "5 of 6, 83.3 %", "at least 60 %", "met"),
    ),
)
FORECAST = Fact(
    "Award within reach: Merit",
    "78.1",
    "at least 75",
    "met",
    parts=(
        Fact("Course A", "76.4", "30 % of the programme", "met"),
        Fact("Course B, so far", "79.2", "15 %", "open", note="experiment lab still to come"),
        Fact("Course C and capstone", "nothing marked yet", "55 %", "open"),
    ),
)
DESK = LearnerDesk(
    now=NOW,
    zone="Asia/Dubai",
    cohort_zone="Asia/Kolkata",
    programme="Product Leadership Programme",
    cohort="Cohort 14",
    week=27,
    next_up=NextUp(
        kind="session",
        title="Metric trees",
        place="Lecture 26 · Product analytics and experimentation",
        href="#",
        people="Dr Ananya Raghavan",
        starts_at=instant(8, 16, 13),
        ends_at=instant(8, 16, 16),
        act=Act("Read the two pages to prepare", "#", symbol="book-open"),
        others=(Act("Ask before the session", "#", symbol="message-circle-question-mark"),),
    ),
    tasks=(
        Task("Metric trees", "#", "reading", "B3", 14, "started", instant(8, 14, 19, 59), note="6 min left"),
        Task("Traps: peeking, novelty, Simpson", "#", "reading", "B3", 16, "done", instant(8, 14, 19, 59)),
        Task(
            "Capstone: name your host's sponsor", "#", "milestone", "M1", 40, "todo", instant(8, 15, 18, 29)
        ),
        Task("Metric trees, live", "#", "session", "S26", 180, "todo", instant(8, 16, 13), "starts"),
        Task("Quiz 8: reading experiments", "#", "quiz", "Q8", 20, "locked", instant(8, 18, 3, 30), "opens"),
    ),
    minutes_left=250,
    returned=(
        Returned(
            "Data strategy memo",
            "#",
            "marked, 3 comments from Meera Iyer",
            instant(8, 11, 9, 12),
            "72.0",
            "B-1",
        ),
        Returned(
            "Should the board see the metric tree?", "#", "2 replies to your post", instant(8, 10, 6, 40)
        ),
    ),
    done=Fraction(61, 100),
    standing=(
        Standing("Attendance", "83.3 %", "good", "75 % needed", ATTENDANCE),
        Standing("On course for", "Merit", "good", "78.1 so far", FORECAST),
        Standing("Absences left", "2", "warn", "a third one costs the certificate"),
    ),
    weeks=weeks(27),
    ask_href="#",
    requests_href="#",
    phases=PHASES,
    capstone=Capstone(
        title="Pricing for small hospitals",
        href="#",
        milestones=(
            Milestone("M0", "Interest and host", "done", "#"),
            Milestone("M1", "Proposal", "now", "#", instant(9, 7, 18, 29)),
            Milestone("M2", "Plan", "ahead"),
            Milestone("M3", "Evidence", "ahead"),
            Milestone("M4", "Options", "ahead"),
            Milestone("M5", "Draft", "ahead"),
            Milestone("M6", "Report and panel", "ahead"),
        ),
        team_active=3,
        team_size=5,
        guide="Prof. Sudhir Venkataraman",
    ),
)

LIVE = replace(
    DESK,
    now=instant(8, 16, 13, 20),
    tasks=tuple(replace(task, state="done", note="") for task in DESK.tasks[:3]) + DESK.tasks[3:],
    minutes_left=200,
    next_up=replace(DESK.next_up, kind="live", act=Act("Join the session", "#", symbol="video"), others=()),
)
NOTHING = replace(
    DESK,
    week=12,
    now=dt.datetime(2025, 4, 29, 9, tzinfo=dt.UTC),
    weeks=weeks(12),
    next_up=NextUp(
        kind="nothing",
        title="A week without anything due",
        place="The break ends on Monday. Next: Discovery and customer evidence, live.",
        starts_at=dt.datetime(2025, 5, 10, 13, tzinfo=dt.UTC),
    ),
    tasks=(),
    minutes_left=0,
    returned=(),
    capstone=None,
)
