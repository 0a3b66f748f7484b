"""Attachments that were announced, and the address that their bytes may be sent to."""

from __future__ import annotations

import hashlib
import io
import uuid
from typing import Any

from api.routes.attachment_uploads import signed_query
from outbound.attachments.models import Attachment
from outbound.ids import uuid7
from outbound.settings import get_settings
from outbound.storage.blobs import open_store
from tests.support.cast import Member
from tests.support.ground import Ground


def announcement(lead_id: uuid.UUID, content: bytes, **more: Any) -> dict[str, Any]:
    """What a client says of a photo of a lead before it sends it."""
    return {
        "id": str(uuid7()),
        "lead_id": str(lead_id),
        "media_type": "image/jpeg",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "file_name": "yard.jpg",
    } | more


def announce(ground: Ground, member: Member, content: bytes, *, sent: bool) -> uuid.UUID:
    """An attachment of a lead that the member sees, its bytes sent or still to come."""
    org_id, attachment_id = ground.franchise.org_id, uuid7()
    with ground.franchise.admin() as session:
        session.add(
            Attachment(
                org_id=org_id,
                id=attachment_id,
                lead_id=ground.row("lead_id", member).id,
                uploaded_by=member.id,
                state="pending",
                file_name="yard.png",
                media_type="image/png",
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
            )
        )
    if sent:
        open_store(get_settings()).stage(org_id, attachment_id, io.BytesIO(content), limit=len(content))
    return attachment_id


def address(ground: Ground, member: Member, content: bytes) -> dict[str, Any]:
    """Path and query of an upload that the member may make now."""
    attachment_id = announce(ground, member, content, sent=False)
    keys = ground.franchise.database.keys
    query = signed_query(keys, ground.franchise.org_id, attachment_id, member.id, 2**35)
    return {"attachment_id": str(attachment_id)} | query
