"""How far somebody sees into the published marts: said once, where they are opened, and part of every query."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from outbound.vocabulary import Role

MARK = "/* within reach */"
"""Stands in every query that a reach bounds; one without is not run."""


@dataclass(frozen=True)
class WholeOrganisation:
    """Everything: for owners, operations, managers without a territory, and the system's own work."""

    is_whole = True

    def condition(self, column: str) -> str:
        """What holds of a row whose territory stands in the column."""
        return f"{MARK} true"

    def condition_or_own(self, column: str, owner: str) -> str:
        """The same, or the row is of somebody who sees their own wherever it lies."""
        return self.condition(column)

    def values(self, sql: str) -> dict[str, Any]:
        """Parameters of the conditions that stand in a query."""
        return {}

    def within(self, wanted: Collection[uuid.UUID | str]) -> SomeTerritories:
        """Those of the wanted territories that are in reach, and nothing else."""
        return SomeTerritories(frozenset(map(str, wanted)))


@dataclass(frozen=True)
class SomeTerritories:
    """Territories by their ids: none, where there are none."""

    ids: frozenset[str]
    own: str | None = None
    """A rep, whose own leads count wherever they lie."""

    is_whole = False

    def condition(self, column: str) -> str:
        return f"{MARK} {column} = any(cast($territory_ids as uuid[]))"

    def condition_or_own(self, column: str, owner: str) -> str:
        own = f" or {owner} = cast($own as uuid)" if self.own else ""
        return f"({self.condition(column)}{own})"

    def values(self, sql: str) -> dict[str, Any]:
        given: dict[str, Any] = {"territory_ids": sorted(self.ids), "own": self.own}
        return {name: value for name, value in given.items() if f"${name}" in sql}

    def within(self, wanted: Collection[uuid.UUID | str]) -> SomeTerritories:
        return SomeTerritories(self.ids.intersection(map(str, wanted)))


Reach = WholeOrganisation | SomeTerritories
WHOLE_ORGANISATION = WholeOrganisation()


def reach_told(territories: Collection[uuid.UUID | str] | None, role: str, user_id: uuid.UUID | str) -> Reach:
    """The reach of whom ``/api/me`` tells these of; ``territories`` none: their role sees the whole organisation."""
    if territories is None:
        return WHOLE_ORGANISATION
    return SomeTerritories(frozenset(map(str, territories)), own=str(user_id) if role == Role.SALES_REP else None)
