"""One spelling of one door.

Two rows that mean the same door must arrive at the same ``canonical_line``, whoever wrote them: case,
punctuation, street suffixes, directions, ordinals and unit words are brought to one form. House numbers with
a hyphen (Queens: 203-06) are whole numbers of their own and stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from outbound.postal.usps import (
    COMMON_SUFFIXES,
    DIRECTIONS,
    EVERYWHERE,
    ORDINALS,
    PLAIN_UNITS,
    ROADS_WITH_SERVICE_ROADS,
    STATES,
    SUFFIXES,
    UNITS_ALONE,
    UNITS_WITH_VALUE,
)

_DASHES = re.compile(r"[‐‑‒–—―−﹘﹣－]")
_INITIALS = re.compile(r"\b([A-Z])\.(?=[A-Z]\b)")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_NOT_UNIT = re.compile(r"[^\w#]+|_+")
_NOT_NUMBER = re.compile(r"[^\w/\- ]+|_+")
_BARE_NUMBER = re.compile(r"\d{1,4}")
_ORDINAL = re.compile(r"0*(\d{1,4}) ?(?:ST|ND|RD|TH)")
_GLUED = re.compile(r"(\d{1,4})([A-Z]{2,9})")
_NUMBER_LETTER = re.compile(r"(\d) ([A-Z])$")
_SPREADSHEET = re.compile(r"^([0-9]+)\.0$")  # a whole number that a spreadsheet took for a measure
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")
_POSTCODE = re.compile(r"^(\d{5})(?:[- ]?\d{4})?$")
_DIRECTION_WORDS = {**DIRECTIONS, **{short: short for short in DIRECTIONS.values()}}


@dataclass(frozen=True, slots=True)
class PostalParts:
    """An address in parts, as written or normalised; an unknown part is an empty string."""

    house_number: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""


def canonical_line(parts: PostalParts) -> str:
    """The one spelling of a door: ``203-06 109TH AVE # 2B, 11412``.

    With a ZIP code city and state are left out, for lists name the same place in several ways; without one
    they tell doors apart. Empty when there is neither a house number nor a street: that is no door.
    """
    return line_of(normalise(parts))


def line_of(norm: PostalParts) -> str:
    """:func:`canonical_line` of parts that are normalised already."""
    if not (norm.house_number or norm.street):
        return ""
    door = " ".join(filter(None, (norm.house_number, norm.street, norm.unit)))
    place = norm.postcode or " ".join(filter(None, (norm.city, norm.state)))
    return f"{door}, {place}" if place else door


def normalise(parts: PostalParts) -> PostalParts:
    """Every part in its one spelling; a unit written behind the street moves to its own part. Idempotent."""
    number, unit_in_number = _house_number(parts.house_number)
    street, unit_in_street = _street(parts.street)
    unit = unit_key(parts.unit) or unit_in_street or unit_in_number
    return PostalParts(
        house_number=number,
        street=street,
        unit=unit,
        city=_words(parts.city),
        state=state_code(parts.state),
        postcode=postcode5(parts.postcode),
    )


def display_line(house_number: str, street: str, unit: str = "") -> str:
    """Number, street and unit as people read them, from parts as they were written."""
    line = " ".join(filter(None, (house_number.strip(), street.strip())))
    unit = unit.strip()
    if not unit:
        return line
    return f"{line} {unit}" if not unit[0].isdigit() and len(unit) > 2 else f"{line} # {unit}"


def state_code(text: str) -> str:
    """``New York`` → ``NY``; words that name no state come back upper-case."""
    words = _words(text)
    return STATES.get(words, words)


@lru_cache(maxsize=65536)
def postcode5(text: str) -> str:
    """The five digits of a ZIP or ZIP+4; a lost leading zero (spreadsheets) is put back."""
    text = _SPREADSHEET.sub(r"\1", _fold(text).strip())
    if text.isascii() and text.isdigit() and len(text) == 4:
        return "0" + text
    match = _POSTCODE.match(text)
    return match.group(1) if match else _words(text)


@lru_cache(maxsize=65536)
def unit_key(text: str) -> str:
    """``Apt 2-B``, ``#2B``, ``Unit 2b`` → ``# 2B``; ``2nd floor`` → ``FL 2``; ``Rear`` → ``REAR``."""
    words = _NOT_UNIT.sub(" ", _punctuated(text)).replace("#", " # ").split()
    found: list[str] = []
    plain: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else ""
        ordinal = _ORDINAL.fullmatch(word)
        if UNITS_WITH_VALUE.get(following) == "FL" and (ordinal or word.isdigit()):
            found.append(f"FL {ordinal.group(1) if ordinal else word}")
            position += 2
        elif word in UNITS_WITH_VALUE and following and following not in _UNIT_WORDS:
            value = _ORDINAL.fullmatch(following)
            found.append(f"{UNITS_WITH_VALUE[word]} {value.group(1) if value else following}")
            position += 2
        else:
            if word in UNITS_ALONE:
                found.append(UNITS_ALONE[word])
            elif word != "#" and not (word in PLAIN_UNITS and following):
                plain.append(word)
            position += 1
    if plain:
        found.append("# " + "".join(plain))
    return " ".join(found)


