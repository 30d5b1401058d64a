"""Telling people, in Chromium: announcing, asking to be excused, choosing how one is told, naming somebody.

Each ends with a fact in another person's window.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from lms.cohorts.queries import CohortView
from lms.core import clock, outbox
from lms.core.db import db
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.live.rules import Verdict
from lms.notifications import actions as telling
from lms.notifications import queries as told
from lms.notifications.actions import Message
from lms.notifications.models import Telling
from lms.notifications.rules import NoticeKind
from lms.people.models import Person
from tests.factories import enrolment, forums, live, world
from tests.support.browser import PHONE, fits

pytestmark = pytest.mark.browser


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort in its third week."""
    return world.cohort(weeks_in=3, slug="spring")


def base(page: Page) -> str:
    """Where Cadre is."""
    return re.match(r"https?://[^/]+", page.url)[0]  # type: ignore[index]


def write(page: Page, title: str, text: str) -> None:
    """Write an announcement as far as its preview."""
    page.goto(f"{base(page)}/cohorts/spring/announcements")
    page.get_by_role("link", name="Write").first.click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Announcement", exact=True).fill(text)


def test_an_announcement_is_seen_scheduled_recalled_sent_and_read(cohort, window):
    asha, ben = world.learner(cohort, "Asha Menon"), world.learner(cohort, "Ben Okafor")
    for name in ("Chi Nwosu", "Dee Park"):
        world.learner(cohort, name)
    page = window(enrolment.coordinator(cohort))
    write(page, "Another room", "Dear {{first name}}, we meet **upstairs**.")
    page.get_by_label("Learners who are not done with an activity").check()
    page.get_by_label("Activity", exact=True).select_option(index=1)
    page.get_by_role("button", name="Look at it and at who gets it").click()
    expect(page.get_by_role("heading", name="As 3 people read it")).to_be_visible()
    expect(page.locator("main").get_by_text(re.compile(r"^Dear \w+, we meet upstairs"))).to_have_count(3)
    page.get_by_text("Send it later, or at once").click()
    page.get_by_label("Day").fill((clock.now().date() + dt.timedelta(days=2)).isoformat())
    page.get_by_label("Hour").fill("09:00")
    page.get_by_role("button", name="Let it go out then").click()
    expect(page.get_by_text("It waits for its hour")).to_be_visible()
    phone = window(asha, PHONE)
    phone.goto(f"{base(phone)}/notices")
    expect(phone.get_by_text("Another room")).to_have_count(0)
    page.get_by_role("button", name="Recall it").click()
    expect(page.get_by_text("Recalled. Nobody has got it")).to_be_visible()
    page.get_by_role("button", name="Discard the draft").click()

    write(page, "The room, once more", "Dear {{first name}}, we meet in B 12.")
    page.get_by_role("button", name="Look at it and at who gets it").click()
    page.get_by_text("Send it later, or at once").click()
    page.get_by_role("button", name="Send it at once").click()
    expect(page.get_by_text("Sent to 4 people.")).to_be_visible()
    phone.reload()
    phone.get_by_role("link", name="The room, once more").click()
    expect(phone.get_by_text("Dear Asha, we meet in B 12.")).to_be_visible()
    expect(phone.get_by_text("Dear Ben")).to_have_count(0)
    fits(phone)
    page.get_by_role("link", name="How far it got with each of them").click()
    expect(page.get_by_role("row", name=re.compile(asha.name))).not_to_contain_text("not opened")
    expect(page.get_by_role("row", name=re.compile(ben.name))).to_contain_text("not opened")


