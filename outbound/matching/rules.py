"""From evidence to a score, from a score to an outcome.

The score follows Fellegi and Sunter ("A Theory for Record Linkage", 1969): each comparison adds the binary logarithm of
how much likelier its word is between two records of one lead than between two of different leads, and the sum is
read as a probability. What a door is decides over it: another unit, another house number, another member of the
household is another lead, however much else is shared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from outbound.errors import Invalid
from outbound.matching.evidence import DIFFERENT, SAME, UNKNOWN, Evidence, compare
from outbound.matching.facts import Facts
from outbound.matching.rarity import Rarity

PRIOR = -3.0
"""Bits: of eight candidates that share a key, one is a duplicate."""

WEIGHTS: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("number", "same"): 4.0, ("number", "part"): 1.0, ("number", "typo"): -1.0, ("number", "near"): -4.0,
        ("number", "different"): -6.0,
        ("street", "same"): 5.0, ("street", "core"): 4.0, ("street", "similar"): 3.0, ("street", "close"): 0.0,
        ("street", "different"): -5.0,
        ("unit", "same"): 1.5, ("unit", "missing"): -5.0, ("unit", "different"): -12.0,
        ("postcode", "same"): 2.0, ("postcode", "typo"): -0.5, ("postcode", "different"): -2.5,
        ("city", "same"): 0.5, ("city", "similar"): 0.2, ("city", "close"): 0.0, ("city", "different"): -0.7,
        ("phone", "same"): 8.0, ("phone", "line"): 6.0, ("phone", "typo"): 3.0, ("phone", "different"): -1.5,
        ("email", "same"): 9.0, ("email", "user"): 4.0, ("email", "similar"): 4.5, ("email", "close"): 1.0,
        ("email", "different"): -1.0,
        ("first", "same"): 2.5, ("first", "variant"): 2.0, ("first", "exchanged"): 2.0, ("first", "similar"): 1.5,
        ("first", "close"): -0.5, ("first", "different"): -4.0,
        ("last", "same"): 4.5, ("last", "exchanged"): 4.0, ("last", "similar"): 3.0, ("last", "close"): 1.0,
        ("last", "part"): 0.0, ("last", "different"): -5.0,
        ("distance", "near"): 1.5, ("distance", "close"): 0.5, ("distance", "apart"): -0.5, ("distance", "far"): -3.0,
    }
)  # fmt: skip
"""Bits by comparison and word; what is not listed says nothing."""


class Outcome(StrEnum):
    """What is thought of two records."""

    SAME = "same"
    UNSURE = "unsure"
    NEW = "new"
    HOUSEHOLD = "household"
    """The same door and family, somebody else: nothing of one is the other's."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on two records are one, and from which on a person is asked."""

    same: float = 0.95
    unsure: float = 0.25


@dataclass(frozen=True, slots=True)
class Match:
    """What was found of two records: the score is the probability that they are one, 0 to 1."""

    outcome: Outcome
    score: float
    evidence: Evidence
    because: str | None = None
    """What held the outcome back, whatever the score; no personal value."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in bits."""

    weights: Mapping[tuple[str, str], float] = field(default_factory=lambda: WEIGHTS)
    prior: float = PRIOR

    def bits(self, evidence: Evidence) -> float:
        """The sum: above zero is likelier one than two. What is known of rare values comes on top
        (:meth:`outbound.matching.rarity.Rarity.bits`)."""
        known = self.weights
        total = self.prior
        for said in zip(Evidence._fields, evidence, strict=True):
            total += known.get(said, 0.0)
        return total


MODEL = Model()


def checked_thresholds(same: float, unsure: float) -> Thresholds:
    """Raises :class:`Invalid` for thresholds that leave no order between the outcomes."""
    if not 0.5 <= same <= 1 or not 0 <= unsure <= same:
        raise Invalid("Set `same` between 0.5 and 1, and `unsure` between 0 and `same`.")
    return Thresholds(same, unsure)


def probability(bits: float) -> float:
    """The score of a sum of bits."""
    return 1.0 / (1.0 + 2.0 ** -max(-60.0, min(60.0, bits)))


