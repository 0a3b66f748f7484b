"""How figures, weeks and times read: one form for each kind, everywhere. Times are the organisation's own."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

NONE = "–"
"""Stands where there is no value: never zero, which is one."""


def number(value: object) -> float | None:
    """The value of a mart's cell; none where it is null, which pandas may write as NaN."""
    if value is None or value is pd.NA:
        return None
    found = float(value)  # type: ignore[arg-type]
    return None if math.isnan(found) else found


def count(value: object) -> str:
    """A whole number with thousands separated: 12,345."""
    known = number(value)
    return NONE if known is None else f"{known:,.0f}"


def counted(value: object, noun: str) -> str:
    """A count with what is counted: 1 route, 2 routes."""
    return f"{count(value)} {noun}" if number(value) == 1 else f"{count(value)} {noun}s"


def decimal(value: object, places: int = 2) -> str:
    known = number(value)
    return NONE if known is None else f"{known:,.{places}f}"


def percent(ratio: object, places: int = 1) -> str:
    """A ratio (0.05) as a percentage (5.0%)."""
    known = number(ratio)
    return NONE if known is None else f"{known * 100:,.{places}f}%"


def signed_percent(ratio: float) -> str:
    """A relative change with its sign; the sign is a real minus, as wide as a plus."""
    return f"{ratio * 100:+.0f}%".replace("-", "−")


def signed_points(difference: float) -> str:
    """A difference of two ratios in percentage points."""
    return f"{difference * 100:+.1f} points".replace("-", "−")


def day(value: date, *, year: bool = False) -> str:
    """Mar 3, or Mar 3, 2025."""
    text = f"{value:%b} {value.day}"
    return f"{text}, {value.year}" if year else text


def week(monday: date) -> str:
    """A week by its first and last day: Mar 3 – 9, 2025."""
    sunday = monday + timedelta(days=6)
    end = str(sunday.day) if sunday.month == monday.month else day(sunday)
    start = day(monday, year=monday.year != sunday.year)
    return f"{start} – {end}, {sunday.year}"


def last_knocked(monday: object) -> str:
    """The week of a last knock by its Monday: Week of Mar 3. Never, where there is none."""
    return f"Week of {day(monday)}" if isinstance(monday, date) else "Never"


def moment(value: datetime, zone: str, *, weekday: bool = False) -> str:
    """A time on the wall of ``zone``: Mar 3, 6:15 AM."""
    local = value.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    text = f"{day(local.date())}, {hour}:{local:%M %p}"
    return f"{local:%a}, {text}" if weekday else text


def duration(span: timedelta) -> str:
    """How long something has been, roundly: 5 hours, or from two days on 3 days."""
    return counted(span.days, "day") if span.days > 1 else counted(span // timedelta(hours=1), "hour")


def place_of(zone: str) -> str:
    """The zone by its place: America/New_York reads New York."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def words(code: str) -> str:
    """A code of the vocabulary as words: FOLLOW_UP reads Follow up."""
    return code.replace("_", " ").capitalize()


def instant(text: str | None) -> datetime | None:
    """A time of the API (RFC 3339) with its zone; none for none."""
    return datetime.fromisoformat(text) if text else None


def phone(number: str | None) -> str:
    """A number as people write it, where it is an American one: (515) 555-0177."""
    if number and number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number or ""
