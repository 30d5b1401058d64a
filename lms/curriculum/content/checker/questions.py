"""Questions: a bank that is large enough, and answers that can be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lms.curriculum.content import schema
from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.content.schema.assessment import (
    MatchItem,
    MultipleItem,
    NumericItem,
    OrderItem,
    ShortItem,
    SingleItem,
)
from lms.curriculum.content.source import Loc, Problem


def banks_suffice(content: ProgrammeContent) -> Iterator[Problem]:
    """A quiz does not draw more items than its bank holds."""
    for activity, module, loc in content.located():
        bank = module.banks.get(activity.id)
        if isinstance(activity, schema.Quiz) and bank and activity.draws > len(bank.quiz.items):
            line = module.source.line((*loc, "draws"))
            message = f"“{activity.id}” draws {activity.draws} items of {len(bank.quiz.items)}; draw fewer"
            yield Problem(module.source.path, line, message)


def pools_suffice(content: ProgrammeContent) -> Iterator[Problem]:
    """Pools are named once, hold what they give, and together give no more than an attempt draws."""
    for activity, module, loc in content.located():
        bank = module.banks.get(activity.id)
        if not isinstance(activity, schema.Quiz) or bank is None:
            continue
        sizes = Counter(item.pool for item in bank.quiz.items)
        pools = bank.quiz.pools or []
        for position, pool in enumerate(pools):
            line = bank.source.line(("pools", position))
            if pool.id in [each.id for each in pools[:position]]:
                yield Problem(
                    bank.source.path, line, f"the pool “{pool.id}” stands twice; name one otherwise"
                )
            elif pool.draws > sizes[pool.id]:
                message = f"the pool “{pool.id}” gives {pool.draws} of {sizes[pool.id]} questions; draw fewer"
                yield Problem(bank.source.path, line, message)
        for position, item in enumerate(bank.quiz.items):
            if item.pool is not None and item.pool not in [pool.id for pool in pools]:
                line = bank.source.line(("items", position, "pool"))
                message = f"“{item.id}” is in the pool “{item.pool}”, which pools do not name; add it there"
                yield Problem(bank.source.path, line, message)
        given = sum(pool.draws for pool in pools)
        if pools and not given <= activity.draws <= given + sizes[None]:
            line = module.source.line((*loc, "draws"))
            message = (
                f"the pools of “{activity.id}” give {given} and {sizes[None]} questions are in none,"
                f" but it draws {activity.draws}; make them agree"
            )
            yield Problem(module.source.path, line, message)


def answers_differ(content: ProgrammeContent) -> Iterator[Problem]:
    """Options, pairs, steps and mistakes of one item differ, and so do the questions of one bank."""
    for module in content.modules():
        for bank in module.banks.values():
            asked: dict[tuple[str, str], str] = {}
            for position, item in enumerate(bank.quiz.items):
                loc: Loc = ("items", position)
                question = (_plain(item.case or ""), _plain(item.prompt))
                if earlier := asked.get(question):
                    line = bank.source.line((*loc, "prompt"))
                    yield Problem(
                        bank.source.path,
                        line,
                        f"“{item.id}” asks the same as “{earlier}”; change or drop one",
                    )
                asked.setdefault(question, item.id)
                for key, what, texts, taken in _answers(item):
                    for at in _repeated(texts, taken):
                        line = bank.source.line((*loc, key, at))
                        yield Problem(
                            bank.source.path, line, f"two {what} of “{item.id}” are the same; change one"
                        )


def _answers(item: schema.Item) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Key, what stands under it, its texts, and texts that they must not repeat."""
    match item:
        case SingleItem() | MultipleItem():
            yield "options", "options", [_plain(option.text) for option in item.options], []
        case NumericItem():
            yield "mistakes", "mistakes", [str(mistake.value) for mistake in item.mistakes], []
        case ShortItem():
            accepted = [_plain(text) for text in item.accept]
            yield "accept", "accepted answers", accepted, []
            yield "mistakes", "answers", [_plain(option.text) for option in item.mistakes], accepted
        case MatchItem():
            yield "pairs", "left sides", [_plain(pair.left) for pair in item.pairs], []
            yield "pairs", "right sides", [_plain(pair.right) for pair in item.pairs], []
        case OrderItem():
            yield "steps", "steps", [_plain(step) for step in item.steps], []


def _repeated(texts: list[str], taken: list[str]) -> list[int]:
    return [position for position, text in enumerate(texts) if text in taken or text in texts[:position]]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
