"""Which rows are leads of the base already, and which stand twice in the list.

Of the rows of one door the first stands for the others, one with a position before one without. A row that another one
stands for is a duplicate, whoever it names: a door has one lead, and who else lives there is told apart, not merged.
What is left is compared with the base. All in one transaction, so that a crash leaves every row unjudged.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from ingest import match_statements as statements
from outbound.ids import uuid7_array
from outbound.matching.facts import Facts, facts_of_door
from outbound.matching.pairs import Blocks
from outbound.matching.rarity import Rarity
from outbound.matching.rules import Match, Outcome, Thresholds, judge
from outbound.matching.service import thresholds_of
from outbound.storage.bulk import append_columns, driver_of
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position
from outbound.storage.planning import for_any_organisation
from outbound.vocabulary import OPEN_STAGES, RowFate, Stage

AT_A_TIME = 20_000
_RANK = {Outcome.SAME: 3, Outcome.HOUSEHOLD: 2, Outcome.UNSURE: 1, Outcome.NEW: 0}
_FOUND = {
    "line": "bigint",
    "fate": "text",
    "reason": "text",
    "matched_lead_id": "uuid",
    "matched_line": "bigint",
    "match_score": "real",
    "match_evidence": "jsonb",
    "merges": "boolean",
    "pair_id": "uuid",
}


def match_rows(session: Session, import_id: uuid.UUID) -> bool:
    """Judges every row with ``fate is null``: ``duplicate`` (with ``matched_line``, or ``matched_lead_id`` where
    another member of the household is a lead), ``same`` or ``unsure`` (with ``matched_lead_id`` or ``matched_line``),
    else ``new``; with ``reason``, ``match_score`` and ``match_evidence``. Rows that are unsure stand in the review
    queue (:class:`outbound.matching.models.MatchPair`).

    Returns whether more is to do: it is then called again in a new transaction.
    """
    Matching(session, import_id).run()
    return False


@dataclass(slots=True)
class _Found:
    """Rows with what was found of them, by column."""

    columns: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _FOUND if name != "pair_id"})

    def add(self, line: int, fate: RowFate, reason: str | None, match: Match, **matched: Any) -> None:
        values = {
            "line": line,
            "fate": str(fate),
            "reason": reason,
            "matched_lead_id": matched.get("lead_id"),
            "matched_line": matched.get("of_line"),
            "match_score": round(match.score, 4),
            "match_evidence": match.evidence.told(),
            "merges": match.outcome is Outcome.SAME,
        }
        for name, value in values.items():
            self.columns[name].append(value)


class Matching:
    """One import's rows against each other and against the base."""

    def __init__(self, session: Session, import_id: uuid.UUID, thresholds: Thresholds | None = None) -> None:
        self._session = session
        self._connection = driver_of(session)
        self._keys = keys_of(session)
        self._org_id = context_of(session).org_id
        self._now = datetime.now(UTC)
        self._thresholds = thresholds or thresholds_of(session)
        self._values = {"org": self._org_id, "import": import_id, "lost": str(Stage.LOST), "now": self._now}
        self._values["open"] = [str(stage) for stage in OPEN_STAGES]
        self._random = np.random.default_rng()
        self._rarity = Rarity()
        """Of the list's values; what a lead of the base shares with a row stands in the list."""

    def run(self) -> None:
        columns = ", ".join(f"{name} {type_}" for name, type_ in _FOUND.items())
        self._run(statements.ROWS)
        self._run("create unique index on match_rows (line)")
        self._run("analyze match_rows")
        self._run(f"create temporary table match_found ({columns}) on commit drop")
        self._within_list()
        self._with_base()
        self._run("create unique index on match_found (line)")
        self._run("analyze match_found")
        self._run(statements.JUDGED)
        self._run(statements.MERGED)
        self._run(statements.PAIRS)
        for table in ("match_rows", "match_found"):
            self._run(f"drop table {table}")

    def _within_list(self) -> None:
        lines, blocks = [], Blocks()
        with self._connection.cursor(name="match_rows_cursor") as cursor:
            cursor.itersize = AT_A_TIME
            cursor.execute(statements.ROWS_IN_ORDER)
            for row in cursor:
                lines.append(row[0])
                facts = self._facts(row[1:10])
                blocks.add(facts)
                self._rarity.add(facts)
        numbers = np.array(lines, dtype=np.int64)
        stands_for: dict[int, int] = {}
        found = _Found()
        unsure: dict[int, tuple[int, Match]] = {}
        at = 0
        self._run("create temporary table match_pairs_of_rows (at bigint, one bigint, other bigint) on commit drop")
        for pairs in blocks.pairs():
            pairs = pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]
            columns = {"at": np.arange(at, at + len(pairs)), "one": numbers[pairs[:, 0]], "other": numbers[pairs[:, 1]]}
            append_columns(
                self._session, "match_pairs_of_rows", columns, {"at": "bigint", "one": "bigint", "other": "bigint"}
            )
            at += len(pairs)
        self._run("analyze match_pairs_of_rows")
        with self._connection.cursor(name="match_pairs_cursor") as cursor:
            cursor.itersize = AT_A_TIME
            cursor.execute(statements.PAIRS_OF_ROWS)
            for line, *row in cursor:
                if line in stands_for:
                    continue
                other, same_door = row[9], row[0] == row[10]
                a, b = self._facts(row[:9]), self._facts(row[10:19])
                match = judge(a, b, self._thresholds, within_list=True, rarity=self._rarity)
                first = stands_for.get(other, other)
                if same_door or match.outcome in (Outcome.SAME, Outcome.HOUSEHOLD):
                    stands_for[line] = first
                    unsure.pop(line, None)
                    found.add(line, RowFate.DUPLICATE, _duplicate(first, match, same_door), match, of_line=first)
                elif match.outcome is Outcome.UNSURE and line not in unsure:
                    unsure[line] = (first, match)
        self._run("drop table match_pairs_of_rows")
        self._put(found)
        self._unsure = {line: each for line, each in unsure.items() if line not in stands_for}

    def _with_base(self) -> None:
        self._run(statements.LEFT)
        self._run("create unique index on match_left (line)")
        self._run("analyze match_left")
        self._run("create temporary table match_candidates (line bigint, lead_id uuid) on commit drop")
        for statement in statements.CANDIDATES:
            self._run(statement)
        self._run("analyze match_candidates")
        with self._connection.cursor(name="match_candidates_cursor") as cursor:
            cursor.itersize = AT_A_TIME
            cursor.execute(for_any_organisation(statements.PAIRS_WITH_BASE), self._values)
            found, line, best = _Found(), None, None
            for row in cursor:
                if line is not None and row[0] != line:
                    self._settle(found, line, best)
                    best = None
                    if len(found.columns["line"]) >= AT_A_TIME:
                        found = self._put(found)
                line = row[0]
                best = self._better(best, row)
            if line is not None:
                self._settle(found, line, best)
            self._put(found)
        left = _Found()
        for line, (first, match) in self._unsure.items():
            left.add(line, RowFate.UNSURE, match.because, match, of_line=first)
        self._put(left)
        for table in ("match_left", "match_candidates"):
            self._run(f"drop table {table}")

    def _better(self, best: tuple[Any, ...] | None, row: tuple[Any, ...]) -> tuple[Any, ...]:
        lead_id, takes_door, same_door = row[10], row[20], row[1] == row[11]
        here, there = self._facts(row[1:10]), self._facts(row[11:20])
        match = judge(here, there, self._thresholds, rarity=self._rarity)
        if same_door and takes_door and match.outcome is Outcome.NEW:
            # The door can have no second lead, so somebody must say whose it is.
            match = Match(Outcome.UNSURE, match.score, match.evidence, "the door has an open lead of somebody else")
        rank = (_RANK[match.outcome], takes_door, match.score)
        return (rank, match, lead_id) if best is None or rank > best[0] else best

    def _settle(self, found: _Found, line: int, best: tuple[Any, ...] | None) -> None:
        if best is None:
            return
        _, match, lead_id = best
        if match.outcome is Outcome.NEW:
            return
        self._unsure.pop(line, None)
        if match.outcome is Outcome.SAME:
            found.add(line, RowFate.SAME, "it is a lead already", match, lead_id=lead_id)
        elif match.outcome is Outcome.UNSURE:
            found.add(line, RowFate.UNSURE, match.because or "it may be a lead already", match, lead_id=lead_id)
        else:
            found.add(
                line, RowFate.DUPLICATE, "another member of the household is a lead already", match, lead_id=lead_id
            )

    def _facts(self, row: Any) -> Facts:
        """Of the columns that :mod:`ingest.match_statements` compares, and a position sealed for the id before it."""
        canonical, building, postcode, city, phone, email, first, last, sealed = row
        lat = lon = None
        if sealed is not None:
            at = readable_position(self._keys, self._org_id, uuid.UUID(bytes=sealed[:16]), sealed[16:])
            lat, lon = at or (None, None)
        return facts_of_door(
            canonical, building, postcode=postcode, city=city, phone=phone, email=email, first=first, last=last,
            lat=lat, lon=lon,
        )  # fmt: skip

    def _put(self, found: _Found) -> _Found:
        columns = found.columns
        if columns["line"]:
            milliseconds = np.full(len(columns["line"]), int(self._now.timestamp() * 1000))
            wanted = {**columns, "pair_id": uuid7_array(milliseconds, self._random)}
            append_columns(self._session, "match_found", {name: wanted[name] for name in _FOUND}, _FOUND)
        return _Found()

    def _run(self, statement: str) -> int:
        return self._connection.execute(
            for_any_organisation(statement), self._values if "%(" in statement else None
        ).rowcount


def _duplicate(first: int, match: Match, same_door: bool) -> str:
    if match.outcome is Outcome.HOUSEHOLD:
        return f"duplicate: another member of the household stands in line {first}"
    if match.outcome is Outcome.SAME:
        return f"duplicate: {'the door stands' if same_door else 'it stands'} in line {first} too"
    return f"duplicate: somebody else at the door stands in line {first}"
