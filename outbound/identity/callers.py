"""Who calls, and what the ways in have in common."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Caller:
    """Who is signed in, where."""

    org_id: uuid.UUID
    user_id: uuid.UUID
    session_id: uuid.UUID | None
    """None for a machine: a key is no session."""
    scopes: frozenset[str] | None = None
    """Operations of an API key; none for a person, who may do all that their role may."""


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: its secret is told once and never stored."""

    token: str
    caller: Caller
    expires_at: datetime


@dataclass(frozen=True)
class Origin:
    """Where a request comes from, for the throttle, the log and the list of one's sessions."""

    client: str = ""
    """Address of the client."""
    request_id: str | None = None
    agent: str | None = None

    @property
    def label(self) -> str | None:
        """What the client calls itself, fit to be stored and shown."""
        printable = re.sub(r"[^\x20-\x7e]+", " ", self.agent or "").strip()
        return printable[:200] or None


def sign_as(session: Session, user_id: uuid.UUID, origin: Origin) -> None:
    """Lets the log say who proved, by a link, that the system's own transaction is their doing."""
    session.info["context"] = replace(session.info["context"], user_id=user_id, request_id=origin.request_id)


SECRET_LENGTH = 43
"""Characters of a secret."""


def new_secret() -> str:
    """256 random bits, fit for a URL."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """What is stored of a secret. It is random and long, so a fast hash without salt is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
