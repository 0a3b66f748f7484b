"""A demo of whatever seed is a franchise that could be: its rows agree with each other and with the rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from outbound.demo.load import Loaded
from outbound.demo.town import build_town
from outbound.messaging.rules import FIRST_LAWFUL, LAST_LAWFUL
from outbound.storage.crypto import open_position
from outbound.storage.database import Database
from tests.outbound.demo.conftest import AS_OF


def rows(database: Database, query: str, **given: Any) -> list[Any]:
    with database.admin_engine.connect() as connection:
        return list(connection.execute(text(query), given))


def exceptions(database: Database, query: str) -> list[Any]:
    """What breaks an invariant: the query selects offenders."""
    return rows(database, f"select * from ({query}) as offenders limit 5")


@pytest.mark.usefixtures("demo")
class TestInvariants:
    def test_a_lead_stands_where_its_history_left_it(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select l.id, l.pipeline_stage, last.to_stage from outbound.leads as l
            left join lateral (
                select c.to_stage, c.owner_id from outbound.lead_stage_changes as c
                where c.org_id = l.org_id and c.lead_id = l.id order by c.occurred_at desc, c.id desc limit 1
            ) as last on true
            left join lateral (
                select max(c.occurred_at) as at from outbound.lead_stage_changes as c
                where c.org_id = l.org_id and c.lead_id = l.id and c.from_stage is distinct from c.to_stage
            ) as moved on true
            where l.pipeline_stage is distinct from last.to_stage or l.owner_id is distinct from last.owner_id
                or l.stage_entered_at is distinct from moved.at
            """,
        )

    def test_each_change_begins_where_the_one_before_ended(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select * from (
                select from_stage, lag(to_stage) over (partition by org_id, lead_id order by occurred_at, id) as before,
                    occurred_at, lead_id
                from outbound.lead_stage_changes
            ) as c where from_stage is distinct from before
            """,
        )

    def test_a_stage_that_an_activity_caused_is_the_one_the_result_table_names(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select c.id from outbound.lead_stage_changes as c
            join outbound.activities as a on a.org_id = c.org_id and a.id = c.activity_id
            left join outbound.activity_outcomes as o
                on o.org_id = c.org_id and o.result = a.result and o.stage = c.from_stage
            where o.to_stage is distinct from c.to_stage or a.lead_id <> c.lead_id or a.occurred_at <> c.occurred_at
            """,
        )

    def test_every_result_that_names_another_stage_moved_its_lead(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select a.id from outbound.activities as a
            join lateral (
                select c.to_stage from outbound.lead_stage_changes as c
                where c.org_id = a.org_id and c.lead_id = a.lead_id
                    and c.occurred_at <= a.occurred_at and c.activity_id is distinct from a.id
                order by c.occurred_at desc, c.id desc limit 1
            ) as was on true
            join outbound.activity_outcomes as o
                on o.org_id = a.org_id and o.result = a.result and o.stage = was.to_stage
            where o.to_stage <> was.to_stage and not exists (
                select from outbound.lead_stage_changes as c where c.org_id = a.org_id and c.activity_id = a.id
            )
            """,
        )

    def test_moves_are_legal(self, demo_database: Database):
        from outbound.leads.rules import refuse_illegal_move
        from outbound.vocabulary import Stage

        for was, now in rows(
            demo_database,
            "select distinct from_stage, to_stage from outbound.lead_stage_changes where from_stage is not null",
        ):
            refuse_illegal_move(Stage(was), Stage(now))

    def test_a_leads_last_activity_is_its_newest(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select l.id from outbound.leads as l
            left join lateral (
                select max(a.occurred_at) as at from outbound.activities as a
                where a.org_id = l.org_id and a.lead_id = l.id
            ) as newest on true
            left join outbound.activities as a on a.org_id = l.org_id and a.id = l.last_activity_id
            where l.last_activity_at is distinct from newest.at or a.occurred_at is distinct from newest.at
                or (a.id is not null and a.lead_id <> l.id)
            """,
        )

    def test_due_times_follow_the_last_touch_or_the_stage(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select l.id, l.pipeline_stage, l.due_at, clock.at from outbound.leads as l
            join outbound.stage_policies as p on p.org_id = l.org_id and p.stage = l.pipeline_stage
            cross join lateral (
                select greatest(
                    l.stage_entered_at,
                    (select max(a.occurred_at) from outbound.activities as a
                        where a.org_id = l.org_id and a.lead_id = l.id
                            and a.type in ('DOOR_KNOCK', 'CALL', 'SMS', 'EMAIL', 'MEETING')),
                    (select max(c.occurred_at) from outbound.lead_stage_changes as c
                        where c.org_id = l.org_id and c.lead_id = l.id and c.from_stage = c.to_stage
                            and c.due_at is not null)
                ) as at
            ) as clock
            where l.due_at is distinct from case
                when l.pipeline_stage = 'COLD' and l.owner_id is null then null
                else clock.at + make_interval(mins => p.sla_minutes) end
            """,
        )

    def test_facts_carry_owner_and_territory_of_their_time(self, demo_database: Database):
        for table, moment in (
            ("activities", "occurred_at"),
            ("messages", "coalesce(f.scheduled_for, f.delivered_at)"),
        ):
            assert not exceptions(
                demo_database,
                f"""
                select f.id from outbound.{table} as f
                join lateral (
                    select c.owner_id, c.territory_id from outbound.lead_stage_changes as c
                    where c.org_id = f.org_id and c.lead_id = f.lead_id and c.occurred_at <= {moment}
                    order by c.occurred_at desc, c.id desc limit 1
                ) as standing on true
                where f.owner_id is distinct from standing.owner_id
                    or f.territory_id is distinct from standing.territory_id
                """,
            )

    def test_nothing_happens_before_its_lead_or_after_the_moment(self, demo_database: Database):
        query = """
            select a.id from outbound.activities as a
            join outbound.leads as l on l.org_id = a.org_id and l.id = a.lead_id
            where a.occurred_at < l.created_at or a.received_at < a.occurred_at or a.received_at > '{}'
        """
        assert not exceptions(demo_database, query.format(AS_OF.isoformat()))

    def test_who_knocks_is_assigned_there_at_that_time(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select a.id from outbound.activities as a where a.type = 'DOOR_KNOCK' and not exists (
                select from outbound.territory_assignments as t
                where t.org_id = a.org_id and t.territory_id = a.territory_id and t.user_id = a.user_id
                    and t.assigned_at <= a.occurred_at and coalesce(t.unassigned_at, 'infinity') > a.occurred_at
            )
            """,
        )

    def test_an_owned_lead_is_owned_by_the_territorys_owner(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select l.id from outbound.leads as l
            left join outbound.territory_assignments as t on t.org_id = l.org_id and t.territory_id = l.territory_id
                and t.role = 'OWNER' and t.unassigned_at is null
            where l.owner_id is distinct from t.user_id
            """,
        )

    def test_nobody_knocks_at_a_door_that_forbade_it(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select l.id from outbound.leads as l
            join outbound.activities as a on a.org_id = l.org_id and a.lead_id = l.id and a.result = 'DO_NOT_CONTACT'
            join outbound.addresses as d on d.org_id = l.org_id and d.id = l.address_id
            where not d.do_not_knock or exists (
                select from outbound.activities as later where later.org_id = a.org_id and later.lead_id = a.lead_id
                    and later.occurred_at > a.occurred_at and later.type not in ('NOTE', 'TASK')
            )
            """,
        )

    def test_messages_go_out_in_lawful_local_hours_to_those_who_agreed(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            f"""
            select m.id, m.scheduled_for at time zone o.zone from outbound.messages as m
            join outbound.organisations as o on o.id = m.org_id
            join outbound.leads as l on l.org_id = m.org_id and l.id = m.lead_id
            where m.direction = 'outbound' and (
                extract(hour from m.scheduled_for at time zone o.zone)
                    not between {FIRST_LAWFUL.hour} and {LAST_LAWFUL.hour - 1}
                or extract(isodow from m.scheduled_for at time zone o.zone) = 7
                or (m.status = 'delivered' and (
                    not (l.consent ->> lower(m.channel))::boolean
                    or (case m.channel when 'SMS' then l.phone else l.email end) is null
                ))
            )
            """,
        )

    def test_every_scheduled_lead_has_its_one_open_hand_off(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select l.id from outbound.leads as l
            left join outbound.onboarding_handoffs as h
                on h.org_id = l.org_id and h.lead_id = l.id and h.status in ('pending', 'quoted')
            where (l.pipeline_stage = 'SCHEDULED') <> (h.id is not null)
            """,
        )
        accepted, won = rows(
            demo_database,
            "select (select count(*) from outbound.onboarding_handoffs where status = 'accepted'),"
            " (select count(*) from outbound.leads where pipeline_stage = 'WON')",
        )[0]
        assert accepted == won > 0

    def test_trips_and_their_stops_agree(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select t.id, t.status from outbound.trips as t
            join outbound.trip_stops as s on s.org_id = t.org_id and s.trip_id = t.id
            group by t.org_id, t.id
            having (t.status = 'completed' and bool_or(s.status = 'pending'))
                or (t.status in ('planned', 'cancelled') and bool_or(s.status <> 'pending'))
                or min(s."order") <> 1 or max(s."order") <> count(*) or max(s.completed_at) > t.completed_at
            """,
        )
        assert not exceptions(
            demo_database,
            """
            select a.id from outbound.activities as a
            join outbound.trip_stops as s on s.org_id = a.org_id and s.id = a.trip_stop_id
            where s.lead_id <> a.lead_id or s.status <> 'completed'
            """,
        )
        kinds = {row[0] for row in rows(demo_database, "select distinct status from outbound.trips")}
        assert {"completed", "planned"} <= kinds

    def test_enrolments_end_as_their_leads_did(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select e.id, e.status, l.pipeline_stage from outbound.lead_cadence_enrollments as e
            join outbound.leads as l on l.org_id = e.org_id and l.id = e.lead_id
            join outbound.cadences as c on c.org_id = e.org_id and c.id = e.cadence_id
            where (e.status = 'active' and (l.pipeline_stage <> c.target_stage or e.next_run_at is null
                    or e.current_step_id is null))
                or (e.status = 'completed' and e.completed_at is null)
                or (e.status = 'cancelled' and e.cancelled_at is null)
            """,
        )

    def test_every_change_stands_in_the_audit_log(self, demo_database: Database):
        assert not exceptions(
            demo_database,
            """
            select x.org_id from (
                select org_id, 'activity' as entity, count(*) from outbound.activities group by org_id
                union all
                select org_id, 'lead', count(*) from outbound.lead_stage_changes group by org_id
            ) as x (org_id, entity, made)
            where x.made <> (
                select count(*) from outbound.audit_entries as e where e.org_id = x.org_id and e.entity = x.entity
            )
            """,
        )

    def test_positions_open_to_their_doors(self, demo_database: Database, demo: Loaded):
        main = demo.organisations[0]
        town = build_town(900, 3)
        found = rows(
            demo_database,
            "select org_id, id, position, house_number, street, unit, cell from outbound.addresses"
            " where org_id = :org order by id limit 40",
            org=main,
        )
        for row in found:
            lat, lon = open_position(demo_database.keys, row.org_id, row.id, row.position)
            near = np.hypot(town.doors.lat - lat, town.doors.lon - lon).argmin()
            assert (town.doors.lat[near], town.doors.lon[near]) == (lat, lon)
            assert town.doors.cell[near] == row.cell

    def test_some_knocks_arrive_hours_late(self, demo_database: Database):
        late, all_ = rows(
            demo_database,
            "select count(*) filter (where received_at - occurred_at > interval '1 hour'), count(*)"
            " from outbound.activities",
        )[0]
        assert 0.005 < late / all_ < 0.2

    def test_the_second_organisation_shares_nothing(self, demo_database: Database, demo: Loaded):
        main, second = demo.organisations
        with demo_database.as_job(second) as session:
            visible = session.execute(text("select distinct org_id from outbound.leads")).scalars().all()
        assert visible == [second]
        assert rows(demo_database, "select count(*) from outbound.leads where org_id = :org", org=main)[0][0] > 300
