"""Figures from the published marts, no further than the caller may see."""

from __future__ import annotations

import tempfile
import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from api.csvs import CSV, WantsCsv, attached, table
from api.dependencies import CallerDep, SettingsDep, UnitOfWork
from api.permissions import permits
from api.routes.auth import me_of
from api.routing import Router
from api.schemas.reports import MartOut, ReportOut, Section
from api.turns import slow
from outbound.errors import Conflict, Invalid
from outbound.identity import members
from outbound.identity.callers import Caller
from outbound.identity.permissions import Operation
from outbound.reports import NothingPublished, Warehouse, export, reach_told
from outbound.reports.summary import summarise
from outbound.settings import Settings
from outbound.turf.reach import below

router = Router(prefix="/api/reports", tags=["reports"])
PARQUET = "application/vnd.apache.parquet"


@router.get(
    "/outbound",
    dependencies=[permits(Operation.REPORTS_READ)],
    response_model=ReportOut,
    responses={**CSV, 404: {"description": "There is no such territory in the caller's reach."}},
)
def outbound_report(
    session: UnitOfWork,
    settings: SettingsDep,
    caller: CallerDep,
    wants_csv: WantsCsv,
    since: Annotated[date | None, Query(description="A day of the first week; without, 13 weeks are shown.")] = None,
    until: Annotated[date | None, Query(description="A day of the last week; without, the newest.")] = None,
    territory_id: Annotated[uuid.UUID | None, Query(description="This territory with all below it.")] = None,
    section: Annotated[Section, Query(description="The table, where CSV is asked for.")] = Section.COVERAGE,
) -> Any:
    """Coverage, conversion and activity by week, territory and rep, as of the last published build.

    Where nothing has been published yet, the report is empty and its `state` says so.
    """
    if any(day is not None and not 2000 <= day.year < 2100 for day in (since, until)):
        raise Invalid("since, until: the year must lie between 2000 and 2099.")
    if since and until and since > until:
        raise Invalid("since: it lies after until.", errors=[{"field": "since", "reason": "it lies after until"}])
    warehouse = _warehouse(session, settings, caller)
    if territory_id is not None:
        warehouse = warehouse.within(below(session, territory_id))
    found = summarise(warehouse, since=since, until=until)
    report = ReportOut.of(found, members.names_of(session, (uuid.UUID(row["user_id"]) for row in found.reps)))
    if wants_csv:
        return table(f"outbound {section}.csv", report.table(section))
    return report


@router.get("/marts", dependencies=[permits(Operation.REPORTS_READ)])
def list_marts(session: UnitOfWork, settings: SettingsDep, caller: CallerDep) -> list[MartOut]:
    """The published marts that the caller may have, with their columns; none before the first build."""
    try:
        marts = export.published(_warehouse(session, settings, caller))
    except NothingPublished:
        return []
    return [MartOut.of(mart) for mart in marts]


@router.get(
    "/marts/{mart}",
    dependencies=[slow("exports"), permits(Operation.REPORTS_READ)],
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                PARQUET: {"schema": {"type": "string", "format": "binary"}},
            }
        },
        404: {"description": "There is no such mart."},
        409: {"description": "Nothing has been published yet."},
    },
)
def export_mart(
    mart: Annotated[str, Path(max_length=63)],
    session: UnitOfWork,
    settings: SettingsDep,
    caller: CallerDep,
    format: Annotated[export.Format, Query(description="A table for a spreadsheet, or columns with types.")] = (
        export.Format.CSV
    ),
) -> StreamingResponse:
    """A whole mart of the last published build: of the territories that the caller may see."""
    warehouse = _warehouse(session, settings, caller)
    try:
        wanted = export.mart_named(warehouse, mart)
    except NothingPublished as error:
        raise Conflict(error.message) from None
    settings.run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = tempfile.TemporaryFile(dir=settings.run_dir)  # noqa: SIM115 (closed when it has been sent)
    export.write(warehouse, wanted, file, format)
    kind = PARQUET if format is export.Format.PARQUET else "text/csv; charset=utf-8"
    return attached(file, f"{wanted.name}.{format}", kind)


def _warehouse(session: Session, settings: Settings, caller: Caller) -> Warehouse:
    """The marts, as far as ``/api/me`` says that the caller sees."""
    me = me_of(session, caller)
    return Warehouse(settings, caller.org_id, reach_told(me.territories, me.role, me.user.id))
