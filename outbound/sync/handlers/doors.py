"""Doors: not to be knocked, not after a time, or really somewhere else."""

from __future__ import annotations

import uuid

from pydantic import model_validator
from sqlalchemy.orm import Session

from outbound.addresses import editing
from outbound.addresses.requests import AddressPatch
from outbound.errors import Conflict
from outbound.identity.permissions import Operation as Permission
from outbound.leads import service as leads
from outbound.sync.operations import Arrival, Done, Handler, Need, Operation, named
from outbound.wire import Version


class DoorEdit(AddressPatch):
    """The door of ``address_id``, or that of a lead (one captured offline has no other name for it yet)."""

    address_id: uuid.UUID | None = None
    lead_id: uuid.UUID | None = None
    version: Version | None = None

    @model_validator(mode="after")
    def _names_one(self) -> DoorEdit:
        if (self.address_id is None) == (self.lead_id is None):
            raise ValueError("name the door by address_id or by lead_id")
        return self


def _edit(session: Session, operation: Operation[DoorEdit], arrival: Arrival) -> Done:
    edit = operation.data
    address_id, about = edit.address_id, list[Need]()
    if edit.lead_id is not None:
        lead = leads.get(session, edit.lead_id, lock=True)
        address_id = lead.address_id
        about.append(("lead", lead.id))
    if address_id is None:
        raise Conflict("This lead has no address; give it one first.")
    changes = edit.changes()
    for name in ("address_id", "lead_id", "version"):
        changes.pop(name, None)
    editing.edit(session, address_id, changes, arrival.now, expected=edit.version)
    return Done(True, (*about, ("address", address_id)))


HANDLERS = (Handler("address.update", DoorEdit, Permission.ADDRESSES_WRITE, _edit, named("lead", "address")),)
