"""Precision, recall and F1 of matching on labelled duplicates, beside Splink and recordlinkage.

Each set has the columns that a lead has, in one spelling for all three. Half its entities tune, the other half is
scored: pairs of records, found or missed, blocking included. Several halves are drawn, and the mean of their scores is
told, for in a set of a hundred pairs two of them are two hundredths.

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
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bench.labelled import SPLITS, Labelled, Pair, labelled_sets
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


@dataclass(frozen=True)
class Round:
    """One draw of the halves: what was chosen on the first, and what it reached on the second."""

    chosen: Chosen | None
    scored: Quality | None
    seconds: float


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
    print(f"of {len(SPLITS)} draws of the halves: tuning is cross-validated on the first, scored the second; means")
    print(
        f"{'set':14} {'tool':14} {'F1 tuning':>9} {'precision':>9} {'recall':>7} {'F1':>7} {'seconds':>8}  F1 of each"
    )
    for whole in labelled_sets(DATA / "dedupe"):
        if only and whole.name not in only.split(","):
            continue
        for name, tool in tools.items():
            rounds = [_round(tool, whole, split, tuning_only=tuning_only) for split in SPLITS]
            _print(whole.name, name, rounds)
        if not tuning_only:
            seconds = [whole.only(whole.half(split, second=True)) for split in SPLITS]
            _print(whole.name, "as delivered", [Round(None, quality(as_delivered(h), h.truth()), 0.0) for h in seconds])


def _round(tool: Tool, whole: Labelled, split: str, *, tuning_only: bool) -> Round:
    chosen = choose(tool, whole.only(whole.half(split, second=False)), split)
    began = time.monotonic()
    scored = None if tuning_only else score(tool, whole, chosen, split)
    return Round(chosen, scored, time.monotonic() - began)


def _print(name: str, tool: str, rounds: list[Round]) -> None:
    tuned = [each.chosen.cross_validated.f1 for each in rounds if each.chosen]
    tuning = f"{statistics.mean(tuned):9.3f}" if tuned else f"{'':9}"
    found = [each.scored for each in rounds if each.scored]
    scored = f"{'':25}"
    if found:
        precision, recall, f1 = (
            statistics.mean(getattr(each, what) for each in found) for what in ("precision", "recall", "f1")
        )
        scored = f"{precision:9.3f} {recall:7.3f} {f1:7.3f}"
    each_f1 = " ".join(f"{each.f1:.3f}" for each in found)
    chosen = Counter(each.chosen.setup for each in rounds if each.chosen)
    how = ", ".join(f"{setup} {times}" for setup, times in chosen.items())
    seconds = statistics.mean(each.seconds for each in rounds)
    print(f"{name:14} {tool:14} {tuning} {scored} {seconds:8.1f}  {each_f1}  {how}", flush=True)


def choose(tool: Tool, first: Labelled, split: str) -> Chosen:
    """The set-up, threshold and closure of the best F1 over the first half, each pair scored by what has not learnt
    from it."""
    everyone, folds = set(range(len(first.facts))), first.folds(split, FOLDS)
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


def score(tool: Tool, whole: Labelled, chosen: Chosen, split: str) -> Quality:
    """What the chosen reaches on the second half, having learnt from the first."""
    scores = tool(whole)[chosen.setup].scores(set(whole.half(split, second=False)))
    second = whole.half(split, second=True)
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
