"""The territories that the one who looks may see, as a tree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.client import Api, Person
from outbound.reports import Warehouse

TRUSTED_SECONDS = 60


@dataclass(frozen=True)
class Turf:
    """Territories by id, and their order: each below its parent."""

    by_id: dict[str, dict[str, Any]]
    listed: list[str]

    def name(self, chosen: str | None) -> str:
        return "All territories" if chosen is None else self.by_id[chosen]["name"]

    def depth(self, territory_id: str) -> int:
        parent = self.by_id[territory_id]["parent_id"]
        return 0 if parent not in self.by_id else 1 + self.depth(parent)

    def below(self, chosen: str | None) -> list[str] | None:
        """The chosen territory's id with all below it; none for all."""
        if chosen is None:
            return None
        found = {chosen}
        for territory_id in self.listed:
            if self.by_id[territory_id]["parent_id"] in found:
                found.add(territory_id)
        return sorted(found)

    def of(self, warehouse: Warehouse, chosen: str | None) -> Warehouse:
        """The marts of the chosen territory with all below it; none: of all in reach."""
        below = self.below(chosen)
        return warehouse if below is None else warehouse.within(below)

    def within(self, chosen: str | None) -> list[dict[str, Any]]:
        """The chosen territory with all below it; none: all."""
        below = self.below(chosen)
        ids = set(self.listed if below is None else below)
        return [self.by_id[i] for i in self.listed if i in ids]


def load(api: Api, person: Person) -> Turf:
    """The person's territories, asked of the API once a minute at most."""
    return _load(api, person.user_id, person.organisation_id)


# Not a copy for each look at it: nobody changes what is found, and the shapes of thousands take a second to copy.
@st.cache_resource(ttl=TRUSTED_SECONDS, scope="session", show_spinner=False)
def _load(_api: Api, user_id: str, organisation_id: str) -> Turf:
    by_id = {territory["id"]: territory for territory in _api.territories() if territory["active"]}
    children: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for territory in sorted(by_id.values(), key=lambda t: t["name"]):
        parent = territory["parent_id"]
        children[parent if parent in by_id else None].append(territory)
    listed: list[str] = []

    def walk(parent: str | None) -> None:
        for child in children[parent]:
            listed.append(child["id"])
            walk(child["id"])

    walk(None)
    return Turf(by_id, listed)


def pick(turf: Turf) -> str | None:
    """The chosen territory's id; first the one in the address, else none, which stands for all."""
    options = ["", *turf.listed]  # a choice of none would come with a cross to clear it
    asked = st.query_params.get("territory", "")
    start = options.index(asked) if asked in options else 0

    def text(territory_id: str) -> str:
        if not territory_id:
            return turf.name(None)
        return "\u2003" * turf.depth(territory_id) + turf.name(territory_id)

    return st.selectbox("Territory", options, index=start, format_func=text, key="territory") or None
