"""Which column holds what: by its name and by what stands in it, each guess with how sure it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ingest.fields import BY_NAME, RANK, VAGUE, Field, Mapped, field_named, key_of, known_names
from ingest.positions import pair_in
from outbound.errors import Invalid
from outbound.leads.contact import email_canonical, phone_e164
from outbound.postal.parsing import parse_line
from outbound.postal.rules import PostalParts, state_code
from outbound.postal.usps import STATE_CODES, SUFFIXES

NONE = ""
"""As the column of a field: it has none, whatever the names say."""
_SAMPLES = 60
_COLUMNS_READ = 400
"""Columns beyond which only names are looked at."""
_SURE, _VAGUE_NAME, _LEAST = 0.9, 0.6, 0.3


class Because(StrEnum):
    """Where a guess comes from."""

    NAME = "name"
    CONTENTS = "contents"
    GIVEN = "given"
    REMEMBERED = "remembered"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That a column holds a field; ``confidence`` from 0 to 1."""

    column: int
    field: Field
    confidence: float
    because: Because


class _Rule(NamedTuple):
    field: Field
    share: float
    """Of the values that must fit where nothing but they speak for the field."""
    fits: Callable[[str], bool]
    refutes: bool = False
    """Whether values that do not fit outweigh the column's name."""


def map_columns(
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    given: Mapping[str, str] | None = None,
    *,
    need_address: bool = True,
) -> Mapped:
    """The column of each field: what the caller has given (field → column name, or :data:`NONE`) wins, then the
    surest suggestions.

    Raises :class:`Invalid` when no column holds an address, unless none is needed yet, or ``given`` names what is
    not there.
    """
    given = given or {}
    mapped = _given(header, given)
    withheld = {Field(field) for field, column in given.items() if column == NONE}
    for suggestion in suggest(header, samples):
        taken = suggestion.field in mapped or suggestion.column in mapped.values()
        if not taken and suggestion.field not in withheld:
            mapped[suggestion.field] = suggestion.column
    if not (given.keys() & {Field.LAT, Field.LON}):
        _swap_if_swapped(mapped, samples)
    if need_address:
        refuse_without_address(mapped, header)
    return mapped


def refuse_without_address(mapped: Mapped, header: Sequence[str]) -> None:
    """Raises :class:`Invalid` for a mapping in which no column holds an address."""
    if Field.ADDRESS not in mapped and Field.STREET not in mapped:
        raise Invalid(
            f"No column holds an address; the columns are {_listed(header)}. Say which one does (address=COLUMN)."
        )


