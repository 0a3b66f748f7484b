"""A phone's batch: applied once, in the order in which it happened, one bad item never holding back the rest."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from outbound.activities.batch import Given, Taken, log_many
from outbound.activities.clocks import latest_where_ahead
from outbound.activities.service import repeats
from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid, NotFound, OutboundError, PreconditionFailed
from outbound.identity.permissions import require
from outbound.storage.captures import conflict_of_taken
from outbound.storage.context import context_of
from outbound.storage.crypto import Unreadable
from outbound.storage.locks import serialise
from outbound.sync import memory
from outbound.sync.handlers import HANDLERS
from outbound.sync.handlers.activities import activity_of
from outbound.sync.models import Remembered, SyncOperation
from outbound.sync.operations import Arrival, Need, Operation, Outcome, Result
from outbound.sync.presence import absent

_MAY_LACK = (NotFound, Conflict, Invalid)
_CONTRADICTS = (Conflict, PreconditionFailed)
_LOST = "What was sent of this is not readable any more; capture it again."
_TAKEN = "This id was used for something else already; capture it under a new id."


@dataclass(frozen=True)
class Applied:
    """What a batch came to."""

    results: list[Result]
    """One for each operation, in the order given."""
    settled: list[Result]
    """Operations of earlier batches that had waited, and waited no longer."""


def apply(session: Session, operations: Sequence[Operation[Any]], arrival: Arrival) -> Applied:
    """Applies operations, and those of the caller that waited for what has come since.

    Nothing is raised for a single operation: its result says what is wrong.
    """
    serialise(session, "sync", context_of(session).user_id)  # two batches of one phone at once go one by one
    operations = [_dated(session, each) for each in operations]
    run = _Run(session, arrival)
    fresh: list[Operation[Any]] = []
    remembered = memory.recall(session, [each.id for each in operations])
    waiting = {row.id: row for row in memory.expire(session, memory.waiting(session), arrival.now)}
    seen: set[uuid.UUID] = set()
    for operation in operations:
        if operation.id in seen:
            continue
        seen.add(operation.id)
        known = remembered.get(operation.id)
        if known is not None and not memory.says_the_same(session, known, operation):
            run.results[operation.id] = Result(operation.id, operation.kind, Outcome.CONFLICT, _TAKEN)
        elif known is not None and known.id not in waiting:
            run.results[operation.id] = _as_remembered(known, operation)
        elif known is None:
            fresh.append(operation)
    candidates = fresh + run.due(waiting.values(), fresh)
    run.through(candidates)
    still = [row for row in waiting.values() if row.id not in run.results]
    for row in still:
        need = (row.waits_for_kind or "", row.waits_for_id or row.id)
        run.results[row.id] = Result(row.id, row.kind, Outcome.DEFERRED, _waits(need), need)
    return Applied(_in_order(session, operations, run.results), run.settled(waiting, operations))


def settle(session: Session, arrival: Arrival) -> None:
    """Applies what the caller's phone sent ahead, where what it names has come by another way."""
    if memory.waiting(session):
        apply(session, [], arrival)


