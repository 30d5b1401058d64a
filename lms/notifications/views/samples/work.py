"""Samples: work handed in, marks and answers, the capstone, teams."""

from __future__ import annotations

import hashlib

from lms.core import mail
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind
from lms.notifications.views.samples.making import DAY, HOUR, NOW, ZONE, said, worded

PROJECT = "A clinic network in Lucknow"


def _receipt() -> Message:
    facts = {
        "number": 2,
        "by": "Rhea Menon",
        "team": True,
        "handed_in_at": NOW,
        "due_at": NOW - HOUR,
        "late_days": 1,
        "words": 1180,
        "files": ["Memo – final (2).pdf"],
        "digest": hashlib.sha256(b"sample").hexdigest(),
        "answer_by": None,
        "zone": ZONE,
        "now": NOW,
    }
    text = mail.words("notifications/_receipt", **facts)
    title = "Receipt for B-1 The memo, version 2"
    return said(NoticeKind.RECEIPT, "receipt", title, text, template="receipt", facts=facts)


def _marked() -> dict[str, Message]:
    kind = NoticeKind
    return {
        "receipt": _receipt(),
        "mark": said(
            kind.MARK, "marks", "B-1 came back",
            "Your mark for B-1 The memo and what your marker wrote are on its page.",
        ),
        "excused": said(
            kind.MARK, "excused", "B-1 is excused",
            "B-1 The memo is left out of your results, and nothing of it is awaited: illness, with a note.",
        ),
        "resit": said(
            kind.MARK, "resit", "You have a resit in Data strategy",
            "What is to be done, until when, and how it counts stand beside your results.",
        ),
        "second-look": said(
            kind.MARKING, "review", "You are asked for a second look",
            "A learner complained about a mark. You see the work and its rubric, and no earlier mark.",
        ),
        "board": said(
            kind.PLACE, "board", "You sit on a board: Course A board, week 24",
            "The list, the agenda and the votes stand on its page. No result stands in a mail.",
        ),
        "board-item": said(
            kind.REQUEST, "board", "Course A board, week 24: item 1 waits for your vote",
            "What is proposed, what it would do and the reason stand on its page.",
        ),
        "board-minutes": said(
            kind.REQUEST, "board", "Course A board, week 24: the minutes are ready",
            "Every item with its votes and words, to be read, printed or taken as CSV.",
        ),
        "board-decided": said(
            kind.MARK, "board", "A board decided about your results",
            "What it decided and why stand beside your results. No result stands in a mail.",
        ),
        "to-mark": worded(
            kind.MARKING, "marking", "3 pieces of B-1 The memo to mark", "_to_mark",
            cohort="Spring", promised_at=NOW + 14 * DAY,
        ),
        "attempt": worded(
            kind.RECEIPT, "quiz", "Your attempt 1 at Q4 was ended by the clock", "_attempt", "Open Q4",
            title="Q4 Funnels and cohorts", number=1, expired=True, at=NOW,
        ),
        "harm": worded(
            kind.RECEIPT, "harm", "Harm was found in “memo.docx”", "_harm", "Open B-1", handed_in="B-1 The memo",
        ),
        "key": worded(
            kind.MARK, "key", "Your mark for Q4 was corrected", "_key_corrected", "Open Q4",
            title="Q4 Funnels and cohorts", taken_back=False,
            reason="The table and the question spoke of different weeks.",
        ),
        "closing": worded(
            kind.DEADLINE, "closing", "PS1 closes within two hours", "_closing", "Open PS1",
            title="PS1 The price round", at=NOW + HOUR,
        ),
    }  # fmt: skip


def _capstone() -> dict[str, Message]:
    kind = NoticeKind
    return {
        "milestone": worded(
            kind.CAPSTONE, "milestone", f"M1 of {PROJECT} waits for your answer", "_milestone",
            project=PROJECT, number=1, late_days=0, answer_by=NOW + 7 * DAY,
        ),
        "answer": worded(
            kind.FEEDBACK, "milestone", "M1 Problem and host came back: revise it", "_answer",
            by="Gita Guide", rejected=False, revise_by=NOW + 10 * DAY,
        ),
        "guide": said(
            kind.CAPSTONE, "guide", f"You guide {PROJECT}",
            "Its milestones, files and conversation are in its room. Handed over from Gita Guide: M1 to answer. "
            "Promises stay as they were given. She is on parental leave.",
            act="Open the project",
        ),
        "meeting": worded(
            kind.CAPSTONE, "meeting", "Your guide noted your meeting", "_meeting",
            held=True, held_at=NOW, missed=0,
        ),
        "correction": worded(
            kind.CAPSTONE, "meeting", "The note was corrected", "_correction", "Read both",
            by="Gita Guide", held_at=NOW - DAY, reason="Sanjay was there too.",
        ),
        "project": worded(
            kind.CAPSTONE, "project", f"One step back in {PROJECT}", "_project", "Open your project's room",
            step="back", by="Cora Coordinator", reason="The approval was meant for another team.",
        ),
        "room": said(
            kind.CAPSTONE, "room", "Gita Guide wrote in your project’s room",
            "Who pays for the second visit? Bring me that one number next week.",
            template="quote", facts={"by": "Gita Guide", "where": PROJECT}, act="Open the room",
        ),
        "team": worded(
            kind.TEAM, "team", "Team “Fig” has changed", "_team", "Open your teams",
            news="others", joined=["Rhea Menon"], left=["Tomás Vidal"],
            members=["Rhea Menon", "Sanjay Kulkarni", "Wen Li"],
        ),
        "team-rating": worded(
            kind.TEAM, "team-rating", "What did the others do for G1?", "_team_rating", "Rate the others",
            title="G1 The delivery plan", soon=False, closes_at=NOW + 5 * DAY,
        ),
        "sample-first": said(
            kind.MARKING, "sample-first", "A piece to begin with in B-1",
            "B-1 The memo, Spring. Everybody who marks it judges the same piece first, and then sees how far they lie"
            " from the agreed judgement. No learner sees anything of it.", act="Judge the piece",
        ),
        "peer-review": worded(
            kind.DEADLINE, "peer-review", "You have work to review for A-2", "_peer_review", "Open your reviews",
            title="A-2 Investment-case workbook", soon=False, closes_at=NOW + 7 * DAY,
        ),
        "peer-review-released": said(
            kind.FEEDBACK, "peer-review-released", "What others said of your A-2",
            "A-2 Investment-case workbook: the reviews of your work are there. They are no marks."
            " You can answer each once.",
            act="Read the reviews",
        ),
        "second-looks": said(
            kind.MARKING, "second-looks", "6 pieces of B-1 to mark a second time",
            "B-1 The memo, Spring. The marks of this batch wait for its sample.", act="Open your second looks",
        ),
        "team-rating-closed": said(
            kind.MARKING, "team-rating-closed", "Ratings inside Fig wait to be settled",
            "G1 The delivery plan. Look at them before they count. The team's mark waits.", act="Look at the ratings",
        ),
        "team-rating-comment": said(
            kind.MARKING, "team-rating-comment", "Your comment on Fig is asked for",
            "M3 Evidence pack. A member's factor lies far from 1. Say what you have seen before it counts.",
            act="Write the comment",
        ),
    }  # fmt: skip


def samples() -> dict[str, Message]:
    """By the names in their addresses."""
    return {**_marked(), **_capstone()}
