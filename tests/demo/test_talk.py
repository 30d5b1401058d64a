"""What people of the demonstration answer each other, without building it."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from lms.core import markdown
from lms.demo import cast, words

THREADS = ("th0", "th1", "th2", "th3", "th4", "th5", "th6", "th7")
COUNTS_FROM = 60


@pytest.mark.parametrize("key", THREADS)
def test_a_long_reply_counts_and_nobody_writes_it_twice(key: str) -> None:
    source = random.Random(1)
    people = cast.load().cohorts["week41"]
    said: Counter[str] = Counter()
    written = [words.argument(key, people[at % len(people)], said, source) for at in range(40)]
    assert None not in written
    texts = [text for text in written if text]
    assert len(set(texts)) == 40
    assert min(markdown.words(text) for text in texts) >= COUNTS_FROM
    assert not [text for text in texts if "{" in text]
    assert max(said.values()) <= 40 / 8 + 1, "no half is heard much more often than another"


def test_a_discussion_with_nothing_left_to_say_is_told_so() -> None:
    said: Counter[str] = Counter()
    source, who = random.Random(1), cast.load().cohorts["week41"][0]
    written = [words.argument("th0", who, said, source) for _ in range(65)]
    assert written[-1] is None
    assert words.argument("nowhere", who, Counter(), source) is None


def test_halves_of_a_reply_belong_to_one_discussion() -> None:
    halves = [text for key in THREADS for half in words.halves(key) for text in half]
    assert len(halves) == len(set(halves)) == 8 * 16
