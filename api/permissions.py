"""What a route asks of its caller, declared beside it and read by the documentation and the tests."""

from __future__ import annotations

from typing import Any

from fastapi import Depends

from api.dependencies import UnitOfWork
from outbound.identity.permissions import Operation, require


def permits(operation: Operation) -> Any:
    """A dependency that lets through who may do the operation: ``dependencies=[permits(Operation.LEADS_READ)]``.

    The context of the transaction says by what role and scopes. Raises :class:`Forbidden`.
    """

    async def permitted(session: UnitOfWork) -> None:  # asks nobody, so it needs no thread
        require(session, operation)

    permitted.operation = operation  # type: ignore[attr-defined]
    return Depends(permitted, scope="function")
