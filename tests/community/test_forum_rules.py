"""Decisions about forums: who sees, who hears, names in a text, words that are looked for."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.community import rules
from lms.community.rules import Ear, ForumRefusal, Scope, Show, mentions, search
from lms.community.rules.search import Piece, Within, Words
from lms.core.markdown import render

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("scope", "section", "reads_all", "own", "sees"),
    [
        (Scope.COHORT, None, False, None, True),
        (Scope.COHORT, None, False, 2, True),
        (Scope.SECTION, 1, False, 1, True),
        (Scope.SECTION, 1, False, 2, False),
        (Scope.SECTION, 1, False, None, False),
        (Scope.SECTION, 1, True, None, True),
        (Scope.SECTION, None, False, None, False),
        (Scope.SECTION, None, True, None, True),
    ],
)
def test_who_sees_a_thread(scope, section, reads_all, own, sees):
    assert rules.is_for(scope, section, reads_all=reads_all, own_section=own) is sees


@pytest.mark.parametrize(
    ("apart", "learner", "own", "chosen", "section"),
    [
        (False, True, 1, None, None),
        (True, True, 1, None, 1),
        (True, True, None, None, None),
        (True, True, 1, 2, 1),
        (True, False, None, None, None),
        (True, False, None, 2, 2),
        (False, False, None, 2, 2),
    ],
)
def test_for_whom_a_new_thread_is(apart, learner, own, chosen, section):
    assert rules.scope_of(per_section=apart, learner=learner, own_section=own, chosen=chosen) == section


@pytest.mark.parametrize(
    ("leave", "over", "locked", "moderates", "why"),
    [
        (False, False, False, False, None),
        (True, False, False, False, ForumRefusal.ON_LEAVE),
        (False, True, False, True, ForumRefusal.YEAR_OVER),
        (False, False, True, False, ForumRefusal.LOCKED),
        (False, False, True, True, None),
    ],
)
def test_why_somebody_cannot_write(leave, over, locked, moderates, why):
    assert rules.why_not_write_here(on_leave=leave, over=over, locked=locked, moderates=moderates) is why


FOLLOWING, MUTED, AUTOMATIC = Ear.FOLLOWING, Ear.MUTED, Ear.AUTOMATIC


@pytest.mark.parametrize(
    ("thread", "forum", "hears"),
    [
        (None, None, False),
        (None, FOLLOWING, True),
        (None, MUTED, False),
        (AUTOMATIC, None, True),
        (AUTOMATIC, FOLLOWING, True),
        (AUTOMATIC, MUTED, False),
        (FOLLOWING, None, True),
        (FOLLOWING, MUTED, True),
        (MUTED, None, False),
        (MUTED, FOLLOWING, False),
    ],
)
def test_who_is_told(thread, forum, hears):
    assert rules.hears(thread, forum) is hears


@pytest.mark.parametrize(
    ("newest", "own", "before", "read"),
    [(0, 1, 0, 1), (5, 6, 5, 6), (5, 6, 4, 4), (5, 6, 0, 0), (5, 6, 9, 6)],
)
def test_what_counts_as_read_for_whoever_writes(newest, own, before, read):
    assert rules.read_after_writing(newest_of_others=newest, own=own, before=before) == read


def test_only_those_who_moderate_list_what_is_hidden():
    assert rules.show_of("hidden", moderates=False) is Show.ALL
    assert rules.show_of("hidden", moderates=True) is Show.HIDDEN
    assert rules.show_of("nonsense", moderates=True) is Show.ALL


# Names --------------------------------------------------------------------------------------------------------------


def test_people_are_called_first_and_last_and_numbered_where_two_are_called_alike():
    people = [(3, "Rhea Menon"), (1, "Zoë O’Neil-Łuk"), (7, "rhea menon"), (9, "Team"), (11, "राहुल वर्मा")]
    assert mentions.handles(people) == {
        1: "zoe.o.neil.łuk",
        3: "rhea.menon",
        7: "rhea.menon2",
        9: "team2",
        11: mentions.handles([(11, "राहुल वर्मा")])[11],
    }


@given(st.lists(st.text(max_size=30), max_size=12))
def test_everybody_is_called_differently(names):
    called = mentions.handles(enumerate(names))
    assert len(set(called.values())) == len(names)
    assert mentions.TEAM not in called.values()
    assert mentions.EVERYONE not in called.values()


@given(st.lists(st.text(max_size=20), max_size=8), st.text(max_size=20))
def test_whoever_joins_later_changes_nobodys_name(names, later):
    before = mentions.handles(enumerate(names))
    assert before.items() <= mentions.handles([*enumerate(names), (len(names), later)]).items()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@rhea.menon look", ["rhea.menon"]),
        ("Thanks, @Rhea.Menon.", ["rhea.menon"]),
        ("(@rhea and @rhea)", ["rhea"]),
        ("write to rhea@menon.example", []),
        ("see https://x.example/@rhea", []),
        ("`@rhea` and ```\n@rhea\n```", []),
        ("> @rhea said\n\n@sanjay", ["sanjay"]),
        ("@@rhea", []),
        ("@", []),
        ("@Zoë", ["zoe"]),
    ],
)
def test_what_is_a_name(text, names):
    assert mentions.names_in(text) == names


def test_a_first_name_is_enough_where_only_one_has_it():
    known = mentions.whom({1: "rhea.menon", 2: "rhea.rao", 3: "sanjay.kulkarni"})
    assert known.get("rhea") is None
    assert known["sanjay"] == 3
    named = mentions.named("@sanjay @rhea @rhea.rao @team @nobody.here", known)
    assert (named.people, named.team, named.everyone) == (frozenset({2, 3}), True, False)
    assert named.unknown == ("rhea", "nobody.here")


def test_names_become_links_and_nothing_else_does():
    known = {"rhea.menon": 1, "rhea": 1}
    html = render("@rhea.menon and `@rhea` and [@rhea](https://x.example) <b>@rhea</b> @team @who")
    shown = mentions.shown(html, known, lambda _id: ('Rhea "<b>" Menon', "/a?b=1&c=2"))
    assert shown.count('<a class="mention" href="/a?b=1&amp;c=2">@Rhea &quot;&lt;b&gt;&quot; Menon</a>') == 2
    assert "<code>@rhea</code>" in shown
    assert ">@rhea</a>" in shown
    assert '<span class="mention">@team</span>' in shown
    assert "@who" in shown


@given(st.text(max_size=200))
def test_a_text_without_known_names_is_shown_as_it_is(text):
    html = render(text)
    assert mentions.shown(html, {}, lambda _id: None).replace('<span class="mention">', "<span>").count(
        "<a "
    ) == html.count("<a ")


def test_a_quotation_leaves_out_what_was_quoted():
    quoted = mentions.quoted("> old\n\nNew words.\n\nMore.", "Rhea")
    assert quoted == "> **Rhea:**\n>\n> New words.\n>\n> More.\n\n"
    assert len(mentions.quoted("word " * 1000, "Rhea")) < 1300


# Words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", Words()),
        ("Pricing", Words(("pricing",))),
        ("café  Crème", Words(("cafe", "creme"))),
        ('"unit economics" price', Words(("price",), (("unit", "economics"),))),
        ("“unit economics”", Words((), (("unit", "economics"),))),
        ('"alone"', Words(("alone",))),
        ("price -discount", Words(("price",), (), ("discount",))),
        ("build/buy", Words(("build", "buy"))),
        ("price price", Words(("price",))),
        ("* ( ) ' & | !", Words()),
        ("a b c d e f g h i j", Words(tuple("abcdefgh"))),
    ],
)
def test_what_is_looked_for(typed, words):
    assert search.words_of(typed) == words


def test_how_it_is_asked_of_each_database():
    wanted = search.words_of('price "unit economics" -discount')
    assert search.for_sqlite(wanted) == '"price"* AND "unit economics" NOT "discount"'
    assert search.for_postgres(wanted) == "'price':* & ('unit' <-> 'economics') & !'discount'"


@given(st.text(max_size=80))
def test_nothing_typed_can_mean_anything_to_a_database(typed):
    wanted = search.words_of(typed)
    for word in (*wanted.marked, *wanted.without):
        assert word.replace("_", "a").isalnum() or not word.isascii(), word


def test_an_excerpt_shows_where_the_word_stands_and_marks_it():
    text = "Before. " * 40 + "The **price** of waiting is a Priced thing. " + "After. " * 40
    pieces = search.excerpt(text, search.words_of("price"))
    assert [piece.text for piece in pieces if piece.marked] == ["price", "Priced"]
    assert pieces[0] == Piece("… ")
    assert pieces[-1].text.endswith(" …")
    assert sum(len(piece.text) for piece in pieces) < 300


@given(st.text(max_size=600), st.text(min_size=1, max_size=10))
def test_an_excerpt_is_short_whatever_the_text(text, word):
    pieces = search.excerpt(text, search.words_of(word))
    assert sum(len(piece.text) for piece in pieces) <= search.LENGTH + 4


def test_whole_words_weigh_more_than_beginnings_and_long_posts_less():
    wanted = search.words_of("price")
    whole, begun = search.weight("a price", wanted), search.weight("a pricelist", wanted)
    assert whole > begun > 0
    assert search.weight("a price " + "word " * 400, wanted) < whole


def test_how_long_ago():
    assert Within.ANY.since(NOW) is None
    assert Within.WEEK.since(NOW) == NOW - dt.timedelta(days=7)
    assert search.within_of("nonsense") is Within.ANY
    assert search.order_of("nonsense") is search.Order.NEWEST
