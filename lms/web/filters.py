"""Words for instants, spans and figures, and icons. Pure functions; `register` gives them to the templates.

Names of days and months come from CLDR through babel; the order of the parts is the house's own:
"Sat 16 Aug, 17:00 GST", "in 3 d 21 h", "74.6 %", "2.4 MB".
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import Flask
from lucide.jinja import lucide
from markupsafe import Markup, escape

from lms.web.zones import abbreviation, day_name, month_name

Number = int | float | Decimal | Fraction

MINUTE, HOUR, DAY = 60, 3600, 86400
NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name."""
    return ZoneInfo(name)


def local(at: dt.datetime, zone: str) -> dt.datetime:
    """Return the instant on the wall clock of a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    return at.astimezone(zone_of(zone))


def day(on: dt.date, now: dt.date | None = None) -> str:
    """Return "Sat 16 Aug", with the year when it is not that of `now`."""
    text = f"{day_name(on.weekday())} {on.day} {month_name(on.month)}"
    return text if now is None or now.year == on.year else f"{text} {on.year}"


def long_day(on: dt.date) -> str:
    """Return "Tuesday 12 August"."""
    return f"{day_name(on.weekday(), 'wide')} {on.day} {month_name(on.month, 'wide')}"


def day_in(at: dt.datetime, zone: str, now: dt.datetime | None = None) -> str:
    """Return the day of an instant in a zone: "Sat 16 Aug"."""
    return day(local(at, zone).date(), local(now, zone).date() if now else None)


def long_day_in(at: dt.datetime, zone: str) -> str:
    """Return the day of an instant in a zone, in full: "Tuesday 12 August"."""
    return long_day(local(at, zone).date())


def clock(at: dt.datetime, zone: str) -> str:
    """Return "17:00" on the wall clock of a zone."""
    return f"{local(at, zone):%H:%M}"


def when(at: dt.datetime, zone: str, now: dt.datetime | None = None) -> str:
    """Return "Sat 16 Aug, 17:00 GST" in the viewer's zone; the year only where it differs from `now`."""
    there = local(at, zone)
    today = local(now, zone).date() if now else None
    return f"{day(there.date(), today)}, {there:%H:%M} {abbreviation(there)}"


def when_range(start: dt.datetime, end: dt.datetime, zone: str, now: dt.datetime | None = None) -> str:
    """Return "Sat 16 Aug, 17:00–20:00 GST", or both days when the end falls on another one."""
    first, last = local(start, zone), local(end, zone)
    if first.date() != last.date():
        return f"{when(start, zone, now)} {EN_DASH} {when(end, zone, now)}"
    today = local(now, zone).date() if now else None
    return f"{day(first.date(), today)}, {first:%H:%M}{EN_DASH}{last:%H:%M} {abbreviation(first)}"


def days(start: dt.date, end: dt.date, now: dt.date | None = None) -> str:
    """Return "12–18 Aug", "28 Jul – 3 Aug" or both years where they differ."""
    if start == end:
        return day(start, now)
    if start.year != end.year:
        return (
            f"{start.day} {month_name(start.month)} {start.year} {EN_DASH} "
            f"{end.day} {month_name(end.month)} {end.year}"
        )
    year = "" if now is None or now.year == end.year else f" {end.year}"
    if start.month != end.month:
        return f"{start.day} {month_name(start.month)} {EN_DASH} {end.day} {month_name(end.month)}{year}"
    return f"{start.day}{EN_DASH}{end.day} {month_name(end.month)}{year}"


def span(seconds: float) -> str:
    """Return a length of time in its two largest units: "3 d 21 h", "2 h 5 min", "40 s"."""
    left = max(0, int(seconds))
    units = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", 1))
    for index, (unit, size) in enumerate(units):
        if left < size and unit != "s":
            continue
        whole, rest = divmod(left, size)
        text = f"{whole}{NBSP}{unit}"
        if index < 2 and rest >= units[index + 1][1]:
            name, smaller = units[index + 1]
            text += f" {rest // smaller}{NBSP}{name}"
        return text
    raise AssertionError("unreachable")


def relative(at: dt.datetime, now: dt.datetime) -> str:
    """Return "in 3 d 21 h", "2 h ago" (past times in one unit), or "now" within a minute."""
    seconds = (at - now).total_seconds()
    if abs(seconds) < MINUTE:
        return "now"
    if seconds > 0:
        return f"in {span(seconds)}"
    unit = next(size for size in (DAY, HOUR, MINUTE) if -seconds >= size)
    return f"{span(-seconds // unit * unit)} ago"


