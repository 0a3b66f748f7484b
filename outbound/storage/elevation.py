"""One step of a request that reaches further than its caller: done by the system, signed by the caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.storage.context import context_of


@contextmanager
def as_the_system(session: Session) -> Iterator[None]:
    """Runs a block with the rights of the organisation's own jobs, in the caller's transaction.

    For what follows from an act that the caller may do, where it reaches rows that they may not: the lead of an
    accepted quote, enrolments of another territory in a cadence that is edited. Ask the permission before, name the
    rows, and keep the block short. The audit log still says who acted. On an error everything of the block is undone
    and the caller's own role is back.
    """
    context = context_of(session)
    session.flush()  # what was written before was written with the caller's own rights
    with session.begin_nested():
        session.execute(text("set local role outbound_job"))
        yield
        session.flush()
        session.execute(text(f"set local role {context.database_role}"))
