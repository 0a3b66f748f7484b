"""Photos by reference: what a file will be, ahead of its bytes, which take a way of their own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from outbound.attachments import service
from outbound.attachments.service import AttachmentDraft, Limits
from outbound.identity.permissions import Operation as Permission
from outbound.sync.operations import Arrival, Done, Handler, Need, Operation
from outbound.vocabulary import MediaType


@dataclass(frozen=True)
class Photo:
    """A photo that will be sent to ``/api/attachments/{id}/content`` or the store."""

    attachment: AttachmentDraft
    media_type: MediaType


def _announce(session: Session, operation: Operation, arrival: Arrival) -> Done:
    photo: Photo = operation.draft
    limits = Limits(arrival.attachment_bytes, arrival.attachment_pixels)
    row, created = service.announce(session, photo.attachment, photo.media_type, limits)
    return Done(created, (("attachment", row.id),))


def _needs(draft: Photo) -> list[Need]:
    activity = draft.attachment.activity_id
    return [("lead", draft.attachment.lead_id), *([("activity", activity)] if activity else [])]


HANDLERS = (Handler("photo", Photo, Permission.ATTACHMENTS_WRITE, _announce, _needs, makes="attachment", rank=3),)
