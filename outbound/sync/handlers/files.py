"""Photos by reference: what a file will be, ahead of its bytes, which take a way of their own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from outbound.attachments import service
from outbound.attachments.requests import UploadFields
from outbound.attachments.service import Limits
from outbound.identity.permissions import Operation as Permission
from outbound.sync.operations import Arrival, Done, Handler, Operation, named


def _announce(session: Session, operation: Operation[UploadFields], arrival: Arrival) -> Done:
    photo = operation.data
    limits = Limits(arrival.attachment_bytes, arrival.attachment_pixels)
    row, created = service.announce(session, photo.draft(operation.id), photo.media_type, limits)
    return Done(created, (("attachment", row.id),))


HANDLERS = (
    Handler(
        "photo",
        UploadFields,
        Permission.ATTACHMENTS_WRITE,
        _announce,
        named("lead", "activity"),
        makes="attachment",
        rank=3,
    ),
)