def minutes(count: float) -> str:
    """Return "14 min", "1 h 20 min", "3 h"; a year's work stays in hours."""
    whole = round(count)
    hours, rest = divmod(whole, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h {rest}{NBSP}min" if rest else f"{hours}{NBSP}h"


def cut1(value: Number) -> str:
    """Return a figure cut, never rounded, to one decimal: nothing that is shown as 60.0 is below 60."""
    exact = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    tenths = floor(abs(exact) * 10)
    sign = MINUS if exact < 0 and tenths else ""
    return f"{sign}{grouped(tenths // 10)}.{tenths % 10}"


@lru_cache(maxsize=4096, typed=True)
def grouped(value: Number) -> str:
    """Return a number with its thousands parted and a real minus sign: "1,096.74", "−14"."""
    number = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    return str(format_decimal(number, locale="en")).replace("-", MINUS)


@lru_cache(maxsize=4096, typed=True)
def percent(value: Number, whole: bool = False) -> str:
    """Return a share of one as a percentage, cut to one decimal (or to a whole number): "74.6 %"."""
    exact = (Fraction(str(value)) if isinstance(value, float) else Fraction(value)) * 100
    figure = grouped(floor(exact)) if whole else cut1(exact)
    return f"{figure}{NBSP}%"


def figure(value: Number) -> str:
    """Return a figure without idle zeros: "30", "7.5"."""
    return f"{float(value):g}"


def file_size(size: int) -> str:
    """Return a size in the largest unit that leaves at least one: "812 B", "24 KB", "2.4 MB"."""
    if size < 1000:
        return f"{size}{NBSP}B"
    amount, unit = Decimal(size) / 1000, "KB"
    for larger in ("MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    figure = cut1(amount) if amount < 10 and unit != "KB" else grouped(int(amount))
    return f"{figure}{NBSP}{unit}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return "1 comment", "3 comments", "no comments"."""
    noun = one if count == 1 else (many or f"{one}s")
    return f"{grouped(count) if count else 'no'} {noun}"


_DRAWN = re.compile(r' (?:xmlns|fill|stroke|stroke-width|stroke-linecap|stroke-linejoin)="[^"]*"')


@lru_cache(maxsize=1024)
def icon(name: str, size: int = 16, label: str = "") -> Markup:
    """Return a lucide icon, 16 or 20 px, hidden from screen readers unless it has a label of its own.

    How it is drawn stands once in the stylesheet, at `.icon`: a page has hundreds.
    """
    attributes: dict[str, str] = {"class": "icon"}
    if label:
        attributes |= {"role": "img", "aria-label": label}
    else:
        attributes |= {"aria-hidden": "true"}
    drawing = lucide(name, size=size, **attributes)
    compact = "".join(line.strip() for line in drawing.splitlines()).replace(" />", "/>")
    head, rest = compact.split(">", 1)
    compact = f"{_DRAWN.sub('', head)}>{rest}"
    return Markup(compact)  # noqa: S704  # nosec B704 - a drawing of the library, attributes of ours


@lru_cache(maxsize=64)
def drawings(*names: str) -> Markup:
    """Return a sheet of drawings that `drawn_icon` refers to: for a page that shows few icons hundreds of times."""
    inside = {name: icon(name, 20).partition(">")[2].removesuffix("</svg>") for name in names}
    symbols = [
        f'<symbol id="icon-{name}" viewBox="0 0 24 24">{lines}</symbol>' for name, lines in inside.items()
    ]
    return Markup(f'<svg class="vh" aria-hidden="true">{"".join(symbols)}</svg>')  # noqa: S704  # nosec B704


@lru_cache(maxsize=1024)
def drawn_icon(name: str) -> Markup:
    """Return an icon of 20 px by reference to the page's sheet of drawings."""
    return Markup(  # noqa: S704  # nosec B704 - a name of ours
        f'<svg width="20" height="20" class="icon" aria-hidden="true"><use href="#icon-{escape(name)}"/></svg>'
    )


def join_words(words: list[str] | tuple[str, ...]) -> Markup:
    """Return parts of a line of meta, parted by a middle dot; empty parts are left out."""
    return Markup(" · ").join(escape(word) for word in words if word)


FILTERS = (
    day, day_in, long_day, long_day_in, clock, when, when_range, days, span, relative,
    minutes, cut1, grouped, figure, percent, file_size, plural, join_words,
)  # fmt: skip


def register(app: Flask) -> None:
    """Give templates the filters above, each under its own name, and the functions that draw icons."""
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(icon=icon, drawings=drawings, drawn_icon=drawn_icon)
