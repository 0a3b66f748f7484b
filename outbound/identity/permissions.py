"""Who may do what: the one table of role × operation.

Row-level security decides which rows a role reads and writes; this table decides what rows cannot say, such as who
may reassign, delete or export. ``docs/permissions.md`` is generated from it.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from outbound.errors import Forbidden
from outbound.storage.context import context_of
from outbound.vocabulary import Role


class Reach(StrEnum):
    """Whose rows an operation may touch, as far as the role is asked."""

    NONE = "–"
    OWN = "own"
    SCOPE = "in scope"
    """Own leads, and assigned territories with all below them; all, for a manager without a territory."""
    SCHEDULED = "SCHEDULED or later"
    ALL = "all"


class Operation(StrEnum):
    """What can be done, as ``what:how``; the same words are the scopes of an API key."""

    LEADS_READ = "leads:read"
    LEADS_WRITE = "leads:write"
    """Capture, edit, move between stages, consent."""
    LEADS_REASSIGN = "leads:reassign"
    LEADS_DELETE = "leads:delete"
    LEADS_MERGE = "leads:merge"
    LEADS_BULK = "leads:bulk"
    ACTIVITIES_READ = "activities:read"
    ACTIVITIES_WRITE = "activities:write"
    ADDRESSES_READ = "addresses:read"
    ADDRESSES_WRITE = "addresses:write"
    ATTACHMENTS_READ = "attachments:read"
    ATTACHMENTS_WRITE = "attachments:write"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    SHIFTS_WRITE = "shifts:write"
    """Start and end a shift, and report where one is during it."""
    SHIFTS_READ = "shifts:read"
    POSITIONS_READ = "positions:read"
    """See where reps are; every look is written to a log that the rep can read."""
    POSITIONS_LOG = "positions:log"
    TERRITORIES_READ = "territories:read"
    TERRITORIES_WRITE = "territories:write"
    """Cut, edit, retire, and assign people."""
    CADENCES_READ = "cadences:read"
    CADENCES_WRITE = "cadences:write"
    """Cadences, their steps, and message templates."""
    ENROLLMENTS_READ = "enrollments:read"
    ENROLLMENTS_WRITE = "enrollments:write"
    CADENCES_EXECUTE = "cadences:execute"
    MESSAGES_READ = "messages:read"
    TRIPS_READ = "trips:read"
    TRIPS_WRITE = "trips:write"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_WRITE = "campaigns:write"
    SEGMENTS_WRITE = "segments:write"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    HANDOFFS_READ = "handoffs:read"
    HANDOFFS_WRITE = "handoffs:write"
    REPORTS_READ = "reports:read"
    MODELS_READ = "models:read"
    """The documentation of the marts, and of the models they are made of."""
    NOTIFICATIONS_READ = "notifications:read"
    SYNC = "sync"
    PROFILE = "profile"
    """One's own profile, sessions and password."""
    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    KEYS_WRITE = "keys:write"
    RULES_READ = "rules:read"
    RULES_WRITE = "rules:write"
    """The result table, stage SLAs and the organisation's settings."""
    SIGN_IN_PROVIDER_WRITE = "sign-in-provider:write"
    """Say whose word lets people sign in."""
    AUDIT_READ = "audit:read"
    ERASE = "erase"
    EXPORT = "export"
    ORGANISATION_DELETE = "organisation:delete"


_N, _O, _S, _L, _A = Reach.NONE, Reach.OWN, Reach.SCOPE, Reach.SCHEDULED, Reach.ALL

