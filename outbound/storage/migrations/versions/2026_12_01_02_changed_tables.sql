-- In which tables of the organisation anything was written since a snapshot. Policies would be planned with each call,
-- which takes longer than the answer; nothing of a row is told, not even whose it is. Whoever asks then reads under
-- their own rights.
grant create on schema outbound to outbound_definer;
create policy definer on outbound.tasks for select to outbound_definer using (true);
create policy definer on outbound.trips for select to outbound_definer using (true);
create policy definer on outbound.trip_stops for select to outbound_definer using (true);
create policy definer_reads on outbound.tombstones for select to outbound_definer using (true);
create policy definer_reads on outbound.departures for select to outbound_definer using (true);
do $$
declare
    t text;
begin
    foreach t in array array[
        'leads', 'addresses', 'tasks', 'lead_cadence_enrollments', 'trips', 'trip_stops', 'territories',
        'territory_assignments', 'activities', 'tombstones'
    ] loop
        execute format('grant select (org_id, xact) on outbound.%I to outbound_definer', t);
    end loop;
end
$$;
grant select (org_id, left_xact) on outbound.departures to outbound_definer;

do $$
declare
    asked text;
begin
    select string_agg(
        format(
            'select %L where exists (select from outbound.%I as t where t.org_id = org and t.%I >= earliest'
            ' and not pg_visible_in_snapshot(t.%I, since))', n.name, n.name, n.stamp, n.stamp),
        E'\n        union all ' order by n.name)
    into asked
    from (
        select t as name, 'xact' as stamp from unnest(array[
            'leads', 'addresses', 'tasks', 'lead_cadence_enrollments', 'trips', 'trip_stops', 'territories',
            'territory_assignments', 'activities', 'tombstones'
        ]) as t
        union all select 'departures', 'left_xact'
    ) as n;
    execute format($make$
create function outbound.changed_tables(since pg_snapshot) returns text[]
language plpgsql stable security definer set search_path = outbound, pg_temp as $body$
declare
    org constant uuid := outbound.current_org();
    earliest constant xid8 := pg_snapshot_xmin(since);
begin
    return array(
        %s
    );
end
$body$ $make$, asked);
end
$$;
revoke all on function outbound.changed_tables(pg_snapshot) from public;
grant execute on function outbound.changed_tables(pg_snapshot)
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job;
alter function outbound.changed_tables(pg_snapshot) owner to outbound_definer;
revoke create on schema outbound from outbound_definer;
