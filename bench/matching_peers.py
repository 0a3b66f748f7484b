"""The two peers, set up as their documentation advises, on the columns of a labelled set.

Splink: a comparison of its library for each kind of column, term frequencies for names, u from random pairs, the prior
from deterministic rules, m by expectation maximisation over two or three blockings, or m from labels. recordlinkage:
pairs of a block in the same columns, string similarities, and either the sum of them, as in its first example, or its
logistic regression. The bench chooses between the two of each as it chooses for every tool.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np
import pandas as pd

from bench.labelled import Labelled
from bench.matching_tool import Learner, Scores


def _frame(records: Labelled) -> pd.DataFrame:
    columns = {name: [getattr(f, name) or None for f in records.facts] for name in records.columns}
    frame = pd.DataFrame(columns, dtype=object)
    frame["unique_id"] = [f"{i:06d}" for i in range(len(frame))]
    frame["entity"] = records.entity
    return frame


def by_splink(records: Labelled) -> dict[str, Learner]:
    """m by expectation maximisation, which learns from no label, and m from labels."""
    return {
        "m by expectation maximisation": Learner(lambda _: _splink(records, None), learns=False),
        "m from labels": Learner(lambda labelled: _splink(records, labelled)),
    }


def _splink(records: Labelled, labelled: set[int] | None) -> Scores:
    from splink import Linker, SettingsCreator, block_on

    warnings.filterwarnings("ignore")
    columns, frame = records.columns, _frame(records)
    settings = SettingsCreator(
        link_type="link_only" if records.source else "dedupe_only",
        comparisons=_comparisons(columns),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in _rules(columns)],
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(_registered(frame, records), settings, log_level=logging.CRITICAL)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on(*rule) for rule in _certain(columns)], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    if labelled is None:
        for rule in _training(columns):
            training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    else:
        known = frame[[i in labelled for i in range(len(frame))]].copy()
        m = Linker(_registered(known, records), linker.misc.save_model_to_json(), log_level=logging.CRITICAL)
        m.training.estimate_m_from_label_column("entity")
        linker = Linker(_registered(frame, records), m.misc.save_model_to_json(), log_level=logging.CRITICAL)
    found = linker.inference.predict(threshold_match_weight=-20).as_pandas_dataframe()
    scores: Scores = {}
    for left, right, weight in zip(found["unique_id_l"], found["unique_id_r"], found["match_weight"], strict=True):
        i, j = sorted((int(left), int(right)))
        if records.may_pair(i, j):
            scores[i, j] = float(weight)
    return scores


def _registered(frame: pd.DataFrame, records: Labelled) -> Any:
    """The one table, or the two lists that are linked."""
    from splink import DuckDBAPI

    database = DuckDBAPI()
    if records.source is None:
        return database.register(frame)
    source = frame["unique_id"].astype(int).map(records.source.__getitem__)
    return [database.register(frame[source == name], dataset_display_name=name) for name in sorted(set(source))]


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


def by_recordlinkage(records: Labelled) -> dict[str, Learner]:
    """The plain sum of the similarities, which learns from no label, and the logistic regression."""
    import recordlinkage as rl

    warnings.filterwarnings("ignore")
    vectors = _vectors(rl, records)
    truth = records.truth()
    is_same = np.array([tuple(sorted(pair)) in truth for pair in vectors.index])

    def learnt(labelled: set[int]) -> Scores:
        known = np.array([i in labelled and j in labelled for i, j in vectors.index])
        regression = rl.LogisticRegressionClassifier()
        regression.fit(vectors[known], vectors.index[known & is_same])
        return _told(regression.prob(vectors))

    return {
        "sum": Learner(lambda _: _told(vectors.sum(axis=1)), learns=False),
        "logistic regression": Learner(learnt),
    }


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
