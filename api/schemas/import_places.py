from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from outbound.geo.cells import to_hex
from outbound.imports.places import Spread


class CellOfLeads(BaseModel):
    cell: str
    """H3, as text."""
    leads: int


class SpreadOut(BaseModel):
    """New leads of a list by cell, the fullest first; those without a position are in none."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"resolution": 9, "cells": [{"cell": "892664c9a4fffff", "leads": 31}]}]}
    )

    resolution: int
    cells: list[CellOfLeads]

    @classmethod
    def of(cls, spread: Spread) -> SpreadOut:
        cells = [CellOfLeads(cell=to_hex(cell), leads=leads) for cell, leads in spread.cells]
        return cls(resolution=spread.resolution, cells=cells)
