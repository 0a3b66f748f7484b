"""What of a text or a document tells of a person, and what is left of it without them. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ERASED = "[erased]"
KEEP_CAPTURES = timedelta(days=90)
"""How long it is remembered what an id was used for, and phones are told whom to drop. A phone that was away for
longer starts anew."""
KEEP_UPLOADS = timedelta(days=90)
"""How long the file of a finished import is kept."""
EXPORT_LASTS = timedelta(hours=24)
"""How long an export may be fetched after it was asked for."""


@dataclass(frozen=True)
class Person:
    """By what somebody is known, and the ids their rows had and have."""

    ids: Mapping[uuid.UUID, uuid.UUID]
    names: frozenset[str] = frozenset()
    """Whole names, as they may be written."""
    contacts: frozenset[str] = frozenset()
    """E-mail addresses and phone numbers, as they may be written."""
    words: frozenset[str] = field(default=frozenset())
    """First and last name alone: taken out only where something else has told that it is they."""

    @property
    def needles(self) -> list[str]:
        """Whatever tells that a text is about them, in small letters."""
        return sorted({text.lower() for text in (*self.names, *self.contacts, *map(str, self.ids))})


def person_of(ids: Mapping[uuid.UUID, uuid.UUID], people: list[Mapping[str, str | None]]) -> Person:
    """Puts together what is known: each of ``people`` has first_name, last_name, phone, email."""
    names, contacts, words = set(), set(), set()
    for each in people:
        first, last = (each.get("first_name") or "").strip(), (each.get("last_name") or "").strip()
        if first and last:
            names |= {f"{first} {last}", f"{last}, {first}", f"{last} {first}"}
        words |= {word for word in (first, last) if word}
        if email := each.get("email"):
            contacts.add(email)
        if phone := each.get("phone"):
            contacts |= ways_to_write(phone)
    return Person(ids, frozenset(names), frozenset(contacts), frozenset(words))


def ways_to_write(phone: str) -> set[str]:
    """A number in E.164, and as people and lists write it."""
    digits = re.sub(r"\D", "", phone)
    ways = {phone, digits} if len(digits) >= 7 else {phone}
    if len(digits) == 11 and digits.startswith("1"):
        area, exchange, line = digits[1:4], digits[4:7], digits[7:]
        ways |= {digits[1:], f"({area}) {exchange}-{line}", f"({area}){exchange}-{line}"}
        ways |= {mark.join((area, exchange, line)) for mark in "-. "}
    return ways


def mentions(text: str, person: Person) -> bool:
    """Whether a text tells of the person."""
    small = text.lower()
    return any(needle in small for needle in person.needles)


def scrubbed(value: Any, person: Person) -> Any:
    """A document without the person: their words replaced, their former ids by those they have now."""
    if isinstance(value, Mapping):
        return {scrubbed(key, person): scrubbed(each, person) for key, each in value.items()}
    if isinstance(value, list):
        return [scrubbed(each, person) for each in value]
    if not isinstance(value, str):
        return value
    if value.strip().lower() in {word.lower() for word in person.words}:
        return ERASED
    return scrubbed_text(value, person)


def scrubbed_text(text: str, person: Person) -> str:
    """The same for a text, where only whole names and contacts are certain to be theirs."""
    for former, present in person.ids.items():
        text = re.sub(str(former), str(present), text, flags=re.IGNORECASE)
    # Longest first, so that nothing is left of a number written with its country.
    for needle in sorted((*person.names, *person.contacts), key=len, reverse=True):
        text = re.sub(re.escape(needle), ERASED, text, flags=re.IGNORECASE)
    return text


def deletion_due(requested_at: datetime, days: int) -> datetime:
    """When an organisation that asked for it is deleted."""
    return requested_at + timedelta(days=days)