class _Run:
    """One batch on its way."""

    def __init__(self, session: Session, arrival: Arrival) -> None:
        self.session = session
        self.arrival = arrival
        self.now = arrival.now
        self.results: dict[uuid.UUID, Result] = {}
        self.waited: set[uuid.UUID] = set()

    def due(self, rows: Collection[SyncOperation], fresh: Sequence[Operation[Any]]) -> list[Operation[Any]]:
        """Operations that waited for what is there now, or comes with this batch."""
        coming = {(HANDLERS[each.kind].makes, each.id) for each in fresh}
        needs = {row.id: (row.waits_for_kind or "", row.waits_for_id or row.id) for row in rows}
        missing = absent(self.session, set(needs.values())) if needs else set()
        found = []
        for row in rows:
            if needs[row.id] in missing and needs[row.id] not in coming:
                continue
            try:
                found.append(memory.opened(self.session, row))
            except Unreadable:
                memory.give_up(self.session, row, _LOST)
                self.results[row.id] = Result(row.id, row.kind, Outcome.REJECTED, _LOST)
        self.waited = {each.id for each in found}
        return found

    def through(self, operations: Sequence[Operation[Any]]) -> None:
        """Applies all that can be, again while something that others wait for has come by it."""
        pending = sorted(operations, key=lambda each: (HANDLERS[each.kind].rank, each.moment, each.id))
        pending = self._alone_after_first(pending)
        while pending:
            short: list[tuple[Operation[Any], Need]] = []
            for operation in self._alone_after_bulk(pending):
                need = self._one(operation)
                if need is not None:
                    short.append((operation, need))
            missing = absent(self.session, {need for _, need in short}) if short else set()
            pending = [operation for operation, need in short if need not in missing]
            self._defer([(operation, need) for operation, need in short if need in missing])

    def settled(self, waiting: dict[uuid.UUID, SyncOperation], sent: Sequence[Operation[Any]]) -> list[Result]:
        ours = {each.id for each in sent}
        return [
            self.results[row_id]
            for row_id in waiting
            if row_id not in ours and self.results[row_id].outcome is not Outcome.DEFERRED
        ]

    def _alone_after_first(self, pending: Sequence[Operation[Any]]) -> list[Operation[Any]]:
        """Takes what begins a batch all at once, where its kind can be; returns the rest."""
        first = list(takewhile(lambda each: each.kind == pending[0].kind, pending))
        handler = HANDLERS[first[0].kind] if first else None
        if handler is not None and handler.at_once is not None and self._refusal(first[0]) is None:
            try:
                with self.session.begin_nested():
                    made = handler.at_once(self.session, first)
            except OperationalError:
                raise
            except DBAPIError:
                made = set()  # each by itself tells which it was
            for operation in (each for each in first if each.id in made):
                about = ((handler.makes or handler.kind, operation.id),)
                self._note(operation, Result(operation.id, operation.kind, Outcome.APPLIED, about=about))
        return [each for each in pending if each.id not in self.results]

    def _alone_after_bulk(self, pending: Sequence[Operation[Any]]) -> list[Operation[Any]]:
        """Takes activities of leads that nothing else of the batch touches all at once; returns the rest."""
        others = {need for each in pending if each.kind != "activity" for need in HANDLERS[each.kind].needs(each.data)}
        made = {("lead", each.id) for each in pending if HANDLERS[each.kind].makes == "lead"}
        plain = [
            each
            for each in pending
            if each.kind == "activity"
            and ("lead", each.data.lead_id) not in others | made
            and ("activity", each.id) not in others
            and self._refusal(each) is None
        ]
        left = self._logged(plain)
        repeated = repeats(self.session, [_given(each, self.now) for each in left]) if left else set()
        for operation in (each for each in left if each.id in repeated):
            about = (("lead", operation.data.lead_id),)
            self._note(operation, Result(operation.id, operation.kind, Outcome.DUPLICATE, about=about))
        if repeated:  # they kept what else happened with their leads from being logged
            self._logged([each for each in left if each.id not in repeated])
        return [each for each in pending if each.id not in self.results]

    def _logged(self, activities: Sequence[Operation[Any]]) -> list[Operation[Any]]:
        """Logs activities all at once; returns those that were not, which each by itself tells why."""
        if not activities:
            return []
        taken = self._taken([_given(each, self.now) for each in activities])
        for operation, result in zip(activities, taken, strict=True):
            if result is not None:
                about = (("lead", result.lead.id),)
                self._note(operation, Result(operation.id, operation.kind, Outcome.APPLIED, about=about))
        return [each for each in activities if each.id not in self.results]

    def _taken(self, given: Sequence[Given]) -> list[Taken | None]:
        # A door may be taken by another lead than the one that is to reopen: then all but those that reopen.
        for reopening in (True, False):
            try:
                with self.session.begin_nested():
                    return log_many(self.session, given, self.now, reopening=reopening)
            except OperationalError:
                raise
            except DBAPIError:
                continue
        return [None] * len(given)

    def _one(self, operation: Operation[Any]) -> Need | None:
        """Applies one; returns what it is short of, if anything."""
        refusal = self._refusal(operation)
        if refusal is not None:
            self.results[operation.id] = Result(operation.id, operation.kind, Outcome.REJECTED, refusal)
            return None
        handler = HANDLERS[operation.kind]
        needs = tuple(handler.needs(operation.data))
        try:
            with self.session.begin_nested():
                done = handler.apply(self.session, operation, self.arrival)
        except OutboundError as error:
            missing = absent(self.session, needs) if isinstance(error, _MAY_LACK) else set()
            if missing:
                return next(need for need in needs if need in missing)
            outcome = Outcome.CONFLICT if isinstance(error, _CONTRADICTS) else Outcome.REJECTED
            self._note(operation, Result(operation.id, operation.kind, outcome, error.message, about=needs))
        except OperationalError:
            raise  # the database is away, or two batches met: the whole of it is sent again
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == "42501":
                reason = "You may not change this; ask its territory's owner."
                self._note(operation, Result(operation.id, operation.kind, Outcome.REJECTED, reason, about=needs))
                return None
            taken = conflict_of_taken(error)
            if taken is None:
                raise
            self._note(operation, Result(operation.id, operation.kind, Outcome.CONFLICT, taken.message, about=needs))
        else:
            outcome = Outcome.APPLIED if done.created else Outcome.DUPLICATE
            self._note(operation, Result(operation.id, operation.kind, outcome, done.note, about=done.about))
        return None

    def _refusal(self, operation: Operation[Any]) -> str | None:
        try:
            require(self.session, HANDLERS[operation.kind].permission)
        except Forbidden as error:
            return error.message
        return None

    def _note(self, operation: Operation[Any], result: Result) -> None:
        """Keeps a result, and remembers it where the row itself does not."""
        self.results[operation.id] = result
        makes = HANDLERS[operation.kind].makes
        if result.outcome is Outcome.APPLIED and (makes is None or operation.id in self.waited):
            memory.remember(self.session, operation, Remembered.APPLIED)
        elif result.outcome is Outcome.CONFLICT and (makes is None or absent(self.session, [(makes, operation.id)])):
            # A conflict stays one: the same batch again must not do later what it could not do before.
            memory.remember(self.session, operation, Remembered.CONFLICT, result.reason)
        elif operation.id in self.waited:
            memory.remember(self.session, operation, Remembered.REJECTED, result.reason)

    def _defer(self, short: Sequence[tuple[Operation[Any], Need]]) -> None:
        fresh = [(each, need) for each, need in short if each.id not in self.waited]
        room = memory.MOST_WAITING - len(memory.waiting(self.session)) if fresh else 0
        for operation, _ in fresh[max(room, 0) :]:
            reason = "Too many operations wait for things that have not arrived; send those first."
            self.results[operation.id] = Result(operation.id, operation.kind, Outcome.REJECTED, reason)
        kept = fresh[: max(room, 0)]
        memory.keep_waiting(self.session, kept)
        for operation, need in kept:
            after = {"kind": operation.kind, "waits_for": need[0], "waits_for_id": str(need[1])}
            record(self.session, "sync_operation", operation.id, "deferred", after=after)
        for operation, need in [*kept, *((each, need) for each, need in short if each.id in self.waited)]:
            self.results[operation.id] = Result(operation.id, operation.kind, Outcome.DEFERRED, _waits(need), need)


