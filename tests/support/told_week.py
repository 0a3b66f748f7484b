"""A week of a small franchise, told to the operational tables; its territory is an hour ahead of its organisation."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from outbound.cadences.models import Cadence, CadenceStep, LeadCadenceEnrollment
from outbound.ids import uuid7
from outbound.leads.models import LeadStageChange
from outbound.messaging.models import Message
from outbound.storage.database import Database
from outbound.territories.models import TerritoryAssignment
from outbound.trips.models import Trip, TripStop
from outbound.vocabulary import ActivityResult, ActivityType, Role, Stage
from tests.support.cast import Door, Turf
from tests.support.franchise import Franchise

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECORDED = datetime(2026, 9, 1, 12, tzinfo=UTC)
FIRST_MOMENT = datetime(2026, 10, 26, 4, tzinfo=UTC)
"""Monday 0:00 in New York, summer time."""
LAST_MOMENT = datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC)
"""Sunday 23:59:59 in New York, winter time."""
SECOND = timedelta(seconds=1)


def at(day: int, hour: int = 16, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


class Story:
    """What happened in ``north_west``, told to the operational tables."""

    def __init__(self, database: Database) -> None:
        self.franchise = Franchise(database, "By Hand")
        self.database = database
        self.turf, self.neighbour = self.franchise.north_west, self.franchise.south_west
        self.other_rep = self.franchise.add_member(Role.SALES_REP, "other-rep")
        self._sql("update outbound.territories set zone = 'America/New_York' where id = :id", id=self.turf.id)
        self._sql("update outbound.addresses set created_at = :then", then=RECORDED)
        self._hand_over()
        self.leads = [self._lead(number) for number in range(8)]
        self._ground()
        self._touches()
        self._stages()
        self._trips()
        self._cadence()
        self.to_be_erased = self.leads[4]

    def _sql(self, statement: str, **values: Any) -> None:
        with self.franchise.admin() as session:
            session.execute(text(statement), values)

    def _door(self, number: int, turf: Turf | None = None) -> Door:
        lat, lon = (turf or self.turf).box.point(10 + number * 7)
        return self.franchise.add_address(turf or self.turf, at=(lat, lon), created_at=RECORDED)

    def _lead(self, number: int) -> uuid.UUID:
        return self.franchise.add_lead(
            self.turf, owner=self.franchise.rep, door=self._door(number), entered_at=RECORDED
        )

    def _door_of(self, lead: uuid.UUID) -> uuid.UUID:
        address_id = self.franchise.lead(lead).address_id
        assert address_id is not None
        return address_id

    def _hand_over(self) -> None:
        """The rep's territory goes to a colleague on Wednesday, and to nobody a week later."""
        self._sql(
            "update outbound.territory_assignments set unassigned_at = :then where territory_id = :id",
            then=at(28),
            id=self.turf.id,
        )
        with self.franchise.admin() as session:
            session.add(
                TerritoryAssignment(
                    org_id=self.franchise.org_id,
                    territory_id=self.turf.id,
                    user_id=self.other_rep.id,
                    role="OWNER",
                    assigned_at=at(28),
                    unassigned_at=LAST_MOMENT + SECOND,
                )
            )
        # Above stands the area's owner, who would own it too.
        self._sql("delete from outbound.territory_assignments where user_id = :id", id=self.franchise.manager.id)

    def _ground(self) -> None:
        """Doors that moved, were closed, came later, or have no place on the map: none, or a ZIP code only."""
        left, closed, came, *_ = (self._door(number) for number in (20, 21, 22, 23))
        arrived = self._door(24, self.neighbour)
        later = self._door(25)
        nowhere = self._door(26)
        never = self._door(27)
        roughly, found = self._door(28), self._door(29)
        self._sql("update outbound.addresses set created_at = :then where id = :id", then=at(10, month=11), id=later.id)
        self._sql("update outbound.addresses set position = null, cell = null where id = :id", id=nowhere.id)
        self._sql("update outbound.addresses set do_not_knock = true where id = :id", id=never.id)
        for door in (roughly, found):
            self._sql("update outbound.addresses set location_source = 'zip_centroid' where id = :id", id=door.id)
        self._sql(
            "update outbound.addresses set location_source = 'pin', cell = :cell, territory_id = :turf where id = :id",
            cell=arrived.cell,
            turf=self.neighbour.id,
            id=found.id,
        )
        moves = {
            left.id: (self.neighbour.id, False, at(4, month=11)),
            arrived.id: (self.turf.id, False, at(29)),
            closed.id: (self.turf.id, True, at(6, month=11)),
            came.id: (None, False, at(31)),
        }
        for door, (territory, closes, when) in moves.items():
            self._sql(
                "update outbound.addresses set territory_id = :turf, do_not_knock = :closes where id = :id",
                turf=territory,
                closes=closes,
                id=door,
            )
            self._sql("update outbound.door_changes set changed_at = :then where address_id = :id", then=when, id=door)
        self._sql("delete from outbound.door_changes where address_id in (:a, :b)", a=nowhere.id, b=never.id)
        self.arrived = self.franchise.add_lead(self.neighbour, door=arrived, entered_at=RECORDED)

    def _touches(self) -> None:
        rep, other = self.franchise.rep, self.other_rep
        log = self.franchise.add_activity
        log(self.leads[0], by=rep, occurred_at=FIRST_MOMENT)
        log(self.leads[0], by=rep, occurred_at=FIRST_MOMENT - SECOND)
        log(self.leads[1], by=other, occurred_at=LAST_MOMENT + SECOND)
        # Made without a signal, heard of ten days later, when the lead had another owner and lay elsewhere.
        log(
            self.leads[1],
            by=other,
            result=ActivityResult.INTERESTED,
            occurred_at=LAST_MOMENT,
            received_at=at(12, month=11),
        )
        self._sql(
            "update outbound.leads set owner_id = :owner, territory_id = :turf where id = :id",
            owner=other.id,
            turf=self.neighbour.id,
            id=self.leads[1],
        )
        log(self.leads[2], by=rep, type=ActivityType.CALL, result=ActivityResult.FOLLOW_UP, occurred_at=at(27))
        log(self.leads[3], by=other, type=ActivityType.SMS, result=None, occurred_at=at(29))
        log(self.leads[4], by=other, type=ActivityType.EMAIL, result=None, occurred_at=at(30))
        log(self.leads[4], by=other, type=ActivityType.MEETING, result=ActivityResult.SCHEDULED, occurred_at=at(31))
        log(self.leads[5], by=other, type=ActivityType.NOTE, result=None, occurred_at=at(31))
        log(self.leads[5], by=other, occurred_at=at(31), undone_at=at(31, 17))
        log(self.arrived, by=rep, result=ActivityResult.NOT_INTERESTED, occurred_at=at(27))

    def _stages(self) -> None:
        self._move(0, None, Stage.COLD, at(26), due=at(28))
        self._move(2, Stage.COLD, Stage.CONTACTED, at(27, 10), due=at(28))
        self._move(3, None, Stage.COLD, at(27), due=at(29, 15))
        self._move(3, Stage.COLD, Stage.COLD, at(28), due=None)  # another owner
        self._move(4, Stage.CONTACTED, Stage.FOLLOW_UP, at(29), due=at(30, 15))
        self._move(4, Stage.FOLLOW_UP, Stage.SCHEDULED, at(31), due=None)
        self._move(5, Stage.FOLLOW_UP, Stage.SCHEDULED, at(28), due=AS_OF + SECOND)
        self._move(5, Stage.SCHEDULED, Stage.SCHEDULED, at(29), due=None)
        self._move(5, Stage.SCHEDULED, Stage.WON, LAST_MOMENT, due=None)
        self._move(5, Stage.WON, Stage.WON, at(3, month=11), due=None)
        self._move(6, Stage.COLD, Stage.LOST, at(28), due=None, undone_at=at(28, 17))
        self._move(7, Stage.COLD, Stage.NOT_QUALIFIED, LAST_MOMENT + SECOND, due=None)
        self._move(6, Stage.SCHEDULED, Stage.WON, at(12, month=11), due=None)

    def _move(
        self, lead: int, was: Stage | None, now: Stage, when: datetime, *, due: datetime | None, **more: Any
    ) -> None:
        with self.franchise.admin() as session:
            session.add(
                LeadStageChange(
                    org_id=self.franchise.org_id,
                    lead_id=self.leads[lead],
                    from_stage=was,
                    to_stage=now,
                    occurred_at=when,
                    due_at=due,
                    owner_id=self.other_rep.id,
                    territory_id=self.turf.id,
                    **more,
                )
            )

    def _trips(self) -> None:
        """Three are completed in the week; the wins of November belong to the one before the last moment."""
        for completed, visited in (
            (at(26, 20), [5]),
            (at(30, 20), [5, 6]),
            (LAST_MOMENT, []),
            (LAST_MOMENT + SECOND, [6]),
            (None, [5]),
        ):
            trip = Trip(
                org_id=self.franchise.org_id,
                id=uuid7(),
                created_by_id=self.other_rep.id,
                owner_id=self.other_rep.id,
                territory_id=self.turf.id,
                status="completed" if completed else "in_progress",
                completed_at=completed,
            )
            stops = [
                TripStop(
                    org_id=trip.org_id,
                    trip_id=trip.id,
                    lead_id=self.leads[lead],
                    address_id=self._door_of(self.leads[lead]),
                    order=order,
                    status="skipped" if completed and completed > LAST_MOMENT else "completed",
                    completed_at=None if completed and completed > LAST_MOMENT else (completed or at(31)),
                )
                for order, lead in enumerate(visited, start=1)
            ]
            with self.franchise.admin() as session:
                session.add(trip)
                session.flush()
                session.add_all(stops)

    def _cadence(self) -> None:
        org_id = self.franchise.org_id
        cadence, step, enrollment = uuid7(), uuid7(), uuid7()
        sent: dict[str, Any] = {
            "org_id": org_id,
            "lead_id": self.leads[3],
            "channel": "SMS",
            "territory_id": self.turf.id,
            "cell": self.franchise.lead(self.leads[3]).cell,
        }
        with self.franchise.admin() as session:
            session.add(Cadence(org_id=org_id, id=cadence, name="Follow up", target_stage="COLD"))
            session.flush()
            session.add(CadenceStep(org_id=org_id, id=step, cadence_id=cadence, order=1, channel="SMS"))
            session.flush()
            session.add(
                LeadCadenceEnrollment(
                    org_id=org_id, id=enrollment, lead_id=self.leads[3], cadence_id=cadence, status="completed"
                )
            )
            session.flush()
            session.add_all(
                [
                    Message(
                        **sent,
                        enrollment_id=enrollment,
                        step_id=step,
                        status="delivered",
                        sent_at=at(30),
                        delivered_at=at(30),
                    ),
                    Message(**sent, enrollment_id=enrollment, status="failed", reason="undeliverable", sent_at=at(31)),
                    Message(**sent, status="delivered", sent_at=at(31), delivered_at=at(31)),
                    Message(**sent, direction="inbound", status="delivered", delivered_at=at(31)),
                ]
            )