#                                        rep manager owner ops
_TABLE: dict[Operation, tuple[Reach, Reach, Reach, Reach]] = {
    Operation.LEADS_READ: (_S, _S, _A, _L),
    Operation.LEADS_WRITE: (_S, _S, _A, _N),
    Operation.LEADS_REASSIGN: (_N, _S, _A, _N),
    Operation.LEADS_DELETE: (_N, _S, _A, _N),
    Operation.LEADS_MERGE: (_N, _S, _A, _N),
    Operation.LEADS_BULK: (_N, _S, _A, _N),
    Operation.ACTIVITIES_READ: (_S, _S, _A, _L),
    Operation.ACTIVITIES_WRITE: (_S, _S, _A, _N),
    Operation.ADDRESSES_READ: (_S, _S, _A, _L),
    Operation.ADDRESSES_WRITE: (_S, _S, _A, _N),
    Operation.ATTACHMENTS_READ: (_S, _S, _A, _L),
    Operation.ATTACHMENTS_WRITE: (_S, _S, _A, _N),
    Operation.TASKS_READ: (_S, _S, _A, _N),
    Operation.TASKS_WRITE: (_S, _S, _A, _N),
    Operation.SHIFTS_WRITE: (_O, _O, _O, _N),
    Operation.SHIFTS_READ: (_O, _S, _A, _N),
    Operation.POSITIONS_READ: (_O, _S, _A, _N),
    Operation.POSITIONS_LOG: (_O, _O, _O, _N),
    Operation.TERRITORIES_READ: (_S, _S, _A, _A),
    Operation.TERRITORIES_WRITE: (_N, _S, _A, _N),
    Operation.CADENCES_READ: (_A, _A, _A, _A),
    Operation.CADENCES_WRITE: (_N, _A, _A, _N),
    Operation.ENROLLMENTS_READ: (_S, _S, _A, _N),
    Operation.ENROLLMENTS_WRITE: (_S, _S, _A, _N),
    Operation.CADENCES_EXECUTE: (_N, _N, _A, _N),
    Operation.MESSAGES_READ: (_S, _S, _A, _N),
    Operation.TRIPS_READ: (_S, _S, _A, _N),
    Operation.TRIPS_WRITE: (_S, _S, _A, _N),
    Operation.CAMPAIGNS_READ: (_A, _A, _A, _A),
    Operation.CAMPAIGNS_WRITE: (_N, _A, _A, _N),
    Operation.SEGMENTS_WRITE: (_O, _A, _A, _N),
    Operation.IMPORTS_READ: (_N, _O, _A, _N),
    Operation.IMPORTS_WRITE: (_N, _O, _A, _N),
    Operation.HANDOFFS_READ: (_S, _S, _A, _A),
    Operation.HANDOFFS_WRITE: (_N, _S, _A, _A),
    Operation.REPORTS_READ: (_S, _S, _A, _A),
    Operation.MODELS_READ: (_N, _A, _A, _N),
    Operation.NOTIFICATIONS_READ: (_O, _O, _O, _O),
    Operation.SYNC: (_S, _S, _A, _N),
    Operation.PROFILE: (_O, _O, _O, _O),
    Operation.MEMBERS_READ: (_A, _A, _A, _A),
    Operation.MEMBERS_WRITE: (_N, _N, _A, _N),
    Operation.KEYS_WRITE: (_N, _N, _A, _N),
    Operation.RULES_READ: (_A, _A, _A, _A),
    Operation.RULES_WRITE: (_N, _N, _A, _N),
    Operation.SIGN_IN_PROVIDER_WRITE: (_N, _N, _A, _N),
    Operation.AUDIT_READ: (_N, _S, _A, _N),
    Operation.ERASE: (_N, _N, _A, _N),
    Operation.EXPORT: (_N, _N, _A, _N),
    Operation.ORGANISATION_DELETE: (_N, _N, _A, _N),
}
_COLUMNS = (Role.SALES_REP, Role.SALES_MANAGER, Role.FRANCHISE_OWNER, Role.OPS)


def reach(role: Role, operation: Operation) -> Reach:
    """How far a role's hand goes in an operation."""
    return _TABLE[operation][_COLUMNS.index(role)]


def may(role: Role, operation: Operation) -> bool:
    """Whether a role may do an operation at all; on which rows, row-level security says."""
    return reach(role, operation) is not Reach.NONE


NEVER_A_KEYS = frozenset(
    {
        Operation.KEYS_WRITE,
        Operation.MEMBERS_WRITE,
        Operation.SIGN_IN_PROVIDER_WRITE,
        Operation.ORGANISATION_DELETE,
    }
)
"""What no API key does, whatever scopes are stored of it: with these it could give itself, or whoever holds it, more
than it was given, or end the organisation that gave it."""


def carried(scopes: frozenset[str] | None, operation: Operation) -> bool:
    """Whether scopes let an operation through; none are a person's, whom their role alone bounds."""
    return scopes is None or (operation in scopes and operation not in NEVER_A_KEYS)


def permitted(session: Session, operation: Operation) -> bool:
    """Whether the caller's role and, of an API key, its scopes let an operation through."""
    context = context_of(session)
    return (context.role is None or may(context.role, operation)) and carried(context.scopes, operation)


def require(session: Session, *operations: Operation) -> None:
    """Raises :class:`Forbidden` where the caller's role, or the scopes of their API key, lack one of these; the
    system's own work may do all.

    A route asks for the operation that it is declared with. A service asks for what else was told to it: whoever
    names another owner asks to reassign, by whatever way it comes.
    """
    context = context_of(session)
    for operation in operations:
        if context.role is not None and not may(context.role, operation):
            raise Forbidden(f"Your role ({context.role}) may not do this ({operation}); ask a manager or the owner.")
        if not carried(context.scopes, operation):
            if operation in NEVER_A_KEYS:
                raise Forbidden(f"No API key may do this ({operation}), whatever its scopes are; sign in as a person.")
            raise Forbidden(f"This API key does not carry the scope {operation}; make one that does.")
