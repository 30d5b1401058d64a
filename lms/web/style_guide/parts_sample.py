"""Sample values for the single components."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_wtf.file import FileField
from markupsafe import Markup
from wtforms import BooleanField, EmailField, RadioField, SelectField, TextAreaField
from wtforms.validators import Email, InputRequired

from lms.web import calendars, charts, pictures
from lms.web.calendars import DayItem
from lms.web.forms import BaseForm
from lms.web.shapes import Comment, RowItem, StoryEvent
from lms.web.style_guide.board_sample import NAMES
from lms.web.style_guide.learner_sample import instant

TODAY = dt.date(2025, 8, 12)
CODES = ("VIS", "SDM", "TEA", "XFN", "CX", "STK", "RES", "FOC", "SCO", "DEC", "INV", "SHM")
MINE = (3, 2, 2, 3, 4, 2, 2, 3, 3, 2, 1, 2)
COHORT = (2, 2, 3, 2, 3, 3, 2, 2, 2, 3, 2, 2)
ROUNDS = ("R1", "R2", "R3", "R4", "R5")
CASH = (
    charts.Series("Team Banyan", (120.0, 131.5, 118.2, 164.0, 212.0), mine=True),
    charts.Series("Team Neem", (120.0, 126.0, 140.1, 151.0, 149.5)),
    charts.Series("Team Teak", (120.0, 110.4, 102.0, 131.0, 152.0)),
    charts.Series("Team Sal", (120.0, 118.0, 96.5, 74.0, 61.2)),
)
MARKS = (("below 50", 2.0), ("50–59", 6.0), ("60–69", 19.0), ("70–79", 24.0), ("80 and up", 9.0))
LADDER = (
    ("Aware", "Escalates most decisions."),
    ("Practising", "Decides inside the product."),
    ("Leading", "Decides across products under uncertainty."),
    ("Shaping", "Shapes the firm's bets and how they are governed."),
)
STORY = (
    StoryEvent(
        dt.datetime(2024, 11, 3, 9, tzinfo=dt.UTC), "Applied", "Sponsored by her employer", symbol="file-pen"
    ),
    StoryEvent(
        dt.datetime(2024, 12, 1, 9, tzinfo=dt.UTC), "Offered a place", by="Neha Agarwal", symbol="mail"
    ),
    StoryEvent(dt.datetime(2025, 2, 10, 4, tzinfo=dt.UTC), "Enrolled", symbol="user-check"),
    StoryEvent(
        instant(8, 4, 8), "On leave until 1 September", "Parental leave", "Neha Agarwal", "pause", now=True
    ),
)
THREAD = (
    Comment(
        "Meera Iyer", "MI", instant(8, 10, 6), Markup("<p>What would make you stop the second product?</p>"), "#",
        role="Faculty",
        replies=(
            Comment("Rohan Mehta", "RM", instant(8, 10, 9), Markup("<p>A draft rule on price disclosure.</p>"), "#"),
        ),
    ),
)  # fmt: skip
ITEMS = {
    dt.date(2025, 8, 14): [DayItem("Two readings due", "#", instant(8, 14, 19, 59), symbol="book-open")],
    dt.date(2025, 8, 16): [
        DayItem("Metric trees, live", "#", instant(8, 16, 13), instant(8, 16, 16), "Lecture 26", "video"),
        DayItem(
            "Clinic: experiment design",
            "#",
            instant(8, 16, 17),
            None,
            "moved from Wed 13 Aug",
            "users",
            moved=True,
        ),
    ],
    TODAY: [DayItem("Guides assigned", "#", instant(8, 12, 6), None, "Capstone", "compass")],
}
ROWS = (
    RowItem("Data strategy memo", "#", "B-1 · 14 of 60 marked", "file-pen", "info", "Fri 15 Aug", "promised"),
    RowItem(NAMES[0], "#", "waits for a guide since 3 d", "user", "warn", "3 d"),
    RowItem("Attendance of lecture 25", "#", "one name unknown", "users", "", "1"),
)

TO_CLASS = Markup(
    "<p>Most of you priced what you would stop. Fewer named who decides it, and by when: read your own memo "
    "for that sentence.</p>"
)


class SampleForm(BaseForm):
    """One field of each kind."""

    email = EmailField(
        "E-mail", [InputRequired("Write an address."), Email("That is not an e-mail address.")]
    )
    zone = SelectField("Time zone", choices=[("Asia/Kolkata", "Asia/Kolkata"), ("Asia/Dubai", "Asia/Dubai")])
    kind = RadioField(
        "Work", choices=[("team", "In a team of 3 to 5"), ("solo", "On my own")], default="team"
    )
    words = TextAreaField("Why", description="Two sentences are enough.")
    file = FileField("Your memo")
    memo = TextAreaField("Your text")
    pledge = BooleanField("This is my own work, and I have named my helpers")


def samples() -> dict[str, Any]:
    """Return everything that the page of components shows."""
    form, wrong = (
        SampleForm(
            formdata=None, data={"memo": "## The decision\n\nWe stop the lake, and fund *two* products."}
        ),
        SampleForm(formdata=None, prefix="wrong", data={"email": "rohan@"}),
    )
    wrong["email"].errors = ["That is not an e-mail address."]
    return {
        "now": instant(8, 12, 16, 4),
        "form": form,
        "wrong": wrong,
        "names": NAMES,
        "radar": pictures.radar(CODES, (MINE, COHORT)),
        "radar_rows": tuple(zip(CODES, MINE, COHORT, strict=True)),
        "cash": charts.lines(CASH, ROUNDS),
        "series": CASH,
        "rounds": ROUNDS,
        "marks": charts.bars(MARKS),
        "to_class": {"html": TO_CLASS, "corrected": True, "released_at": instant(8, 11, 9)},
        "ladder": LADDER,
        "story": STORY,
        "thread": THREAD,
        "month": calendars.month_weeks(2025, 8, ITEMS, TODAY),
        "days": calendars.agenda_days(ITEMS, TODAY),
        "day_names": calendars.DAY_NAMES,
        "rows": ROWS,
    }
