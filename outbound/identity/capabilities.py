"""What lets somebody in without a sign-in: keys, invitations and reset links. They end with their maker's right to make
them, and are checked again when they are used, should that right have gone by another way."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.identity.models import ApiKey, Invitation, Membership, PasswordReset
from outbound.storage.context import context_of


def end_those_made_by(session: DbSession, user_id: uuid.UUID, now: datetime) -> int:
    """Ends the keys, invitations and reset links that a member made here, and returns how many keys it were."""
    org_id = context_of(session).org_id
    keys = list(session.scalars(_living_keys(session, user_id).order_by(ApiKey.id).with_for_update()))
    for key in keys:
        end_key(session, key, now)
    offers = (
        select(Invitation)
        .where(
            Invitation.org_id == org_id,
            Invitation.invited_by_id == user_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .order_by(Invitation.id)
        .with_for_update()
    )
    for offer in session.scalars(offers):
        end_offer(session, offer, now)
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.org_id == org_id, PasswordReset.made_by_id == user_id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    session.flush()
    return len(keys)


def end_links_of(session: DbSession, user_id: uuid.UUID, now: datetime) -> None:
    """Ends the links that would set a member's password."""
    session.execute(
        update(PasswordReset)
        .where(
            PasswordReset.org_id == context_of(session).org_id,
            PasswordReset.user_id == user_id,
            PasswordReset.used_at.is_(None),
        )
        .values(used_at=now)
    )


def living_keys(session: DbSession, user_id: uuid.UUID) -> int:
    """How many keys of a member's making open something."""
    return session.scalar(select(func.count()).select_from(_living_keys(session, user_id).subquery())) or 0


def end_key(session: DbSession, key: ApiKey, now: datetime) -> None:
    """Ends a locked key and its machine."""
    before = {"scopes": key.scopes, "lives": True}
    key.revoked_at = now
    session.execute(
        update(Membership)
        .where(Membership.org_id == key.org_id, Membership.user_id == key.user_id)
        .values(active=False, version=Membership.version + 1)
    )
    record(session, "api_key", key.id, "revoked", before=before, after={"lives": False})


def end_offer(session: DbSession, offer: Invitation, now: datetime) -> None:
    """Takes back a locked invitation that is still open."""
    offer.revoked_at = now
    before = {"role": offer.role, "state": "pending"}
    record(session, "invitation", offer.id, "revoked", before=before, after={"state": "revoked"})


def _living_keys(session: DbSession, user_id: uuid.UUID) -> Select[ApiKey]:
    return select(ApiKey).where(
        ApiKey.org_id == context_of(session).org_id,
        ApiKey.created_by_id == user_id,
        ApiKey.revoked_at.is_(None),
    )
