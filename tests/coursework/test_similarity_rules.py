"""Overlap of texts: what must hold for any texts, and a table of what is left out."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coursework.rules import similarity
from lms.coursework.rules.similarity import (
    PASSAGE,
    SURE,
    Band,
    band,
    fingerprints,
    overlap,
    read,
    side_by_side,
)

WORDS = st.lists(st.sampled_from([f"w{n}" for n in range(12)]), max_size=60)
ONE = "the sale takes eleven months where ours takes five weeks so that the cash we would need stands idle"
OTHER = "nobody here reads a forecast after lunch because every number in it was true on monday morning alone"


def text(words: list[str]) -> str:
    return " ".join(words)


@given(WORDS)
def test_a_text_shares_all_with_itself(words):
    found = overlap(read(text(words)), read(text(words)))
    assert found.share == found.other_share == (1 if len(words) >= PASSAGE else 0)


@given(WORDS, WORDS)
def test_both_sides_say_the_same(one, other):
    there, back = overlap(read(text(one)), read(text(other))), overlap(read(text(other)), read(text(one)))
    assert (there.words, there.shared) == (back.other_words, back.other_shared)
    assert there.larger == back.larger
    assert 0 <= there.larger <= 1


@given(WORDS)
def test_texts_without_a_common_word_share_nothing(words):
    assert overlap(read(text(words)), read(text([f"x{each}" for each in words]))).larger == 0


@given(WORDS, WORDS, st.integers(0, 60), st.integers(0, 60))
def test_cutting_the_other_text_short_never_raises_a_share(one, other, start, end):
    whole = overlap(read(text(one)), read(text(other)))
    assert overlap(read(text(one)), read(text(other[start:end]))).shared <= whole.shared


@given(WORDS, WORDS, st.lists(st.sampled_from([f"w{n}" for n in range(12)]), min_size=SURE, max_size=20))
def test_a_common_stretch_is_always_found_by_its_fingerprints(before, after, common):
    one, other = read(text([*before, *common])), read(text([*common, *after]))
    assert fingerprints(one) & fingerprints(other)
    assert overlap(one, other).shared >= SURE


@given(WORDS)
def test_fingerprints_are_fewer_than_passages_and_among_them(words):
    reading = read(text(words))
    assert fingerprints(reading) <= reading.hashes


@given(WORDS, WORDS)
def test_marked_pieces_make_up_the_whole_text_and_count_the_same(one, other):
    readings = read(text(one)), read(text(other))
    found = overlap(*readings)
    for reading, pieces, shared in zip(
        readings, side_by_side(*readings), (found.shared, found.other_shared), strict=True
    ):
        assert "".join(piece.text for piece in pieces) == reading.text
        assert sum(len(piece.text.split()) for piece in pieces if piece.number) == shared
    mine, theirs = ({piece.number for piece in pieces} - {0} for pieces in side_by_side(*readings))
    assert theirs <= mine


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (ONE, 0),
        (f"> {ONE}", 19),
        (f"He said “{ONE}” and left.", 23),
        (f'He said "{ONE}" and left.', 23),
        (f"{OTHER}\n\n## References\n\n{ONE}", 20),
        (f"{OTHER}\n\n**Sources**\n{ONE}\n\n{ONE}", 39),
        (f"{OTHER}\n\n## References\n{ONE}\n\n## Annex\n\n{ONE}", 20),
        (f"{OTHER}[^1]\n\n[^1]: {ONE}", 20),
        (f'{ONE} "{OTHER}', 0),
        (f"Sources of error are many. {ONE}", 0),
        ("four words in all", 4),
    ],
)
def test_what_is_left_out(given, left):
    assert read(given).left_out == left


def test_the_briefs_own_words_are_nobodys():
    brief = read(ONE).hashes
    one, other = (
        read(f"{OTHER} {ONE}", brief),
        read(f"{ONE} Something else entirely is said by them here.", brief),
    )
    assert overlap(one, other).larger == 0
    assert one.words == len(OTHER.split())


def test_case_accents_and_marks_do_not_hide_a_copy():
    changed = ONE.upper().replace(" TAKES ", " takes,\n\n").replace("STANDS", "ＳＴＡＮＤＳ")
    assert overlap(read(ONE), read(changed)).larger == 1


def test_hashes_are_the_same_in_every_process():
    code = f"from lms.coursework.rules.similarity import *; print(sorted(fingerprints(read({ONE!r}))))"
    env = {"PYTHONHASHSEED": "7", "PATH": "/usr/bin"}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(sorted(fingerprints(read(ONE))))


@dataclass
class Limits:
    fine_to: float = 0.1
    review_to: float = 0.25
    revise_to: float = 0.4


@pytest.mark.parametrize(
    ("share", "found"),
    [
        (Fraction(0), Band.USUAL),
        (Fraction(1, 10), Band.USUAL),
        (Fraction(1001, 10000), Band.READ),
        (Fraction(1, 4), Band.READ),
        (Fraction(26, 100), Band.ASK),
        (Fraction(2, 5), Band.ASK),
        (Fraction(401, 1000), Band.PANEL),
        (Fraction(1), Band.PANEL),
    ],
)
def test_a_limit_belongs_to_the_band_below_it(share, found):
    assert band(share, Limits()) is found


@given(st.text(max_size=400))
def test_any_text_can_be_read(given):
    reading = read(given)
    assert overlap(reading, reading).share in (0, 1)


@pytest.mark.slow
def test_sixty_texts_are_compared_with_each_other_in_seconds():
    """1,500 words each, a fifth of them common to all: every pair is a candidate."""
    common = " ".join(f"common{n}" for n in range(300))
    began = time.process_time()  # the machine is shared: our own work counts
    readings = [read(f"{common} " + " ".join(f"own{one}of{n}" for n in range(1200))) for one in range(60)]
    prints = [fingerprints(each) for each in readings]
    pairs = [overlap(readings[a], readings[b]) for a in range(60) for b in range(a) if prints[a] & prints[b]]
    assert len(pairs) == 1770
    assert {each.larger for each in pairs} == {Fraction(1, 5)}
    assert time.process_time() - began < 20


def test_the_words_are_those_of_a_share_and_no_verdict():
    said = " ".join(band.value for band in Band) + (similarity.__doc__ or "")
    assert not {"plagiar", "cheat", "fraud", "guilty"} & set(said.lower().split())