def _given(operation: Operation[Any], now: datetime) -> Given:
    return operation.data.lead_id, activity_of(operation, now)


def _dated(session: Session, operation: Operation[Any]) -> Operation[Any]:
    latest = latest_where_ahead(session, operation.occurred_at, operation.sent_at, operation.received_at)
    return replace(operation, latest=latest) if latest is not None else operation


def _as_remembered(known: SyncOperation, operation: Operation[Any]) -> Result:
    about = tuple(HANDLERS[operation.kind].needs(operation.data))
    if known.status == Remembered.APPLIED:
        return Result(operation.id, operation.kind, Outcome.DUPLICATE, about=about)
    outcome = Outcome.CONFLICT if known.status == Remembered.CONFLICT else Outcome.REJECTED
    return Result(operation.id, operation.kind, outcome, known.reason, about=about)


def _in_order(session: Session, operations: Sequence[Operation[Any]], results: dict[uuid.UUID, Result]) -> list[Result]:
    """A result for each place of the batch; what comes twice in it was applied once."""
    found, first = [], dict[uuid.UUID, Operation[Any]]()
    for operation in operations:
        result = results[operation.id]
        if operation.id in first:
            same = memory.digest_of(session, first[operation.id]) == memory.digest_of(session, operation)
            if not same:
                result = Result(operation.id, operation.kind, Outcome.CONFLICT, _TAKEN)
            elif result.outcome is Outcome.APPLIED:
                result = replace(result, outcome=Outcome.DUPLICATE)
        first.setdefault(operation.id, operation)
        found.append(result)
    return found


def _waits(need: Need) -> str:
    kind, row_id = need
    return f"It waits for the {kind.replace('_', ' ')} {row_id}, which has not arrived."
