from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.common import Utc
from outbound.identity.models import Session
from outbound.identity.tokens import Tokens
from outbound.vocabulary import Role, SessionKind
from outbound.wire import Name, Text, Wire, no_nul

Email = Annotated[Text, Field(min_length=3, max_length=320)]
Password = Annotated[
    str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1000), AfterValidator(no_nul)
]
Secret = Annotated[Text, Field(min_length=1, max_length=200)]


def example(values: dict[str, Any]) -> ConfigDict:
    """A body as somebody would send it, for the document."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class SignIn(Wire):
    model_config = example({"email": "rep1@demo.test", "password": "demo"})

    email: Text = Field(max_length=320)
    password: Password
    organisation_id: uuid.UUID | None = None
    """Where the person belongs to several organisations; none: the first they joined."""


class PersonOut(BaseModel):
    """``email`` is null for a machine."""

    id: uuid.UUID
    name: str
    email: str | None


class OrganisationOut(BaseModel):
    id: uuid.UUID
    name: str
    slug: str
    zone: str


class Me(BaseModel):
    """Who is signed in. ``territories``: ids within reach, null for the whole organisation."""

    user: PersonOut
    organisation: OrganisationOut
    role: Role
    territories: list[uuid.UUID] | None
    scopes: list[str] | None = None
    """Operations an API key carries; null for a person."""


class SignedInOut(Me):
    token: str


class TokensOut(BaseModel):
    """``expires_in``: seconds the access token is good for. The refresh token is good once."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int
    refresh_token: str
    refresh_expires_at: Utc
    organisation_id: uuid.UUID
    user_id: uuid.UUID

    @classmethod
    def of(cls, tokens: Tokens, now: datetime) -> TokensOut:
        return cls(
            access_token=tokens.access_token,
            expires_in=int((tokens.access_expires_at - now).total_seconds()),
            refresh_token=tokens.refresh_token,
            refresh_expires_at=tokens.refresh_expires_at,
            organisation_id=tokens.caller.org_id,
            user_id=tokens.caller.user_id,
        )


class RefreshIn(Wire):
    model_config = example({"refresh_token": "hYJ0s3Vt3o6mTq2k8c1x"})

    refresh_token: Secret


class SignedOutOut(BaseModel):
    """How many sessions ended, in every organisation."""

    sessions: int


class ProfileEdit(Wire):
    model_config = example({"name": "Ada Rep"})

    name: Name | None = None
    password: Password | None = None
    old_password: Password | None = None
    """Asked for with a new password."""


class SessionOut(BaseModel):
    """A sign-in. ``label`` is what the browser or client called itself; ``current``: the one that asks."""

    id: uuid.UUID
    kind: SessionKind
    label: str | None
    created_at: Utc
    last_used_at: Utc | None
    expires_at: Utc
    current: bool

    @classmethod
    def of(cls, session: Session, current_id: uuid.UUID | None) -> SessionOut:
        shared = {name: getattr(session, name) for name in cls.model_fields if name != "current"}
        return cls(**shared, current=session.id == current_id)


class LinkIn(Wire):
    """The secret of a link, which stands behind its ``#``."""

    model_config = example({"token": "hYJ0s3Vt3o6mTq2k8c1x"})

    token: Secret


class OfferOut(BaseModel):
    """What a link offers. ``known``: the person has a password already, and enters with it."""

    email: str
    organisation: str
    known: bool


class AcceptIn(Wire):
    model_config = example({"token": "hYJ0s3Vt3o6mTq2k8c1x", "name": "Ada Rep", "password": "correct horse battery"})

    token: Secret
    name: Name | None = None
    """Asked for where the person is new."""
    password: Password


class RequestResetIn(Wire):
    model_config = example({"email": "rep1@demo.test"})

    email: Email


class RequestedOut(BaseModel):
    """The same whether there is such a person or not."""

    detail: str = "If there is such a person, a link is on its way by mail."


class ResetIn(Wire):
    model_config = example({"token": "hYJ0s3Vt3o6mTq2k8c1x", "password": "correct horse battery"})

    token: Secret
    password: Password
