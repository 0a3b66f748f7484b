"""The organisation itself: its name, its zone, the day it went live."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import Invalid
from outbound.identity.models import Organisation
from outbound.identity.service import refuse_unknown_zone
from outbound.storage.context import context_of
from outbound.storage.versions import begin_edit


def read(session: Session) -> Organisation:
    """The caller's organisation."""
    return session.scalars(select(Organisation).where(Organisation.id == context_of(session).org_id)).one()


def edit(session: Session, changes: Mapping[str, Any], now: datetime, *, expected: int | None = None) -> Organisation:
    """Changes ``name``, ``zone`` or ``go_live_on``.

    Another zone holds for rep-days from now on; what was told in the old one is told anew at the next build. Raises
    :class:`Invalid` for a zone that is none, :class:`PreconditionFailed`.
    """
    organisation = session.scalars(
        select(Organisation).where(Organisation.id == context_of(session).org_id).with_for_update()
    ).one()
    begin_edit(organisation, expected)
    before = _audited(organisation)
    if "zone" in changes:
        try:
            refuse_unknown_zone(changes["zone"])
        except Invalid as error:
            raise Invalid(error.message, errors=[{"field": "body.zone", "reason": error.message}]) from None
    for name in ("name", "zone", "go_live_on"):
        if name in changes:
            setattr(organisation, name, changes[name])
    session.flush()
    record(session, "organisation", organisation.id, "edited", before=before, after=_audited(organisation))
    return organisation


def _audited(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "zone": organisation.zone,
        "go_live_on": organisation.go_live_on.isoformat() if organisation.go_live_on else None,
    }
