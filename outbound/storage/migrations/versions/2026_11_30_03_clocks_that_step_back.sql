-- A failure that lies ahead of the clock was counted by a clock that has been set back since. What it brought about
-- holds nobody up, or it would until the clock gets there again. Processes may differ by a minute.
grant create on schema outbound to outbound_definer;

drop function outbound.throttles_of(bytea[]);
create function outbound.throttles_of(wanted bytea[])
returns table (
    subject bytea, last_failed_at timestamptz, blocked_until timestamptz, trusted_until timestamptz
)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select t.subject, t.last_failed_at, t.blocked_until, t.trusted_until
    from outbound.throttles as t where t.subject = any(wanted)
$$;

create or replace function outbound.throttle_count(wanted bytea, moment timestamptz) returns int
language sql security definer set search_path = outbound, pg_temp as $$
    delete from outbound.throttles as t where t.subject in (
        select o.subject from outbound.throttles as o
        where o.forget_at < moment and o.subject <> wanted order by o.forget_at limit 20 for update skip locked
    );
    insert into outbound.throttles as t (subject, failures, last_failed_at, forget_at)
    values (wanted, 1, moment, moment + interval '1 day')
    on conflict (subject) do update set
        failures = case
            when t.last_failed_at between moment - interval '1 hour' and moment + interval '1 minute'
                then t.failures + 1
            else 1
        end,
        blocked_until = case when t.last_failed_at <= moment + interval '1 minute' then t.blocked_until end,
        last_failed_at = moment,
        forget_at = greatest(t.forget_at, excluded.forget_at)
    returning failures
$$;

do $$
declare
    f text;
begin
    foreach f in array array['throttles_of(bytea[])', 'throttle_count(bytea, timestamptz)'] loop
        execute format('revoke all on function outbound.%s from public', f);
        execute format('grant execute on function outbound.%s to outbound_app', f);
        execute format('alter function outbound.%s owner to outbound_definer', f);
    end loop;
end
$$;
revoke create on schema outbound from outbound_definer;

-- The latest time that this server has written down for the organisation: its clock was ahead of it then, or is behind
-- it now. What is asked needs no rights of the caller's: a time, and nothing of the rows.
grant create on schema outbound to outbound_definer;
create policy definer on outbound.audit_entries for select to outbound_definer using (true);
grant select (org_id, id, occurred_at) on outbound.audit_entries to outbound_definer;
create function outbound.latest_stamp() returns timestamptz
language sql stable security definer set search_path = outbound, pg_temp as $$
    select greatest(
        (
            select a.occurred_at from outbound.audit_entries as a
            where a.org_id = outbound.current_org() order by a.id desc limit 1
        ),
        (
            select max(greatest(s.created_at, s.last_used_at)) from outbound.sessions as s
            where s.org_id = outbound.current_org()
        )
    )
$$;
revoke all on function outbound.latest_stamp() from public;
grant execute on function outbound.latest_stamp()
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job;
alter function outbound.latest_stamp() owner to outbound_definer;
revoke create on schema outbound from outbound_definer;

-- A geocoder's rest and its pace, likewise.
create or replace function outbound.geocoder_reserve(
    wanted text, this_month date, most bigint, gap double precision, patience double precision
) returns table (verdict text, wait double precision, made bigint)
language plpgsql security definer set search_path = outbound, pg_temp as $$
declare
    state outbound.geocoders;
    at_once timestamptz := clock_timestamp();
    slot timestamptz;
begin
    insert into outbound.geocoders as g (provider, month) values (wanted, this_month) on conflict do nothing;
    select g.* into state from outbound.geocoders as g where g.provider = wanted for update;
    at_once := clock_timestamp();  -- it may have waited for the row
    if state.month < this_month then
        state.month := this_month;
        state.calls := 0;
    end if;
    if state.down_until > at_once + interval '61 minutes' then
        state.down_until := null;  -- it is left alone for an hour at most: the clock was set back since
    end if;
    if state.next_call_at > at_once + interval '61 minutes' then
        state.next_call_at := null;
    end if;
    slot := greatest(state.next_call_at, at_once);
    made := state.calls;
    wait := extract(epoch from slot - at_once);
    if state.down_until > at_once then
        verdict := 'down';
        wait := extract(epoch from state.down_until - at_once);
    elsif state.calls >= most then
        verdict := 'cap';
    elsif wait > patience then
        verdict := 'busy';
    else
        verdict := 'go';
        made := state.calls + 1;
        update outbound.geocoders as g
        set month = state.month, calls = made, next_call_at = slot + make_interval(secs => gap)
        where g.provider = wanted;
    end if;
    return next;
end
$$;
