"""Names for zones, days and months. Zone files call many zones by number only ("+04"); people say GST."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Literal, cast

from babel import Locale

Width = Literal["abbreviated", "wide"]

# Zones whose files give a bare number, and what is written there on invitations.
SPOKEN = {
    "Africa/Casablanca": "WEST", "America/Argentina/Buenos_Aires": "ART", "America/Asuncion": "PYT",
    "America/Bogota": "COT", "America/Caracas": "VET", "America/Guayaquil": "ECT", "America/La_Paz": "BOT",
    "America/Lima": "PET", "America/Montevideo": "UYT", "America/Sao_Paulo": "BRT", "Asia/Almaty": "ALMT",
    "Asia/Baghdad": "AST", "Asia/Bahrain": "AST", "Asia/Baku": "AZT", "Asia/Bangkok": "ICT",
    "Asia/Colombo": "SLST",
    "Asia/Dhaka": "BDT", "Asia/Dubai": "GST", "Asia/Ho_Chi_Minh": "ICT", "Asia/Kabul": "AFT",
    "Asia/Kathmandu": "NPT", "Asia/Kuala_Lumpur": "MYT", "Asia/Kuwait": "AST", "Asia/Muscat": "GST",
    "Asia/Qatar": "AST", "Asia/Riyadh": "AST", "Asia/Saigon": "ICT", "Asia/Singapore": "SGT",
    "Asia/Tashkent": "UZT", "Asia/Tbilisi": "GET", "Asia/Tehran": "IRST", "Asia/Thimphu": "BTT",
    "Asia/Yangon": "MMT", "Asia/Yerevan": "AMT", "Europe/Istanbul": "TRT", "Europe/Minsk": "MSK",
    "Indian/Maldives": "MVT", "Indian/Mauritius": "MUT",
}  # fmt: skip


@lru_cache(maxsize=1024)
def _spoken(key: str, numeric: str) -> str:
    if key in SPOKEN:
        return SPOKEN[key]
    hours = numeric[:3].replace("+0", "+").replace("-0", "\N{MINUS SIGN}").replace("-", "\N{MINUS SIGN}")
    return f"UTC{hours}" + (f":{numeric[3:]}" if len(numeric) > 3 else "")


def abbreviation(at: dt.datetime) -> str:
    """Return what people call the zone of an aware local time: "IST", "GST"; "UTC+8:45" as a last resort."""
    name = at.tzname() or "UTC"
    if name[0] not in "+-":
        return name
    return _spoken(getattr(at.tzinfo, "key", ""), name)


@lru_cache(maxsize=64)
def day_name(weekday: int, width: Width = "abbreviated", language: str = "en") -> str:
    """Return the name of a weekday, Monday being 0."""
    return cast("str", Locale.parse(language).days["format"][width][weekday])


@lru_cache(maxsize=64)
def month_name(month: int, width: Width = "abbreviated", language: str = "en") -> str:
    """Return the name of a month, January being 1."""
    return cast("str", Locale.parse(language).months["format"][width][month])
