"""Routes whose work is done in one thread, with its commit, and who know what they may be asked."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import QueryParams

from api.dependencies import UnitOfWork
from outbound import deadline
from outbound.errors import Invalid

_NAMED = 40
"""Signs of an unknown parameter's name that are repeated, and of no more than so many parameters."""
_MOST_NAMED = 10


class UnitRoute(APIRoute):
    """A route that goes to a thread once, where FastAPI would go for the endpoint, its answer and the commit.

    To go to a thread and back takes the event loop as long as a query takes the database.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        super().__init__(path, _committing(endpoint), **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        if not self.include_in_schema or hasattr(self.endpoint, "takes_any_query"):
            return handler
        known = _query_parameters(self.dependant)
        if not known and self.path.endswith("}"):  # one thing by its id: there is nothing to filter
            return handler

        async def strict(request: Request) -> Response:
            if request.scope["query_string"]:
                _refuse_unknown(request.query_params, known)
            return await handler(request)

        return strict


def takes_any_query(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a route that somebody else sends people to, who may add parameters of their own. Put it nearest to the
    function."""
    endpoint.takes_any_query = True  # type: ignore[attr-defined]
    return endpoint


def _refuse_unknown(given: QueryParams, known: Mapping[str, bool]) -> None:
    """A filter that is misspelled must not answer with everything, nor one of two that contradict each other with
    either. Raises :class:`Invalid`."""
    counts = Counter(name for name, _ in given.multi_items())
    listed = ", ".join(sorted(known))
    told = f"there is no such parameter here; there are {listed}" if known else "there are no parameters here"
    reasons = {name: told if name not in known else "it was given twice; give it once" for name in counts}
    wrong = [name for name, count in counts.items() if name not in known or (count > 1 and not known[name])]
    if wrong:
        errors = [{"field": f"query.{name[:_NAMED]}", "reason": reasons[name]} for name in wrong[:_MOST_NAMED]]
        raise Invalid(f"{errors[0]['field']}: {errors[0]['reason']}.", errors=errors)


def _query_parameters(dependant: Dependant) -> dict[str, bool]:
    """What a route and all it depends on read of the query, and whether each may come several times."""
    found: dict[str, bool] = {}
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found |= {info.alias or name: _is_list(info.annotation) for name, info in annotation.model_fields.items()}
        else:
            found[field.alias] = _is_list(annotation)
    for each in dependant.dependencies:
        found |= _query_parameters(each)
    return found


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return any(map(_is_list, get_args(annotation)))
    return (origin or annotation) in (list, tuple, set, frozenset)


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