def test_an_excuse_that_is_granted_leaves_the_denominator(cohort, window):
    asha, cora = world.learner(cohort, "Asha Menon"), enrolment.coordinator(cohort)
    when = live.session(cohort, "s2").ends_at + dt.timedelta(hours=1)
    with clock.at(when):
        live.ticked(cohort, "s2", {live.place_of(cohort, asha): Verdict.ABSENT})
        live.closed(cohort, "s2")
    db.session.commit()
    phone = window(asha, PHONE)
    at = base(phone)
    phone.goto(f"{at}/cohorts/spring/sessions/s2/my-attendance")
    sums = phone.get_by_role("region", name="Your sums")
    before = sums.inner_text()
    phone.goto(f"{at}/cohorts/spring/requests/new/excuse?about=s2")
    phone.get_by_label("Why").fill("Dengue; the letter is attached.")
    phone.get_by_role("button", name="Send the request").click()
    expect(phone.get_by_text("Sent. It is answered")).to_be_visible()
    fits(phone)

    page = window(cora)
    page.goto(f"{at}/requests")
    page.get_by_role("link", name=re.compile("Excuse for S2")).click()
    page.get_by_label("Granted", exact=True).check()
    page.get_by_label("What the learner reads").fill("Get well soon.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("Decided. The learner is told")).to_be_visible()

    phone.goto(f"{at}/notices")
    phone.get_by_role("link", name=re.compile("Granted: Excuse for S2")).click()
    expect(phone.get_by_text("Get well soon.")).to_be_visible()
    phone.goto(f"{at}/cohorts/spring/sessions/s2/my-attendance")
    expect(sums).to_contain_text("none yet")
    assert "0 of 1" in before
    assert "0 of 1" not in sums.inner_text()


def urgent(cohort: CohortView, people: list[Person]) -> None:
    """Something that cannot wait is told."""
    message = Message(
        kind=NoticeKind.SCHEDULE,
        key="test:s4",
        title="S4 does not take place",
        text="The host is ill.",
        link="/notices",
        cohort_id=cohort.id,
        urgent=True,
    )
    with unit_of_work() as work:
        telling.tell_all(told.people([one.id for one in people]), message, now=work.now)


def announce(page: Page, title: str) -> None:
    write(page, title, "We meet in B 12.")
    page.get_by_role("button", name="Look at it and at who gets it").click()
    page.get_by_text("Send it later, or at once").click()
    page.get_by_role("button", name="Send it at once").click()
    expect(page.get_by_role("heading", name=re.compile("Sent to"))).to_be_visible()


def test_choices_one_click_and_what_still_comes(cohort, window, new_context):
    asha, ben = world.learner(cohort, "Asha Menon"), world.learner(cohort, "Ben Okafor")
    phone = window(asha, PHONE)
    at = base(phone)
    phone.goto(f"{at}/account/notifications")
    phone.get_by_label("Mail: Replies").select_option(label="Not")
    phone.get_by_label("Keep quiet hours").check()
    phone.get_by_role("button", name="Keep these choices").click()
    expect(phone.get_by_label("Keep quiet hours")).to_be_checked()
    expect(phone.get_by_label("Mail: Replies")).to_have_value("off")
    fits(phone)

    page = window(enrolment.coordinator(cohort))
    announce(page, "First")
    db.session.rollback()
    link = db.session.scalar(
        sa.select(MailMessage.unsubscribe).where(
            MailMessage.person_id == asha.id, MailMessage.subject == "First"
        )
    )
    db.session.rollback()
    assert link
    stranger = new_context().new_page()
    stranger.goto(f"{at}{link[link.index('/mails/') :]}")
    stranger.get_by_role("button", name=re.compile("Switch off mails about “Announcements”")).click()
    expect(stranger.get_by_text("You get mails about “Announcements” no more")).to_be_visible()
    phone.goto(f"{at}/account/notifications")
    expect(phone.get_by_label("Mail: Announcements")).to_have_value("off")

    announce(page, "Second")
    page.get_by_role("link", name="How far it got with each of them").click()
    expect(page.get_by_role("row", name=re.compile(asha.name))).to_contain_text("In Cadre only")
    expect(page.get_by_role("row", name=re.compile(ben.name))).to_contain_text("Mail")
    urgent(cohort, [asha, ben])
    while outbox.drain():
        pass
    event = db.session.scalar(sa.select(Telling.public_id).where(Telling.title == "S4 does not take place"))
    db.session.rollback()
    page.goto(f"{at}/cohorts/spring/told/{event}")
    expect(page.get_by_role("row", name=re.compile(asha.name))).to_contain_text("Mail: kept here")


def test_somebody_is_named_by_keyboard_with_roles_that_are_read_aloud(cohort, window):
    asha = world.learner(cohort, "Asha Menon")
    for name in ("Ben Okafor", "Bela Bartok"):
        world.learner(cohort, name)
    said = forums.began(cohort, asha, "Which rival to read")
    db.session.commit()
    page = window(asha)
    page.goto(f"{base(page)}/cohorts/spring/threads/{said.thread.public_id}")
    area = page.locator("textarea[data-names]").last
    area.click()
    page.keyboard.type("What says @be")
    people = page.get_by_role("listbox", name="People who read this")
    expect(people.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="2 people: arrow keys choose")).to_have_count(1)
    chosen = people.get_by_role("option", selected=True)
    first = chosen.inner_text()
    assert area.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert people.get_by_role("option", selected=True).inner_text() != first
    assert area.get_attribute("aria-activedescendant") == people.get_by_role(
        "option", selected=True
    ).get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert people.get_by_role("option", selected=True).inner_text() == first
    page.keyboard.press("Escape")
    expect(people).to_be_hidden()
    assert area.get_attribute("aria-activedescendant") is None
    assert area.input_value() == "What says @be"
    page.keyboard.type("n")
    expect(people.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(people).to_be_hidden()
    assert area.input_value().startswith("What says @ben.okafor ")
    page.keyboard.type("?")
    page.get_by_role("button", name=re.compile("Reply|Post|Send")).last.click()
    ben = window(db.session.scalars(sa.select(Person).where(Person.name == "Ben Okafor")).one(), PHONE)
    ben.goto(f"{base(ben)}/notices")
    expect(ben.get_by_role("link", name=re.compile("Asha Menon named you"))).to_be_visible()
