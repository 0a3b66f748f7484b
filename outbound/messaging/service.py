"""Templates of messages, what they say of a lead, and the messages of a lead."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from outbound.addresses.models import Address
from outbound.audit.service import record
from outbound.cadences.models import Cadence, CadenceStep
from outbound.errors import Conflict, Invalid, NotFound
from outbound.identity.models import Organisation, User
from outbound.ids import uuid7
from outbound.leads import service as leads
from outbound.leads.models import Lead
from outbound.messaging.models import Message, MessageTemplate
from outbound.messaging.rendering import Rendered, refuse_unusable, render
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.storage.versions import begin_edit
from outbound.vocabulary import MessageChannel, MessageStatus


@dataclass(frozen=True)
class TemplateDraft:
    """A template as somebody wrote it; ``subject`` belongs to e-mails alone."""

    name: str
    channel: MessageChannel
    body: str
    subject: str | None = None
    id: uuid.UUID | None = None


def template(session: Session, template_id: uuid.UUID, *, lock: bool = False) -> MessageTemplate:
    """A template in force. Raises :class:`NotFound`."""
    query = select(MessageTemplate).where(
        MessageTemplate.org_id == context_of(session).org_id,
        MessageTemplate.id == template_id,
        MessageTemplate.retired_at.is_(None),
    )
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(f"There is no template {template_id}.")
    return found


def templates(
    session: Session, *, channel: MessageChannel | None = None, after: uuid.UUID | None = None, limit: int
) -> list[MessageTemplate]:
    """Templates in force, by id, ``limit`` at the most."""
    query = select(MessageTemplate).where(
        MessageTemplate.org_id == context_of(session).org_id, MessageTemplate.retired_at.is_(None)
    )
    if channel is not None:
        query = query.where(MessageTemplate.channel == channel)
    if after is not None:
        query = query.where(MessageTemplate.id > after)
    return list(session.scalars(query.order_by(MessageTemplate.id).limit(limit)))


def channels_of(session: Session, template_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, MessageChannel]:
    """The channels of those templates that are in force; the others are left out."""
    rows = session.execute(
        select(MessageTemplate.id, MessageTemplate.channel).where(
            MessageTemplate.org_id == context_of(session).org_id,
            MessageTemplate.id.in_(template_ids),
            MessageTemplate.retired_at.is_(None),
        )
    )
    return {row.id: row.channel for row in rows}


def create_template(session: Session, draft: TemplateDraft, now: datetime) -> tuple[MessageTemplate, bool]:
    """Adds a template; the second value is false where the same request made it already.

    Raises :class:`Invalid` for one that cannot be filled in, :class:`Conflict` for a name that is taken.
    """
    _check(draft.channel, draft.subject, draft.body)
    template_id = draft.id or uuid7()
    if draft.id is not None and not first_capture(session, "template", draft.id, asdict(draft)):
        with of_before():
            return template(session, draft.id), False
    made = MessageTemplate(
        org_id=context_of(session).org_id,
        id=template_id,
        name=draft.name,
        channel=draft.channel,
        subject=draft.subject,
        body=draft.body,
    )
    session.add(made)
    _flush_named(session, draft.name)
    record(session, "message_template", made.id, "created", after={"channel": made.channel})
    session.flush()
    return made, True


def edit_template(
    session: Session, template_id: uuid.UUID, changes: dict[str, Any], version: int | None
) -> MessageTemplate:
    """Changes ``name``, ``subject`` or ``body``; messages that wait are written by the new text.

    Raises :class:`NotFound`, :class:`Invalid`, :class:`Conflict` for a name that is taken, and
    :class:`outbound.errors.PreconditionFailed`.
    """
    found = template(session, template_id, lock=True)
    begin_edit(found, version)
    for name in ("name", "subject", "body"):
        if name in changes:
            setattr(found, name, changes[name])
    _check(found.channel, found.subject, found.body)
    _flush_named(session, found.name)
    record(
        session,
        "message_template",
        found.id,
        "changed",
        before={"version": found.version - 1},
        after={"version": found.version, "fields": sorted(changes)},
    )
    session.flush()
    return found


def retire_template(session: Session, template_id: uuid.UUID, now: datetime, version: int | None) -> None:
    """Takes a template out of use; what it said keeps its name. Raises :class:`Conflict` while a step sends it."""
    found = template(session, template_id, lock=True)
    user = session.execute(
        select(Cadence.name)
        .join(CadenceStep, (CadenceStep.org_id == Cadence.org_id) & (CadenceStep.cadence_id == Cadence.id))
        .where(
            Cadence.org_id == found.org_id,
            CadenceStep.template_id == found.id,
            CadenceStep.last_edition.is_(None),
            Cadence.retired_at.is_(None),
        )
        .limit(1)
    ).first()
    if user is not None:
        raise Conflict(f"The cadence “{user.name}” sends this template; take it out of its steps first.")
    begin_edit(found, version)
    found.retired_at = now
    record(session, "message_template", found.id, "deleted", before={"channel": found.channel})
    session.flush()


def preview(session: Session, template_id: uuid.UUID, lead_id: uuid.UUID) -> Rendered:
    """What a template would say to a lead in the caller's reach. Raises :class:`NotFound`, :class:`Invalid`."""
    found = template(session, template_id)
    lead = leads.get(session, lead_id)
    rendered = render(found.channel, found.subject, found.body, values_of(session, lead))
    record(session, "message_template", found.id, "previewed", after={"lead_id": str(lead.id)})
    return rendered


