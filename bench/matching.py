"""Precision, recall and F1 of matching on labelled duplicates, beside Splink and recordlinkage.

Each set has the columns that a lead has, in one spelling for all three. Half its entities tune, the other half is
scored: pairs of records, found or missed, blocking included.

Every choice is made on the first half, for every tool in the same way: what a tool learns from labels it learns on four
fifths of that half's entities and is scored on the pairs of the fifth, five times over; by those scores the set-up of
the tool, its threshold, and whether pairs are closed to groups are chosen for the best F1. Then it learns from the
whole first half, and the pairs of the second are scored once with what was chosen. Records without their labels are
known to all, as a list is when it is matched.

Whoever changes the matcher looks at the first half alone (``OUTBOUND_BENCH_TUNING=1``, which scores nothing of the
second); the second is for the end. ``as delivered`` is the product's own judgement with its own weights and thresholds,
which are set by hand and learn nothing here: a pair counts when it is judged the same, beyond a question.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bench.labelled import Labelled, Pair, labelled_sets
from bench.matching_ours import as_delivered, by_us
from bench.matching_peers import by_recordlinkage, by_splink
from bench.matching_tool import Scores, Tool

DATA = Path(os.environ.get("OUTBOUND_BENCH_DATA", Path(__file__).parents[2] / "shared/data"))
FOLDS = 5
AS_GOOD = 2
"""Pairs by which a threshold may do worse than the best one and still count as equally good."""


@dataclass(frozen=True)
class Quality:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision + self.recall else 0


@dataclass(frozen=True)
class Chosen:
    """What a tool does best with on the first half."""

    setup: str
    threshold: float
    closed: bool
    cross_validated: Quality


def main() -> None:
    if not (DATA / "dedupe").is_dir():
        print(f"skipped: there is no labelled data in {DATA}; set OUTBOUND_BENCH_DATA.")
        return
    only = os.environ.get("OUTBOUND_BENCH_SETS", "")
    tuning_only = bool(os.environ.get("OUTBOUND_BENCH_TUNING"))
    tools: dict[str, Tool] = {"this matcher": by_us}
    for name, package, tool in (("Splink", "splink", by_splink), ("recordlinkage", "recordlinkage", by_recordlinkage)):
        if find_spec(package) is None:
            print(f"{name} is not installed: see the extra `bench` in pyproject.toml.")
        else:
            tools[name] = tool
    print("tuning: cross-validated on the first half; scored: the second half")
    print(f"{'set':14} {'tool':14} {'F1 tuning':>9} {'precision':>9} {'recall':>7} {'F1':>7} {'seconds':>8}  chosen")
    for whole in labelled_sets(DATA / "dedupe"):
        if only and whole.name not in only.split(","):
            continue
        for name, tool in tools.items():
            chosen = choose(tool, whole.only(whole.half(False)))
            began = time.monotonic()
            found = None if tuning_only else score(tool, whole, chosen)
            _print(whole.name, name, found, time.monotonic() - began, chosen)
        if not tuning_only:
            second = whole.only(whole.half(True))
            began = time.monotonic()
            _print(whole.name, "as delivered", quality(as_delivered(second), second.truth()), time.monotonic() - began)


def _print(name: str, tool: str, found: Quality | None, seconds: float, chosen: Chosen | None = None) -> None:
    tuning = f"{chosen.cross_validated.f1:9.3f}" if chosen else f"{'':9}"
    scored = f"{found.precision:9.3f} {found.recall:7.3f} {found.f1:7.3f}" if found else f"{'':25}"
    how = f"{chosen.setup}, from {chosen.threshold:.2f}{', closed' if chosen.closed else ''}" if chosen else ""
    print(f"{name:14} {tool:14} {tuning} {scored} {seconds:8.1f}  {how}", flush=True)


def choose(tool: Tool, first: Labelled) -> Chosen:
    """The set-up, threshold and closure of the best F1 over the first half, each pair scored by what has not learnt
    from it."""
    everyone, folds = set(range(len(first.facts))), first.folds(FOLDS)
    best: list[Chosen] = []
    for setup, learner in tool(first).items():
        scores: Scores = {}
        if learner.learns:
            for fold in folds:
                scores |= {pair: s for pair, s in learner.scores(everyone - fold).items() if pair[0] in fold}
        else:
            scores = learner.scores(everyone)
        best.append(_best(setup, scores, first))
    return max(best, key=lambda each: each.cross_validated.f1)


def score(tool: Tool, whole: Labelled, chosen: Chosen) -> Quality:
    """What the chosen reaches on the second half, having learnt from the first."""
    scores = tool(whole)[chosen.setup].scores(set(whole.half(False)))
    second = whole.half(True)
    at = {record: i for i, record in enumerate(second)}
    of_second = {(at[i], at[j]): value for (i, j), value in scores.items() if i in at and j in at}
    records = whole.only(second)
    return quality(_pairs(of_second, chosen.threshold, chosen.closed, records), records.truth())


def _best(setup: str, scores: Scores, records: Labelled) -> Chosen:
    truth = records.truth()
    thresholds = np.unique(np.quantile(list(scores.values()), np.linspace(0.0, 1.0, 800)))
    chosen: list[Chosen] = []
    for closed in (False, True):
        reached = [quality(_pairs(scores, threshold, closed, records), truth) for threshold in thresholds]
        best = max(reached, key=lambda each: each.f1)
        # The middle of those around the best one that do as well, but for a pair or two: the edge is chance.
        enough = best.f1 - AS_GOOD / len(truth)
        low = high = reached.index(best)
        while low > 0 and reached[low - 1].f1 >= enough:
            low -= 1
        while high + 1 < len(reached) and reached[high + 1].f1 >= enough:
            high += 1
        chosen.append(Chosen(setup, float(thresholds[low] + thresholds[high]) / 2, closed, best))
    return max(chosen, key=lambda each: each.cross_validated.f1)


def _pairs(scores: Scores, threshold: float, closed: bool, records: Labelled) -> set[Pair]:
    found = {pair for pair, value in scores.items() if value >= threshold}
    if not closed:
        return found
    groups = _groups(found)
    if sum(len(group) ** 2 for group in groups) > 20 * len(scores) + 10_000:
        return set()  # all in one heap: no threshold to choose
    return {p for group in groups for p in _pairs_of(group) if records.may_pair(*p)}


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
