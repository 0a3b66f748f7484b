"""What the north star aims at: read where the models read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from outbound.warehouse.dbt import PROJECT


@dataclass(frozen=True)
class Goals:
    """Shares, of one."""

    cold_change: float
    """Of leads without follow-up, against the weeks before go-live: at the most so much."""
    closes_change: float
    """Of closes per route, against the weeks before go-live: at the least so much."""
    gap_ratio: float
    """Of a week's workable cells, of territories that have an owner: under so much."""


@cache
def goals() -> Goals:
    """Those of the project's models."""
    told = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    return Goals(told["cold_change_goal"], told["closes_change_goal"], told["gap_ratio_goal"])
