"""Colours: ColorBrewer's scales, which read with every kind of colour vision and in grey."""

from __future__ import annotations

INK = "#16202b"
SOFT = "#4b5662"
LINE = "#dfe3dd"
BRAND = "#174c3c"
AMBER = "#e8a33d"
LATE = "#b3261e"
SOON = "#8f4d00"

SEQUENTIAL = ["#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84"]
"""YlGnBu without its palest: few to many."""
COVERAGE = ["#b4641a", "#dfb567", "#ece08a", "#7cc4b8", "#0b7566"]
"""BrBG: not covered to covered; brown and teal part for every eye."""
NOTHING = "#c9cdc8"
"""A value of zero where more than zero is what counts."""

CHANNELS = {
    "Door": BRAND,
    "Call": AMBER,
    "SMS": "#3f6ea8",
    "Email": "#8ab6d6",
    "Meeting": "#8a5fb8",
    "Cadence message": "#b9bfb7",
}
STAGES = {
    "COLD": "#3f6ea8",
    "CONTACTED": "#0f8a8a",
    "FOLLOW_UP": "#c26a00",
    "SCHEDULED": "#7a4fb5",
    "WON": "#23803f",
    "LOST": "#7b8086",
    "NOT_QUALIFIED": "#5b4a42",
}
"""The same as in the rep app."""


def sequential(classes: int) -> list[str]:
    """As many colours, evenly from the palest to the darkest."""
    last = len(SEQUENTIAL) - 1
    if classes == 1:
        return [SEQUENTIAL[last // 2]]
    return [SEQUENTIAL[round(number * last / (classes - 1))] for number in range(classes)]


def rgba(color: str, alpha: int) -> list[int]:
    """#rrggbb as [r, g, b, alpha], as deck.gl takes it."""
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)] + [alpha]
