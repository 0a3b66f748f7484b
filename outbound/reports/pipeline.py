"""The pipeline: leads by stage."""

# ruff: noqa: S608
# Only names of this module are put together here; values are always parameters.

from __future__ import annotations

import uuid

import pandas as pd

from outbound.reports.figures import Figures


class Pipeline(Figures):
    """Leads as of the build, in the territories in reach; a rep's own too, wherever they lie."""

    def pipeline(self, lead_type: str = "outbound") -> pd.DataFrame:
        """Leads by ``stage``: ``leads``, ``unowned`` and ``overdue`` ones of them, ``estimated_value_cents``."""
        return self._read(
            "select stage, cast(sum(leads) as bigint) as leads,"
            " cast(sum(case when owner_id = cast($nobody as uuid) then leads else 0 end) as bigint) as unowned,"
            " cast(sum(overdue) as bigint) as overdue,"
            " cast(sum(estimated_value_cents) as bigint) as estimated_value_cents"
            f" from pipeline where lead_type = $lead_type and {self.reach.condition_or_own('territory_id', 'owner_id')}"
            " group by stage order by stage",
            {"lead_type": lead_type, "nobody": str(uuid.UUID(int=0))},
        )
