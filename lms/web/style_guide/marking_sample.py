"""A marking desk: piece 17 of 60 of the data strategy memo. The memo was written for this project."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from lms.web.shapes import Criterion, FileItem, Level, MarkingDesk, QueueItem, Work
from lms.web.style_guide.learner_sample import instant

MEMO = Markup("""
<p>To: Chief Executive, Operating Committee<br>On: what we do with claims data in the next eighteen months</p>
<h2>The decision I ask for</h2>
<p>Stop the lake. Fund two data products instead: <em>claim status</em>, which every partner hospital asks us about
eleven thousand times a week, and <em>treatment price</em>, which our own pricing team rebuilds by hand each quarter.
The lake has cost ₹ 14.2 crore over three years. It answers nine questions; seven of them were asked once.</p>
<h2>Why products, and why these two</h2>
<p>A data product has someone who uses it weekly, someone who answers for it, and a promise that can be broken. I tested
the candidates against those three. Of fourteen, five had a weekly user, and only two had a user who would pay in
time or money. The others are reports that lost their reader and kept their schedule.</p>
<p>Claim status has the harder data and the easier politics. The source is one system; the events arrive late on
weekends, because two regional offices still key them on Mondays. We will promise freshness of four hours on
working days and say so on the screen, rather than promise fifteen minutes and explain ourselves every Monday.</p>
<blockquote>“I don't need it live. I need it to be wrong less often than my phone calls.” Billing head, partner
hospital, Nashik</blockquote>
<h2>What I would not do</h2>
<ul>
<li>Buy the catalogue the vendor offers. Two products do not need a catalogue; they need names people remember.</li>
<li>Move consent records this year. They are correct where they are, and moving them puts the one thing we must
never get wrong next to the one thing we have never done.</li>
<li>Hire a head of data first. The first product owner will tell us what that job is.</li>
</ul>
<h2>What would change my mind</h2>
<p>If fewer than forty of our two hundred hospitals look at claim status twice in its second month, I would stop it and
return the rest of the money. If the regulator's draft on price disclosure is notified before March, treatment
price goes first.</p>
""")


def _levels(*words: str) -> tuple[Level, ...]:
    return tuple(Level(str(n), f"{25 * n}", text) for n, text in enumerate(words, start=1))


RUBRIC = (
    Criterion(
        "decision", "A decision that can be taken", "30 %",
        _levels("A topic, no choice", "A choice, alternatives not named", "A choice against named alternatives",
                "A choice, alternatives, and what is given up"),
        chosen="4", codes=("SDM", "DEC"),
        comment="Stopping the lake in the first line is exactly what a committee needs.",
    ),
    Criterion(
        "evidence", "Evidence and its limits", "30 %",
        _levels("Assertion", "Figures without source", "Figures with source", "Figures, source, and how sure"),
        chosen="3", codes=("SDM", "STK"),
    ),
    Criterion(
        "risk", "Privacy, quality and lineage", "25 %",
        _levels("Not addressed", "Named in passing", "Addressed with an owner", "Addressed, owned, and tested"),
        chosen="2", codes=("RES",),
    ),
    Criterion(
        "words", "Written to be read by a board", "15 %",
        _levels("Hard to follow", "Clear in parts", "Clear", "Clear and memorable"), codes=("SHM",),
    ),
)  # fmt: skip
QUEUE = tuple(
    QueueItem(
        number=number,
        href="#",
        state="done" if number < 15 else ("draft" if number in (15, 17) else "todo"),
        name=f"Candidate {100 + number * 7 % 60}",
        current=number == 17,
        late=number in (9, 31),
    )
    for number in range(1, 61)
)
DESK = MarkingDesk(
    now=instant(8, 12, 16, 4),
    zone="Asia/Kolkata",
    cohort_zone="Asia/Kolkata",
    assignment="B-1 Data strategy memo",
    cohort="Cohort 14",
    back_href="#",
    promised_at=instant(8, 15, 18, 29),
    position=17,
    queue=QUEUE,
    work=Work(
        title="What we do with claims data in the next eighteen months",
        by="Candidate 119",
        handed_in_at=instant(7, 27, 17, 22),
        version=2,
        words=1487,
        html=MEMO,
        files=(
            FileItem("claims-data-memo-v2.pdf", "#", 412_338, "file-text", "9f31 c07a 55e2"),
            FileItem(
                "appendix, candidates scored against three tests.xlsx",
                "#",
                38_112,
                "sheet",
                "07bd 91ee 3a40",
            ),
        ),
    ),
    rubric=RUBRIC,
    total="72.0",
    penalty="no late days",
    final="72.0",
    comment="",
    version=3,
    action="#",
    autosave_href="#",
    saved_at=dt.datetime(2025, 8, 12, 15, 34, tzinfo=dt.UTC),
    previous_href="#",
    next_href="#",
)
