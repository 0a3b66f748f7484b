"""The organisation's own rules, as a phone needs them offline: small, so they are sent whole when anything differs."""

# ruff: noqa: S608
# The statement is built of constants alone; every value is a parameter.

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.identity.permissions import Operation, permitted
from outbound.storage.context import context_of


@dataclass(frozen=True)
class Reference:
    content: str
    """JSON."""
    digest: str


def reference(session: Session) -> Reference:
    """Results and stages, cadences with their steps, templates by name, colleagues: of a key, what it may read."""
    parts = [part for reads, part in _PARTS if permitted(session, reads)]
    content = session.scalar(
        text(f"select jsonb_build_object({', '.join(parts)})::text"), {"org": context_of(session).org_id}
    )
    return Reference(content, hashlib.sha256(content.encode()).hexdigest()[:16])


def _list(name: str, fields: str, table: str, order: str, where: str = "true") -> str:
    listed = ", ".join(f"'{each}', \"{each}\"" for each in fields.split())
    return (
        f"'{name}', (select coalesce(jsonb_agg(jsonb_build_object({listed}) order by {order}), '[]')"
        f" from outbound.{table} where org_id = :org and {where})"
    )


_PARTS = (
    (
        Operation.RULES_READ,
        _list("outcomes", "result stage to_stage cadence_id next_action_minutes", "activity_outcomes", "result, stage"),
    ),
    (Operation.RULES_READ, _list("stage_policies", "stage sla_minutes", "stage_policies", "stage")),
    (
        Operation.CADENCES_READ,
        _list("cadences", "id name target_stage active", "cadences", "id", "retired_at is null"),
    ),
    (
        Operation.CADENCES_READ,
        _list(
            "cadence_steps",
            "id cadence_id order channel template_id wait_minutes",
            "cadence_steps",
            "id",
            "last_edition is null",
        ),
    ),
    (Operation.CADENCES_READ, _list("templates", "id name channel", "message_templates", "id")),
    (
        Operation.MEMBERS_READ,
        (
            "'members', (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'role', m.role)"
            " order by u.id), '[]') from outbound.memberships as m join outbound.users as u on u.id = m.user_id"
            " where m.org_id = :org and m.active)"
        ),
    ),
)
"""Each with what a key must carry to be sent it."""
