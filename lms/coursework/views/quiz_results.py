"""How what an attempt came to is composed: by the feedback rule, under the keys that hold in the cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from lms.coursework import queries
from lms.coursework.models import AttemptState
from lms.coursework.queries import AttemptLine, AttemptPage, Question
from lms.coursework.rules import quiz as rules
from lms.coursework.rules import regrade
from lms.coursework.rules.regrade import Correction
from lms.coursework.views.frame import Frame
from lms.coursework.views.quiz_pages import drawn, safe
from lms.web.filters import plural


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: what was chosen or should have been, and what it says about it."""

    text: Markup
    chosen: bool
    right: bool | None
    """None: not shown yet."""
    feedback: Markup


@dataclass(frozen=True, slots=True)
class Judged:
    """An item with what was answered and what it came to."""

    number: int
    kind: str
    prompt: Markup
    case: Markup
    verdict: str
    tone: str
    points: str
    out_of: int
    answered: bool
    lines: tuple[Line, ...]
    answer: str
    right_answer: str
    feedback: Markup
    explanation: Markup
    corrected: str
    """What a correction of the key did to it, and why."""


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What an attempt came to."""

    frame: Frame
    attempt: AttemptLine
    attempts: tuple[AttemptLine, ...]
    allowed: int
    mark: Fraction
    points: str
    out_of: int
    best: Fraction
    is_best: bool
    open: bool
    """The right answers are shown."""
    answers: str
    """When they are."""
    expired: bool
    can_start: bool
    items: tuple[Judged, ...]
    right: str


def result(at: AttemptPage, frame: Frame) -> ResultPage:
    """Compose the result by the feedback rule."""
    spec = queries.content(at.visit.line.id).spec
    allowed, rule = spec["attempts"], rules.Answers(spec.get("answers", rules.Answers.AFTER_ATTEMPTS))
    due = frame.due or frame.now
    going = any(one.active for one in at.all)
    is_open = rules.answers_open(
        now=frame.now, due=due, finished=len(at.all), going=going, attempts=allowed, rule=rule
    )
    kept, _saved = queries.answers(at.attempt.id)
    marks = [one.mark for one in at.all if one.mark is not None]
    trace = {line["item"]: line for line in at.attempt.trace["items"]}
    histories = queries.histories(at.cohort_id, at.visit.line.id)
    ended = at.attempt.finished_at or at.attempt.ends_at
    bank = queries.keyed_bank(at.visit.line.id, histories)
    items = tuple(
        _judged(
            bank[question.item.id],
            order,
            number,
            kept.get(question.item.id),
            trace[question.item.id],
            [one for one in regrade.in_force(histories.get(question.item.id, ())) if one.at >= ended],
            is_open=is_open,
            rule=rule,
        )
        for number, question, order in drawn(at)
    )
    right = sum(item.verdict == "right" for item in items)
    return ResultPage(
        frame=frame,
        attempt=at.attempt,
        attempts=at.all,
        allowed=allowed,
        mark=at.attempt.mark or Fraction(0),
        points=rules.points_text(Fraction(at.attempt.trace["points"])),
        out_of=at.attempt.trace["out_of"],
        best=max(marks),
        is_best=at.attempt.mark == max(marks),
        open=is_open,
        answers=rule.value,
        expired=at.attempt.state is AttemptState.EXPIRED,
        can_start=not is_open and not going,
        items=items,
        right=f"{plural(right, 'question')} right of {len(items)}",
    )


TONES = {"right": "good", "partly right": "warn", "wrong": "bad"}


def _judged(
    question: Question,
    order: Sequence[int],
    number: int,
    answer: Any,
    trace: Mapping[str, Any],
    history: Sequence[Correction],
    *,
    is_open: bool,
    rule: rules.Answers,
) -> Judged:
    item, html = question.item, question.html
    verdict = rules.verdict(Fraction(trace["share"]))
    explained = is_open or (verdict == "right" and rule is not rules.Answers.NEVER)
    return Judged(
        number=number,
        kind=item.kind,
        prompt=safe(html["prompt"]),
        case=safe(html.get("case", "")),
        verdict=verdict if answer is not None else "left open",
        tone=TONES[verdict],
        points=rules.points_text(Fraction(trace["points"])),
        out_of=item.points,
        answered=answer is not None,
        lines=_lines(question, order, answer, is_open=is_open),
        answer=str(answer) if answer is not None and item.kind in ("numeric", "short") else "",
        right_answer=_right_answer(item.spec, item.kind) if explained else "",
        feedback=_mistake(question, answer),
        explanation=safe(html["explanation"]) if explained else Markup(),
        corrected=_corrected(trace, history) if is_open or "why" in trace else "",
    )


def _corrected(trace: Mapping[str, Any], history: Sequence[Correction]) -> str:
    if "why" in trace:
        before = rules.points_text(Fraction(trace["first"]) * trace["out_of"])
        return (
            f"The key of this question was corrected: {trace['why']} Your points for it were {before} before."
        )
    return (
        f"The key of this question was corrected: {history[-1].reason} Your points stay." if history else ""
    )


def _right_answer(spec: Mapping[str, Any], kind: str) -> str:
    if kind == "numeric":
        unit = f" {spec['unit']}" if spec.get("unit") else ""
        within = f", give or take {spec['tolerance']:g}" if spec.get("tolerance") else ""
        return f"{spec['answer']:,.10g}{unit}{within}"
    if kind == "short":
        return str(spec["accept"][0])
    return ""


def _mistake(question: Question, answer: Any) -> Markup:
    found = rules.mistake(question.item, answer)
    if found is None or rules.share(question.item, answer) == 1:
        return Markup()
    return Markup("<p>{}</p>").format(question.item.spec["mistakes"][found]["feedback"])


def _lines(question: Question, order: Sequence[int], answer: Any, *, is_open: bool) -> tuple[Line, ...]:
    item, html = question.item, question.html
    if item.kind in ("single", "multiple"):
        chosen = {answer} if item.kind == "single" else set(answer or ())
        correct = [bool(option.get("correct")) for option in item.spec["options"]]
        anew = {at for at, option in enumerate(item.spec["options"]) if option.get("anew")}
        return tuple(
            Line(
                safe(html["options"][option]["text"]),
                option in chosen,
                correct[option] if is_open or option in chosen else None,
                safe(html["options"][option]["feedback"])
                if (option in chosen or (is_open and correct[option])) and option not in anew
                else Markup(),
            )
            for option in order
        )
    if item.kind == "match":
        rights = rules.right_places(item.spec)
        pairs = item.spec["pairs"]
        return tuple(
            _pair(
                pair["left"],
                _right_of(item.spec, answer, left),
                pairs[rights[left]]["right"],
                is_open=is_open,
            )
            for left, pair in enumerate(pairs)
        )
    if item.kind == "order":
        places = rules.right_places(item.spec)
        steps = sorted(range(item.choices), key=places.__getitem__) if is_open else order
        return tuple(
            _pair(item.spec["steps"][step], _place_of(answer, step), str(places[step] + 1), is_open=is_open)
            for step in steps
        )
    return ()


def _right_of(spec: Mapping[str, Any], answer: Any, left: int) -> str:
    right = answer[left] if answer else None
    return "" if right is None else str(spec["pairs"][right]["right"])


def _place_of(answer: Any, step: int) -> str:
    place = answer[step] if answer else None
    return "" if place is None else str(place + 1)


def _pair(left: str, given: str, wanted: str, *, is_open: bool) -> Line:
    right = given == wanted
    text = Markup("{}: <b>{}</b>").format(left, given or "left open")
    note = Markup() if right or not is_open else Markup("<p>Right: {}</p>").format(wanted)
    return Line(text, chosen=True, right=right, feedback=note)
