"""Doors: not to be knocked, not after a time, or really somewhere else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy.orm import Session

from outbound.addresses import editing
from outbound.errors import Conflict
from outbound.identity.permissions import Operation as Permission
from outbound.leads import service as leads
from outbound.sync.operations import Arrival, Done, Handler, Need, Operation


@dataclass(frozen=True)
class DoorEdit:
    """What is none stays, unless ``named`` lists it. The door of a lead that was captured offline is named by it."""

    named: list[str]
    address_id: uuid.UUID | None = None
    lead_id: uuid.UUID | None = None
    do_not_knock: bool | None = None
    reason: str | None = None
    curfew: time | None = None
    unit: str | None = None
    position: tuple[float, float] | None = None
    version: int | None = None


def _edit(session: Session, operation: Operation, arrival: Arrival) -> Done:
    edit: DoorEdit = operation.draft
    address_id, about = edit.address_id, list[Need]()
    if edit.lead_id is not None:
        lead = leads.get(session, edit.lead_id, lock=True)
        address_id = address_id or lead.address_id
        about.append(("lead", lead.id))
    if address_id is None:
        raise Conflict("This lead has no address; give it one first.")
    changes: dict[str, Any] = {name: getattr(edit, name) for name in edit.named}
    editing.edit(session, address_id, changes, arrival.now, expected=edit.version)
    return Done(True, (*about, ("address", address_id)))


def _needs(draft: DoorEdit) -> list[Need]:
    found: list[Need] = [("lead", draft.lead_id)] if draft.lead_id else []
    return [*found, ("address", draft.address_id)] if draft.address_id else found


HANDLERS = (Handler("address.update", DoorEdit, Permission.ADDRESSES_WRITE, _edit, _needs),)
