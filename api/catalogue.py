"""Every route of the application with what it asks of its caller: read by the document, the docs and the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.dependencies import get_caller, get_unit_of_work
from outbound.identity.permissions import Operation

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Entry:
    """One method at one path."""

    method: str
    path: str
    name: str
    """Of the function behind it: the operation's id in the document."""
    operations: tuple[Operation, ...]
    """What its callers must be permitted, by ``permits(...)``."""
    signed_in: bool
    """Whether it asks who calls."""
    in_schema: bool

    @property
    def is_mutating(self) -> bool:
        return self.method not in _SAFE

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def entries(app: FastAPI) -> list[Entry]:
    """Every method and path, sorted by path."""
    found = []
    for context in iter_route_contexts(app.routes):
        if not isinstance(context.original_route, APIRoute):
            continue
        calls = list(_calls(context.dependant))
        operations = tuple(call.operation for call in calls if hasattr(call, "operation"))
        found += [
            Entry(
                method,
                context.path_format or "",
                context.name or "",
                operations,
                bool({get_caller, get_unit_of_work} & set(calls)),
                context.include_in_schema,
            )
            for method in sorted(context.methods or ())
        ]
    return sorted(found, key=lambda entry: (entry.path, entry.method))


def _calls(dependant: Dependant) -> Iterator[object]:
    if dependant.call is not None:
        yield dependant.call
    for each in dependant.dependencies:
        yield from _calls(each)
