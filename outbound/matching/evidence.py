"""What speaks for and against two leads being one: a word for each thing that can be compared."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from outbound.addresses.usps import DIRECTIONS, SUFFIXES
from outbound.geo.sphere import METRES_PER_DEGREE
from outbound.matching.facts import Facts
from outbound.matching.names import mean_the_same

SAME, UNKNOWN, DIFFERENT = "same", "unknown", "different"
_LONGEST_SPAN = 100
"""House numbers that one building spans at most."""
_DIGITS = re.compile(r"\d+")
_AROUND = frozenset({*DIRECTIONS, *DIRECTIONS.values(), *SUFFIXES.values()})
"""Words that stand around the name of a street: a list that leaves its suffix out keeps ``SOUTH`` whole."""


class Evidence(NamedTuple):
    """One word a comparison; ``unknown`` where one of the two says nothing. No word tells a value."""

    number: str
    """same, part (one is a number of the building that the other names), typo (a digit more, less or exchanged), near
    (one digit another), different"""
    street: str
    """same, core (one lacks its suffix or direction), similar, close, different"""
    unit: str
    """same, none (of either), missing (of one), different"""
    postcode: str
    """same, typo, different"""
    city: str
    """same, similar, close, different"""
    phone: str
    """same, line (the same without the area code), typo, different"""
    email: str
    """same, user (at another host), similar, close, different"""
    first: str
    """same, variant (Bob and Robert, J and John), exchanged (with the last name), similar, close, different"""
    last: str
    """same, exchanged, similar, close, part, different"""
    distance: str
    """near (30 m), close (150 m), apart, far (over a kilometre)"""

    def told(self) -> dict[str, str]:
        """What is known, to be stored and shown."""
        return {name: word for name, word in self._asdict().items() if word != UNKNOWN and word != "none"}


def compare(a: Facts, b: Facts) -> Evidence:
    """What speaks for and against. Symmetric."""
    first, last = _names(a, b)
    return Evidence(
        number=_number(a.number, b.number) if a.number != b.number or not a.number else SAME,
        street=_street(a.street, b.street) if a.street != b.street or not a.street else SAME,
        unit=_unit(a, b),
        postcode=_postcode(a.postcode, b.postcode),
        city=_city(a.city, b.city),
        phone=_phone(a.phone, b.phone),
        email=_email(a.email, b.email),
        first=first,
        last=last,
        distance=_distance(a, b),
    )


def _number(a: str, b: str) -> str:
    if not a or not b:
        return UNKNOWN
    if a == b:
        return SAME
    if ("-" in a) != ("-" in b) and (_spans(a, b) if "-" in a else _spans(b, a)):
        return "part"
    if OSA.distance(a, b, score_cutoff=1) > 1 or min(len(a), len(b)) < 2:
        return DIFFERENT
    return "typo" if len(a) != len(b) or sorted(a) == sorted(b) else "near"


def _spans(span: str, number: str) -> bool:
    """Whether a building with several numbers (``358-370``, ``8938-40``) has this one, on its side of the street.

    Two numbers with a hyphen are never compared so: 203-06 and 203-08 are neighbours in Queens.
    """
    low, _, high = span.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in (low, high, number)):
        return False
    first, last = int(low), int(low[: -len(high)] + high if len(high) < len(low) else high)
    return 0 < last - first <= _LONGEST_SPAN and first <= int(number) <= last and (int(number) - first) % 2 == 0


def _street(a: str, b: str) -> str:
    if not a or not b:
        return UNKNOWN
    return _streets(a, b) if a < b else _streets(b, a)


@lru_cache(maxsize=65536)
def _streets(a: str, b: str) -> str:
    if a == b:
        return SAME
    (core_a, around_a), (core_b, around_b) = _core(a), _core(b)
    # The tenth and the eleventh avenue are written nearly alike and lie apart.
    if _DIGITS.findall(core_a) != _DIGITS.findall(core_b) and _DIGITS.search(core_a) and _DIGITS.search(core_b):
        return DIFFERENT
    if core_a == core_b:
        return "core" if around_a <= around_b or around_b <= around_a else "close"
    likeness = max(fuzz.ratio(core_a, core_b), fuzz.ratio(core_a.replace(" ", ""), core_b.replace(" ", "")))
    likeness = max(likeness, fuzz.ratio(a, b) - 5)
    if likeness >= 82:
        return "similar"
    return "close" if likeness >= 60 or fuzz.partial_ratio(core_a, core_b) >= 90 else DIFFERENT


@lru_cache(maxsize=65536)
def _core(street: str) -> tuple[str, frozenset[str]]:
    """The name of a street, and the direction and suffix that stand around it."""
    words = street.split()
    around = [word for word in words if word in _AROUND]
    core = [word for word in words if word not in _AROUND]
    return (" ".join(core), frozenset(DIRECTIONS.get(word, word) for word in around)) if core else (street, frozenset())


def _unit(a: Facts, b: Facts) -> str:
    if a.unit == b.unit:
        return SAME if a.unit else "none"
    return "missing" if not a.unit or not b.unit else DIFFERENT


def _postcode(a: str, b: str) -> str:
    if not a or not b:
        return UNKNOWN
    if a == b:
        return SAME
    return "typo" if OSA.distance(a, b, score_cutoff=1) <= 1 else DIFFERENT


def _city(a: str, b: str) -> str:
    if not a or not b:
        return UNKNOWN
    if a == b:
        return SAME
    return _cities(a, b) if a < b else _cities(b, a)


@lru_cache(maxsize=65536)
def _cities(a: str, b: str) -> str:
    if fuzz.ratio(a, b) >= 75 or fuzz.partial_ratio(a, b) >= 95:
        return "similar"
    a, b = a.replace(" ", ""), b.replace(" ", "")
    return "close" if OSA.normalized_similarity(a, b) >= 0.6 and min(len(a), len(b)) > 3 else DIFFERENT


def _phone(a: str, b: str) -> str:
    if not a or not b:
        return UNKNOWN
    if a == b:
        return SAME
    short = min(len(a), len(b))
    if short < 7:
        return DIFFERENT
    if a[-7:] == b[-7:]:
        return "line"
    if short == max(len(a), len(b)):
        return "typo" if OSA.distance(a, b, score_cutoff=1) <= 1 else DIFFERENT
    return "typo" if OSA.distance(a[-7:], b[-7:], score_cutoff=1) <= 1 else DIFFERENT


def _email(a: str, b: str) -> str:
    if not a or not b:
        return UNKNOWN
    if a == b:
        return SAME
    user_a, _, host_a = a.partition("@")
    user_b, _, host_b = b.partition("@")
    if user_a == user_b and len(user_a) > 3:
        return "user"
    # The host is shared by many, so the name before it must be alike.
    likeness = OSA.normalized_similarity(user_a, user_b)
    alike = OSA.normalized_similarity(a, b)
    if _letters(a) == _letters(b):  # a dot or an @ at another place
        return "similar"
    if min(likeness + (0.1 if host_a == host_b else 0.0), alike) >= 0.8:
        return "similar"
    return "close" if likeness >= 0.6 and alike >= 0.6 else DIFFERENT


def _letters(email: str) -> str:
    return "".join(filter(str.isalnum, email))


def _names(a: Facts, b: Facts) -> tuple[str, str]:
    first, last = _first(a.first, b.first), _last(a.last, b.last)
    if UNKNOWN in (first, last):
        return (UNKNOWN, "exchanged") if _half_crossed(a, b, first, last) else (first, last)
    if (
        first in (DIFFERENT, "close")
        and last in (DIFFERENT, "close", "part")
        and _crossed(a.first, b.last)
        and _crossed(a.last, b.first)
    ):
        return "exchanged", "exchanged"
    return first, last


def _half_crossed(a: Facts, b: Facts, first: str, last: str) -> bool:
    """Whether one has a single name, which is the other's but in the other column."""
    if first in (SAME, "variant", "similar") or last in (SAME, "similar"):
        return False
    for one, other in ((a, b), (b, a)):
        if bool(one.first) != bool(one.last) and other.first and other.last:
            return _crossed(one.first, other.last) if one.first else _crossed(one.last, other.first)
    return False


