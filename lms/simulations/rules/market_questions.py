"""Questions for a debrief of PORTFOLIO YEARS: asked where a world's figures give reason to, each with its figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.replay import Year
from lms.simulations.rules.debrief import Course, Seat, Told

OFF = 0.25
"""A forecast that was off by more is asked about."""
APART = 1.3
"""Dearest by cheapest: from here on a spread of prices is asked about."""
UNSERVED = 20.0
"""Thousand buyers who found nothing."""


def asked(
    params: Parameters, years: Sequence[Year], seats: Sequence[Seat], course: Course
) -> tuple[Told, ...]:
    """The questions, in the order in which a debrief goes."""
    people = [seat for seat in seats if not seat.bot]
    if not years or not people:
        return ()
    return (
        *_points(years, people),
        *_forecast(years, people),
        *_idle(years, people),
        *_dissent(years, people, course),
        *_prices(years, people),
        *_lost(params, years),
        *_debt(years, people),
        *_stock(years, people),
        *_studies(years, people),
    )


def _points(years: Sequence[Year], seats: Sequence[Seat]) -> Iterator[Told]:
    if len(seats) < 2:
        return
    end = {seat.name: years[-1].report.teams[seat.key].scorecard.total for seat in seats}
    apart = max(end.values()) - min(end.values())
    if apart >= 5:
        yield Told(
            "All companies began alike. Which of your own decisions would you name as the first that parted you?",
            f"{apart:.1f} points lie between the first and the last team after round {len(years)}.",
        )


def _forecast(years: Sequence[Year], seats: Sequence[Seat]) -> Iterator[Told]:
    worst = max(
        (
            (abs(one.forecast - one.demand) / one.demand, at, seat.name, key, one.forecast, one.demand)
            for at, year in enumerate(years, start=1)
            for seat in seats
            if year.decisions.get(seat.key) is not None
            for key, one in year.report.teams[seat.key].products.items()
            if one.demand
        ),
        default=None,
    )
    if worst is not None and worst[0] > OFF:
        off, number, name, key, expected, came = worst
        yield Told(
            f"{name}, what did you know in round {number} that would have told you so, and who of you knew it?",
            f"For {key} {expected:,.0f} thousand were expected and {came:,.0f} wanted it: {100 * off:.0f} % off.",
        )


def _idle(years: Sequence[Year], seats: Sequence[Seat]) -> Iterator[Told]:
    for seat in seats:
        missed = [str(at) for at, year in enumerate(years, start=1) if year.decisions.get(seat.key) is None]
        if missed:
            yield Told(
                f"{seat.name}, what kept you from handing in, and what would you have to agree on for the next time?",
                f"Nothing was handed in for round {', '.join(missed)}.",
            )


def _dissent(years: Sequence[Year], seats: Sequence[Seat], course: Course) -> Iterator[Told]:
    told = [
        (at, seat, course.said(at, seat.key).dissents)
        for at in range(1, len(years) + 1)
        for seat in seats
        if course.said(at, seat.key).dissents
    ]
    if told:
        at, seat, dissents = max(told, key=lambda one: len(one[2]))
        yield Told(
            f"{seat.name}, how did you decide to go on over this objection, and what became of it?",
            f"{len(told)} sheets went in over an objection. In round {at}:",
            quotes=dissents,
        )


def _prices(years: Sequence[Year], seats: Sequence[Seat]) -> Iterator[Told]:
    found = []
    first = min((key for seat in seats for key in years[0].report.teams[seat.key].products), default="")
    for at, year in enumerate(years, start=1):
        priced = [
            (one.price, seat.name, key)
            for seat in seats
            for key, one in year.report.teams[seat.key].products.items()
            if key == first
        ]
        if len(priced) > 1:
            found.append((max(priced)[0] / min(priced)[0], at, min(priced), max(priced)))
    if found and max(found)[0] >= APART:
        _, at, low, high = max(found)
        yield Told(
            f"{high[1]} and {low[1]}: which buyers did each of you have in mind, and what did they care for?",
            f"In round {at} {first} cost {high[0]:g} at {high[1]} and {low[0]:g} at {low[1]} (₹ thousand).",
        )


def _lost(params: Parameters, years: Sequence[Year]) -> Iterator[Told]:
    lost, at, segment = max(
        (one.lost, at, key)
        for at, year in enumerate(years, start=1)
        for key, one in year.report.hidden.segments.items()
    )
    if lost >= UNSERVED:
        yield Told(
            "Who saw that demand coming, and what would it have taken a year earlier to serve it?",
            f"In round {at} {lost:,.0f} thousand buyers of “{params.segments[segment].title}” found the shelves empty.",
        )


def _debt(years: Sequence[Year], seats: Sequence[Seat]) -> Iterator[Told]:
    debt, at, name = max(
        (year.report.teams[seat.key].balance.debt, at, seat.name)
        for at, year in enumerate(years, start=1)
        for seat in seats
    )
    if debt > 0:
        yield Told(
            f"{name}, was the debt of round {at} a plan or a surprise? Where on the sheet could it have been seen?",
            f"₹ {debt:,.0f} million of debt stood at the end of round {at}.",
        )


def _stock(years: Sequence[Year], seats: Sequence[Seat]) -> Iterator[Told]:
    value, at, name = max(
        (year.report.teams[seat.key].balance.stock, at, seat.name)
        for at, year in enumerate(years, start=1)
        for seat in seats
    )
    if value >= 100:
        yield Told(
            f"{name}, what made the plan of round {at} look safe, and what did you do with the stock next?",
            f"₹ {value:,.0f} million lay in the warehouse at the end of round {at}, at 15 % a year.",
        )


def _studies(years: Sequence[Year], seats: Sequence[Seat]) -> Iterator[Told]:
    bought = {
        seat.name: sum(
            any(study.study == "ideals" for study in decided.research)
            for year in years
            if (decided := year.decisions.get(seat.key)) is not None
        )
        for seat in seats
    }
    never = [name for name, count in bought.items() if not count]
    if never:
        yield Told(
            f"{', '.join(never)}: how did you come to know what buyers wanted next, and how sure were you?",
            f"Ideal points moved every year; the study of them was bought in 0 of {len(years)} rounds.",
        )