def judge(
    a: Facts,
    b: Facts,
    thresholds: Thresholds = Thresholds(),
    *,
    within_list: bool = False,
    rarity: Rarity | None = None,
    model: Model = MODEL,
) -> Match:
    """What two records are to each other. Symmetric.

    ``rarity``: of the list or the base that they stand in, where it has been counted.

    ``within_list``: both stand in one list. Who made it listed doors, so that one owner's number at two of them is no
    question worth asking.
    """
    evidence = compare(a, b)
    bits = model.bits(evidence) + (rarity.bits(a, b) if rarity else 0.0)
    score = probability(bits)
    plain = Outcome.SAME if score >= thresholds.same else Outcome.UNSURE if score >= thresholds.unsure else Outcome.NEW
    outcome, because = _held_back(plain, evidence, within_list=within_list)
    return Match(outcome, score, evidence, because)


_ALIKE = frozenset({SAME, "variant", "similar", "exchanged"})
_NUMBERED_ALIKE = frozenset({"typo", "part"})
_WRITTEN_ALIKE = frozenset({SAME, "core", "similar"})


def _held_back(plain: Outcome, e: Evidence, *, within_list: bool) -> tuple[Outcome, str | None]:
    """What a door decides over a score. Most of a list's rows have an address and nothing else: another spelling of
    an address is worth a question only where a name, a number or a position speaks for it."""
    at_door = e.number == SAME and e.street in _WRITTEN_ALIKE
    if e.unit == DIFFERENT and at_door:
        return Outcome.NEW, "another unit of the building"
    contact = e.phone in (SAME, "line") or e.email == SAME
    named = e.last in _ALIKE
    if e.number in (DIFFERENT, "near") or e.street == DIFFERENT:
        if within_list or not (contact and named and e.first in _ALIKE):
            return Outcome.NEW, "another door"
        return (Outcome.UNSURE if plain is Outcome.SAME else plain), "the same person at another door"
    if e.first == DIFFERENT and e.last in (SAME, "similar"):
        return (Outcome.HOUSEHOLD if at_door else Outcome.NEW), "another member of the household"
    if plain is Outcome.NEW:
        return plain, None
    for otherwise, because in (
        (e.number in _NUMBERED_ALIKE, "the house numbers differ"),
        (e.street in ("core", "similar", "close"), "the streets are written differently"),
        (e.unit == "missing", "one names no unit"),
        (
            UNKNOWN in (e.number, e.street) and e.first not in _ALIKE and not _nearly_reached(e),
            "a part of the address alone is shared",
        ),
    ):
        if otherwise and not (named or contact):
            return (Outcome.UNSURE if e.distance == "near" and not within_list else Outcome.NEW), because
    if e.number in _NUMBERED_ALIKE and not contact:
        if within_list and e.last not in (SAME, "exchanged"):
            return Outcome.NEW, "the house numbers differ"
        if plain is Outcome.SAME:
            return Outcome.UNSURE, "the house numbers differ"
    if plain is Outcome.SAME and contact and not (named or at_door):
        return Outcome.UNSURE, "the number or e-mail address alone is shared"
    if not (contact or _placed(e)):
        return (Outcome.UNSURE if plain is Outcome.SAME else Outcome.NEW), "the name alone is shared"
    return plain, None


def _placed(e: Evidence) -> bool:
    """Whether more than a name and a town speaks for two records: many are called the same."""
    return (
        e.number == SAME
        or e.number in _NUMBERED_ALIKE
        or e.street != UNKNOWN
        or e.distance in ("near", "close")
        or _nearly_reached(e)
    )


def _nearly_reached(e: Evidence) -> bool:
    """Whether a phone number or an e-mail address is alike but for a slip."""
    return e.phone == "typo" or e.email in ("user", "similar")


def bits_of(share_among_same: float, share_among_others: float) -> float:
    """A weight from how often a word is seen in pairs that are one, and in pairs that are not."""
    return math.log2(share_among_same / share_among_others)


__all__ = [
    "MODEL",
    "PRIOR",
    "WEIGHTS",
    "Evidence",
    "Facts",
    "Match",
    "Model",
    "Outcome",
    "Thresholds",
    "bits_of",
    "checked_thresholds",
    "compare",
    "judge",
    "probability",
]
