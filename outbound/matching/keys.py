"""What two records must share to be compared at all."""

from __future__ import annotations

from collections.abc import Iterator

from outbound.matching.facts import Facts

Key = tuple[str, ...]

MOST_IN_A_BLOCK = 40
"""Records that share a key of a door beyond which each is compared with its neighbours in the order of the rows only;
a name or a street that more share tells nothing."""

MOST_BY_SLIPS = 30_000
"""Pairs that are compared for their names and parts of an address alone: a second's work, however long a list."""


def door_keys(facts: Facts) -> Iterator[Key]:
    """Keys of a door and of contacts: of few records each, so that a million can be compared."""
    place = facts.postcode or facts.city
    if facts.number or facts.street:
        yield ("door", facts.number, facts.street, facts.unit, place)
    if facts.number and facts.street:
        if facts.last:
            yield ("named", facts.number, facts.street, place, facts.last)
        if not facts.unit:
            yield ("building", facts.number, facts.street, place)
    if facts.number and facts.postcode:
        yield ("number", facts.number, facts.postcode, facts.last)
    if facts.street and facts.last:
        yield ("street", facts.street, place, facts.last)
    if len(facts.phone) >= 7:
        yield ("phone", facts.phone[-7:])
    if facts.email:
        yield ("email", facts.email)


def slip_keys(facts: Facts) -> Iterator[Key]:
    """Keys of names and of parts of an address, begun but not ended, for records that are full of slips or have no
    address. One alone says little: :class:`outbound.matching.pairs.Blocks` weighs what two records share of them."""
    first, last, place = facts.first, facts.last, facts.city[:4]
    if first and last:
        yield ("name", *sorted((first, last)))
    if last:
        yield ("last", last)
        yield ("begins", last[:4], first[:1])
    if first:
        yield ("given", first, last[:1])
    for name in (first, last):
        if name and place:
            yield ("near", name[:3], place)
        if name and facts.postcode:
            yield ("at", name, facts.postcode)
    if facts.number and facts.postcode:
        yield ("post", facts.number, facts.postcode)
    street = facts.street[:5]
    if street:
        yield ("road", facts.street)
        if facts.number:
            yield ("there", street, facts.number)
        if place:
            yield ("quarter", street, place)
        if facts.postcode:
            yield ("round", street, facts.postcode)
    user, _, _ = facts.email.partition("@")
    if len(user) >= 4:
        yield ("mail", user[:5])
