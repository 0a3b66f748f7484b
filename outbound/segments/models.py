from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, TenantKey, Versioned, member_reference


class Segment(Base, TenantKey, Versioned):
    """A filter of leads under a name: its maker's own, or shared with the organisation."""

    __tablename__ = "segments"
    __table_args__ = (member_reference("owner_id"), UniqueConstraint("org_id", "owner_id", "name"))

    name: Mapped[str]
    filter: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(server_default=false())
    owner_id: Mapped[uuid.UUID]
