"""The two peers, set up as their documentation advises, on the columns of a labelled set.

Splink: a comparison of its library for each kind of column, term frequencies for names, u from random pairs, the prior
from deterministic rules, m by expectation maximisation over two blockings (it sees both halves: it needs no labels), or
m from the labels of the first half; whichever does better there. recordlinkage: pairs of a block in any column, string
similarities, and either the sum of them, as in its first example, or its logistic regression; again the better one.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd

from bench.labelled import Labelled, Pair

Scores = dict[Pair, float]
Choose = Callable[[list[tuple[Scores, Scores]]], tuple[Scores, Scores]]


def _frame(records: Labelled, offset: int = 0) -> pd.DataFrame:
    columns = {name: [getattr(f, name) or None for f in records.facts] for name in records.columns}
    frame = pd.DataFrame(columns, dtype=object)
    frame["unique_id"] = [f"{offset + i:06d}" for i in range(len(frame))]
    frame["entity"] = records.entity
    return frame


def by_splink(tune: Labelled, test: Labelled) -> list[tuple[Scores, Scores]]:
    """Scores of each set-up in both halves."""
    return [_splink(tune, test, labels=labels) for labels in (False, True)]


def _splink(tune: Labelled, test: Labelled, *, labels: bool) -> tuple[Scores, Scores]:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    columns, offset = tune.columns, len(tune.facts)
    both = pd.concat([_frame(tune), _frame(test, offset)], ignore_index=True)
    both["half"] = [0] * offset + [1] * len(test.facts)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(columns),
        blocking_rules_to_generate_predictions=[block_on("half", *rule) for rule in _rules(columns)],
        retain_intermediate_calculation_columns=False,
    )
    database = DuckDBAPI()
    linker = Linker(database.register(both), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on(*rule) for rule in _certain(columns)], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    if labels:
        labelled = both[both["half"] == 0].copy()
        m = Linker(DuckDBAPI().register(labelled), linker.misc.save_model_to_json())
        m.training.estimate_m_from_label_column("entity")
        linker = Linker(DuckDBAPI().register(both), m.misc.save_model_to_json())
    else:
        for rule in _training(columns):
            training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    found = linker.inference.predict(threshold_match_weight=-20).as_pandas_dataframe()
    halves: tuple[Scores, Scores] = ({}, {})
    for left, right, weight in zip(found["unique_id_l"], found["unique_id_r"], found["match_weight"], strict=True):
        i, j = sorted((int(left), int(right)))
        half, start, records = (0, 0, tune) if i < offset else (1, offset, test)
        if records.may_pair(i - start, j - start):
            halves[half][i - start, j - start] = float(weight)
    return halves


def _comparisons(columns: tuple[str, ...]) -> list[Any]:
    import splink.comparison_library as cl

    made: list[Any] = []
    if {"first", "last"} <= set(columns):
        made.append(cl.ForenameSurnameComparison("first", "last"))
    elif "last" in columns:
        made.append(cl.JaroWinklerAtThresholds("last", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True))
    for name in columns:
        if name == "email":
            made.append(cl.EmailComparison("email"))
        elif name == "street":
            made.append(cl.JaroWinklerAtThresholds("street", [0.92, 0.8]).configure(term_frequency_adjustments=True))
        elif name == "city":
            made.append(cl.DamerauLevenshteinAtThresholds("city", [1, 2]).configure(term_frequency_adjustments=True))
        elif name in ("number", "postcode", "phone"):
            made.append(cl.DamerauLevenshteinAtThresholds(name, [1, 2]))
    return made


def _rules(columns: tuple[str, ...]) -> list[list[str]]:
    """Every pair of columns, and single ones that few share."""
    pairs = [[a, b] for at, a in enumerate(columns) for b in columns[at + 1 :]]
    return [[name] for name in ("last", "phone", "email", "street") if name in columns] + pairs


def _certain(columns: tuple[str, ...]) -> list[list[str]]:
    wanted = [
        ["first", "last", "city"],
        ["first", "last", "postcode"],
        ["email"],
        ["phone"],
        ["last", "number", "street"],
    ]
    return [rule for rule in wanted if set(rule) <= set(columns)]


def _training(columns: tuple[str, ...]) -> list[list[str]]:
    wanted = [["first", "last"], ["number", "street"], ["email"], ["phone"], ["last"], ["city", "first"]]
    return [rule for rule in wanted if set(rule) <= set(columns)][:3]


def by_recordlinkage(tune: Labelled, test: Labelled) -> list[tuple[Scores, Scores]]:
    """Scores of the plain sum and of the logistic regression in both halves."""
    import recordlinkage as rl

    warnings.filterwarnings("ignore")
    on_tune, on_test = _vectors(rl, tune), _vectors(rl, test)
    truth = tune.truth()
    same = on_tune.index[[tuple(sorted(pair)) in truth for pair in on_tune.index]]
    regression = rl.LogisticRegressionClassifier()
    regression.fit(on_tune, same)
    return [
        (_told(on_tune.sum(axis=1)), _told(on_test.sum(axis=1))),
        (_told(regression.prob(on_tune)), _told(regression.prob(on_test))),
    ]


def _told(series: pd.Series) -> Scores:
    return {(min(i, j), max(i, j)): float(value) for (i, j), value in series.items()}


def _vectors(rl: Any, records: Labelled) -> pd.DataFrame:
    frame = _frame(records)
    indexer = rl.Index()
    for rule in _rules(records.columns):
        indexer.block(rule)
    pairs = indexer.index(frame)
    pairs = pairs[[records.may_pair(i, j) for i, j in pairs]]
    comparer = rl.Compare()
    for name in records.columns:
        method = "levenshtein" if name in ("number", "postcode", "phone") else "jarowinkler"
        comparer.string(name, name, method=method, label=name)
    return comparer.compute(pairs, frame)