def values_of(session: Session, lead: Lead) -> dict[str, str | None]:
    """What templates may say of a lead: see ``rendering.NAMES``."""
    door = None
    if lead.address_id is not None:
        door = session.execute(
            select(Address.house_number, Address.street, Address.city, Address.postcode).where(
                Address.org_id == lead.org_id, Address.id == lead.address_id
            )
        ).one_or_none()
    rep = session.scalar(select(User.name).where(User.id == lead.owner_id)) if lead.owner_id else None
    return {
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "full_name": " ".join(part for part in (lead.first_name, lead.last_name) if part) or None,
        "street": f"{door.house_number} {door.street}".strip() if door else None,
        "city": door.city if door else None,
        "postcode": door.postcode if door else None,
        "company": session.scalar(select(Organisation.name).where(Organisation.id == lead.org_id)),
        "rep_name": rep,
        "rep_first_name": rep.split()[0] if rep and rep.split() else None,
    }


def messages_of(
    session: Session,
    lead_id: uuid.UUID,
    *,
    status: MessageStatus | None = None,
    after: uuid.UUID | None = None,
    limit: int,
) -> list[Message]:
    """A lead's messages, newest first. Raises :class:`NotFound` for a lead out of reach."""
    lead = leads.get(session, lead_id)
    query = (
        select(Message).options(defer(Message.cell)).where(Message.org_id == lead.org_id, Message.lead_id == lead.id)
    )
    if status is not None:
        query = query.where(Message.status == status)
    if after is not None:
        query = query.where(Message.id < after)
    return list(session.scalars(query.order_by(Message.id.desc()).limit(limit)))


def _check(channel: MessageChannel, subject: str | None, body: str) -> None:
    if channel is MessageChannel.EMAIL and not subject:
        raise Invalid("subject: an e-mail needs one.", errors=[{"field": "subject", "reason": "an e-mail needs one"}])
    if channel is MessageChannel.SMS and subject:
        reason = "a text message has none; leave it out"
        raise Invalid(f"subject: {reason}.", errors=[{"field": "subject", "reason": reason}])
    refuse_unusable(body, "body")
    if subject:
        refuse_unusable(subject, "subject")


def _flush_named(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint == "uq_message_templates_name":
            raise Conflict(f"There is a template “{name}” already; give this one another name.") from error
        raise Conflict("The template contradicts what is stored already; read it again.") from error
