"""What a route asks of its caller, declared beside it and read by the documentation and the tests."""

from __future__ import annotations

from typing import Any

from fastapi import Depends
from sqlalchemy.orm import Session

from api.dependencies import CallerDep, UnitOfWork
from outbound.errors import Forbidden
from outbound.identity.permissions import Operation, require
from outbound.identity.service import Caller


def ensure(session: Session, caller: Caller, operation: Operation) -> None:
    """The question itself, for a route that asks it before its transaction. Raises :class:`Forbidden`."""
    require(session, operation)
    if caller.scopes is not None and operation not in caller.scopes:
        raise Forbidden(f"This API key does not carry the scope {operation}; make one that does.")


def permits(operation: Operation) -> Any:
    """A dependency that lets through who may do the operation: ``dependencies=[permits(Operation.LEADS_READ)]``.

    Asks the role's table first, then the scopes of an API key. Raises :class:`Forbidden`.
    """

    async def permitted(session: UnitOfWork, caller: CallerDep) -> None:  # asks nobody, so it needs no thread
        ensure(session, caller, operation)

    permitted.operation = operation  # type: ignore[attr-defined]
    return Depends(permitted, scope="function")
