"""Duplicates over the whole base: proposed, never merged unasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from outbound.ids import uuid7_array
from outbound.matching.facts import Facts, facts_of_door
from outbound.matching.pairs import Blocks
from outbound.matching.rarity import Rarity
from outbound.matching.rules import Outcome, judge
from outbound.matching.service import thresholds_of
from outbound.storage.bulk import append_columns, driver_of
from outbound.storage.context import context_of
from outbound.storage.planning import for_any_organisation
from outbound.vocabulary import OPEN_STAGES

AT_A_TIME = 20_000
_FOUND = {
    "id": "uuid",
    "lead_id": "uuid",
    "other_lead_id": "uuid",
    "score": "real",
    "evidence": "jsonb",
    "because": "text",
}


@dataclass(frozen=True)
class Duplicates:
    """What a look over the base came to."""

    leads: int
    compared: int
    proposed: int
    """Pairs that wait for a person now, of those found in this look."""
    withdrawn: int
    """Pairs that waited and are none any more."""


def find_duplicates(session: Session, now: datetime) -> Duplicates:
    """Compares the organisation's leads that share a key, and keeps the pairs that may be one for the queue.

    A pair of which neither is open, or that tells the history of one door, is none. What a person decided is not asked
    again. For jobs, in their own transaction.
    """
    connection = driver_of(session)
    values = {"org": context_of(session).org_id, "open": [str(stage) for stage in OPEN_STAGES], "now": now}
    connection.execute("create temporary table duplicate_leads (at bigint, id uuid) on commit drop")
    connection.execute("create temporary table duplicate_candidates (one bigint, other bigint) on commit drop")
    blocks, rarity, ids = Blocks(), Rarity(), bytearray()
    with connection.cursor(name="duplicate_leads_cursor") as cursor:
        cursor.itersize = AT_A_TIME
        cursor.execute(for_any_organisation(_LEADS), values)
        for lead_id, *row in cursor:
            facts = _facts(row)
            blocks.add(facts)
            rarity.add(facts)
            ids += lead_id.bytes
    leads = len(ids) // 16
    if leads:
        numbers = {"at": np.arange(leads), "id": np.frombuffer(bytes(ids), dtype=np.uint8).reshape(-1, 16)}
        append_columns(session, "duplicate_leads", numbers, {"at": "bigint", "id": "uuid"})
    compared = 0
    for pairs in blocks.pairs():
        columns = {"one": pairs[:, 0], "other": pairs[:, 1]}
        compared += append_columns(session, "duplicate_candidates", columns, {"one": "bigint", "other": "bigint"})
    connection.execute("create unique index on duplicate_leads (at)")
    connection.execute("analyze duplicate_leads")
    connection.execute("analyze duplicate_candidates")
    listed = ", ".join(f"{name} {type_}" for name, type_ in _FOUND.items())
    connection.execute(f"create temporary table duplicate_pairs ({listed}) on commit drop")
    _judge(session, values, now, rarity)
    proposed = connection.execute(for_any_organisation(_KEEP), values).rowcount
    withdrawn = connection.execute(for_any_organisation(_WITHDRAW), values).rowcount
    for table in ("duplicate_leads", "duplicate_candidates", "duplicate_pairs"):
        connection.execute(f"drop table {table}")
    return Duplicates(leads, compared, proposed, withdrawn)


def _judge(session: Session, values: dict[str, Any], now: datetime, rarity: Rarity) -> None:
    connection, thresholds = driver_of(session), thresholds_of(session)
    random = np.random.default_rng()
    found: dict[str, list[Any]] = {name: [] for name in _FOUND if name != "id"}

    def put() -> None:
        count = len(found["lead_id"])
        if count:
            ids = uuid7_array(np.full(count, int(now.timestamp() * 1000)), random)
            append_columns(session, "duplicate_pairs", {"id": ids, **found}, _FOUND)
        for column in found.values():
            column.clear()

    with connection.cursor(name="duplicate_pairs_cursor") as cursor:
        cursor.itersize = AT_A_TIME
        cursor.execute(for_any_organisation(_PAIRS), values)
        for one, other, *row in cursor:
            match = judge(_facts(row[:8]), _facts(row[8:]), thresholds, rarity=rarity)
            if match.outcome in (Outcome.SAME, Outcome.UNSURE):
                found["lead_id"].append(min(one, other))
                found["other_lead_id"].append(max(one, other))
                found["score"].append(match.score)
                found["evidence"].append(match.evidence.told())
                found["because"].append(match.because)
            if len(found["lead_id"]) >= AT_A_TIME:
                put()
    put()


def _facts(row: Any) -> Facts:
    canonical, building, postcode, city, phone, email, first, last = row
    return facts_of_door(
        canonical, building, postcode=postcode, city=city, phone=phone, email=email, first=first, last=last
    )


_COMPARED = "{a}.canonical, {a}.building, {a}.postcode, {a}.city, {l}.phone, {l}.email, {l}.first_name, {l}.last_name"
_LEADS = f"""
select l.id, {_COMPARED.format(l="l", a="a")}
from outbound.leads as l
left join outbound.addresses as a on a.org_id = l.org_id and a.id = l.address_id
where l.org_id = %(org)s and l.archived_at is null and l.erased_at is null
order by l.id
"""  # noqa: S608 (names of columns)
_PAIRS = f"""
select l.id, m.id, {_COMPARED.format(l="l", a="a")}, {_COMPARED.format(l="m", a="b")}
from duplicate_candidates as c
join duplicate_leads as x on x.at = c.one
join duplicate_leads as y on y.at = c.other
join outbound.leads as l on l.org_id = %(org)s and l.id = x.id
join outbound.leads as m on m.org_id = %(org)s and m.id = y.id
left join outbound.addresses as a on a.org_id = l.org_id and a.id = l.address_id
left join outbound.addresses as b on b.org_id = m.org_id and b.id = m.address_id
where
    case
        when l.address_id = m.address_id then l.pipeline_stage = any(%(open)s) and m.pipeline_stage = any(%(open)s)
        else l.pipeline_stage = any(%(open)s) or m.pipeline_stage = any(%(open)s)
    end
"""  # noqa: S608 (names of columns)
_KEEP = """
insert into outbound.match_pairs as p (
    org_id, id, lead_id, other_lead_id, score, evidence, because, found_at
)
select %(org)s, id, lead_id, other_lead_id, score, evidence, because, %(now)s from duplicate_pairs
on conflict (org_id, lead_id, other_lead_id) do update set
    score = excluded.score, evidence = excluded.evidence, because = excluded.because
where p.decision is null
"""
_WITHDRAW = """
delete from outbound.match_pairs as p
where
    p.org_id = %(org)s and p.import_id is null and p.decision is null
    and not exists (
        select from duplicate_pairs as d where d.lead_id = p.lead_id and d.other_lead_id = p.other_lead_id
    )
"""
