"""What two records must share to be compared at all."""

from __future__ import annotations

from collections.abc import Iterator

from outbound.matching.facts import Facts

Key = tuple[str, ...]

MOST_IN_A_BLOCK = 40
"""Records that share a key beyond which each is compared with its neighbours in the order of the rows only."""


def door_keys(facts: Facts) -> Iterator[Key]:
    """Keys of a door and of contacts: of few records each, so that a million can be compared."""
    place = facts.postcode or facts.city
    if facts.number and facts.street:
        yield ("door", facts.number, facts.street, facts.unit, place)
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


def name_keys(facts: Facts) -> Iterator[Key]:
    """Keys of names and parts of an address, for records that are full of slips or have no address."""
    if facts.first and facts.last:
        yield ("name", *sorted((facts.first, facts.last)))
    for name in (facts.first, facts.last):
        if name:
            for place in (facts.postcode, facts.city):
                if place:
                    yield ("at", name, place)
            if facts.number:
                yield ("numbered", name, facts.number)
            if facts.street:
                yield ("on", name, facts.street)
    if facts.number and facts.street:
        yield ("line", facts.number, facts.street)
    if facts.number and facts.postcode:
        yield ("post", facts.number, facts.postcode)
    if facts.number and facts.city:
        yield ("town", facts.number, facts.city)
    if facts.street and (facts.postcode or facts.city):
        yield ("way", facts.street, facts.postcode or facts.city)
    if facts.last:
        yield ("last", facts.last)
        yield ("begins", facts.last[:4], facts.first[:1])
    if facts.first:
        yield ("given", facts.first, facts.last[:1])
    for name in (facts.first, facts.last):
        if name and facts.city:
            yield ("near", name[:3], facts.city[:4])
    if facts.street:
        yield ("road", facts.street)
        if facts.number:
            yield ("there", facts.street[:5], facts.number)
    user = facts.email.partition("@")[0]
    if len(user) >= 4:
        yield ("user", user)
        yield ("mail", user[:5])
