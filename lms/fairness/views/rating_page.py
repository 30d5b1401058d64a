"""What the pages of ratings show to those who settle them, made ready."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for

from lms.assessment.rules import plain, read_exact
from lms.fairness import policy, queries, rules
from lms.fairness.queries import RatingMember, RatingView
from lms.fairness.rules import Decision, Found, Phase, Sign
from lms.people.rules import Actor
from lms.web.filters import relative
from lms.web.shapes import Tone

ASK = "Perhaps it is so; perhaps they agreed on it. Ask them one by one before it counts."
SHARES = "It changes no factor, since each rater's figures count as shares."


@dataclass(frozen=True)
class RatingRow:
    """Ratings in the list of a cohort."""

    title: str
    activity: str
    href: str
    answered: str
    state: str
    tone: Tone
    when: str
    signs: int
    comment: str
    """What is missing before it can be settled; empty: nothing."""


def row(rating: RatingView, now: dt.datetime) -> RatingRow:
    """A line of the list."""
    found = rating.phase(now)
    answered = sum(rating.answered(one) for one in rating.present)
    state: tuple[str, Tone] = {
        Phase.OPEN: ("open", "info"),
        Phase.CLOSED: ("to be settled", "warn"),
        Phase.SETTLED: ("settled", "good"),
    }[found]  # type: ignore[assignment]
    waits = ""
    if found is Phase.CLOSED and not rating.comment:
        bound = queries.factor_policy(rating.cohort.version_id).comment_from
        waits = "waits for the guide's comment" if rating.reckon().far(bound) else ""
    if found is Phase.SETTLED and rating.decision is Decision.ONE:
        state = ("settled: every factor is 1", "good")
    return RatingRow(
        title=rating.title,
        activity=rating.name,
        href=url_for("fairness.review", slug=rating.cohort.slug, public_id=rating.public_id),
        answered=f"{answered} of {len(rating.present)}",
        state=state[0],
        tone=state[1],
        when=_when(rating, found, now),
        signs=0 if found is Phase.OPEN else len(rating.signs()),
        comment=waits,
    )


def _when(rating: RatingView, found: Phase, now: dt.datetime) -> str:
    if found is Phase.SETTLED and rating.settled_at:
        return f"by {rating.settled_by}"
    verb = "closes" if found is Phase.OPEN else "closed"
    return f"{verb} {relative(rating.closes_at, now)}"


@dataclass(frozen=True)
class MemberRow:
    """A member: what they got, what their factor is or would be."""

    name: str
    public_id: str
    left: bool
    answered: bool
    excluded: str
    """Why they are left out as a rater; empty: they count."""
    raw: str
    factor: str
    tone: Tone
    far: bool
    note: str
    saved: bool
    means: tuple[str, ...]
    """What each member gave them, over that rater's mean; in the order of the columns."""


@dataclass(frozen=True)
class ReviewPage:
    """Ratings in full."""

    rating: RatingView
    phase: Phase
    raters: tuple[str, ...]
    rows: tuple[MemberRow, ...]
    signs: tuple[tuple[str, str], ...]
    """Title and sentence of each."""
    answered: str
    enough: bool
    far: tuple[str, ...]
    comment_needed: bool
    decided: str
    may_settle: bool
    may_comment: bool
    may_read_notes: bool
    bounds: str
    list_href: str


def present(rating: RatingView, actor: Actor, now: dt.datetime) -> ReviewPage:
    """Make the page. While ratings are open nobody sees what was said: it may still change."""
    found, limits = rating.phase(now), queries.factor_policy(rating.cohort.version_id)
    reckoned = rating.reckon()
    readable = found is not Phase.OPEN
    far = set(reckoned.far(limits.comment_from))
    names = {one.place_id: one.name for one in rating.members}
    figures = _figures(rating) if readable else {}
    may_settle = policy.can_settle(actor, rating)
    may_read_notes = policy.can_read_notes(actor, rating)
    rows = []
    for one in rating.members:
        value = _value(one, reckoned.values, found)
        rows.append(
            MemberRow(
                name=one.name,
                public_id=one.public_id,
                left=not one.present,
                answered=rating.answered(one),
                excluded=one.excluded_reason,
                raw=plain(reckoned.raw[one.place_id]) if readable and one.place_id in reckoned.raw else "–",
                factor=f"× {plain(value)}" if readable and value is not None else "–",
                tone="warn" if readable and one.place_id in far else "",
                far=readable and one.place_id in far,
                note=one.note if readable and may_read_notes else "",
                saved=one.saved_at is not None,
                means=tuple(
                    plain(figures[rater.place_id][one.place_id])
                    if one.place_id in figures.get(rater.place_id, {})
                    else "–"
                    for rater in rating.members
                ),
            )
        )
    return ReviewPage(
        rating=rating,
        phase=found,
        raters=tuple(one.name for one in rating.members),
        rows=tuple(rows),
        signs=tuple(_words(one, names) for one in rating.signs()) if readable else (),
        answered=f"{sum(rating.answered(one) for one in rating.present)} of {len(rating.present)}",
        enough=reckoned.enough,
        far=tuple(names[place] for place in sorted(far)) if readable else (),
        comment_needed=found is Phase.CLOSED and bool(far) and not rating.comment,
        decided=_decided(rating),
        may_settle=may_settle,
        may_comment=policy.can_comment(actor, rating) and found is not Phase.SETTLED,
        may_read_notes=may_read_notes,
        bounds=f"{plain(limits.low)} to {plain(limits.high)}",
        list_href=url_for("fairness.team_ratings", slug=rating.cohort.slug),
    )


def _value(one: RatingMember, values: object, found: Phase) -> Fraction | None:
    if found is Phase.SETTLED:
        return read_exact(one.factor) if one.factor else None
    return values.get(one.place_id) if hasattr(values, "get") else None


def _figures(rating: RatingView) -> dict[int, dict[int, Fraction]]:
    items = rating.items()
    return rules.relative(
        {
            rater.place_id: {
                other: {item: rater.answers[str(other)][item] for item in items}
                for other in rating.others(rater)
            }
            for rater in rating.present
            if rating.answered(rater)
        }
    )


def _decided(rating: RatingView) -> str:
    if rating.decision is None:
        return ""
    words = "Every factor was set to 1" if rating.decision is Decision.ONE else "The ratings were accepted"
    return f"{words} by {rating.settled_by}."


def _words(found: Found, names: dict[int, str]) -> tuple[str, str]:
    raters = _names(found.raters, names)
    members = _names(found.members, names)
    return {
        Sign.AGAINST_ONE: (
            "All against one",
            f"{raters} all give {members} clearly less than the others, and answer almost alike. {ASK}",
        ),
        Sign.FAVOURS: (
            "Favours returned",
            f"{raters} give each other clearly more than the others get, and nobody else does.",
        ),
        Sign.APART: (
            "A rater apart",
            f"{raters} sees {members} quite differently from everybody else who rated.",
        ),
        Sign.ALL_LOW: (
            "All others low",
            f"{raters} gives all others a point and a half less than they get from the rest. {SHARES}",
        ),
    }[found.sign]


def _names(places: tuple[int, ...], names: dict[int, str]) -> str:
    found = [names.get(place, "somebody who left") for place in places]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
