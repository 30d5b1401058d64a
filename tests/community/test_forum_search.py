"""Searching what was said: what is found, what is never found, and how the database does it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.community.actions import finding
from lms.community.models import ForumThread, Post, PostSearch, Thread, ThreadSubject
from lms.community.queries import search
from lms.community.queries.search import Asked
from lms.community.rules import Scope
from lms.community.rules.search import Order, words_of
from lms.core import clock, ids
from lms.core.db import db
from tests.factories import community, forums, world
from tests.support.database import gather_statistics

pytestmark = pytest.mark.db


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=1)


@pytest.fixture
def home(cohort):
    return f"/cohorts/{cohort.slug}/forums/search"


def found(cohort, who, words, **asked):
    hall = forums.hall(cohort, who)
    page = search.find(hall, Asked(words_of(words), **asked), clock.now())
    return [one.title for one in page.rows]


def test_words_phrases_and_what_must_not_be_there(cohort, rhea, sanjay):
    forums.began(cohort, rhea, "Unit economics", "How do you reckon the price of a pilot?")
    forums.began(cohort, sanjay, "Prices in rounds", "The economics of a unit are not a discount. Café.")
    assert found(cohort, rhea, "pric") == ["Prices in rounds", "Unit economics"]
    assert found(cohort, rhea, "PRICE pilot") == ["Unit economics"]
    assert found(cohort, rhea, '"unit economics"') == ["Unit economics"]
    assert found(cohort, rhea, "economics -discount") == ["Unit economics"]
    assert found(cohort, rhea, "cafe") == ["Prices in rounds"]
    assert found(cohort, rhea, "nothing") == []
    assert found(cohort, rhea, "") == []
    assert found(cohort, rhea, "' OR 1=1 -- \" * NEAR(") == []


def test_discussions_are_found_too_and_rooms_of_projects_never(visit, cohort, rhea, sanjay, home):
    with community.opened(cohort, rhea):
        community.said(cohort, rhea, "A victim of the zeppelin vision.")
        page = visit(sanjay).get(f"{home}?q=zeppelin")
        assert page.texts(".found .row-title") == ["A vision with a victim"]
        assert page.texts(".found mark") == ["zeppelin"]
        there = visit(sanjay).get(page.one(".found .row-link")["href"])
        assert "zeppelin" in there.text(".comment")
    room = Post(author_id=rhea.id, text="A secret zeppelin.", html="", words=3, posted_at=clock.now())
    finding.keep(room, ThreadSubject.PROJECT)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PostSearch)) == 1


def test_what_was_hidden_removed_or_said_elsewhere_is_never_found(cohort, rhea, sanjay, faculty):
    hidden = forums.began(cohort, rhea, "Acme", "Our client is Acme.")
    forums.replied(cohort, sanjay, hidden, "Acme is ours too.")
    forums.hid(cohort, faculty, hidden, hidden.post)
    elsewhere = world.cohort(weeks_in=2)
    forums.began(elsewhere, world.learner(elsewhere), "Acme", "Acme again.")
    for who in (rhea, sanjay, faculty):
        assert found(cohort, who, "acme") == []


def test_a_changed_post_is_found_by_what_it_says_now(cohort, rhea):
    from lms.community.actions import forums as writing
    from lms.community.actions.forums import Saying
    from lms.core.uow import unit_of_work

    said = forums.began(cohort, rhea, "Old title", "First wording.")
    with unit_of_work() as work:
        view = forums.seen(cohort, rhea, said)
        changed = Saying(text="Second phrasing.", title="New title")
        writing.edit(view, said.post.public_id, changed, "new", actor=world.actor(rhea), now=work.now)
    assert found(cohort, rhea, "wording") == found(cohort, rhea, "old") == []
    assert found(cohort, rhea, "phrasing title") == ["New title"]


def test_by_whom_where_and_when(visit, cohort, rhea, sanjay, home):
    old = forums.began(cohort, rhea, "Long ago", "A rival, old.")
    forums.began(cohort, sanjay, "In the module", "A rival, his.", forum=forums.MODULE)
    earlier = sa.update(Post).where(Post.id == old.post.id)
    db.session.execute(earlier.values(posted_at=clock.now() - dt.timedelta(days=20)))
    db.session.commit()
    hers = visit(rhea)
    assert hers.get(f"{home}?q=rival&by=rhea.menon").texts(".found .row-title") == ["Long ago"]
    assert hers.get(f"{home}?by=sanjay.kulkarni").texts(".found .row-title") == ["In the module"]
    assert hers.get(f"{home}?q=rival&where={forums.MODULE}").texts(".found .row-title") == ["In the module"]
    assert hers.get(f"{home}?q=rival&where=discussions").texts(".found .row-title") == []
    assert hers.get(f"{home}?q=rival&within=week").texts(".found .row-title") == ["In the module"]
    assert "Nobody of this cohort" in hers.get(f"{home}?q=rival&by=nobody.here").text(".callout")


@pytest.mark.slow
def test_the_best_stand_first_and_every_page_is_met_once(visit, cohort, rhea, sanjay, home):
    for number in range(45):
        forums.began(
            cohort, rhea, f"Thread {number}", "A rival among many words. " + "Filler words here. " * 40
        )
    best = forums.began(cohort, sanjay, "Rival", "Rival, rival.")
    forums.began(cohort, rhea, "Latest", "A rival.")
    for order in ("newest", "best"):
        met, page = [], visit(rhea).get(f"{home}?q=rival&order={order}")
        while True:
            met += page.texts(".found .row-title")
            if not page.has("a[rel=next]"):
                break
            page = visit(rhea).get(page.one("a[rel=next]")["href"])
        assert len(met) == len(set(met)) == 47, order
        assert met[0] == (best.thread.title if order == "best" else "Latest")


def test_marks_stand_around_the_words_and_scripts_are_text(visit, cohort, rhea, home):
    forums.began(cohort, rhea, "Odd <b>", "<script>alert('rival')</script> and a *rival*")
    page = visit(rhea).get(f"{home}?q=rival")
    assert page.texts(".found mark") == ["rival", "rival"]
    assert not page.has(".found script")


def plan(statement):
    """How the database says that it carries out a statement."""
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    sqlite = db.engine.dialect.name == "sqlite"
    lines = db.session.connection().exec_driver_sql(
        f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{str(compiled).replace('%', '%%') if not sqlite else compiled}"
    )
    return "\n".join(str(line[-1]) for line in lines)


@pytest.mark.slow
def test_a_hundred_thousand_posts_are_searched_by_the_index(cohort, rhea):
    """In seconds that anybody would wait: the plan uses the full-text index, and a page comes quickly."""
    said = forums.began(cohort, rhea, "The first", "Words.")
    first = db.session.scalar(sa.select(sa.func.max(Post.id)))
    now, words = clock.now(), ("price", "rival", "segment", "board", "pilot", "margin", "churn", "scope")
    for start in range(0, 100_000, 5_000):
        threads, rows, index = [], [], []
        for number in range(start, start + 5_000):
            text = f"{words[number % 8]} {words[number // 8 % 8]} number{number} of many words in a post"
            rows.append(
                {
                    "id": first + 1 + number,
                    "public_id": ids.public_id(),
                    "thread_id": said.thread.thread_id,
                    "author_id": rhea.id,
                    "text": text,
                    "html": text,
                    "words": 9,
                    "posted_at": now,
                    "hidden_why": "",
                }
            )
            index.append({"post_id": first + 1 + number, "words": text})
        assert not threads
        db.session.execute(sa.insert(Post), rows)
        db.session.execute(sa.insert(PostSearch), index)
    db.session.commit()
    gather_statistics()
    hall = forums.hall(cohort, rhea)
    for typed in ("number4711", "price", "price rival -board"):
        asked = Asked(words_of(typed))
        shown = plan(search.newest(hall, asked, now))
        if typed == "number4711":
            assert "post_search_fts" in shown, shown
        began = clock.now()
        page = search.find(hall, asked, now)
        best = search.find(hall, Asked(words_of(typed), order=Order.BEST), now)
        assert page.rows
        assert best.rows
        assert clock.now() - began < dt.timedelta(seconds=2), (typed, clock.now() - began)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Thread)) == 1
    assert db.session.scalar(sa.select(ForumThread.scope)) is Scope.COHORT