_UNIT_WORDS = PLAIN_UNITS | UNITS_WITH_VALUE.keys() | UNITS_ALONE.keys() | {"#"}


@lru_cache(maxsize=65536)
def _house_number(text: str) -> tuple[str, str]:
    """The number, and the unit written behind it (214-39 Rear)."""
    number = _NOT_NUMBER.sub(" ", _punctuated(_SPREADSHEET.sub(r"\1", text.strip())))
    number = re.sub(r"\s*([-/])[-/\s]*", r"\1", number).strip("-/ ")
    number = _LEADING_ZEROS.sub("", " ".join(number.split()))
    number = _NUMBER_LETTER.sub(r"\1\2", number)
    first, _, behind = number.partition(" ")
    if behind in UNITS_ALONE:
        return first, UNITS_ALONE[behind]
    return ("" if number in {"N/A", "NA", "NONE", "0"} else number), ""


@lru_cache(maxsize=65536)
def _street(text: str) -> tuple[str, str]:
    """The street's name in one spelling, and the unit that was written behind it."""
    words = _NOT_UNIT.sub(" ", _punctuated(text)).replace("#", " # ").split()
    words, unit = _split_unit(words)
    words = _directions(_service_road(_unglued(words)))
    prefix = words[:1] if len(words) > 2 and words[0] in DIRECTIONS.values() else []
    ending = words[-1:] if len(words) > 2 and words[-1] in DIRECTIONS.values() else []
    body = words[len(prefix) : len(words) - len(ending)]
    if len(body) > 1 and body[-1] in SUFFIXES:
        name, suffix = body[:-1], [SUFFIXES[body[-1]]]
    else:
        name, suffix = body, []
    if suffix and name[-1] in ORDINALS and len(name) == 1:
        name = [_ordinal(ORDINALS[name[-1]])]
    elif (
        suffix
        and _BARE_NUMBER.fullmatch(name[-1])
        and int(name[-1]) > 0
        and not (len(name) > 1 and SUFFIXES.get(name[-2]) in {"RTE", "HWY", "RD"})
    ):
        name = [*name[:-1], _ordinal(int(name[-1]))]
    name = [_one_word(word) for word in name]
    return " ".join([*prefix, *name, *suffix, *ending]), unit


def _unglued(words: list[str]) -> list[str]:
    """``217ST`` is 217th Street, for the ordinal is 217TH; ``221ST`` may be either and stays."""
    found = _GLUED.fullmatch(words[-1]) if words else None
    if found is None or found.group(2) not in SUFFIXES or words[-1] == _ordinal(int(found.group(1))):
        return words
    return [*words[:-1], found.group(1), found.group(2)]


