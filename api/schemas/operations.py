from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Alive(BaseModel):
    status: Literal["ok"]


class Readiness(BaseModel):
    status: Literal["ready", "degraded"]
    """Degraded: it serves, but not everything; `warnings` says what."""
    checks: dict[str, str]
    """What every request needs, and how it is."""
    warnings: dict[str, str] = Field(default_factory=dict)
    """What only some requests need, or what is not the newest, where something is wrong with it."""
