"""Every page of the house, for tests that look for something that may stand on none of them."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from lms.core import pdf


def pages_of(
    app, visitor, cohort, words, named: Mapping[str, Sequence[str]] | None = None
) -> Iterator[tuple[str, str]]:
    """Every page of the house with these words in its address, as this visitor gets it: address and text.

    Where an address has several places, `named` says by their names what stands in them, every one with every other;
    places that it does not name get the words, and addresses of which it names none of the places only these.
    """
    if named:
        yield from _named(app, visitor, cohort, words, named)
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.startswith(("static", "style_guide", "security")):
            continue
        for word in words if rule.arguments - {"slug"} else [""]:
            values = {name: cohort.slug if name == "slug" else word for name in rule.arguments}
            if "int:" in rule.rule:
                values |= {name: 3 for name in rule.arguments if f"<int:{name}>" in rule.rule}
            try:
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
            except ValueError:  # a closed list of words: none of ours
                continue
            yield address, text_of(visitor.open("GET", address).get_data())


def _named(app, visitor, cohort, words, named: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        places = rule.arguments - {"slug"}
        if "GET" not in rule.methods or not places & set(named):
            continue
        choices = [named.get(name, words) for name in sorted(places)]
        for chosen in itertools.product(*choices):
            values = {"slug": cohort.slug} if "slug" in rule.arguments else {}
            try:
                address = app.url_map.bind("localhost").build(
                    rule.endpoint, values | dict(zip(sorted(places), chosen, strict=True))
                )
            except ValueError:
                continue
            yield address, text_of(visitor.open("GET", address).get_data())


def hand_out_what_is_printed(monkeypatch) -> None:
    """Let PDFs be handed out as what they would be typeset from: a canary is looked for in words."""
    monkeypatch.setattr(pdf, "typeset", lambda _name, data: json.dumps(data, default=str).encode())


def text_of(body: bytes) -> str:
    """What stands in an answer: workbooks and zips are unpacked, those in them too."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "".join(text_of(packed.read(name)) for name in packed.namelist())
