"""What is known of a lead or a row of a list, in the one form in which two of them are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from outbound.postal.rules import PostalParts, normalise, postcode5

_NOT_NAME = re.compile(r"[^a-z0-9]+")
_NOT_DIGIT = re.compile(r"\D+")
_ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
_PLACE = re.compile(r", [^,]*$")


@dataclass(frozen=True, slots=True)
class Facts:
    """All in small letters or digits, normalised; what is not known is an empty string.

    ``lat`` and ``lon`` are degrees of WGS 84.
    """

    number: str = ""
    street: str = ""
    """As :func:`outbound.postal.rules.normalise` writes it: in capitals."""
    unit: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""
    """National digits, without the country's code."""
    email: str = ""
    first: str = ""
    last: str = ""
    """Of an organisation: its whole name."""
    lat: float | None = None
    lon: float | None = None


def facts_of_parts(
    parts: PostalParts,
    *,
    phone: str | None = None,
    email: str | None = None,
    first: str | None = None,
    last: str | None = None,
) -> Facts:
    """Facts of an address as it was written."""
    norm = normalise(parts)
    return Facts(
        number=norm.house_number,
        street=norm.street,
        unit=norm.unit,
        postcode=norm.postcode,
        city=folded(norm.city),
        phone=national_digits(phone or ""),
        email=(email or "").lower(),
        first=folded(first or ""),
        last=folded(last or ""),
    )


def facts_of_door(
    canonical: str | None,
    building: str | None,
    *,
    postcode: str | None = None,
    city: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    first: str | None = None,
    last: str | None = None,
    lat: float | None = None,
    lon: float | None = None,
) -> Facts:
    """Facts of a door by its canonical line and that of its building, which are stored: nothing is parsed anew.

    The spelling of a pin without an address says nothing.
    """
    number = street = unit = ""
    if canonical and not canonical.startswith("PIN "):
        number, street, unit = _door(canonical, building or canonical)
    return Facts(
        number,
        street,
        unit,
        postcode5(postcode or ""),
        folded(city or ""),
        national_digits(phone or ""),
        (email or "").lower(),
        folded(first or ""),
        folded(last or ""),
        lat,
        lon,
    )


def _door(canonical: str, building: str) -> tuple[str, str, str]:
    line, whole = _PLACE.sub("", building), _PLACE.sub("", canonical)
    number, _, street = line.partition(" ")
    if not any(char.isdigit() for char in number) or _ORDINAL.fullmatch(number):
        number, street = "", line  # a street without a house number
    unit = whole[len(line) :].strip() if whole != line and whole.startswith(line) else ""
    return number, street, unit


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """A name in small letters without accents or punctuation: ``O'Brien-Löw`` → ``obrien low``."""
    plain = text.lower().replace("'", "").replace("’", "")
    if not plain.isascii():
        plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return _NOT_NAME.sub(" ", plain).strip()


def national_digits(phone: str) -> str:
    """The digits of a number, without North America's country code."""
    digits = _NOT_DIGIT.sub("", phone)
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
