"""Routes whose work is done in one thread, with its commit."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.dependencies import UnitOfWork
from outbound import deadline


class UnitRoute(APIRoute):
    """A route that goes to a thread once, where FastAPI would go for the endpoint, its answer and the commit.

    To go to a thread and back takes the event loop as long as a query takes the database.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        super().__init__(path, _committing(endpoint), **given)


class Router(APIRouter):
    """The router of every module in ``api.routes``."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"route_class": UnitRoute} | given)


def _committing(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(endpoint):
        return endpoint
    parameters = inspect.signature(endpoint, eval_str=True).parameters.values()
    name = next((each.name for each in parameters if each.annotation == UnitOfWork), None)
    if name is None:
        return endpoint

    def work(given: dict[str, Any]) -> Any:
        answer = endpoint(**given)
        if given[name].in_transaction():  # the endpoint has not finished it
            deadline.settle()
            given[name].commit()
        return answer

    @wraps(endpoint)
    async def committing(**given: Any) -> Any:
        return await run_in_threadpool(work, given)

    return committing
