"""Moodle's GIFT format: every kind, what is changed and what is not taken, with its line; and nothing breaks it."""

from __future__ import annotations

import time

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lms.cli import main
from lms.curriculum.content import bank_yaml, schema, source
from lms.curriculum.content.gift import Imported, read_gift

INTRO = "Questions that were brought along."
FILE = r"""// a comment, with = and { in it
::Capital:: Which of these is a bet \{with reasons\}?{
=A choice that names what would change it#Exactly: it can be wrong.
~A plan with dates#Dates say when, not why.
~%50%A wish####A bet says what it would take to be wrong.
}

$CATEGORY: $course$/Finance

Two figures are fixed costs; which?{
~%50%Rent of the depot
~%50%Salaries of the office
~%-100%Ice for each delivery
~%-100%Payment fees
}

A contribution margin is revenue less variable cost.{TRUE#It is.#Yes, before fixed costs.}

::Words:: The margin before fixed costs is called {=contribution =contribution margin =%50%margin =contrib*} margin.

What is 15 % of 200 crates?{#30:0.5}

Give a price between the two.{#2.5..3.5#Well between.}

Of 8 doors 3 are open. How many are closed?{#=5 =%50%5:1#Nearly.}

Match the word to its measure.{=Reach -> People =Depth -> Hours =Price -> Money = -> Weight}

[html]<p>Which is <b>true</b>?</p>{=Revenue &gt; cost ~Cost \= revenue}

What moved you this year?{}

This is a description and asks nothing.

Which of these wins?{=One ~One}

See the picture <img src="x.png"> and choose.{=Yes ~No}

Which is it?{Yes or no}

Broken { =a ~b
"""


def read(text: str) -> Imported:
    return read_gift(text, prefix="q9", codes=["VIS", "STR"], intro=INTRO)


def test_every_kind_with_its_report():
    found = read(FILE)
    told = {line.line: str(line).partition(": ")[2] for line in found.lines}
    items = {item["id"]: item for item in found.bank["items"]}
    assert [items[f"q9-{at:02}"]["kind"] for at in range(1, 10)] == [
        "single", "multiple", "single", "short", "numeric", "numeric", "numeric", "match", "single",
    ]  # fmt: skip
    first = items["q9-01"]
    assert first["prompt"] == "Which of these is a bet {with reasons}?"
    assert [option.get("correct", False) for option in first["options"]] == [True, False, False]
    assert first["options"][0]["feedback"] == "Exactly: it can be wrong."
    assert first["explanation"] == "A bet says what it would take to be wrong."
    assert "part of the points for a choice is dropped" in told[2]
    assert "weights are replaced by our rule" in told[10]
    assert [option["text"] for option in items["q9-03"]["options"] if option.get("correct")] == ["True"]
    assert items["q9-03"]["options"][0]["feedback"] == "Yes, before fixed costs."
    assert items["q9-04"]["accept"] == ["contribution", "contribution margin"]
    assert "“margin” earned 50 %" in told[19]
    assert "“contrib*” has a wildcard" in told[19]
    assert (items["q9-05"]["answer"], items["q9-05"]["tolerance"]) == (30, 0.5)
    assert (items["q9-06"]["answer"], items["q9-06"]["tolerance"]) == (3, 0.5)
    assert items["q9-07"]["answer"] == 5
    assert len(items["q9-08"]["pairs"]) == 3
    assert "“Weight” belongs to nothing and is dropped" in told[27]
    assert items["q9-09"]["prompt"] == "Which is true ?"
    assert [option["text"] for option in items["q9-09"]["options"]] == ["Revenue > cost", "Cost = revenue"]
    assert "formatting in HTML is dropped" in told[29]
    refused = [str(line).rpartition("not taken: ")[2] for line in found.lines if not line.id]
    assert refused == [
        "an essay; ours are assignments",
        "it has no answers in braces: a description",
        "two of its options are the same",
        "it has a picture, a table or a film; write it anew",
        "no answer is marked by = or ~",
        "its braces do not pair",
    ]


