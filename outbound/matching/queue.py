"""What waits for a person: pairs that may be one lead, side by side, and what was said of two leads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outbound.addresses.rules import display_line
from outbound.audit.service import record
from outbound.errors import Conflict, NotFound
from outbound.identity.permissions import Operation, permitted, require
from outbound.leads import merging
from outbound.leads.models import Lead
from outbound.matching.models import MatchPair
from outbound.storage.context import context_of
from outbound.vocabulary import OPEN_STAGES, MatchDecision


@dataclass(frozen=True)
class Side:
    """One of the two: a lead, or a row of a list."""

    lead_id: uuid.UUID | None
    line: int | None
    address: str
    city: str | None
    postcode: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None
    email: str | None
    language: str | None
    yard_size_sqft: int | None
    lead_type: str | None = None
    stage: str | None = None
    owner_id: uuid.UUID | None = None
    territory_id: uuid.UUID | None = None
    last_activity_at: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """A pair with both its sides."""

    pair: MatchPair
    left: Side
    right: Side


def waiting(
    session: Session,
    *,
    import_id: uuid.UUID | None = None,
    lists: bool | None = None,
    decided: bool = False,
    after: uuid.UUID | None = None,
    limit: int = 50,
) -> list[Waiting]:
    """Pairs in the caller's reach that nobody has decided, or that somebody has; those found first come first.

    ``lists``: rows of lists alone, or (false) leads alone. Rows of a list are asked about from its dry run on,
    and a key is shown them where it may read imports.
    """
    if not permitted(session, Operation.IMPORTS_READ):
        if lists:
            require(session, Operation.IMPORTS_READ)
        lists = False
    return _read(
        session,
        {"import": import_id, "lists": lists, "decided": decided, "after": after, "limit": limit, "id": None},
    )


def one(session: Session, pair_id: uuid.UUID) -> Waiting:
    """Raises :class:`NotFound` for a pair out of reach."""
    everything = {"import": None, "lists": None, "decided": None, "after": None, "limit": 1, "id": pair_id}
    found = _read(session, everything)
    if not found:
        raise NotFound(f"There is no match {pair_id} in your reach.")
    if found[0].pair.import_id is not None:
        require(session, Operation.IMPORTS_READ)
    return found[0]


def locked(session: Session, pair_id: uuid.UUID) -> MatchPair:
    """A pair to be decided. Raises :class:`NotFound`."""
    require(session, Operation.LEADS_MERGE)
    pair = session.scalars(
        select(MatchPair)
        .where(MatchPair.org_id == context_of(session).org_id, MatchPair.id == pair_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if pair is None:
        raise NotFound(f"There is no match {pair_id} in your reach.")
    return pair


def refuse_decided(pair: MatchPair, decision: MatchDecision) -> bool:
    """Whether it was decided so already. Raises :class:`Conflict` where it was decided otherwise."""
    if pair.decision is not None and pair.decision != decision:
        raise Conflict("This was decided otherwise; take that decision back first.", decision=pair.decision)
    return pair.decision is not None


def note(session: Session, pair: MatchPair, decision: MatchDecision | None, now: datetime) -> None:
    """Stores and logs what was said, or that it was taken back."""
    before = pair.decision
    pair.decision = decision
    pair.decided_at = now if decision else None
    pair.decided_by = context_of(session).user_id if decision else None
    pair.version += 1
    record(
        session,
        "match_pair",
        pair.id,
        "decided" if decision else "taken_back",
        before={"decision": before},
        after={"decision": pair.decision, "lead_id": str(pair.lead_id) if pair.lead_id else None},
    )
    session.flush()


def decide_leads(session: Session, pair: MatchPair, decision: MatchDecision, now: datetime) -> None:
    """Merges two leads into the one that is further, or lets them be two; they are not proposed again."""
    if refuse_decided(pair, decision):
        return
    if decision is MatchDecision.SAME:
        assert pair.lead_id is not None
        assert pair.other_lead_id is not None
        first, other = _by_standing(session, pair.lead_id, pair.other_lead_id)
        merging.merge(session, first, other, now)
        pair.merged_id = other
    note(session, pair, decision, now)


def take_back_leads(session: Session, pair: MatchPair, now: datetime) -> None:
    """Parts what was merged, and asks again. Raises :class:`Conflict` where they cannot be parted any more."""
    if pair.decision is None:
        return
    if pair.decision == MatchDecision.SAME and pair.merged_id is not None:
        survivor = pair.lead_id if pair.merged_id != pair.lead_id else pair.other_lead_id
        assert survivor is not None
        try:
            merging.unmerge(session, survivor, now, merged_id=pair.merged_id)
        except NotFound as error:
            raise Conflict("They were parted or merged elsewhere since; look at the leads themselves.") from error
        pair.merged_id = None
    note(session, pair, None, now)


def _by_standing(session: Session, one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """The lead that stays, then the one that is merged into it: open before closed, worked on before not, the older."""
    found = session.scalars(select(Lead).where(Lead.org_id == context_of(session).org_id, Lead.id.in_([one, other])))
    leads = {lead.id: lead for lead in found}
    if len(leads) < 2:
        raise NotFound("One of the leads is gone or out of your reach.")
    first, second = sorted(
        leads.values(),
        key=lambda lead: (
            lead.pipeline_stage not in OPEN_STAGES,
            lead.last_activity_at is None,
            lead.created_at,
            lead.id,
        ),
    )
    return first.id, second.id


def _read(session: Session, wanted: dict[str, Any]) -> list[Waiting]:
    rows = session.execute(text(_QUEUE), wanted | {"org": context_of(session).org_id}).all()
    pairs = {
        pair.id: pair
        for pair in session.scalars(
            select(MatchPair).where(
                MatchPair.org_id == context_of(session).org_id, MatchPair.id.in_([row.id for row in rows])
            )
        )
    }
    return [
        Waiting(pairs[row.id], _row_side(row, "r") if row.line else _lead_side(row, "m"), _right(row)) for row in rows
    ]


def _right(row: Any) -> Side:
    return _lead_side(row, "l") if row.l_id else _row_side(row, "o")


def _row_side(row: Any, prefix: str) -> Side:
    return Side(lead_id=None, line=getattr(row, f"{prefix}_line"), **_shared(row, prefix))


def _lead_side(row: Any, prefix: str) -> Side:
    own = ("lead_type", "owner_id", "territory_id", "last_activity_at", "created_at")
    return Side(
        lead_id=getattr(row, f"{prefix}_id"),
        line=None,
        stage=getattr(row, f"{prefix}_pipeline_stage"),
        **{name: getattr(row, f"{prefix}_{name}") for name in own},
        **_shared(row, prefix),
    )


def _shared(row: Any, prefix: str) -> dict[str, Any]:
    def of(name: str) -> Any:
        return getattr(row, f"{prefix}_{name}")

    names = ("city", "postcode", *_PERSON)
    address = display_line(of("house_number") or "", of("street") or "", of("unit") or "")
    return {"address": address, **{name: of(name) or None for name in names}}


_PERSON = ("first_name", "last_name", "phone", "email", "language", "yard_size_sqft")
_PARTS = ("house_number", "street", "unit", "city", "postcode")
_LEAD = ("id", "lead_type", "pipeline_stage", "owner_id", "territory_id", "last_activity_at", "created_at", *_PERSON)


def _columns() -> str:
    listed = [f"{t}.{c} as {t}_{c}" for t in ("r", "o") for c in ("line", *_PARTS, *_PERSON)]
    listed += [f"{t}.{c} as {t}_{c}" for t in ("l", "m") for c in _LEAD]
    listed += [f"{a}.{c} as {t}_{c}" for t, a in (("l", "la"), ("m", "ma")) for c in _PARTS]
    return ", ".join(listed)


# ``m`` and ``l`` are two leads; ``r`` is a row, compared with ``l`` or with another row ``o``. A row counts as long as
# it is unsure: its list may have been taken back, and turf may have been cut.
_QUEUE = f"""
select p.id, p.line, {_columns()}
from outbound.match_pairs as p
left join outbound.prospect_imports as i on i.org_id = p.org_id and i.id = p.import_id
left join outbound.import_rows as r on r.org_id = p.org_id and r.import_id = p.import_id and r.line = p.line
left join outbound.import_rows as o
    on p.lead_id is null and o.org_id = p.org_id and o.import_id = p.import_id and o.line = p.matched_line
left join outbound.leads as l
    on l.org_id = p.org_id and l.id = case when p.import_id is null then p.other_lead_id else p.lead_id end
left join outbound.addresses as la on la.org_id = l.org_id and la.id = l.address_id
left join outbound.leads as m on p.import_id is null and m.org_id = p.org_id and m.id = p.lead_id
left join outbound.addresses as ma on ma.org_id = m.org_id and ma.id = m.address_id
where
    p.org_id = :org
    and (cast(:id as uuid) is null or p.id = :id)
    and (cast(:decided as boolean) is null or (p.decision is not null) = :decided)
    and (cast(:after as uuid) is null or p.id > :after)
    and (cast(:import as uuid) is null or p.import_id = :import)
    and (cast(:lists as boolean) is null or (p.import_id is not null) = :lists)
    and case
        when p.import_id is null then
            m.id is not null and l.id is not null
            and (p.decision is not null or (m.archived_at is null and l.archived_at is null))
        else
            (p.decision is not null or r.fate = 'unsure') and i.status in ('ready', 'completed')
            and (l.id is not null or o.line is not null)
            and (p.decision is not null or l.id is null or l.archived_at is null)
    end
order by p.id
limit :limit
"""  # noqa: S608 (names of columns; values are parameters)
