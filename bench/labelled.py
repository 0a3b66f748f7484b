"""Labelled duplicates, each set with the columns that a lead has, in one spelling for whoever reads them."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from outbound.addresses.parsing import parse_line
from outbound.addresses.rules import PostalParts
from outbound.matching.facts import Facts, facts_of_parts

Pair = tuple[int, int]


@dataclass(frozen=True)
class Labelled:
    """Records with the entity of each; ``source`` tells two lists apart that are linked with each other only."""

    name: str
    columns: tuple[str, ...]
    """Those of :class:`Facts` that this set fills."""
    facts: list[Facts]
    entity: list[str]
    source: list[str] | None = None

    def half(self, second: bool) -> Labelled:
        """The records of half the entities, chosen by a hash of their names."""
        keep = [
            i
            for i, e in enumerate(self.entity)
            if (hashlib.sha256(f"{self.name}|{e}".encode()).digest()[0] & 1) == second
        ]
        return Labelled(
            self.name,
            self.columns,
            [self.facts[i] for i in keep],
            [self.entity[i] for i in keep],
            [self.source[i] for i in keep] if self.source else None,
        )

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
    """The sets of ``shared/data/dedupe``."""
    yield _chicago(folder / "chicago_sites/csv_example_input_with_true_ids.csv")
    yield _restaurants(folder / "fodors_zagats")
    for number in (1, 2, 3):
        yield _febrl(folder / f"febrl/dataset{number}.csv", f"febrl {number}")
    yield _fake(folder / "splink/fake_1000.csv")


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


def _febrl(path: Path, name: str) -> Labelled:
    rows = _rows(path)
    facts = [
        facts_of_parts(
            PostalParts(row["street_number"], row["address_1"], "", row["suburb"], row["state"], row["postcode"]),
            first=row["given_name"],
            last=row["surname"],
        )
        for row in rows
    ]
    columns = ("first", "last", "number", "street", "city", "postcode")
    return Labelled(name, columns, facts, [row["rec_id"].split("-")[1] for row in rows])


def _fake(path: Path) -> Labelled:
    rows = _rows(path)
    facts = [
        facts_of_parts(PostalParts(city=row["city"]), email=row["email"], first=row["first_name"], last=row["surname"])
        for row in rows
    ]
    return Labelled("fake_1000", ("first", "last", "city", "email"), facts, [row["cluster"] for row in rows])
