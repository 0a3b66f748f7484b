"""Where the new leads of a list lie, for its map."""

from __future__ import annotations

import uuid

from api.dependencies import UnitOfWork
from api.permissions import permits
from api.routing import Router
from api.schemas.import_places import SpreadOut
from outbound.identity.permissions import Operation
from outbound.imports.places import spread

router = Router(prefix="/api/prospect-imports", tags=["imports"])


@router.get("/{import_id}/cells", dependencies=[permits(Operation.IMPORTS_READ)])
def read_import_cells(import_id: uuid.UUID, session: UnitOfWork) -> SpreadOut:
    """New leads by H3 cell, before and after they are written; coarser where a list reaches far."""
    return SpreadOut.of(spread(session, import_id))
