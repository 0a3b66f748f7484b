"""Finding leads by words: name, phone digits, e-mail, house number and street.

``ILIKE`` is not leakproof, so under row-level security it would run last, over every row in reach. The words are
stored (``lead_tokens`` and two columns of ``addresses``, kept in step by the database), and ``^@`` finds what begins
with them by an index.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

from sqlalchemy import ColumnElement, CompoundSelect, Select, SQLColumnExpression, and_, any_, func, or_, select
from sqlalchemy.orm import Session

from outbound.addresses.models import Address
from outbound.leads.models import Lead, LeadToken
from outbound.postal.rules import PostalParts, line_of, normalise
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
    if words and context_of(session).sees_whole_organisation:
        hits.append(_having(words, org_id).limit(MOST_HITS))
    elif words:
        hits.append(_having_within_reach(words, org_id))
    doors = doors_found_by(q)
    if doors is not None:
        at_door = select(Address.id).where(Address.org_id == org_id, doors).limit(MOST_HITS)
        hits.append(select(Lead.id).where(Lead.org_id == org_id, Lead.address_id.in_(at_door)).limit(MOST_HITS))
    # An array, so that the leads are fetched by their key and no list is walked in its order for a rare word.
    return or_(False, *(Lead.id == any_(func.array(each.scalar_subquery())) for each in hits))


def _having(words: list[str], org_id: uuid.UUID) -> Select[uuid.UUID] | CompoundSelect[uuid.UUID]:
    """Leads of which every word begins one of theirs."""
    by_word = [
        select(LeadToken.lead_id).where(LeadToken.org_id == org_id, _begins(LeadToken.token, word)) for word in words
    ]
    return by_word[0].intersect(*by_word[1:]) if len(words) > 1 else by_word[0]


def _having_within_reach(words: list[str], org_id: uuid.UUID) -> Select[uuid.UUID]:
    """The same where leads have a policy, and each that is looked at costs a look at its owner and territory.

    The longest word is looked up among all words of the organisation; the others are looked for in the leads it finds.
    """
    longest = max(words, key=len)
    last = longest + "\U0010ffff" if len(longest) > 1 else longest
    named = select(func.outbound.leads_with_words(longest, last).column_valued("named"))
    others = [word for word in words if word != longest]
    if not others:
        return named
    theirs = func.unnest(
        func.outbound.lead_words(Lead.first_name, Lead.last_name, Lead.phone, Lead.email)
    ).column_valued("theirs")
    return select(Lead.id).where(
        Lead.org_id == org_id,
        Lead.id == any_(func.array(named.scalar_subquery())),
        *(select(theirs).where(_begins(theirs, word)).exists() for word in others),
    )


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


def _begins(token: SQLColumnExpression[str], word: str) -> ColumnElement[bool]:
    # One letter begins too many words; alone it is an initial.
    return token.op("^@")(word) if len(word) > 1 else token == word