def test_categories_become_pools():
    found = read(FILE)
    pools = [pool["id"] for pool in found.bank["pools"]]
    assert len(pools) == 2
    assert pools[1] == "finance-2"
    assert [item["pool"] for item in found.bank["items"]][:2] == pools


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("What?{=4 ~5 ~6}", "answers of one character stand in quotation marks"),
        ("::No end{=a ~b}", "its title begins with :: and does not end"),
        ("Pick {=aa ~bb} or {=cc ~dd}", "more than one set of answers"),
        ("Choose rightly now.{=aa =bb ~cc}", "2 options are right"),
        ("Choose rightly now.{~aa ~bb}", "no option is right"),
        ("How many doors are there?{#}", "“” is no number"),
        ("How many doors are there?{#many}", "“many” is no number"),
        ("How many doors are there?{#5..3}", "its range ends before it begins"),
        ("How many doors are there?{#5:-1}", "its tolerance is below 0"),
        ("Match these, please.{=aa -> bb =cc -> dd}", "it has 2 pairs; ours have 3 to 6"),
        ("{=aa ~bb}", "nothing is asked"),
        ("Name the thing, please.{=%50%half}", "no answer is left that is right in full"),
        ("Choose rightly now.{=aa ~bb}\n\nChoose rightly now.{=cc ~dd}", "it asks the same as q9-01"),
    ],
)
def test_what_is_changed_or_refused_says_why(text, why):
    assert why in str(read(text).lines[-1])


answers = st.text(alphabet="=~%#{}:\\->5a0. T\n/$&<>", max_size=60)
SIGNS = ("::", "{", "}", "=", "~", "%50%", "#", "->", "\n", "\n\n", "\\", "..", "T", "5", "word ")
pieces = st.lists(st.sampled_from(SIGNS), max_size=80)


@given(st.text() | answers | st.builds("".join, pieces))
def test_nothing_breaks_it_and_what_comes_out_is_a_bank(text):
    found = read(text)
    items = TypeAdapter(list[schema.Item])
    items.validate_python(found.bank["items"])
    again = source._parse("bank.yaml", bank_yaml.bank_text(found.bank), 0)[0]
    assert again == found.bank
    assert found.taken == len(found.bank["items"])


LONG = [
    "\\",
    "{",
    "}",
    "=",
    "~%",
    "%1",
    "#",
    "->",
    "<",
    "&",
    "::",
    "\n",
    "a\n\n",
    "$CATEGORY:",
    "{=a~b}",
    "{#1..",
    "\\\\=",
]


@pytest.mark.parametrize("piece", LONG)
def test_long_nonsense_takes_time_in_proportion(piece):
    """Twenty times as much takes far less than four hundred times as long."""

    def seconds(count: int) -> float:
        began = time.process_time()
        read("Which one is it? " + piece * count)
        return time.process_time() - began

    short, long = max(seconds(2_000), 0.004), seconds(40_000)
    assert long < 80 * short


def test_the_command_reads_a_file_and_says_what_became_of_it(tmp_path):
    (tmp_path / "moodle.gift").write_text(FILE, encoding="utf-8")
    out = tmp_path / "q9.yaml"
    tried = CliRunner().invoke(
        main, ["content", "import-gift", str(tmp_path / "moodle.gift"), "--codes", "VIS"]
    )
    assert "9 of 15 questions taken" in tried.output
    assert [one.name for one in tmp_path.iterdir()] == ["moodle.gift"], "without --out nothing is written"
    said = CliRunner().invoke(
        main,
        ["content", "import-gift", str(tmp_path / "moodle.gift"), "--out", str(out), "--codes", "VIS, STR"],
    )
    assert said.exit_code == 0, said.output
    assert "line 2: Capital: taken with a change as q9-01" in said.output
    assert "9 of 15 questions taken" in said.output
    data = source.read(tmp_path, "q9.yaml").data
    assert len(data["items"]) == 9
    assert data["items"][0]["codes"] == ["VIS", "STR"]
