"""Every page of the house, for tests that look for something that may stand on none of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator


def pages_of(app, visitor, cohort, words) -> Iterator[tuple[str, str]]:
    """Every page of the house with these words in its address, as this visitor gets it: address and text."""
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


def text_of(body: bytes) -> str:
    """What stands in an answer: workbooks and zips are unpacked, those in them too."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "".join(text_of(packed.read(name)) for name in packed.namelist())
