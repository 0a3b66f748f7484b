"""A franchise to work on: people of every role, nested territories, doors and leads, and ways to add more.

Rows are written by the administrator, around the policies, so that a test states what is there before it asks
what may be seen or done.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.activities.models import Activity
from outbound.addresses.models import Address
from outbound.audit.models import AuditEntry
from outbound.identity.models import Membership, Organisation, User
from outbound.identity.service import hash_password
from outbound.ids import uuid7
from outbound.leads.models import Lead, LeadStageChange
from outbound.policies.founding import seed_rules
from outbound.postal.rules import PostalParts, canonical_line
from outbound.storage.context import Context
from outbound.storage.crypto import seal_position
from outbound.storage.database import Database
from outbound.territories.models import Territory, TerritoryAssignment
from outbound.vocabulary import (
    ActivityResult,
    ActivityType,
    AssignmentRole,
    LeadType,
    Role,
    Stage,
    TerritoryType,
)
from tests.support import places
from tests.support.cast import PASSWORD, Door, Member, Turf
from tests.support.places import Box, cell_of

ZONE = "America/Chicago"
FOUNDED = datetime(2025, 1, 6, 15, tzinfo=UTC)
"""A Monday morning: assignments hold since then, leads are a day younger, activities two, unless told otherwise."""


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)  # slow on purpose, so once for all


class Franchise:
    """One organisation.

    ============== ============== =========================================
    who            role           assigned to
    ============== ============== =========================================
    owner          FRANCHISE_OWNER
    manager        SALES_MANAGER  west (AREA)
    head_manager   SALES_MANAGER  nothing, so everything
    rep            SALES_REP      OWNER of north_west
    helper         SALES_REP      CONTRIBUTOR of south_west, VIEWER of north_east
    ops            OPS
    ============== ============== =========================================

    ``region`` holds the areas ``west`` and ``east``; these hold the micro territories ``south_west``,
    ``north_west``, ``south_east``, ``north_east``, each with two COLD leads that nobody owns (``leads_in``).
    ``scheduled`` is a SCHEDULED lead in north_west; ``rep_elsewhere`` a COLD one in south_east that ``rep``
    owns.
    """

    def __init__(self, database: Database, name: str) -> None:
        self.database = database
        self.name = name
        self.slug = name.lower().replace(" ", "-")
        self.zone = ZONE
        self.org_id = uuid7()
        self._last_number = 0
        self._leads: dict[uuid.UUID | None, list[uuid.UUID]] = {}
        with self.admin() as session:
            session.add(Organisation(id=self.org_id, name=name, slug=self.slug, zone=ZONE))
            session.flush()
            seed_rules(session)
            self._add_people(session)
            self._add_territories(session)
            self._add_leads(session)

    def _add_people(self, session: Session) -> None:
        self.owner = self.add_member(Role.FRANCHISE_OWNER, "owner", session=session)
        self.manager = self.add_member(Role.SALES_MANAGER, "manager", session=session)
        self.head_manager = self.add_member(Role.SALES_MANAGER, "head-manager", session=session)
        self.rep = self.add_member(Role.SALES_REP, "rep", session=session)
        self.helper = self.add_member(Role.SALES_REP, "helper", session=session)
        self.ops = self.add_member(Role.OPS, "ops", session=session)

    def _add_territories(self, session: Session) -> None:
        def add(name: str, type_: TerritoryType, box: Box, parent: Turf | None = None) -> Turf:
            return self.add_territory(name, type_, box, parent=parent, session=session)

        self.region = add("Region", TerritoryType.REGION, places.REGION)
        self.west = add("West", TerritoryType.AREA, places.WEST, self.region)
        self.east = add("East", TerritoryType.AREA, places.EAST, self.region)
        self.south_west = add("South West", TerritoryType.MICRO, places.SOUTH_WEST, self.west)
        self.north_west = add("North West", TerritoryType.MICRO, places.NORTH_WEST, self.west)
        self.south_east = add("South East", TerritoryType.MICRO, places.SOUTH_EAST, self.east)
        self.north_east = add("North East", TerritoryType.MICRO, places.NORTH_EAST, self.east)
        self.assign(self.manager, self.west, AssignmentRole.OWNER, session=session)
        self.assign(self.rep, self.north_west, AssignmentRole.OWNER, session=session)
        self.assign(self.helper, self.south_west, AssignmentRole.CONTRIBUTOR, session=session)
        self.assign(self.helper, self.north_east, AssignmentRole.VIEWER, session=session)

    def _add_leads(self, session: Session) -> None:
        for turf in self.micros:
            for _ in range(2):
                self.add_lead(turf, session=session)
        self.scheduled = self.add_lead(self.north_west, stage=Stage.SCHEDULED, session=session)
        self.rep_elsewhere = self.add_lead(self.south_east, owner=self.rep, session=session)

    def on(self, database: Database) -> Franchise:
        """The same one in a copy of its database: what is added there is known to neither the first nor another."""
        copied = copy.copy(self)
        copied.database = database
        copied._leads = {turf: list(leads) for turf, leads in self._leads.items()}
        return copied

    def _next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    @property
    def micros(self) -> list[Turf]:
        return [self.south_west, self.north_west, self.south_east, self.north_east]

    @property
    def members(self) -> list[Member]:
        """One of every kind."""
        return [self.owner, self.manager, self.head_manager, self.rep, self.helper, self.ops]

    @contextmanager
    def admin(self, session: Session | None = None) -> Iterator[Session]:
        """The administrator's session, around every policy: committed at exit. Joins one that is given."""
        if session is not None:
            yield session
            return
        with Session(self.database.admin_engine, expire_on_commit=False) as own, own.begin():
            own.info["context"] = Context(self.org_id, None, "outbound_job", "test", None)
            own.info["keys"] = self.database.keys
            yield own

    def as_member(self, member: Member) -> AbstractContextManager[Session]:
        """One transaction with this member's rights."""
        return self.database.as_member(self.org_id, member.id, source="test")

    def as_job(self) -> AbstractContextManager[Session]:
        """One transaction of the system's own work."""
        return self.database.as_job(self.org_id)

    def lead(self, lead_id: uuid.UUID) -> Lead:
        """A lead as it is stored now."""
        with self.admin() as session:
            return session.get_one(Lead, (self.org_id, lead_id))

    def history(self, lead_id: uuid.UUID) -> list[LeadStageChange]:
        """The stage history of a lead, oldest first."""
        with self.admin() as session:
            rows = select(LeadStageChange).where(LeadStageChange.lead_id == lead_id)
            return list(session.scalars(rows.order_by(LeadStageChange.occurred_at, LeadStageChange.id)))

    def activities(self, lead_id: uuid.UUID) -> list[Activity]:
        """The activities of a lead, oldest first."""
        with self.admin() as session:
            rows = select(Activity).where(Activity.org_id == self.org_id, Activity.lead_id == lead_id)
            return list(session.scalars(rows.order_by(Activity.occurred_at, Activity.id)))

    def audit_trail(self, *actions: str) -> list[AuditEntry]:
        """What the log says, oldest first; only these actions (``lead created``), if any are named."""
        with self.admin() as session:
            rows = select(AuditEntry).where(AuditEntry.org_id == self.org_id).order_by(AuditEntry.id)
            found = list(session.scalars(rows))
        return [entry for entry in found if not actions or f"{entry.entity} {entry.action}" in actions]

    def leads_in(self, turf: Turf | None) -> list[uuid.UUID]:
        """Leads added to exactly this territory, in the order they were added."""
        return list(self._leads.get(turf.id if turf else None, []))

    @property
    def all_leads(self) -> set[uuid.UUID]:
        return {lead for leads in self._leads.values() for lead in leads}

    def add_member(self, role: Role, name: str | None = None, *, session: Session | None = None) -> Member:
        name = name or f"{role.lower().replace('_', '-')}-{self._next_number()}"
        member = Member(uuid7(), f"{name}@{self.slug}.test", name.replace("-", " ").title(), role)
        with self.admin(session) as s:
            s.add(
                User(
                    id=member.id,
                    email=member.email,
                    name=member.name,
                    password_hash=_password_hash(),
                    email_verified_at=FOUNDED,
                )
            )
            s.flush()
            s.add(Membership(org_id=self.org_id, user_id=member.id, role=role))
            s.flush()
        return member

    def add_territory(
        self,
        name: str,
        type: TerritoryType,
        box: Box,
        *,
        parent: Turf | None = None,
        session: Session | None = None,
    ) -> Turf:
        turf = Turf(uuid7(), name, name.lower().replace(" ", "-"), type, box, parent)
        with self.admin(session) as s:
            s.add(
                Territory(
                    org_id=self.org_id,
                    id=turf.id,
                    name=name,
                    slug=turf.slug,
                    type=type,
                    geometry=box.geometry,
                    parent_id=parent.id if parent else None,
                    zone=ZONE,
                )
            )
            s.flush()
        return turf

    def assign(
        self,
        member: Member,
        turf: Turf,
        role: AssignmentRole,
        *,
        ended: bool = False,
        session: Session | None = None,
    ) -> None:
        """Assigns a territory since the founding; ``ended``: until a month after it."""
        with self.admin(session) as s:
            s.add(
                TerritoryAssignment(
                    org_id=self.org_id,
                    territory_id=turf.id,
                    user_id=member.id,
                    role=role,
                    assigned_at=FOUNDED,
                    unassigned_at=FOUNDED + timedelta(days=30) if ended else None,
                )
            )
            s.flush()

    def add_address(
        self,
        turf: Turf | None,
        *,
        at: tuple[float, float] | None = None,
        session: Session | None = None,
        **columns: Any,
    ) -> Door:
        """A door in a territory, at the next free point or at ``at`` (latitude, longitude)."""
        number = self._next_number()
        lat, lon = at or (turf.box if turf else places.REGION).point(number)
        door = Door(uuid7(), f"{number} Sample Street", lat, lon, cell_of(lat, lon), turf.id if turf else None)
        parts = PostalParts(str(number), "Sample Street", "", "Testville", "IA", "50309")
        values = asdict(parts) | {"canonical": canonical_line(parts), "location_source": "file"}
        with self.admin(session) as s:
            s.add(
                Address(
                    org_id=self.org_id,
                    id=door.id,
                    position=seal_position(self.database.keys, self.org_id, door.id, lat, lon),
                    cell=door.cell,
                    territory_id=door.territory_id,
                    **(values | columns),
                )
            )
            s.flush()
        return door

    def add_lead(
        self,
        turf: Turf | None,
        *,
        stage: Stage = Stage.COLD,
        owner: Member | None = None,
        door: Door | None = None,
        entered_at: datetime | None = None,
        session: Session | None = None,
        **columns: Any,
    ) -> uuid.UUID:
        """An outbound lead at a door (a new one, unless given) with the history of its one stage."""
        lead_id = uuid7()
        entered_at = entered_at or FOUNDED + timedelta(days=1)
        where = {"territory_id": turf.id if turf else None, "owner_id": owner.id if owner else None}
        with self.admin(session) as s:
            door = door or self.add_address(turf, session=s)
            values = {
                "lead_type": LeadType.OUTBOUND,
                "first_name": "Pat",
                "last_name": f"Sample{self._next_number()}",
                "phone": "+15155550100",
                "email": "pat@example.com",
                "source": "test",
            }
            s.add(
                Lead(
                    org_id=self.org_id,
                    id=lead_id,
                    pipeline_stage=stage,
                    stage_entered_at=entered_at,
                    address_id=door.id,
                    cell=door.cell,
                    **where,
                    **(values | columns),
                )
            )
            s.flush()
            s.add(LeadStageChange(org_id=self.org_id, lead_id=lead_id, to_stage=stage, occurred_at=entered_at, **where))
            s.flush()
        self._leads.setdefault(where["territory_id"], []).append(lead_id)
        return lead_id

    def add_activity(
        self,
        lead_id: uuid.UUID,
        *,
        by: Member,
        type: ActivityType = ActivityType.DOOR_KNOCK,
        result: ActivityResult | None = ActivityResult.NOT_HOME,
        occurred_at: datetime | None = None,
        session: Session | None = None,
        **columns: Any,
    ) -> uuid.UUID:
        """A fact of the past, with door, territory and owner as the lead has them now; the lead stays."""
        activity_id = columns.pop("id", None) or uuid7()
        with self.admin(session) as s:
            lead = s.get_one(Lead, (self.org_id, lead_id))
            values = {
                "address_id": lead.address_id,
                "territory_id": lead.territory_id,
                "owner_id": lead.owner_id,
                "cell": lead.cell,
            }
            s.add(
                Activity(
                    org_id=self.org_id,
                    id=activity_id,
                    lead_id=lead_id,
                    user_id=by.id,
                    type=type,
                    result=result,
                    occurred_at=occurred_at or FOUNDED + timedelta(days=2),
                    **(values | columns),
                )
            )
            s.flush()
        return activity_id
