from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from outbound.ids import uuid7
from outbound.storage.base import (
    SCHEMA,
    Base,
    TenantChildKey,
    TenantKey,
    Timestamps,
    Versioned,
    member_reference,
    one_of,
    tenant_reference,
)
from outbound.vocabulary import Role, SessionKind

FOLDED = "translate(email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
"""As :func:`outbound.identity.rules.folded_email` writes an address."""


class Organisation(Base, Timestamps, Versioned):
    """A franchise: the tenant. ``zone`` is the IANA zone of its rep-days."""

    __tablename__ = "organisations"
    __table_args__ = (CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    zone: Mapped[str]
    go_live_on: Mapped[date | None]
    """First day of work with Outbound; changes are shown against the 90 days before it."""
    is_demo: Mapped[bool] = mapped_column(server_default=false())


class User(Base, Timestamps):
    """A person, or a machine that enters by its API key alone. Global: one may belong to several organisations."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"email = {FOLDED}", name="email_folded"),
        CheckConstraint(
            "case when is_machine then email is null and password_hash is null else email is not null end",
            name="signs_in",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(server_default=false())
    is_machine: Mapped[bool] = mapped_column(server_default=false())
    disabled_at: Mapped[datetime | None]
    email_verified_at: Mapped[datetime | None]
    """Since when the password is that of who reads the address: its mailbox answered, or who runs the server set it."""


class Membership(Base, Timestamps, Versioned):
    """A person's place in one organisation."""

    __tablename__ = "memberships"
    __table_args__ = (one_of("role", Role), Index("ix_memberships_user_id", "user_id"))

    org_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.organisations.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.users.id"), primary_key=True)
    role: Mapped[Role]
    active: Mapped[bool] = mapped_column(server_default=true())


class Session(Base, TenantKey):
    """A signed-in browser or client. Only the SHA-256 of its secret is kept; a client's are its refresh tokens."""

    __tablename__ = "sessions"
    __table_args__ = (
        member_reference("user_id"),
        one_of("kind", SessionKind),
        CheckConstraint("(kind = 'browser') = (token_hash is not null)", name="secret"),
        Index("uq_sessions_token_hash", "token_hash", unique=True),
        Index("ix_sessions_expires_at", "expires_at", postgresql_where=text("revoked_at is null")),
        Index("ix_sessions_user", "org_id", "user_id"),
    )

    user_id: Mapped[uuid.UUID]
    kind: Mapped[SessionKind] = mapped_column(server_default=text("'browser'"))
    token_hash: Mapped[bytes | None]
    label: Mapped[str | None]
    """What it said it is: the browser's or client's own name for itself."""
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    """Coarse: written at most every quarter of an hour."""
    revoked_at: Mapped[datetime | None]
    opened_by: Mapped[str | None]
    """What proved who it was: password, invitation, oidc."""


class RefreshToken(Base, TenantChildKey):
    """One link in the chain of a client's session: spent when the next one is given."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        tenant_reference("session_id", "sessions", on_delete="CASCADE"),
        member_reference("user_id"),
        Index("uq_refresh_tokens_token_hash", "token_hash", unique=True),
        Index("ix_refresh_tokens_session", "org_id", "session_id"),
    )

    session_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID]
    token_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(Base, TenantKey):
    """A machine's way in. ``scopes`` are operations; ``user_id`` is the machine, a member of its own."""

    __tablename__ = "api_keys"
    __table_args__ = (
        member_reference("user_id"),
        member_reference("created_by_id"),
        Index("uq_api_keys_id", "id", unique=True),
    )

    user_id: Mapped[uuid.UUID]
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret_hash: Mapped[bytes]
    created_by_id: Mapped[uuid.UUID]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Invitation(Base, TenantKey):
    """A place in the organisation, offered to an address until ``expires_at``."""

    __tablename__ = "invitations"
    __table_args__ = (
        member_reference("invited_by_id"),
        member_reference("accepted_by_id"),
        one_of("role", Role),
        CheckConstraint(f"email = {FOLDED}", name="email_folded"),
        CheckConstraint("accepted_at is null or revoked_at is null", name="outcome"),
        CheckConstraint("(accepted_at is null) = (accepted_by_id is null)", name="accepted"),
        Index("uq_invitations_token_hash", "token_hash", unique=True),
        Index(
            "uq_invitations_open",
            "org_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at is null and revoked_at is null"),
        ),
    )

    email: Mapped[str]
    role: Mapped[Role]
    token_hash: Mapped[bytes]
    invited_by_id: Mapped[uuid.UUID]
    mailed: Mapped[bool] = mapped_column(server_default=false())
    """Whether the link went to the mailbox alone: then whoever uses it proves the address."""
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[uuid.UUID | None]
    revoked_at: Mapped[datetime | None]


class PasswordReset(Base, TenantKey):
    """Leave to set a new password once; ``made_by_id`` is the owner who made the link, none where the person's own
    mailbox got it, or who runs the server hands it over."""

    __tablename__ = "password_resets"
    __table_args__ = (
        member_reference("user_id"),
        member_reference("made_by_id"),
        Index("uq_password_resets_token_hash", "token_hash", unique=True),
        Index("ix_password_resets_user", "org_id", "user_id"),
    )

    user_id: Mapped[uuid.UUID]
    token_hash: Mapped[bytes]
    made_by_id: Mapped[uuid.UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInProvider(Base, TenantKey, Versioned):
    """An organisation's own sign-in by OpenID Connect; ``client_secret`` is sealed with the key ring."""

    __tablename__ = "sign_in_providers"
    __table_args__ = (UniqueConstraint("org_id"),)

    issuer: Mapped[str]
    client_id: Mapped[str]
    client_secret: Mapped[bytes]
    allowed_domain: Mapped[str]
    enabled: Mapped[bool] = mapped_column(server_default=true())


class Throttle(Base):
    """How often somebody failed to sign in. ``subject`` is a keyed hash of what they failed with, or from where."""

    __tablename__ = "throttles"
    __table_args__ = (Index("ix_throttles_forget_at", "forget_at"),)

    subject: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    last_failed_at: Mapped[datetime | None]
    blocked_until: Mapped[datetime | None]
    trusted_until: Mapped[datetime | None]
    forget_at: Mapped[datetime]
