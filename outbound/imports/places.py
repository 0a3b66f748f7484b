"""Where the new leads of a list lie: cells with counts, as many as a map can show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outbound.geo.cells import RESOLUTION, parents
from outbound.imports.models import ImportRow
from outbound.imports.service import get
from outbound.vocabulary import RowFate

MOST_CELLS = 4_000
"""More than these say nothing more on a map, and cost a browser seconds."""


@dataclass(frozen=True)
class Spread:
    """New leads by H3 cell, all of one resolution; the fullest first."""

    resolution: int
    cells: list[tuple[int, int]]


def spread(session: Session, import_id: uuid.UUID) -> Spread:
    """Of an import in the caller's reach, as long as its rows are kept: at the finest resolution that needs no more
    than :data:`MOST_CELLS`. Raises :class:`NotFound`."""
    job = get(session, import_id)
    counted = session.execute(
        select(ImportRow.cell, func.count().label("leads"))
        .where(
            ImportRow.org_id == job.org_id,
            ImportRow.import_id == job.id,
            ImportRow.fate == RowFate.NEW,
            ImportRow.cell.is_not(None),
        )
        .group_by(ImportRow.cell)
    ).all()
    cells = np.array([row.cell for row in counted], dtype=np.int64)
    leads = np.array([row.leads for row in counted], dtype=np.int64)
    resolution = RESOLUTION
    while len(cells) > MOST_CELLS and resolution:
        resolution -= 1
        coarser = parents(cells, resolution)
        cells = np.unique(coarser)
        leads = np.bincount(np.searchsorted(cells, coarser), weights=leads).astype(np.int64)
    order = np.argsort(-leads, kind="stable")
    return Spread(resolution, list(zip(cells[order].tolist(), leads[order].tolist(), strict=True)))
