"""The one reader of the published marts."""

from outbound.reports.builds import BuildInfo
from outbound.reports.errors import NothingPublished
from outbound.reports.reach import WHOLE_ORGANISATION, Reach, SomeTerritories, WholeOrganisation, reach_told
from outbound.reports.warehouse import Warehouse
from outbound.warehouse.outcomes import Outcome

__all__ = [
    "WHOLE_ORGANISATION",
    "BuildInfo",
    "NothingPublished",
    "Outcome",
    "Reach",
    "SomeTerritories",
    "Warehouse",
    "WholeOrganisation",
    "reach_told",
]
