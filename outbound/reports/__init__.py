"""The one reader of the published marts."""

from outbound.reports.builds import BuildInfo
from outbound.reports.errors import NothingPublished
from outbound.reports.warehouse import Warehouse
from outbound.warehouse.outcomes import Outcome

__all__ = ["BuildInfo", "NothingPublished", "Outcome", "Warehouse"]
