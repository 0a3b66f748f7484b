"""A whole address in one line, taken apart.

Most lines of a list have one plain shape, which a few rules read in microseconds; what they do not, usaddress
(a statistical model of US addresses) does.
"""

from __future__ import annotations

import re

from outbound.postal.rules import PostalParts
from outbound.postal.usps import (
    COMMON_SUFFIXES,
    DIRECTIONS,
    PLAIN_UNITS,
    STATE_CODES,
    STATES,
    SUFFIXES,
    UNITS_ALONE,
    UNITS_WITH_VALUE,
)

_COUNTRY = re.compile(r"[\s,]+(?:U\.?S\.?A\.?|UNITED STATES(?: OF AMERICA)?)$", re.IGNORECASE)
_POSTCODE = re.compile(r"(?:^|[\s,]+)(\d{5}(?:-\d{4})?)$")
_LAST_WORD = re.compile(r"[\s,]+([A-Za-z.]+)$")
_MOST_STATE_WORDS = 4
_NUMBER = re.compile(
    r"^(?!\d+(?:st|nd|rd|th)\b)"
    r"(\d[\dA-Za-z]*(?: ?-+ ?\d[\dA-Za-z]*)?(?: \d/\d)?)(?:\s+|(?<=\d)\s*,\s*)(\S.*)$",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(r"^N/?A\s+", re.IGNORECASE)
_POSTCODES_OF_STATE = {"CT": "06", "PR": "00"}
"""States whose code is also a street suffix, with how their ZIP codes begin."""
_UNIT_AT_END = re.compile(r"(?:#\s*|\b(?:APT|UNIT|STE|SUITE|FL)\.?\s+)[\w-]{1,6}$", re.IGNORECASE)
_UNIT_THEN_CITY = re.compile(
    r"^((?:#|(?:APT|UNIT|STE|SUITE|RM|FL)\b\.?)\s*[\w-]{1,6})\s+([A-Z][A-Z. '-]{2,40})$", re.IGNORECASE
)
_LONGEST = 300
"""Characters beyond which a text is no address; it also bounds what a hostile file can cost."""
_UNIT_WORDS = PLAIN_UNITS | UNITS_WITH_VALUE.keys() | UNITS_ALONE.keys()
_DIRECTIONS = DIRECTIONS.keys() | set(DIRECTIONS.values())

_USADDRESS_PART = {
    "AddressNumberPrefix": "house_number",
    "AddressNumber": "house_number",
    "AddressNumberSuffix": "house_number",
    "StreetNamePreModifier": "street",
    "StreetNamePreDirectional": "street",
    "StreetNamePreType": "street",
    "StreetName": "street",
    "StreetNamePostType": "street",
    "StreetNamePostDirectional": "street",
    "StreetNamePostModifier": "street",
    "USPSBoxType": "street",
    "USPSBoxID": "street",
    "OccupancyType": "unit",
    "OccupancyIdentifier": "unit",
    "SubaddressType": "unit",
    "SubaddressIdentifier": "unit",
    "PlaceName": "city",
    "StateName": "state",
    "ZipCode": "postcode",
}


def parse_line(line: str) -> PostalParts:
    """The parts of an address in one line, as written (``rules.normalise`` brings them to one spelling).

    Parts that are not there come back empty; a line that is no address comes back without a house number.
    """
    if len(line) > _LONGEST:
        return PostalParts()
    text = _COUNTRY.sub("", " ".join(line.split())).strip(" ,")
    rest, postcode = _take_postcode(text)
    rest, state = _take_state(rest, postcode)
    segments = [segment for segment in (part.strip() for part in rest.split(",")) if segment]
    found = _NUMBER.match(segments[0]) if segments else None
    plain = found and (_ends_door(segments[0]) or len(segments) > 1 or not (state or postcode))
    plain = plain and not _runs_on(segments[0])
    if not (found and plain):
        without_number = _NO_NUMBER.sub("", text)
        return _by_model(without_number) if without_number else PostalParts()
    unit, city = _unit_and_city(segments[1:], knows_place=bool(state or postcode))
    number, street = found.group(1), found.group(2)
    return PostalParts(number, street, unit, city, state, postcode)


def _take_postcode(text: str) -> tuple[str, str]:
    match = _POSTCODE.search(text)
    if match is None or match.start() == 0:
        return text, ""
    return text[: match.start()].rstrip(" ,"), match.group(1)


def _take_state(text: str, postcode: str) -> tuple[str, str]:
    """The state at the end: its code or its name, behind a comma or before a ZIP code; of two names the longer one."""
    best = text, ""
    rest = text
    for words in range(1, _MOST_STATE_WORDS + 1):
        found = _LAST_WORD.search(rest)
        if found is None:
            break
        rest = rest[: found.start()]
        written = text[found.start() :].strip(" ,")
        if "," in written:
            break
        code = written.upper().replace(".", "")
        apart = "," in text[found.start() : found.start(1)]
        known = code in STATE_CODES if words == 1 and len(code) == 2 else code in STATES
        if known and (apart or _may_be_state(code, postcode, rest)):
            best = rest.rstrip(" ,"), written
    return best


def _may_be_state(code: str, postcode: str, before: str) -> bool:
    """Whether what no comma sets apart is a state: some codes are street suffixes, some names are streets."""
    if not postcode:
        ends_street = (
            SUFFIXES.get(before.split()[-1].upper().strip(".,")) in COMMON_SUFFIXES if before.split() else False
        )
        return len(code) == 2 and ends_street and code not in SUFFIXES and code not in _DIRECTIONS
    if code in SUFFIXES:
        begins = _POSTCODES_OF_STATE.get(code)
        return begins is not None and postcode.startswith(begins)
    return len(code) == 2 or len(before.split()) > 2


def _ends_door(text: str) -> bool:
    """Whether the last word is a street's suffix or a unit, so that no city follows it."""
    return text.split()[-1].strip(".").upper() in SUFFIXES or _UNIT_AT_END.search(text) is not None


def _runs_on(text: str) -> bool:
    """Whether more stands behind the street than its direction and a unit: a city, by all likelihood."""
    words = text.upper().replace(".", "").split()[1:]
    if not words or SUFFIXES.get(words[-1]) in COMMON_SUFFIXES or words[-1] in _DIRECTIONS:
        return False
    for at in range(1, len(words)):
        if SUFFIXES.get(words[at]) in COMMON_SUFFIXES:
            return bool(_without_units([word for word in words[at + 1 :] if word not in _DIRECTIONS]))
    return False


def _without_units(words: list[str]) -> list[str]:
    """What is left behind a street when units are taken from it: ``APT 3``, ``#3``, ``5A``; two letters at the end."""
    while words:
        if words[0] in _UNIT_WORDS or words[0] == "#":
            words = words[1 if words[0] in UNITS_ALONE else 2 :]
        elif words[0].startswith("#") or words[0][0].isdigit():
            words = words[1:]
        elif len(words) == 1 and len(words[0]) <= 2 and words[0] not in STATE_CODES:
            words = []
        else:
            break
    return words


def _unit_and_city(segments: list[str], *, knows_place: bool) -> tuple[str, str]:
    """Of what stands between street and state: words are the city, digits or a unit word the unit."""
    city = ""
    if len(segments) == 1 and knows_place and (found := _UNIT_THEN_CITY.match(segments[0])):
        return found.group(1), found.group(2)
    if segments and (knows_place or not _looks_like_unit(segments[-1])) and not _has_unit_word(segments[-1]):
        city = segments.pop()
    return " ".join(segments), city


def _looks_like_unit(text: str) -> bool:
    return any(char.isdigit() for char in text) or len(text) <= 2


def _has_unit_word(text: str) -> bool:
    return text.startswith("#") or text.split()[0].strip(".").upper() in _UNIT_WORDS


def _by_model(text: str) -> PostalParts:
    import usaddress  # its model takes a second to load: only when a line needs it

    parts: dict[str, list[str]] = {}
    for token, label in usaddress.parse(text):
        part = _USADDRESS_PART.get(label)
        if part:
            parts.setdefault(part, []).append(token.strip(" ,"))
    return PostalParts(**{part: " ".join(tokens) for part, tokens in parts.items()})
