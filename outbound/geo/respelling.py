"""Which known street is meant by a name that no street has. Pure.

Numbers are never guessed: ``208TH ST`` is not ``209TH ST``, however alike they look, and ``111TH AVE`` is not
``111TH RD``. Words that say the kind of street or a direction may be missing on one side; letters may be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from outbound.postal.usps import DIRECTIONS, SUFFIXES

_CODES = frozenset(DIRECTIONS.values())
_KINDS = frozenset(SUFFIXES.values())
_DIGITS = re.compile(r"\d+")
LEAST_LIKE = 84.0
"""Of 100: how alike two names must be (share of letters that stay, weighted by length)."""
_SHORTEST = 5
"""Letters of a name below which a changed letter makes another name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A street's normalised name, apart."""

    core: str
    kind: str
    directions: frozenset[str]

    @property
    def digits(self) -> str:
        return " ".join(_DIGITS.findall(self.core))


def name_of(street: str) -> Name:
    """``E 112TH AVE`` → core ``112TH``, kind ``AVE``, directions ``E``."""
    words = street.split()
    directions = set()
    if len(words) > 2 and words[0] in _CODES:
        directions.add(words.pop(0))
    if len(words) > 2 and words[-1] in _CODES:
        directions.add(words.pop())
    kind = words.pop() if len(words) > 1 and words[-1] in _KINDS else ""
    return Name(" ".join(words), kind, frozenset(directions))


@dataclass(frozen=True, slots=True)
class Guess:
    """A known street (its place in the vocabulary) and how sure it is, 0 to 1."""

    at: int
    confidence: float


class Vocabulary:
    """The streets of one place, to be asked for names that are none of them."""

    def __init__(self, streets: Sequence[str]) -> None:
        self._names = [name_of(street) for street in streets]
        self._by_core: dict[str, list[int]] = {}
        for at, name in enumerate(self._names):
            self._by_core.setdefault(name.core.replace(" ", ""), []).append(at)
        self._cores = list(self._by_core)

    def guesses(self, street: str) -> list[Guess]:
        """The streets that may be meant, the likeliest first; at most three."""
        asked = name_of(street)
        core = asked.core.replace(" ", "")
        found = [Guess(at, sure) for at in self._by_core.get(core, ()) if (sure := self._fits(asked, at))]
        if not found and len(core) >= _SHORTEST:
            found = self._alike(asked, core)
        return sorted(found, key=lambda guess: -guess.confidence)[:3]

    def _fits(self, asked: Name, at: int) -> float:
        """How sure a street of the same core is: 0 where a word contradicts."""
        known = self._names[at]
        sure = 0.97
        if asked.directions != known.directions:
            if asked.directions and known.directions:
                return 0.0
            sure -= 0.1
        if asked.kind != known.kind:
            if asked.kind and known.kind:
                alone = len({self._names[other].kind for other in self._by_core[known.core.replace(" ", "")]}) == 1
                if asked.digits or not alone:
                    return 0.0
                sure -= 0.12
            else:
                sure -= 0.1
        return sure

    def _alike(self, asked: Name, core: str) -> list[Guess]:
        found = []
        for text, score, _ in process.extract(core, self._cores, scorer=fuzz.ratio, score_cutoff=LEAST_LIKE, limit=5):
            for at in self._by_core[text]:
                known = self._names[at]
                if known.digits != asked.digits or (known.digits and not _letters(asked.core)):
                    continue
                fit = self._fits(asked, at)
                if fit and not (asked.kind and known.kind and asked.kind != known.kind):
                    found.append(Guess(at, round(fit * score / 100, 3)))
        return found


def _letters(core: str) -> bool:
    """Whether there is more in a core than an ordinal: only then can letters of it be wrong."""
    return len(re.sub(r"\d+(?:ST|ND|RD|TH)?|\s", "", core)) >= _SHORTEST
