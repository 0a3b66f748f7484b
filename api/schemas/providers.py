from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas.identity import example
from outbound.identity.models import SignInProvider
from outbound.wire import Name, Text, Wire


class ProviderIn(Wire):
    """``client_secret`` left out keeps the one that is stored."""

    model_config = example(
        {
            "issuer": "https://login.example.com",
            "client_id": "outbound",
            "client_secret": "kept sealed",
            "allowed_domain": "example.com",
        }
    )

    issuer: Annotated[Text, Field(min_length=8, max_length=500)]
    client_id: Name
    client_secret: Annotated[Text, Field(min_length=1, max_length=1000)] | None = None
    allowed_domain: Annotated[Text, Field(min_length=3, max_length=253)]
    enabled: bool = True


class ProviderOut(BaseModel):
    """``start_url``: where people of the organisation begin to sign in; ``redirect_uri``: what the provider must allow.
    The secret is never told."""

    issuer: str
    client_id: str
    allowed_domain: str
    enabled: bool
    start_url: str
    redirect_uri: str
    version: int

    @classmethod
    def of(cls, found: SignInProvider, start_url: str, redirect_uri: str) -> ProviderOut:
        return cls(
            issuer=found.issuer,
            client_id=found.client_id,
            allowed_domain=found.allowed_domain,
            enabled=found.enabled,
            start_url=start_url,
            redirect_uri=redirect_uri,
            version=found.version,
        )


class StartIn(Wire):
    model_config = example({"next": "/app/"})

    next: Text | None = Field(default=None, max_length=4000)
    """The page of ours to come back to."""


class StartedOut(BaseModel):
    url: str
    """The provider's page, where the browser goes now."""


class ConfirmIn(Wire):
    model_config = example({"proof": "5e8a1f"})

    proof: Text = Field(min_length=1, max_length=4000)
    """What the page that asked was given."""


class ConfirmedOut(BaseModel):
    next: str
    """The page to go on with."""
