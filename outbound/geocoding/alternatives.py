"""Other ways in which an address may have been meant, for lists that write house numbers and streets their own way.

Each is worth less than what was written; which of them is a door is for the known doors to say. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from outbound.postal.rules import PostalParts
from outbound.postal.usps import SUFFIXES

MOST = 8
"""Alternatives of one address."""

_PLAIN = re.compile(r"(\d{3,6})([A-Z]{0,2})")
_HYPHENED = re.compile(r"(\d{1,5})-(\d{1,3})([A-Z]{0,2})")
_SEVERAL = re.compile(r"(\d+(?:-\d+)?[A-Z]?)[/&].*")
_NUMBERED = re.compile(r"\d{1,4}")
_WHOLE_WORDS = {
    short: long for long, short in SUFFIXES.items() if long in {"COURT", "PARK", "HILL", "LAKE", "GROVE", "GARDEN"}
}
_KINDS_BEHIND = ("BLVD", "AVE", "ST", "RD", "DR")


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading, and what it is worth of the one that was written, 0 to 1."""

    parts: PostalParts
    worth: float


def alternatives(parts: PostalParts) -> list[Alternative]:
    """Other readings of an address (normalised), the likeliest first.

    A list may leave the hyphen of a Queens number out (``8034`` for 80-34), put it elsewhere (``1151-16`` for
    115-116), or write several doors at once (``90-12/14``); it may write a numbered street as a bare number.
    """
    numbers = [(parts.house_number, 1.0), *_numbers(parts.house_number)]
    streets = [(parts.street, 1.0), *_streets(parts.street)]
    found = {
        Alternative(replace(parts, house_number=number, street=street), round(of_number * of_street, 3))
        for number, of_number in numbers
        for street, of_street in streets
        if (number, street) != (parts.house_number, parts.street)
    }
    return sorted(found, key=lambda each: (-each.worth, each.parts.house_number, each.parts.street))[:MOST]


def _numbers(number: str) -> list[tuple[str, float]]:
    if several := _SEVERAL.fullmatch(number):
        return [(several.group(1), 0.95), *((other, worth * 0.95) for other, worth in _numbers(several.group(1)))]
    if plain := _PLAIN.fullmatch(number):
        return [(f"{block}-{rest}{plain.group(2)}", worth) for block, rest, worth in _split(plain.group(1))]
    if hyphened := _HYPHENED.fullmatch(number):
        first, second, letters = hyphened.groups()
        moved = [
            (f"{block}-{rest}{letters}", worth * 0.85)
            for block, rest, worth in _split(first + second)
            if (block, rest) != (first, second)
        ]
        return [*moved, (f"{first}{second}{letters}", 0.85), (f"{first}{letters}", 0.7)]
    return []


def _split(digits: str) -> list[tuple[str, str, float]]:
    """Block and number within it: of two digits nearly always, of three in long blocks."""
    found = [(digits[:-2], digits[-2:], 0.95)]
    if len(digits) >= 5:
        found.append((digits[:-3], digits[-3:], 0.85))
    return [each for each in found if int(each[0]) > 0]


def _streets(street: str) -> list[tuple[str, float]]:
    words = street.split()
    if not words:
        return []
    if _NUMBERED.fullmatch(words[-1]) and (len(words) == 1 or (len(words) == 2 and len(words[0]) <= 2)):
        return [(" ".join([*words[:-1], _ordinal(int(words[-1]))]), 0.95)]
    if len(words) > 1 and words[-1] in _WHOLE_WORDS:
        name = " ".join([*words[:-1], _WHOLE_WORDS[words[-1]]])
        return [(f"{name} {kind}", 0.8) for kind in _KINDS_BEHIND]
    return []


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}TH"
    return f"{number}{ {1: 'ST', 2: 'ND', 3: 'RD'}.get(number % 10, 'TH') }"
