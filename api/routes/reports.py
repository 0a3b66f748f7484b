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
from api.routing import Router
from api.schemas.reports import MartOut, ReportOut, Section
from api.turns import slow
from outbound.errors import Conflict, Invalid
from outbound.identity import members
from outbound.identity import service as identity
from outbound.identity.permissions import Operation
from outbound.reports import NothingPublished, Warehouse, export
from outbound.reports.summary import narrowed, summarise
from outbound.reports.warehouse import Territories
from outbound.storage.context import context_of
from outbound.territories.reach import below
from outbound.vocabulary import Role

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
    context = context_of(session)
    territories = _reach(session, caller.user_id)
    if territory_id is not None:
        territories = narrowed(territories, below(session, territory_id))
    own = caller.user_id if context.role is Role.SALES_REP and territory_id is None else None
    found = summarise(Warehouse(settings, caller.org_id), territories, since=since, until=until, owner_id=own)
    report = ReportOut.of(found, members.names_of(session, (uuid.UUID(row["user_id"]) for row in found.reps)))
    if wants_csv:
        return table(f"outbound {section}.csv", report.table(section))
    return report


@router.get("/marts", dependencies=[permits(Operation.REPORTS_READ)])
def list_marts(session: UnitOfWork, settings: SettingsDep, caller: CallerDep) -> list[MartOut]:
    """The published marts that the caller may have, with their columns; none before the first build."""
    narrow = _reach(session, caller.user_id) is not None
    try:
        marts = export.published(Warehouse(settings, caller.org_id))
    except NothingPublished:
        return []
    return [MartOut.of(mart) for mart in marts if not (narrow and mart.is_of_the_whole_organisation)]


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
    territories = _reach(session, caller.user_id)
    warehouse = Warehouse(settings, caller.org_id)
    try:
        wanted = export.mart_named(warehouse, mart, territories)
    except NothingPublished as error:
        raise Conflict(error.message) from None
    settings.run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = tempfile.TemporaryFile(dir=settings.run_dir)  # noqa: SIM115 (closed when it has been sent)
    export.write(warehouse, wanted, territories, file, format)
    kind = PARQUET if format is export.Format.PARQUET else "text/csv; charset=utf-8"
    return attached(file, f"{wanted.name}.{format}", kind)


def _reach(session: Session, user_id: uuid.UUID) -> Territories:
    """The territories whose figures somebody may see; none: all."""
    if context_of(session).sees_whole_organisation:
        return None
    return identity.profile(session, user_id).territories
