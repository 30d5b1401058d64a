"""A text beside another: rendered as its marker reads it, passages marked, and no Markdown broken by the marks."""

from __future__ import annotations

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from lms.core import markdown
from lms.coursework.rules import similarity
from lms.coursework.views.beside import Anchors, rendered

SAME = "we stop the lake and fund two products for our two hundred hospitals next year"
TEXT = f"""# Why

First of all {SAME}, and **that is all we do now** for a while.

1. the third of them is that one point comes before all others
2. see [the plan of ours for next year](https://example.org/the/plan/of/ours/for/next/year) too

| what it costs us | in all of next year |
|---|---|
| two products for all hospitals | a lot of our money |

<script>alert(1)</script> \ue000 \ue101 a sign of ours
"""


def beside(text: str, other: str, *, files: str = "", linked: bool = True) -> BeautifulSoup:
    mine = similarity.read("\n\n".join(filter(None, (text, files))))
    pieces, _theirs = similarity.side_by_side(mine, similarity.read(other))
    return BeautifulSoup(str(rendered(text, files, mine, pieces, Anchors("a", "b", linked))), "html.parser")


def test_what_both_say_is_marked_once_for_each_place_and_leads_to_the_other() -> None:
    soup = beside(TEXT, f"They wrote: {SAME}.")
    (mark,) = soup.select("mark")
    assert mark["id"] == "a-1"
    assert mark.select_one("a.beside-number")["href"] == "#b-1"
    assert SAME in mark.get_text()
    assert soup.select_one("h3").get_text() == "Why"
    assert not soup.select("script")
    assert "alert(1)" in soup.get_text()
    assert not any("\ue000" <= sign <= "\uf8ff" for sign in str(soup))


def test_a_passage_that_lies_across_everything_keeps_lists_tables_and_links() -> None:
    soup = beside(TEXT, TEXT, files=f"{SAME}\n\nand more of it", linked=False)
    plain = BeautifulSoup(markdown.render(TEXT, heading_from=3), "html.parser")
    for tag in ("h3", "li", "td", "strong", "a[href^=https]", "ol"):
        assert len(soup.select(tag)) >= len(plain.select(tag)), tag
    assert soup.select_one("a[href^=https]")["href"] == plain.select_one("a[href^=https]")["href"]
    assert not soup.select("a a")
    assert not soup.select("a.beside-number"), "the other text is not shown"
    numbered = [one["id"] for one in soup.select("mark[id]")]
    assert len(numbered) == len(set(numbered))
    assert soup.get_text().count("(end of passage 1)") == 1
    assert "In its files" in soup.get_text()


@given(st.text(alphabet='ab *_#>`|[](){}!-.1\n"<&\ue000\ue101', max_size=120))
def test_marks_add_words_and_take_none_away(text: str) -> None:
    whole = f"{text}\n\n{SAME}"
    soup = beside(whole, whole)
    for added in soup.select(".beside-number, .vh"):
        added.decompose()
    for mark in soup.select("mark"):
        mark.unwrap()
    clean = whole.replace("\ue000", "\ufffd").replace("\ue101", "\ufffd")
    expected = BeautifulSoup(markdown.render(clean, heading_from=3), "html.parser")
    assert soup.get_text().split() == expected.get_text().split()
