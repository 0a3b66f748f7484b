"""What the matching bench asks of a tool: set-ups that score the pairs of records, having learnt from some labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.labelled import Labelled, Pair

Scores = dict[Pair, float]


@dataclass(frozen=True)
class Learner:
    """One set-up of a tool over given records."""

    scores: Callable[[set[int]], Scores]
    """Of every candidate pair, the lower number first, having learnt from the labels of these records."""
    learns: bool = True
    """Whether labels are learnt from at all."""


Tool = Callable[[Labelled], dict[str, Learner]]
