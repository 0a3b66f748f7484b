"""Where everything begins: the operational tables, filled by the API, the phones and the imports, not by Dagster."""

import dagster as dg

from orchestration.assets.imports import PROSPECT_IMPORTS
from outbound.lake.tables import ALL_TABLES

IMPORTED = frozenset({"addresses", "leads"})
"""Tables that a list writes to."""


def key(table: str) -> dg.AssetKey:
    return dg.AssetKey(["capture", table])


def _spec(table: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key(table),
        group_name="capture",
        kinds={"postgresql"},
        deps=[PROSPECT_IMPORTS] if table in IMPORTED else [],
        description=f"The table outbound.{table}, the truth.",
    )


operational_tables = [_spec(table.source_table) for table in ALL_TABLES if key(table.source_table) != PROSPECT_IMPORTS]
