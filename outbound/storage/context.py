"""The context of a transaction: whose rows, whose hands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outbound.storage.crypto import KeyRing
from outbound.vocabulary import Role

SYSTEM_ROLE = "outbound_job"
"""The database role of the system's own work."""

_ROLES = {
    "outbound_rep": Role.SALES_REP,
    "outbound_manager": Role.SALES_MANAGER,
    "outbound_org_manager": Role.SALES_MANAGER,
    "outbound_franchise": Role.FRANCHISE_OWNER,
    "outbound_ops": Role.OPS,
}


@dataclass(frozen=True)
class Context:
    """Set when a transaction enters an organisation; services read it, nobody passes it along."""

    org_id: uuid.UUID
    user_id: uuid.UUID | None
    """Who acts, also where the system does it for them; none for its own jobs."""
    database_role: str
    source: str
    """Where the request came from: api, cli, import, job, demo."""
    request_id: str | None
    scopes: frozenset[str] | None = None
    """What the API key carries by which a machine acts; none for people and for the system's own work."""

    @property
    def is_job(self) -> bool:
        """Whether the system's own rights hold: in a job, and within a block of ``as_system``."""
        return self.database_role == SYSTEM_ROLE

    @property
    def role(self) -> Role | None:
        """The member's role; none for the system's own jobs."""
        return _ROLES.get(self.database_role)

    @property
    def may_manage(self) -> bool:
        """Whether territories, imports and other people's leads may be changed."""
        return self.database_role not in {"outbound_rep", "outbound_ops"}

    @property
    def sees_whole_organisation(self) -> bool:
        """Whether no territory bounds what this role reads."""
        return self.database_role in {"outbound_franchise", "outbound_org_manager", "outbound_ops", SYSTEM_ROLE}

    @property
    def may_see_positions(self) -> bool:
        """Operations work with addresses, never with exact positions."""
        return self.database_role != "outbound_ops"


def context_of(session: Session) -> Context:
    """The context this session was opened with."""
    return session.info["context"]


def keys_of(session: Session) -> KeyRing:
    """The key ring that seals and opens positions."""
    return session.info["keys"]
