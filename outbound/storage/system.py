"""The one way past a member's scope: for what follows by itself from an act they were allowed.

Each use says in a comment why the member's own rights would give a wrong result. What is read here must not reach
the member's answer, counts apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from outbound.storage.context import context_of


@contextmanager
def system_rights(session: Session) -> Iterator[None]:
    """The rights of the system's own work, in this organisation and until the end of the block."""
    own = text(f"set local role {context_of(session).database_role}")
    session.flush()
    session.execute(text("set local role outbound_job"))
    try:
        yield
        session.flush()
    except BaseException:
        # Where the transaction is broken its rollback takes the role back; where it is not, this does.
        with suppress(DBAPIError):
            session.execute(own)
        raise
    session.execute(own)
