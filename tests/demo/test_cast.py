"""The demonstration's people and words, without building it."""

from __future__ import annotations

import random

from lms.demo import cast, words


def test_the_cast_is_as_promised() -> None:
    everybody = cast.load()
    assert {name: len(people) for name, people in everybody.cohorts.items()} == {
        "week41": 48,
        "week14": 36,
        "opening": 10,
        "week33": 24,
    }
    assert len({one.zone for one in everybody.cohorts["week41"]}) == 6
    addresses = [one.email for people in everybody.cohorts.values() for one in people]
    addresses += [one.email for one in everybody.staff]
    assert len(addresses) == len(set(addresses))
    assert {f"{name}@{cast.DOMAIN}" for name in cast.SIGN_INS} <= set(addresses)


def test_no_two_learners_hand_in_the_same_memo_and_no_brace_is_left() -> None:
    source = random.Random(1)
    people = cast.load().cohorts["week41"]
    memos = [words.work("a-1", who, who.persona.quality, source) for who in people]
    assert len(set(memos)) == len(memos)
    assert not [memo for memo in memos if "{" in memo]
    assert min(len(memo.split()) for memo in memos) > 60


def test_files_are_what_they_say() -> None:
    who = cast.load().cohorts["week41"][0]
    assert b"word/document.xml" in words.docx("Title", "One & two\n\nThree")
    assert words.workbook(who, random.Random(1))[:2] == b"PK"
