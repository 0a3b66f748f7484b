"""Who is given new leads that name nobody: the rule of their territory says.

Nothing is remembered beside the leads themselves: whose turn it is follows from the latest imported lead of the
territory, how loaded somebody is from their open leads. So a list that is taken back leaves nothing behind.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outbound.identity.models import Membership, User
from outbound.storage.context import context_of
from outbound.territories.models import Territory, TerritoryAssignment
from outbound.territories.rules import OwnerChooser, Worker
from outbound.vocabulary import OPEN_STAGES, AssignmentRole, OwnerRule, Role


def choose_owners(
    session: Session, territory_ids: Sequence[uuid.UUID], *, waiting: Iterable[uuid.UUID] = ()
) -> list[uuid.UUID | None]:
    """For each new lead, given by its territory and in order, who is to own it; None where nobody works it.

    ``waiting`` are the owners of leads that were chosen already and are not written yet. To be called with the
    rights of a job or the owner: who sees only a part would count only a part.
    """
    if not territory_ids:
        return []
    wanted = set(territory_ids)
    rules = {each: rule for each, rule in _rules(session).items() if each in wanted}
    workers = {each: those for each, those in _workers(session).items() if each in wanted}
    loads: dict[uuid.UUID, int] = {}
    if OwnerRule.LEAST_LOADED in rules.values():
        loads = _loads(session, {worker.user_id for each in workers.values() for worker in each})
        for user_id in waiting:
            loads[user_id] = loads.get(user_id, 0) + 1
    chooser = OwnerChooser(
        loads, _last(session, [each for each, rule in rules.items() if rule is OwnerRule.ROUND_ROBIN])
    )
    return [chooser.choose(each, rules.get(each, OwnerRule.FIXED), workers.get(each, [])) for each in territory_ids]


def _rules(session: Session) -> dict[uuid.UUID, OwnerRule]:
    """Of the territories that have another than the usual one."""
    rows = session.execute(
        select(Territory.id, Territory.owner_rule).where(
            Territory.org_id == context_of(session).org_id, Territory.owner_rule != OwnerRule.FIXED
        )
    )
    return {row.id: OwnerRule(row.owner_rule) for row in rows}


def _workers(session: Session) -> dict[uuid.UUID, list[Worker]]:
    found: dict[uuid.UUID, list[Worker]] = defaultdict(list)
    each = TerritoryAssignment
    rows = session.execute(
        select(each.territory_id, each.user_id, each.role, each.is_primary, each.assigned_at)
        .join(Membership, (Membership.org_id == each.org_id) & (Membership.user_id == each.user_id))
        .join(User, User.id == each.user_id)
        .where(
            each.org_id == context_of(session).org_id,
            each.unassigned_at.is_(None),
            each.role != AssignmentRole.VIEWER,
            Membership.active,
            Membership.role != Role.OPS,
            User.is_machine.is_(False),
        )
    )
    for row in rows:
        found[row.territory_id].append(Worker(row.user_id, row.role, row.is_primary, row.assigned_at))
    return found


def _loads(session: Session, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = session.execute(
        text(
            "select owner_id, count(*) as open from outbound.leads"
            " where org_id = :org and owner_id = any(:people) and pipeline_stage = any(:open)"
            " and archived_at is null group by owner_id"
        ),
        {
            "org": context_of(session).org_id,
            "people": list(people),
            "open": [str(stage) for stage in OPEN_STAGES],
        },
    )
    return {row.owner_id: row.open for row in rows}


def _last(session: Session, territories: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The owner of each territory's newest lead of a list: found at the end of an index."""
    if not territories:
        return {}
    rows = session.execute(
        text(
            "select t.id, l.owner_id from unnest(cast(:territories as uuid[])) as t (id) cross join lateral ("
            " select owner_id from outbound.leads where org_id = :org and territory_id = t.id"
            " and import_id is not null and owner_id is not null order by id desc limit 1) as l"
        ),
        {"org": context_of(session).org_id, "territories": list(territories)},
    )
    return {row.id: row.owner_id for row in rows}
