"""A walker: somebody who gets about only by what pages offer them: links by their words, forms by their labels.

A journey that has to write an address by hand shows a missing link; only the front door and links in mails are given.
"""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import urlsplit

from bs4 import Tag
from flask import Flask

from lms.people.models import Person
from tests.support.pages import Page, PageError, Visitor

HERE = "http://localhost:5000"
"""How addresses in mails begin."""


class Walker:
    """A visitor who stands on a page."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        """Open a browser, signed in when somebody is named, and stand at the front door."""
        self.visitor = Visitor(app)
        if person is not None:
            self.visitor.signed_in(person)
        self.page: Page
        self.home()

    def home(self) -> Self:
        """Type the address of the house."""
        return self._at(self.visitor.get("/"))

    def open(self, address: str) -> Self:
        """Open an address that a mail gave, or that a colleague sent."""
        return self._at(self.visitor.get(address.removeprefix(HERE)))

    def again(self) -> Self:
        """Load the page once more."""
        return self._at(self.visitor.get(self.page.url))

    def click(self, words: str, within: str = "body") -> Self:
        """Follow the link with these words (or, when none has exactly these, the one that begins with them)."""
        return self._at(self.visitor.get(self.link(words, within)))

    def link(self, words: str, within: str = "body") -> str:
        """Where the link with these words leads."""
        links = list(self.page.soup.select(f"{within} a[href]"))
        exact = [tag for tag in links if words in (said(tag), str(tag.get("aria-label", "")))]
        found = exact or [tag for tag in links if said(tag).startswith(words)]
        targets = {str(tag["href"]) for tag in found}
        if len(targets) != 1:
            known = sorted({said(tag) for tag in links})
            raise PageError(
                f"{len(targets)} links say {words!r} on {self.page.url} ({self.page.title}): {known}"
            )
        target = targets.pop()
        if target.startswith("?"):
            target = urlsplit(self.page.url).path + target
        return target.split("#")[0]

    def press(self, button: str, filled: dict[str, Any] | None = None, within: str = "body") -> Self:
        """Fill in the form that has this button, by the labels of its fields, and press it.

        Where one label stands for many (the levels of a rubric), `name:…` names the field itself.
        """
        form, pressed = self._form(button, within)
        fields: dict[str, Any] = {}
        for label, value in (filled or {}).items():
            name, wanted = self._field(form, label, value)
            fields[name] = [*fields[name], wanted] if isinstance(fields.get(name), list) else wanted
        mark = "data-walker"
        form[mark] = "here"
        if pressed.get("formaction"):
            form["action"] = pressed["formaction"]
        try:
            page = self.visitor.submit(
                self.page, f"form[{mark}]", fields, press=" ".join(pressed.get_text().split())
            )
        finally:
            del form[mark]
        return self._at(page)

    def sees(self, *words: str, within: str = "body") -> Self:
        """Find words on the page; without them the journey ends here."""
        seen = " ".join(said(tag) for tag in self.page.soup.select(within))
        missing = [each for each in words if each not in seen]
        if missing:
            raise PageError(f"{missing} not seen on {self.page.url} ({self.page.title}):\n{seen[:3000]}")
        return self

    def misses(self, *words: str, within: str = "body") -> Self:
        """Find that words are not on the page."""
        seen = " ".join(said(tag) for tag in self.page.soup.select(within))
        there = [each for each in words if each in seen]
        if there:
            raise PageError(f"{there} seen on {self.page.url} ({self.page.title}):\n{seen[:3000]}")
        return self

    def offers(self, words: str) -> bool:
        """Whether a link or a button says this."""
        return any(said(tag) == words for tag in self.page.soup.select("a[href], button"))

    def _at(self, page: Page) -> Self:
        page.response.close()  # what happens after the answer happens now: somebody was here
        self.page = page
        return self

    def _form(self, button: str, within: str) -> tuple[Tag, Tag]:
        buttons = self.page.soup.select(f"{within} button:not([type=button])")
        exact = [tag for tag in buttons if button in (said(tag), str(tag.get("aria-label", "")))]
        forms = []
        for tag in exact or [tag for tag in buttons if said(tag).startswith(button)]:
            form = (
                self.page.soup.select_one(f'form[id="{tag["form"]}"]')
                if tag.get("form")
                else tag.find_parent("form")
            )
            if form is not None:
                forms.append((form, tag))
        if len(forms) != 1:
            known = sorted({said(tag) for tag in self.page.soup.select(f"{within} button")})
            raise PageError(
                f"{len(forms)} buttons say {button!r} on {self.page.url} ({self.page.title}): {known}"
            )
        return forms[0]

    def _field(self, form: Tag, label: str, value: Any) -> tuple[str, Any]:
        """The field with this label: its name and what is sent for it."""
        if label.startswith("name:"):
            return label.removeprefix("name:"), value
        inside = [form, *self._beside(form)]
        found: dict[str, Tag] = {}
        for part in inside:
            for tag in part.select("label"):
                if said(tag) == label or said(tag).startswith(f"{label} "):
                    control = (
                        form.find(id=str(tag["for"])) or self.page.soup.find(id=str(tag["for"]))
                        if tag.get("for")
                        else tag.select_one("input, select, textarea")
                    )
                    if isinstance(control, Tag):
                        found[said(tag)] = control
            for control in part.select("[aria-label]"):
                if control.get("aria-label") == label and control.get("name"):
                    found[label] = control
        control = found.get(label) or (next(iter(found.values())) if len(found) == 1 else None)
        if control is None:
            known = [said(tag) for tag in form.select("label")]
            raise PageError(f"{len(found)} fields are called {label!r} on {self.page.url}; there are {known}")
        return str(control["name"]), _sent(control, value)

    def _beside(self, form: Tag) -> list[Tag]:
        """Controls that belong to the form without standing in it."""
        if not form.get("id"):
            return []
        return [
            tag.find_parent() or tag
            for tag in self.page.soup.select(f'[form="{form["id"]}"]')
            if tag.name != "button"
        ]


def _sent(control: Tag, value: Any) -> Any:
    """What a browser sends when this is done to a control: options are chosen by their words."""
    if control.name == "select":
        for option in control.select("option"):
            if value == option.get("value") or said(option).startswith(str(value)):
                return str(option.get("value", said(option)))
        raise PageError(f"no option {value!r}: {[said(option) for option in control.select('option')]}")
    if control.get("type") in ("radio", "checkbox") and value is True:
        return str(control.get("value", "on"))
    return value


def said(tag: Tag) -> str:
    """The words of an element, with single spaces."""
    return " ".join(tag.get_text(" ").split())