def _service_road(words: list[str]) -> list[str]:
    """``PKWY SR S``, ``PKWY SERV RD S`` → ``PKWY SERVICE RD S``."""
    for at in range(1, len(words)):
        if SUFFIXES.get(words[at - 1]) not in ROADS_WITH_SERVICE_ROADS:
            continue
        if words[at] == "SR":
            return [*words[:at], "SERVICE", "RD", *words[at + 1 :]]
        if words[at] in {"SERV", "SVC", "SVCE", "SERVICE"} and words[at + 1 : at + 2] in (["RD"], ["ROAD"]):
            return [*words[:at], "SERVICE", "RD", *words[at + 2 :]]
    return words


def _one_word(word: str) -> str:
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal and int(ordinal.group(1)) > 0:
        return _ordinal(int(ordinal.group(1)))
    return EVERYWHERE.get(word, word)


def _split_unit(words: list[str]) -> tuple[list[str], str]:
    for position in range(1, len(words)):
        word, rest = words[position], words[position + 1 :]
        starts_unit = word == "#" or (word in {"APT", "APARTMENT", "UNIT", "STE", "SUITE"} and rest)
        if starts_unit or (position > 1 and _is_unit_behind(words[:position], words[position:])):
            return words[:position], unit_key(" ".join(words[position:]))
    return words, ""


def _is_unit_behind(street: list[str], rest: list[str]) -> bool:
    """Whether what follows a whole street is a floor, a building or the like: ``NW FL 3``, ``AVE FRNT``."""
    ended = SUFFIXES.get(street[-1]) in COMMON_SUFFIXES or (
        street[-1] in _DIRECTION_WORDS and SUFFIXES.get(street[-2]) in COMMON_SUFFIXES
    )
    if not ended or len(rest) > 2:
        return False
    if len(rest) == 1:
        return rest[0] in UNITS_ALONE
    if UNITS_WITH_VALUE.get(rest[1]) == "FL" and (rest[0].isdigit() or _ORDINAL.fullmatch(rest[0])):
        return True
    return rest[0] in _UNITS_BEHIND and any(sign.isdigit() for sign in rest[1]) and rest[1] not in SUFFIXES


_UNITS_BEHIND = frozenset({"RM", "ROOM", "FL", "FLR", "FLOOR", "BLDG", "BUILDING", "LOT", "SPC", "TRLR"})


def _directions(words: list[str]) -> list[str]:
    """Abbreviates the direction before and behind a name, never one that is the name (North Ave, West St)."""
    out = list(words)
    if len(out) > 3 and _DIRECTION_WORDS.get(out[0]) in {"N", "S"} and _DIRECTION_WORDS.get(out[1]) in {"E", "W"}:
        out[:2] = [_DIRECTION_WORDS[out[0]] + _DIRECTION_WORDS[out[1]]]
    if len(out) > 2 and out[0] in DIRECTIONS:
        out[0] = DIRECTIONS[out[0]]
    if len(out) > 2 and out[-1] in DIRECTIONS and out[-2] in SUFFIXES:
        out[-1] = DIRECTIONS[out[-1]]
    return out


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}TH"
    return f"{number}{ {1: 'ST', 2: 'ND', 3: 'RD'}.get(number % 10, 'TH') }"


@lru_cache(maxsize=16384)
def _words(text: str) -> str:
    return " ".join(_NOT_WORD.sub(" ", _punctuated(text)).split())


def _punctuated(text: str) -> str:
    return _APOSTROPHES.sub("", _INITIALS.sub(r"\1", _fold(text)))


def _fold(text: str) -> str:
    """Upper case without accents, dashes of every kind as one; nothing that cannot be seen."""
    if text.isascii():
        return text.upper()
    plain = _strip_marks(_strip_marks(_DASHES.sub("-", text)).upper())
    return _DASHES.sub("-", plain)


def _strip_marks(text: str) -> str:
    return "".join(
        char
        for char in unicodedata.normalize("NFKD", text)
        if unicodedata.category(char) not in {"Mn", "Cf", "Cc", "Cs", "Co", "Cn"} or char in "\t\n\r"
    )
