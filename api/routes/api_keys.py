"""Keys of machines."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import Now, UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.api_keys import ApiKeyIn, ApiKeyOut, NewApiKeyOut
from outbound.identity import api_keys
from outbound.identity.permissions import Operation

router = Router(prefix="/api/api-keys", tags=["identity"])


@router.get("", dependencies=[permits(Operation.KEYS_WRITE)])
def list_api_keys(session: UnitOfWork, now: Now, paging: Paging, active: bool | None = None) -> Page[ApiKeyOut]:
    """Keys of the organisation, newest first, without their secrets."""
    found = api_keys.find(session, now, active=active, after=paging.after, limit=paging.fetched)
    return paging.page(found, ApiKeyOut.of, lambda each: Place(each.key.id))


@router.post("", status_code=201, dependencies=[permits(Operation.KEYS_WRITE)])
def create_api_key(body: ApiKeyIn, session: UnitOfWork, response: Response, now: Now) -> NewApiKeyOut:
    """Makes a key for a machine; the key is told this once. The same ``id`` again returns the first result with 200."""
    row, secret = api_keys.create(session, api_keys.KeyDraft(**body.model_dump()), now)
    told_made(response, secret)
    return NewApiKeyOut(**ApiKeyOut.of(row).model_dump(), key=secret)


@router.get("/{key_id}", dependencies=[permits(Operation.KEYS_WRITE)])
def read_api_key(key_id: uuid.UUID, session: UnitOfWork) -> ApiKeyOut:
    """One key, without its secret."""
    return ApiKeyOut.of(api_keys.get(session, key_id))


@router.delete("/{key_id}", status_code=204, dependencies=[permits(Operation.KEYS_WRITE)])
def revoke_api_key(key_id: uuid.UUID, session: UnitOfWork, now: Now) -> None:
    """Revokes a key: it opens nothing from now on, and its machine is no active member any more."""
    api_keys.revoke(session, key_id, now)
