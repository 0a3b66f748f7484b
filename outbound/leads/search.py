"""Finding leads by words: name, phone digits, e-mail, house number and street.

``ILIKE`` is not leakproof, so under row-level security it would run last, over every row in reach. The words are
stored (``lead_tokens`` and two columns of ``addresses``, kept in step by the database), and ``^@`` finds what begins
with them by an index.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, any_, func, or_, select
from sqlalchemy.orm import Session

from outbound.addresses.models import Address
from outbound.addresses.rules import PostalParts, line_of, normalise
from outbound.leads.models import Lead, LeadToken
from outbound.storage.context import context_of

_MOST_WORDS = 6
_ONLY_DIGITS = re.compile(r"[\d\s().+/-]+")
_FEWEST_DIGITS = 3
MOST_HITS = 5_000
"""Of a text that begins more names, or more doors, than this, only so many are found: people type on."""


def found_by(session: Session, q: str) -> ColumnElement[bool]:
    """A condition on ``leads``: every word begins one of the lead's, or the text begins the line or street of its
    door. A text without a letter or digit finds nothing."""
    org_id = context_of(session).org_id
    words = contact_words(session, q)
    hits: list[Select[uuid.UUID] | CompoundSelect[uuid.UUID]] = []
    if words:
        hits.append(_having(words, org_id, everywhere=context_of(session).sees_whole_organisation))
    doors = doors_found_by(q)
    if doors is not None:
        at_door = select(Address.id).where(Address.org_id == org_id, doors).limit(MOST_HITS)
        hits.append(select(Lead.id).where(Lead.org_id == org_id, Lead.address_id.in_(at_door)))
    # An array, so that the leads are fetched by their key and no list is walked in its order for a rare word.
    return or_(False, *(Lead.id == any_(func.array(each.limit(MOST_HITS).scalar_subquery())) for each in hits))


def _having(words: list[str], org_id: uuid.UUID, *, everywhere: bool) -> Select[uuid.UUID] | CompoundSelect[uuid.UUID]:
    """Leads of which every word begins one of theirs.

    Each look-up of a word costs a look at every lead that has it, to see whether it is in the caller's reach: so where
    a scope bounds that, the longest word is looked up, and the others are looked for in the leads it finds.
    """
    by_word = [select(LeadToken.lead_id).where(LeadToken.org_id == org_id, _begins(word)) for word in words]
    if len(words) == 1:
        return by_word[0]
    if everywhere:
        return by_word[0].intersect(*by_word[1:])
    longest = max(range(len(words)), key=lambda at: len(words[at]))
    theirs = func.unnest(
        func.outbound.lead_words(Lead.first_name, Lead.last_name, Lead.phone, Lead.email)
    ).column_valued("theirs")
    others = [
        select(theirs).where(theirs.op("^@")(word) if len(word) > 1 else theirs == word).exists()
        for at, word in enumerate(words)
        if at != longest
    ]
    found = func.array(by_word[longest].scalar_subquery())
    return select(Lead.id).where(Lead.org_id == org_id, Lead.id == any_(found), *others)


def contact_words(session: Session, q: str) -> list[str]:
    """The words of a text as the database stores them; a phone number or an e-mail address is one."""
    text = q.strip().lower()
    if "@" in text and " " not in text:
        return [text]
    digits = re.sub(r"\D", "", text)
    if _ONLY_DIGITS.fullmatch(text) and len(digits) >= _FEWEST_DIGITS:
        return [digits[1:] if len(digits) == 11 and digits.startswith("1") else digits]
    words: list[str] = session.scalar(select(func.outbound.words_of(q))) or []
    return words[:_MOST_WORDS]


def doors_found_by(q: str) -> ColumnElement[bool] | None:
    """A condition on ``addresses``: the text begins the line or the street, as written or in its one spelling."""
    text = " ".join(q.split())
    if len(text) < 2:
        return None
    number, _, street = text.partition(" ")
    starts = number[:1].isdigit()
    whole = normalise(PostalParts(street=text)).street
    parts = normalise(PostalParts(house_number=number, street=street)) if starts else PostalParts()
    lines = {line for line in (line_of(replace(parts, unit="")), text.upper()) if line and starts}
    streets = {line for line in (whole, text.upper()) if line}
    if not lines and not streets:
        return None
    in_building = or_(False, *(Address.building.op("^@")(line) for line in sorted(lines)))
    if parts.unit:
        in_building = and_(in_building, Address.canonical.op("^@")(line_of(parts)))
    return or_(in_building, *(Address.street_key.op("^@")(line) for line in sorted(streets)))


def _begins(word: str) -> ColumnElement[bool]:
    # One letter begins too many words; alone it is an initial.
    return LeadToken.token.op("^@")(word) if len(word) > 1 else LeadToken.token == word
