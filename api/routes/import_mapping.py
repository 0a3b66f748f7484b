"""The columns of a list: what each seems to hold, and what somebody says of them before its rows are read."""

from __future__ import annotations

import uuid

from api.dependencies import Now, SettingsDep, UnitOfWork
from api.permissions import permits
from api.routing import Router
from api.schemas.import_mapping import MappingOut, MappingPatch
from ingest import mapping_review
from outbound.identity.permissions import Operation

router = Router(prefix="/api/prospect-imports", tags=["imports"])


@router.get("/{import_id}/mapping", dependencies=[permits(Operation.IMPORTS_READ)])
def read_mapping(import_id: uuid.UUID, session: UnitOfWork, settings: SettingsDep) -> MappingOut:
    """The columns of a list with samples, what each is taken for, how sure that is and why."""
    return MappingOut.of(mapping_review.review_import(session, settings, import_id))


@router.patch("/{import_id}/mapping", dependencies=[permits(Operation.IMPORTS_WRITE)])
def change_mapping(
    import_id: uuid.UUID, body: MappingPatch, session: UnitOfWork, settings: SettingsDep, now: Now
) -> MappingOut:
    """Says which column holds a field, while the import is `uploaded` or `ready`; then start it (again)."""
    changed = mapping_review.change(session, settings, import_id, body.columns, now, keep=body.remember)
    return MappingOut.of(changed)
