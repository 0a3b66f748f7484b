"""Names, phone numbers and e-mail addresses in one form each. Pure: nothing is looked up."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_NANP = re.compile(r"^(?:\+?1)?([2-9]\d{2})([2-9]\d{6})$")
_PHONE_NOISE = str.maketrans("", "", " ()-.\t/\u00a0\u2010\u2011\u2012\u2013")
_PLAIN_EMAIL = re.compile(r"^([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([A-Za-z0-9.-]{4,180})$")
_LONGEST_PHONE = 40
_LONGEST_EMAIL = 254
_LONGEST_LOCAL_PART = 64

_PARTICLES = frozenset({"de", "del", "de la", "la", "da", "di", "du", "der", "den", "van", "von", "of", "y", "e"})
_NUMERALS = frozenset({"ii", "iii", "iv"})
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "esq", "md", "phd"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "rev"})
_ORGANISATIONS = frozenset(
    {"llc", "inc", "corp", "co", "company", "ltd", "lp", "llp", "trust", "estate", "bank", "church", "association"}
)
_WORD = re.compile(r"[^\W\d_]+")
_SHOUTED_PARTS = re.compile(r"(^|[\s\-'’.&/(])([^\W\d_])")
_MC = re.compile(r"\bMc([a-z])")


def phone_e164(text: str) -> str | None:
    """A US or ``+``-prefixed number as E.164 (``+17185550123``); an extension is dropped; none when it is no
    number that can be dialled."""
    if not text or len(text) > _LONGEST_PHONE:
        return None
    plain = _NANP.match(text.translate(_PHONE_NOISE))
    if plain and _is_area(plain.group(1)):
        return f"+1{plain.group(1)}{plain.group(2)}"
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_canonical(text: str) -> str | None:
    """The address in lower case, its domain in the form that DNS uses; none when it cannot be one.

    No mailbox tells capitals apart in practice, so the local part is lowered too.
    """
    text = text.strip().strip("<>").removeprefix("mailto:")
    if not text or len(text) > _LONGEST_EMAIL:
        return None
    plain = _PLAIN_EMAIL.match(text)
    if plain and len(plain.group(1)) <= _LONGEST_LOCAL_PART:
        domain = _domain(plain.group(2))
        return f"{plain.group(1).lower()}@{domain}" if domain else None
    return _checked_email(text)


@lru_cache(maxsize=4096)
def _domain(text: str) -> str | None:
    """A domain in its one form; lists hold thousands of addresses of a few."""
    checked = _checked_email(f"a@{text}")
    return checked.removeprefix("a@") if checked else None


def _checked_email(text: str) -> str | None:
    try:
        checked = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return (checked.ascii_email or checked.normalized).lower()


def name_case(text: str) -> str:
    """A name that was shouted or whispered, in capitals and small letters; one that is mixed stays as it is."""
    text = " ".join(text.split())
    letters = "".join(_WORD.findall(text))
    if not letters or not (letters.isupper() or letters.islower()):
        return text
    lowered = _SHOUTED_PARTS.sub(lambda match: match.group(1) + match.group(2).upper(), text.lower())
    words = _MC.sub(lambda match: "Mc" + match.group(1).upper(), lowered).split(" ")
    for position, word in enumerate(words):
        bare = word.strip(".,").lower()
        if bare in _NUMERALS or bare in {"llc", "llp", "lp", "md"}:
            words[position] = word.upper()
        elif 0 < position < len(words) - 1 and bare in _PARTICLES:
            words[position] = word.lower()
    return " ".join(words)


def split_name(text: str) -> tuple[str | None, str | None]:
    """First and last name of a full one: ``SMITH, JOHN A`` and ``John A Smith`` are the same person.

    The name of an organisation is a last name.
    """
    text = " ".join(text.split()).strip(" ,")
    if not text:
        return None, None
    if any(word.strip(".,").lower() in _ORGANISATIONS for word in text.split()):
        return None, name_case(text)
    last, comma, first = text.partition(",")
    if comma and first.strip().strip(".").lower() not in _SUFFIXES:
        return name_case(_untitled(first.strip())) or None, name_case(last) or None
    words = _untitled(text.replace(",", "")).split()
    if len(words) < 2:
        return None, name_case(" ".join(words)) or None
    start = len(words) - 1
    if words[start].strip(".").lower() in _SUFFIXES and start > 1:
        start -= 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    name = name_case(" ".join(words)).split(" ")
    surname = " ".join(name[start:])
    return " ".join(name[:start]), surname[:1].upper() + surname[1:] if words[start].isupper() else surname


def _untitled(text: str) -> str:
    first, _, rest = text.partition(" ")
    return rest if rest and first.strip(".").lower() in _TITLES else text


@lru_cache(maxsize=1000)
def _is_area(code: str) -> bool:
    """Whether North America has given out this area code to whole exchanges; some islands have but a few numbers."""
    return phonenumbers.is_valid_number(phonenumbers.parse(f"+1{code}2345678"))
