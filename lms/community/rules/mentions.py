"""Naming people in a post: @first.last, @team, @everyone. What is a name, whose it is, and how it is shown."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

TEAM, EVERYONE = "team", "everyone"
MOST = 30
"""So many single people one post tells."""
_NAMED = re.compile(r"(?<![\w@./+\-])@(\w+(?:[.\-]\w+)*)")
_TAG = re.compile(r"(<[^>]*>)")
_OPENS = re.compile(r"<(a|code|pre)[\s>]")
_CLOSES = re.compile(r"</(a|code|pre)>")
_FENCE = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)|(`+)(?!`).*?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE
)


def folded(text: str) -> str:
    """A text without accents and capitals: how names and words are compared."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def handles(people: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Person → what they are called after an @: first.last, and a number from the second of the same name on.

    In the order of their ids, so that nobody who joins later changes what somebody is called.
    """
    seen: Counter[str] = Counter((TEAM, EVERYONE))
    found = {}
    for person_id, name in sorted(people):
        plain = ".".join(re.findall(r"\w+", folded(name))) or "somebody"
        seen[plain] += 1
        found[person_id] = plain if seen[plain] == 1 else f"{plain}{seen[plain]}"
    return found


def whom(known: Mapping[int, str]) -> dict[str, int]:
    """What may be written after an @ → whom it means: every handle, and each first name that only one has."""
    firsts: dict[str, list[int]] = defaultdict(list)
    for person_id, handle in known.items():
        firsts[handle.partition(".")[0]].append(person_id)
    alone = {
        first: ids[0] for first, ids in firsts.items() if len(ids) == 1 and first not in (TEAM, EVERYONE)
    }
    return alone | {handle: person_id for person_id, handle in known.items()}


def names_in(text: str) -> list[str]:
    """The names after an @ in a Markdown text, each once, in order; not those in code, addresses or quotations."""
    plain = _FENCE.sub(" ", text)
    spoken = "\n".join(line for line in plain.split("\n") if not line.lstrip().startswith(">"))
    return list(dict.fromkeys(folded(name) for name in _NAMED.findall(spoken)))


@dataclass(frozen=True)
class Named:
    """Who a text names."""

    people: frozenset[int] = frozenset()
    team: bool = False
    everyone: bool = False
    unknown: tuple[str, ...] = field(default=())


def named(text: str, known: Mapping[str, int]) -> Named:
    """Who a text names, by what may be written after an @."""
    names = names_in(text)
    people = list(dict.fromkeys(known[name] for name in names if name in known))
    return Named(
        people=frozenset(people[:MOST]),
        team=TEAM in names,
        everyone=EVERYONE in names,
        unknown=tuple(name for name in names if name not in known and name not in (TEAM, EVERYONE)),
    )


def shown(html: str, known: Mapping[str, int], link: Callable[[int], tuple[str, str] | None]) -> str:
    """Safe HTML with the names in it as links; `link` gives the name and address of a person.

    What stands in code or in a link stays as it was typed.
    """
    inside = 0
    out = []
    for part in _TAG.split(html):
        if part.startswith("<"):
            inside += bool(_OPENS.match(part)) - bool(_CLOSES.match(part))
            out.append(part)
        else:
            out.append(part if inside else _NAMED.sub(lambda found: _one(found, known, link), part))
    return "".join(out)


def _one(
    found: re.Match[str], known: Mapping[str, int], link: Callable[[int], tuple[str, str] | None]
) -> str:
    name = folded(found[1])
    if name in (TEAM, EVERYONE):
        return f'<span class="mention">@{name}</span>'
    about = link(known[name]) if name in known else None
    if about is None:
        return found[0]
    return f'<a class="mention" href="{escape(about[1])}">@{escape(about[0])}</a>'


def quoted(text: str, author: str, *, most: int = 1200) -> str:
    """A post as the quotation that a reply begins with; what it quotes itself is left out."""
    lines = [line for line in text.strip().split("\n") if not line.lstrip().startswith(">")]
    said = "\n".join(lines).strip()
    if len(said) > most:
        said = said[: most - 2].rsplit(" ", 1)[0] + " …"
    body = "\n".join(f"> {line}".rstrip() for line in said.split("\n"))
    return f"> **{author}:**\n>\n{body}\n\n"
