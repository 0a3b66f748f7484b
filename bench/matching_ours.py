"""This matcher in the matching bench: the product's keys and evidence, with its own weights or with weights learnt."""

from __future__ import annotations

from collections import Counter

import numpy as np
from scipy.optimize import minimize

from bench.labelled import Labelled, Pair
from bench.matching_tool import Learner, Scores
from outbound.matching.evidence import Evidence, compare
from outbound.matching.pairs import Blocks
from outbound.matching.rarity import Rarity
from outbound.matching.rules import MODEL, WEIGHTS, Model, Outcome, judge

PULLS = (1.0, 0.2, 0.05)
"""How strongly weights are held to the delivered ones; of those that do equally well the strongest."""


def by_us(records: Labelled) -> dict[str, Learner]:
    """Weights learnt for the words of the evidence, held to the delivered ones more or less."""
    evidence = {(i, j): compare(records.facts[i], records.facts[j]) for i, j in candidates(records)}
    rarity = counted(records)
    more = {(i, j): rarity.bits(records.facts[i], records.facts[j]) for i, j in evidence}
    truth = records.truth()

    def learner(pull: float) -> Learner:
        def scores(labelled: set[int]) -> Scores:
            known = [pair for pair in evidence if pair[0] in labelled and pair[1] in labelled]
            model = fitted([(evidence[pair], more[pair], pair in truth) for pair in known], pull)
            return {pair: model.bits(e) + more[pair] for pair, e in evidence.items()}

        return Learner(scores)

    return {f"pull {pull}": learner(pull) for pull in PULLS}


def as_delivered(records: Labelled) -> set[Pair]:
    """Pairs that the product judges to be one, without a question."""
    facts, rarity = records.facts, counted(records)
    return {(i, j) for i, j in candidates(records) if judge(facts[i], facts[j], rarity=rarity).outcome is Outcome.SAME}


def counted(records: Labelled) -> Rarity:
    """What is rare in a set, as the product counts it in a list."""
    rarity = Rarity()
    for facts in records.facts:
        rarity.add(facts)
    return rarity


def candidates(records: Labelled) -> list[Pair]:
    """Pairs that the product compares within a list and in the nightly look."""
    blocks = Blocks()
    for facts in records.facts:
        blocks.add(facts)
    return [(i, j) for part in blocks.pairs() for i, j in part.tolist() if records.may_pair(i, j)]


def fitted(pairs: list[tuple[Evidence, float, bool]], pull: float) -> Model:
    """The product's model with weights for the words that are seen, by logistic regression that is pulled towards the
    delivered ones. Of each pair the evidence, the bits that the weights do not make, and whether it is one."""
    counted_pairs = Counter(pairs)
    words = sorted({(n, w) for e, _, _ in counted_pairs for n, w in zip(Evidence._fields, e, strict=True)})
    at = {word: i for i, word in enumerate(words)}
    x = np.zeros((len(counted_pairs), len(words)))
    for row, (e, _, _) in enumerate(counted_pairs):
        for word in zip(Evidence._fields, e, strict=True):
            x[row, at[word]] = 1.0
    offset = np.array([bits for _, bits, _ in counted_pairs]) * np.log(2)
    y = np.array([is_same for _, _, is_same in counted_pairs], dtype=float)
    times = np.array(list(counted_pairs.values()), dtype=float)
    start = np.array([WEIGHTS.get(word, 0.0) * np.log(2) for word in words] + [MODEL.prior * np.log(2)])

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ beta[:-1] + beta[-1] + offset
        off = beta - start
        off[-1] = 0.0
        value = (times * (np.logaddexp(0, z) - y * z)).sum() + pull * (off**2).sum()
        error = times * (1 / (1 + np.exp(-z)) - y)
        return value, np.append(x.T @ error, error.sum()) + 2 * pull * off

    beta = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x / np.log(2)
    # What is not known has a weight here as well: that a list leaves a column out tells of its rows.
    return Model({**WEIGHTS, **{word: float(beta[i]) for word, i in at.items()}}, float(beta[-1]))
