"""A record becomes a prospect, or a reject with its reason. Pure: no database, no clock.

An address that is whole but has no coordinates is kept without a position. So is one whose coordinates cannot be
right: the row says so in a note, and the address is looked up instead (``ingest.positions``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.fields import Field, Mapped
from ingest.positions import NOWHERE, Position, checked, pair_in
from outbound.leads.contact import email_canonical, name_case, phone_e164, split_name
from outbound.postal.parsing import parse_line
from outbound.postal.rules import PostalParts, line_of, normalise, postcode5
from outbound.postal.usps import STATE_CODES

LONGEST_VALUE = 200
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff\ufffe\uffff]+")
_NOTHING = frozenset(
    [
        "", "-", "--", "n/a", "na", "null", "none", "nan", "nil", "unknown",
        "#n/a", "#ref!", "#value!", "#name?", "#null!", "#div/0!", "#num!",
    ]
)  # fmt: skip
_BEGINS_WITH_NUMBER = re.compile(r"^\d+[-\dA-Za-z]*\s+\S")
_MARKED = frozenset("=+-@")
_ZIP = re.compile(r"\d{5}")
_NUMBER = re.compile(r"^[\dA-Za-z]+([-/ ][\dA-Za-z/]+){0,3}(\.0)?$")


@dataclass(slots=True)  # not frozen: that would make each twice as dear
class Prospect:
    """A row that can become a lead; texts that are not known are none."""

    line: int
    parts: PostalParts
    canonical: str
    lat: float | None = None
    lon: float | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    language: str | None = None
    yard_size_sqft: int | None = None
    external_ref: str | None = None
    notes: tuple[str, ...] = ()
    """What was mended or left out: field names, never values."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used; ``reason`` names fields, never values."""

    line: int
    reason: str


class Validator:
    """Reads rows of one file by its mapping."""

    def __init__(self, mapped: Mapped, width: int) -> None:
        self._at = mapped
        self._width = width

    def read(self, line: int, values: Sequence[str]) -> Prospect | Reject | None:
        """A prospect, a reject, or none for a row in which nothing stands."""
        if not any(value.strip() for value in values):
            return None
        if len(values) > self._width and any(value.strip() for value in values[self._width :]):
            return Reject(line, f"it has {len(values)} fields where the header has {self._width}")
        row = {field: _clean(values[at]) if at < len(values) else "" for field, at in self._at.items()}
        if max(map(len, row.values())) > LONGEST_VALUE:
            long = next(field for field, value in row.items() if len(value) > LONGEST_VALUE)
            return Reject(line, f"{long} is longer than {LONGEST_VALUE} characters")
        parts = _parts(row)
        notes = []
        if parts.postcode and not _ZIP.fullmatch(postcode5(parts.postcode)):
            parts = replace(parts, postcode="")
            notes.append("postcode is no ZIP code and was left out")
        norm = normalise(parts)
        missing = _missing(norm)
        if missing:
            return Reject(line, missing)
        position = _position(row, norm)
        if position.note:
            notes.append(position.note)
        return _prospect(line, row, parts, line_of(norm), position, notes)


def _prospect(
    line: int,
    row: dict[Field, str],
    parts: PostalParts,
    canonical: str,
    position: Position,
    notes: list[str],
) -> Prospect:
    first, last = row.get(Field.FIRST_NAME, ""), row.get(Field.LAST_NAME, "")
    names: tuple[str | None, str | None] = (None, None)
    if first or last:
        names = name_case(first) or None, name_case(last) or None
    elif full := row.get(Field.FULL_NAME):
        names = split_name(full)
    phone = email = yard = None
    if (written := row.get(Field.PHONE)) and (phone := phone_e164(written)) is None:
        notes.append("phone is no number that can be dialled and was left out")
    if (written := row.get(Field.EMAIL)) and (email := email_canonical(written)) is None:
        notes.append("email is no address and was left out")
    if (written := row.get(Field.YARD_SIZE_SQFT)) and (yard := _whole(written)) is None:
        notes.append("yard_size_sqft is no whole number above zero and was left out")
    return Prospect(
        line=line,
        parts=parts,
        canonical=canonical,
        lat=position.lat,
        lon=position.lon,
        first_name=names[0],
        last_name=names[1],
        phone=phone,
        email=email,
        language=row.get(Field.LANGUAGE) or None,
        yard_size_sqft=yard,
        external_ref=row.get(Field.EXTERNAL_REF) or None,
        notes=tuple(notes),
    )


def _parts(row: dict[Field, str]) -> PostalParts:
    """Parts from their own columns; what these lack, from a whole address."""
    number = row.get(Field.HOUSE_NUMBER, "")
    number = f"{number.removesuffix('.0')} {row.get(Field.HOUSE_NUMBER_SUFFIX, '')}".strip()
    street = row.get(Field.STREET, "")
    before, behind = row.get(Field.STREET_DIRECTION), row.get(Field.STREET_SUFFIX)
    if before or behind:
        street = " ".join(filter(None, (before, street, behind)))
    line = row.get(Field.ADDRESS, "")
    unit = row.get(Field.UNIT, "")
    if street and (not number or not _NUMBER.match(number)) and _BEGINS_WITH_NUMBER.match(street):
        line, number, street = street, "", ""  # number and street stand together in the street's column
    elif street and number.upper().endswith(street.upper()) and _BEGINS_WITH_NUMBER.match(street):
        line, number, street = street, "", ""
    parsed = parse_line(line) if line and not (number and street) else _NO_PARTS
    return PostalParts(
        house_number=number or parsed.house_number,
        street=street or parsed.street,
        unit=unit or parsed.unit,
        city=row.get(Field.CITY, "") or parsed.city,
        state=row.get(Field.STATE, "") or parsed.state,
        postcode=row.get(Field.POSTCODE, "") or parsed.postcode,
    )


_NO_PARTS = PostalParts()


def _missing(norm: PostalParts) -> str | None:
    if not norm.house_number and not norm.street:
        return "it has no address"
    if not norm.house_number:
        return "a PO box is no door" if norm.street.startswith(("PO BOX", "P O BOX")) else "it has no house number"
    if not norm.street:
        return "it has no street"
    if not any(char.isdigit() for char in norm.house_number) and len(norm.house_number) > 5:
        return "house_number is no number"
    if not any(char.isalnum() for char in norm.street):
        return "it has no street"
    return None


def _position(row: dict[Field, str], norm: PostalParts) -> Position:
    lat, lon = row.get(Field.LAT, ""), row.get(Field.LON, "")
    if not lat and not lon:
        both = row.get(Field.POSITION, "")
        if not both:
            return NOWHERE
        pair = pair_in(both)
        if pair is None:
            return Position(note="position is no pair of lat and lon and was left out")
        lat, lon = pair
    american = bool(norm.postcode) or norm.state in STATE_CODES
    return checked(lat, lon, american=american)


def _whole(text: str) -> int | None:
    try:
        number = round(float(text.replace(",", "")))
    except (ValueError, OverflowError):
        return None
    return number if 0 < number < 2**31 else None


def _clean(value: str) -> str:
    if not value.isprintable():
        value = _INVISIBLE.sub(" ", value)
    value = " ".join(value.split())
    if value.startswith("'") and (value[1:2].isdigit() or value[1:2] in _MARKED):
        value = value[1:]  # a spreadsheet's sign for text
    return "" if value.lower() in _NOTHING else value