def suggest(header: Sequence[str], samples: Sequence[Sequence[str]]) -> list[Suggestion]:
    """The surest guesses, at most one a column and one a field, the surest first."""
    columns = [_values(samples, position) for position in range(min(len(header), _COLUMNS_READ))]
    guesses = [
        guess
        for position, name in enumerate(header)
        if (guess := _by_name(position, name, columns[position] if position < len(columns) else [])) is not None
    ]
    by_name = _chosen(guesses)
    fields = {guess.field for guess in by_name}
    # Where a name tells the address, a guess by contents would only add mistakes, but for what cannot be mistaken.
    rules = _RULES if not fields & {Field.ADDRESS, Field.STREET} else _UNMISTAKABLE
    named = {guess.column for guess in by_name}
    for position, values in enumerate(columns):
        if position not in named and len(values) >= max(1, min(len(samples), _SAMPLES) // 2):
            guesses += _by_contents(position, values, rules)
    found = _chosen(guesses)
    # A street is one part or a whole line, never both; a number without a street is any number.
    fields = {guess.field for guess in found}
    idle = {Field.STREET, Field.HOUSE_NUMBER} if Field.ADDRESS in fields else set()
    idle |= set() if Field.STREET in fields else {Field.HOUSE_NUMBER}
    found = _chosen([guess for guess in guesses if not (guess.field in idle and _only_contents(guess))])
    return _with_city(found, header, columns, samples)


def _by_name(position: int, name: str, values: Sequence[str]) -> Suggestion | None:
    key = key_of(name)
    field = BY_NAME.get(key)
    if field is None:
        return None
    sure = (_VAGUE_NAME if key in VAGUE else _SURE) - RANK[key] / 1000
    rule = next((rule for rule in _RULES if rule.field is field), None)
    if rule is not None and values:
        share = sum(map(rule.fits, values)) / len(values)
        if rule.refutes and share < 0.2:
            return None
        sure += (1 - sure) * share * 0.9
    return Suggestion(position, field, round(sure, 3), Because.NAME)


def _by_contents(position: int, values: Sequence[str], rules: Sequence[_Rule]) -> list[Suggestion]:
    found = []
    for rank, rule in enumerate(rules):
        share = sum(map(rule.fits, values)) / len(values)
        if share >= rule.share:
            sure = 0.75 * share - rank / 100
            found.append(Suggestion(position, rule.field, round(sure, 3), Because.CONTENTS))
    if not found and rules is _RULES and _are_names(values):
        found.append(Suggestion(position, Field.FULL_NAME, 0.4, Because.CONTENTS))
    return found


def _chosen(guesses: Sequence[Suggestion]) -> list[Suggestion]:
    chosen: list[Suggestion] = []
    for guess in sorted(guesses, key=lambda g: (-g.confidence, g.column)):
        if guess.confidence >= _LEAST and not any(
            guess.field is other.field or guess.column == other.column for other in chosen
        ):
            chosen.append(guess)
    return chosen


def _with_city(
    found: list[Suggestion], header: Sequence[str], columns: Sequence[Sequence[str]], samples: Sequence[Sequence[str]]
) -> list[Suggestion]:
    """Words that stand before a state that only contents tell are its city."""
    fields = {guess.field: guess for guess in found}
    state = fields.get(Field.STATE)
    if state is None or Field.CITY in fields or not _only_contents(state) or state.column == 0:
        return found
    before = state.column - 1
    taken = any(guess.column == before for guess in found if guess.field is not Field.FULL_NAME)
    if taken or not columns[before] or sum(map(_is_words, columns[before])) < 0.9 * len(columns[before]):
        return found
    rest = [guess for guess in found if guess.column != before]
    return [*rest, Suggestion(before, Field.CITY, 0.5, Because.CONTENTS)]


def _only_contents(guess: Suggestion) -> bool:
    return guess.because is Because.CONTENTS


def _given(header: Sequence[str], given: Mapping[str, str]) -> Mapped:
    by_key = {key_of(name): position for position, name in reversed(list(enumerate(header)))}
    mapped: Mapped = {}
    for field, column in given.items():
        if field not in set(Field):
            raise Invalid(f"There is no field {field[:40]}; fields are {', '.join(Field)}.")
        if column == NONE:
            continue
        if column in header:
            mapped[Field(field)] = list(header).index(column)
        elif key_of(column) in by_key:
            mapped[Field(field)] = by_key[key_of(column)]
        else:
            raise Invalid(f"There is no column {column[:40]}; the columns are {_listed(header)}.")
    return mapped


def _swap_if_swapped(mapped: Mapped, samples: Sequence[Sequence[str]]) -> None:
    """A file whose latitude column holds longitudes throughout has named them wrongly."""
    if not {Field.LAT, Field.LON} <= mapped.keys():
        return
    lat, lon = mapped[Field.LAT], mapped[Field.LON]
    pairs = [(row[lat], row[lon]) for row in samples if max(lat, lon) < len(row) and row[lat] and row[lon]]
    swapped = sum(_between(a, -180, -64) and _between(b, 13, 72) for a, b in pairs)
    if pairs and swapped > 0.9 * len(pairs):
        mapped[Field.LAT], mapped[Field.LON] = lon, lat


def _values(samples: Sequence[Sequence[str]], position: int) -> list[str]:
    found = (row[position].strip() for row in samples[:_SAMPLES] if position < len(row))
    return [value[:300] for value in found if value]


def _between(value: str, low: float, high: float) -> bool:
    try:
        return "." in value and low <= float(value) <= high
    except ValueError:
        return False


def _is_door(value: str) -> bool:
    if not value[:1].isdigit() or len(value) > 120:
        return False
    parts = parse_line(value)
    return bool(parts.house_number) and _is_street(parts.street)


def _is_street(value: str) -> bool:
    words = value.upper().replace(".", "").split()
    return len(words) <= 10 and any(word in SUFFIXES for word in words[1:])


def _is_words(value: str) -> bool:
    return len(value) <= 40 and value.replace(" ", "").replace(".", "").replace("-", "").replace("'", "").isalpha()


def _are_names(values: Sequence[str]) -> bool:
    """Two to four words each, hardly any of them twice: people. Places come again and again."""
    names = [v for v in values if _is_words(v.replace(",", "").replace("&", "")) and 2 <= len(v.split()) <= 4]
    return len(values) >= 5 and len(names) >= 0.8 * len(values) and len(set(names)) >= 0.9 * len(names)


_RULES: tuple[_Rule, ...] = (
    _Rule(Field.EMAIL, 0.8, lambda v: "@" in v and email_canonical(v) is not None, True),
    _Rule(Field.POSITION, 0.8, lambda v: pair_in(v) is not None, True),
    _Rule(Field.POSTCODE, 0.9, lambda v: re.fullmatch(r"\d{5}([- ]?\d{4})?", v) is not None),
    _Rule(Field.LAT, 0.9, lambda v: _between(v, 17, 72)),
    _Rule(Field.LON, 0.9, lambda v: _between(v, -180, -64)),
    _Rule(Field.PHONE, 0.8, lambda v: phone_e164(v) is not None, True),
    _Rule(Field.STATE, 0.9, lambda v: state_code(v) in STATE_CODES),
    _Rule(Field.ADDRESS, 0.6, _is_door),
    _Rule(Field.STREET, 0.6, lambda v: _is_street(v) and PostalParts(street=v).street != ""),
    _Rule(Field.HOUSE_NUMBER, 0.9, lambda v: re.fullmatch(r"\d+(-\d+)?[A-Za-z]?", v) is not None),
)
_UNMISTAKABLE = _RULES[:2]


def _listed(header: Sequence[str]) -> str:
    shown = ", ".join(name[:40] or "(no name)" for name in header[:12])
    return shown + (f" and {len(header) - 12} more" if len(header) > 12 else "")


__all__ = [
    "NONE",
    "Because",
    "Field",
    "Mapped",
    "Suggestion",
    "field_named",
    "known_names",
    "map_columns",
    "refuse_without_address",
    "suggest",
]
