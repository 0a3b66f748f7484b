"""Templates, what they say of a lead, and the messages of a lead."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.messages import MessageOut, PreviewIn, PreviewOut, TemplateIn, TemplateOut, TemplatePatch
from outbound.identity.permissions import Operation
from outbound.messaging import service
from outbound.messaging.models import MessageTemplate
from outbound.vocabulary import MessageChannel, MessageStatus

router = Router(prefix="/api", tags=["messages"])
_reads = permits(Operation.CADENCES_READ)
_writes = permits(Operation.CADENCES_WRITE)


@router.get("/templates", dependencies=[_reads])
def list_templates(session: UnitOfWork, paging: Paging, channel: MessageChannel | None = None) -> Page[TemplateOut]:
    """Templates of messages, by age."""
    found = service.templates(session, channel=channel, after=paging.after, limit=paging.fetched)
    return paging.page(found, TemplateOut.of, lambda each: Place(each.id))


@router.post("/templates", status_code=201, dependencies=[_writes])
def create_template(body: TemplateIn, session: UnitOfWork, response: Response, now: Now) -> TemplateOut:
    """Adds a template; the same ``id`` again returns the first result with 200."""
    made, created = service.create_template(session, body.draft(), now)
    told_made(response, created)
    return _out(made, response)


@router.get("/templates/{template_id}", dependencies=[_reads])
def read_template(template_id: uuid.UUID, session: UnitOfWork, response: Response) -> TemplateOut:
    """One template."""
    return _out(service.template(session, template_id), response)


@router.patch("/templates/{template_id}", dependencies=[_writes])
def edit_template(
    template_id: uuid.UUID, body: TemplatePatch, session: UnitOfWork, response: Response, version: IfMatch
) -> TemplateOut:
    """Changes a template; messages that wait are written by the new text."""
    changed = service.edit_template(session, template_id, body.model_dump(exclude_unset=True), version)
    session.refresh(changed)
    return _out(changed, response)


@router.delete("/templates/{template_id}", status_code=204, dependencies=[_writes])
def delete_template(template_id: uuid.UUID, session: UnitOfWork, now: Now, version: IfMatch) -> None:
    """Takes a template out of use; 409 while a step of a cadence sends it."""
    service.retire_template(session, template_id, now, version)


@router.post("/templates/{template_id}/preview", dependencies=[_reads, permits(Operation.LEADS_READ)])
def preview_template(template_id: uuid.UUID, body: PreviewIn, session: UnitOfWork) -> PreviewOut:
    """What a template says to a lead; nothing is sent."""
    return PreviewOut.of(service.preview(session, template_id, body.lead_id))


@router.get(
    "/messages",
    dependencies=[permits(Operation.MESSAGES_READ)],
    responses={404: {"description": "There is no such lead in the caller's reach."}},
)
def list_messages(
    lead_id: uuid.UUID,
    session: UnitOfWork,
    paging: Paging,
    status: MessageStatus | None = None,
) -> Page[MessageOut]:
    """The messages to and from a lead, newest first."""
    found = service.messages_of(session, lead_id, status=status, after=paging.after, limit=paging.fetched)
    return paging.page(found, MessageOut.of, lambda each: Place(each.id))


def _out(template: MessageTemplate, response: Response) -> TemplateOut:
    tag(response, template.version)
    return TemplateOut.of(template)
