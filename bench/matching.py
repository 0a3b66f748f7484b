"""Precision, recall and F1 of matching on labelled duplicates, beside Splink and recordlinkage.

Each set has the columns that a lead has, in one spelling for all three. Half its entities tune, the other half is
scored: pairs of records, found or missed, blocking included. Each tunes its threshold, and whether pairs are closed to
groups, for the best F1 on the first half; this matcher and recordlinkage fit weights there too.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from bench.labelled import Labelled, Pair, labelled_sets
from bench.matching_peers import by_recordlinkage, by_splink
from outbound.matching.evidence import Evidence, compare
from outbound.matching.keys import door_keys, name_keys
from outbound.matching.rules import MODEL, WEIGHTS, Outcome, judge

DATA = Path(os.environ.get("OUTBOUND_BENCH_DATA", Path(__file__).parents[2] / "shared/data"))
Scores = dict[Pair, float]
Tool = Callable[[Labelled, Labelled], list[tuple[Scores, Scores]]]
BLOCK = 400


@dataclass(frozen=True)
class Quality:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision + self.recall else 0


def main() -> None:
    if not (DATA / "dedupe").is_dir():
        print(f"skipped: there is no labelled data in {DATA}; set OUTBOUND_BENCH_DATA.")
        return
    only = os.environ.get("OUTBOUND_BENCH_SETS", "")
    tools: dict[str, Tool] = {"this matcher": by_us}
    for name, package, tool in (("Splink", "splink", by_splink), ("recordlinkage", "recordlinkage", by_recordlinkage)):
        if find_spec(package) is None:
            print(f"{name} is not installed: see the extra `bench` in pyproject.toml.")
        else:
            tools[name] = tool
    print(f"{'set':14} {'tool':14} {'precision':>9} {'recall':>7} {'F1':>7} {'seconds':>8}")
    for whole in labelled_sets(DATA / "dedupe"):
        if only and whole.name not in only.split(","):
            continue
        tune, test = whole.half(False), whole.half(True)
        for name, tool in tools.items():
            began = time.monotonic()
            tuned = [_tuned(*scores, tune, test) for scores in tool(tune, test)]
            _, found = max(tuned, key=lambda each: each[0])
            _print(whole.name, name, found, time.monotonic() - began)
        untuned = {pair for pair in _candidates(test) if _is_same(test, pair)}
        _print(whole.name, "as delivered", quality(untuned, test.truth()), 0.0)


def _print(name: str, tool: str, found: Quality, seconds: float) -> None:
    print(f"{name:14} {tool:14} {found.precision:9.3f} {found.recall:7.3f} {found.f1:7.3f} {seconds:8.1f}", flush=True)


def _is_same(records: Labelled, pair: Pair) -> bool:
    return judge(records.facts[pair[0]], records.facts[pair[1]]).outcome is Outcome.SAME


def by_us(tune: Labelled, test: Labelled) -> list[tuple[Scores, Scores]]:
    """Scores of our candidates in both halves, by weights fitted on the first."""
    on_tune, on_test = _evidence(tune), _evidence(test)
    truth = tune.truth()
    bits = fitted(list(on_tune.values()), [pair in truth for pair in on_tune])
    return [({p: bits(e) for p, e in on_tune.items()}, {p: bits(e) for p, e in on_test.items()})]


def _evidence(records: Labelled) -> dict[Pair, Evidence]:
    return {(i, j): compare(records.facts[i], records.facts[j]) for i, j in _candidates(records)}


def _candidates(records: Labelled) -> set[Pair]:
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, facts in enumerate(records.facts):
        for key in set(chain(door_keys(facts), name_keys(facts))):
            blocks[key].append(i)
    return {
        (i, j)
        for block in blocks.values()
        if 1 < len(block) <= BLOCK
        for at, i in enumerate(block)
        for j in block[at + 1 :]
        if records.may_pair(i, j)
    }


def fitted(evidence: list[Evidence], same: list[bool], pull: float = 0.05) -> Callable[[Evidence], float]:
    """Weights for the words that are seen, by logistic regression that is pulled towards the delivered ones."""
    words = sorted({(n, w) for e in evidence for n, w in zip(Evidence._fields, e, strict=True)})
    at = {word: i for i, word in enumerate(words)}
    x = np.zeros((len(evidence), len(words)))
    for row, e in enumerate(evidence):
        for word in zip(Evidence._fields, e, strict=True):
            x[row, at[word]] = 1.0
    y = np.array(same, dtype=float)
    start = np.array([WEIGHTS.get(word, 0.0) * np.log(2) for word in words] + [MODEL.prior * np.log(2)])

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ beta[:-1] + beta[-1]
        off = beta - start
        off[-1] = 0.0
        value = np.logaddexp(0, z).sum() - (y * z).sum() + pull * (off**2).sum()
        error = 1 / (1 + np.exp(-z)) - y
        return value, np.append(x.T @ error, error.sum()) + 2 * pull * off

    beta = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x / np.log(2)
    weights = {word: beta[i] for word, i in at.items()}

    def bits(e: Evidence) -> float:
        return beta[-1] + sum(weights.get(w, WEIGHTS.get(w, 0.0)) for w in zip(Evidence._fields, e, strict=True))

    return bits


def _tuned(on_tune: Scores, on_test: Scores, tune: Labelled, test: Labelled) -> tuple[float, Quality]:
    """The F1 that was reached on the first half, and what its settings reach on the second."""
    truth = tune.truth()
    best, chosen = -1.0, [(0.0, False)]
    for closed in (False, True):
        for threshold in np.unique(np.quantile(list(on_tune.values()), np.linspace(0.0, 1.0, 400))):
            found = _pairs(on_tune, threshold, closed, tune)
            if len(found) > 20 * len(truth) + 1000:
                continue
            f1 = quality(found, truth).f1
            if f1 > best:
                best, chosen = f1, []
            if f1 == best:
                chosen.append((float(threshold), closed))
    # The middle of those that do equally well.
    same = [each for each in chosen if each[1] == chosen[-1][1]]
    return best, quality(_pairs(on_test, *same[len(same) // 2], test), test.truth())


def _pairs(scores: Scores, threshold: float, closed: bool, records: Labelled) -> set[Pair]:
    found = {pair for pair, score in scores.items() if score >= threshold}
    if not closed or len(found) > 20_000:
        return found
    return {p for group in _groups(found) for p in _pairs_of(group) if records.may_pair(*p)}


def _pairs_of(group: list[int]) -> Iterable[Pair]:
    return ((i, j) for at, i in enumerate(group) for j in group[at + 1 :])


def _groups(pairs: Iterable[Pair]) -> list[list[int]]:
    parent: dict[int, int] = {}

    def root(i: int) -> int:
        while parent.setdefault(i, i) != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in pairs:
        parent[root(i)] = root(j)
    groups = defaultdict(list)
    for i in sorted(parent):
        groups[root(i)].append(i)
    return list(groups.values())


def quality(found: set[Pair], truth: set[Pair]) -> Quality:
    right = len(found & truth)
    return Quality(right / len(found) if found else 0.0, right / len(truth) if truth else 0.0)


if __name__ == "__main__":
    main()
