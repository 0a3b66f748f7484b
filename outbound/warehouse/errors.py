"""Why a build is not published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from outbound.errors import OutboundError


class BuildFailed(OutboundError):
    """dbt could not build a model, or could not run at all."""

    title = "Build failed"


class DataTestsFailed(OutboundError):
    """Data did not pass its tests. ``failed`` maps an organisation's id to the tests it failed."""

    title = "Tests failed"

    def __init__(self, message: str, failed: Mapping[str, Sequence[str]], **details: Any) -> None:
        super().__init__(message, **details)
        self.failed = {org_id: list(names) for org_id, names in failed.items()}