def _crossed(one: str, other: str) -> bool:
    return one == other or JaroWinkler.similarity(one, other) >= 0.92


def _first(a: str, b: str) -> str:
    if not a or not b:
        return UNKNOWN
    return SAME if a == b else _firsts(a, b) if a < b else _firsts(b, a)


@lru_cache(maxsize=65536)
def _firsts(a: str, b: str) -> str:
    one, other = a.split()[0], b.split()[0]
    if one == other or mean_the_same(one, other):
        return "variant"
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and (len(short) == 1 or len(short) >= 3):
        return "variant"
    likeness = JaroWinkler.similarity(a, b)
    return "similar" if likeness >= 0.88 else "close" if likeness >= 0.75 else DIFFERENT


def _last(a: str, b: str) -> str:
    if not a or not b:
        return UNKNOWN
    return SAME if a == b else _lasts(a, b) if a < b else _lasts(b, a)


@lru_cache(maxsize=65536)
def _lasts(a: str, b: str) -> str:
    if a.replace(" ", "") == b.replace(" ", ""):
        return SAME
    if max(a.count(" "), b.count(" ")) > 1:  # an organisation's, whose words come and go
        likeness = max(
            fuzz.token_sort_ratio(a, b) / 100, 0.95 * fuzz.token_set_ratio(a, b) / 100, 0.9 * fuzz.WRatio(a, b) / 100
        )
    else:
        likeness = JaroWinkler.similarity(a, b)
        if OSA.distance(a, b, score_cutoff=1) <= 1 and min(len(a), len(b)) > 3:
            likeness = max(likeness, 0.93)
        parts_a, parts_b = a.split(), b.split()
        if len(parts_a) != len(parts_b) and set(parts_a) & set(parts_b):  # a double name of which one is half
            likeness = max(likeness, 0.9)
    if likeness >= 0.92:
        return "similar"
    return "close" if likeness >= 0.82 else "part" if likeness >= 0.68 else DIFFERENT


def _distance(a: Facts, b: Facts) -> str:
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return UNKNOWN
    east = (a.lon - b.lon) * math.cos(math.radians((a.lat + b.lat) / 2))
    metres = math.hypot(a.lat - b.lat, east) * METRES_PER_DEGREE
    return "near" if metres <= 30 else "close" if metres <= 150 else "apart" if metres <= 1000 else "far"
