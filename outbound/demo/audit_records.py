"""The audit log of a demo history: the entries that capture would have written beside each change."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import numpy as np

from outbound.demo.book import Book
from outbound.demo.columns import ids_at, times, words
from outbound.demo.franchise import assignments
from outbound.demo.lead_records import Changes
from outbound.demo.outcomes import RESULTS, STAGES, TYPES
from outbound.demo.writer import Columns


def write_audit(book: Book, changes: Changes) -> None:
    """Entries for leads (created, stage or owner changed), activities, assignments and trips."""
    _leads(book, changes)
    _activities(book)
    _assignments(book)
    _trips(book)


def _leads(book: Book, changes: Changes) -> None:
    people, micro = _names(book.cast.people), book.history.micros[book.history.leads.micro]
    territories = _names(book.cast.territories)
    actions = ("created", "stage_changed", "owner_changed")
    action = np.where(changes.was < 0, 0, np.where(changes.was != changes.now, 1, 2))
    before_owner = _owner_before(changes)

    def state(row: int, stage: int, owner: int) -> str:
        return json.dumps(
            {
                "stage": STAGES[stage],
                "owner_id": people[owner] if owner >= 0 else None,
                "territory_id": territories[micro[changes.lead[row]]],
            }
        )

    def part(rows: slice) -> Columns:
        span = range(rows.start, rows.stop)
        by, owner = changes.by[rows], changes.owner[rows]
        return {
            "entity_id": book.leads[changes.lead[rows]],
            "entity": "lead",
            "action": words(actions, action[rows]),
            "acted_by": ids_at(book.cast.people, by),
            "acted_for": ids_at(book.cast.people, np.where(by == owner, -1, owner)),
            "before": [None if changes.was[r] < 0 else state(r, changes.was[r], before_owner[r]) for r in span],
            "after": [state(r, changes.now[r], changes.owner[r]) for r in span],
        }

    _put(book, changes.at, part)


def _owner_before(changes: Changes) -> np.ndarray:
    order = np.lexsort((np.arange(len(changes.lead)), changes.lead))
    before = np.full(len(order), -1, dtype=np.int64)
    same = changes.lead[order][1:] == changes.lead[order][:-1]
    before[order[1:][same]] = changes.owner[order[:-1][same]]
    return before


def _activities(book: Book) -> None:
    a = book.history.activities
    leads = _names(book.leads)

    def part(rows: slice) -> Columns:
        owner, rep = book.history.cast.owner(a.lead[rows], a.at[rows]), a.rep[rows]
        told = zip(a.lead[rows].tolist(), a.type[rows].tolist(), a.result[rows].tolist(), strict=True)
        return {
            "entity_id": book.activities[rows],
            "entity": "activity",
            "action": "logged",
            "acted_by": book.cast.people[rep],
            "acted_for": ids_at(book.cast.people, np.where(owner == rep, -1, owner)),
            "after": [
                json.dumps({"lead_id": leads[lead], "type": TYPES[t], "result": RESULTS[r] if r >= 0 else None})
                for lead, t, r in told
            ],
        }

    _put(book, a.received_at, part)


def _assignments(book: Book) -> None:
    rows = assignments(book.history)
    people, territories = _names(book.cast.people), _names(book.cast.territories)
    told = zip(book.history.micros[rows["micro"]].tolist(), rows["rep"].tolist(), rows["helps"].tolist(), strict=True)
    after = [
        json.dumps({"territory_id": territories[m], "user_id": people[r], "role": "CONTRIBUTOR" if helps else "OWNER"})
        for m, r, helps in told
    ]

    def part(span: slice) -> Columns:
        return {
            "entity_id": book.cast.territories[book.history.micros[rows["micro"][span]]],
            "entity": "territory_assignment",
            "action": "assigned",
            "acted_by": book.cast.manager,
            "acted_for": book.cast.people[rows["rep"][span]],
            "after": after[span],
        }

    _put(book, rows["from"], part)


def _trips(book: Book) -> None:
    made = book.history.trips

    def part(rows: slice) -> Columns:
        return {
            "entity_id": book.trips[rows],
            "entity": "trip",
            "action": "planned",
            "acted_by": book.cast.people[made.rep[rows]],
            "after": ['{"status":"planned"}'] * (rows.stop - rows.start),
        }

    _put(book, np.minimum(made.planned_start - 6_000_000, book.history.calendar.as_of), part)


def _put(book: Book, at: np.ndarray, part: Callable[[slice], Columns]) -> None:
    ids = book.ids(at)

    def whole(rows: slice) -> Columns:
        moment = times(at[rows])
        return {
            "org_id": book.cast.org_id,
            "id": ids[rows],
            "occurred_at": moment,
            **part(rows),
            "source": "demo",
            "created_at": moment,
            "updated_at": moment,
        }

    if len(at):
        book.writer.put_many("audit_entries", len(at), whole)


def _names(ids: np.ndarray) -> list[str]:
    return [str(uuid.UUID(bytes=row.tobytes())) for row in ids]
