-- What must happen before an organisation is known, and what the lake needs.

-- Narrow doors, each owned by a role that may only read what they need.
create policy definer on outbound.users for select to outbound_definer using (true);
create policy definer on outbound.memberships for select to outbound_definer using (true);
create policy definer on outbound.organisations for select to outbound_definer using (true);
create policy definer on outbound.sessions for select to outbound_definer using (true);
create policy definer on outbound.territories for select to outbound_definer using (true);
create policy definer on outbound.territory_assignments for select to outbound_definer using (true);
create policy definer on outbound.addresses for select to outbound_definer using (true);
create policy definer on outbound.tombstones for insert to outbound_definer with check (true);
grant select on outbound.users, outbound.memberships, outbound.organisations, outbound.sessions,
outbound.territories, outbound.territory_assignments to outbound_definer;
grant select (org_id, id, canonical) on outbound.addresses to outbound_definer;
grant insert on outbound.tombstones to outbound_definer;

-- The person behind an address, and the hash their password is checked against.
create function outbound.sign_in_candidate(wanted_email text)
returns table (user_id uuid, password_hash text) language sql stable security definer
set search_path = outbound, pg_temp as $$
    select u.id, u.password_hash from outbound.users as u
    where u.email = lower(wanted_email) and u.disabled_at is null
$$;

-- A person who is known by e-mail, so that they can join another organisation.
create function outbound.person_of(wanted_email text) returns uuid language sql stable security definer
set search_path = outbound, pg_temp as $$
    select u.id from outbound.users as u where u.email = lower(wanted_email)
$$;

create function outbound.organisations_of(wanted_user uuid)
returns table (org_id uuid, member_role text) language sql stable security definer
set search_path = outbound, pg_temp as $$
    select m.org_id, m.role from outbound.memberships as m
    where m.user_id = wanted_user and m.active order by m.created_at, m.org_id
$$;

create function outbound.session_of(wanted_hash bytea)
returns table (org_id uuid, session_id uuid, user_id uuid) language sql stable security definer
set search_path = outbound, pg_temp as $$
    select s.org_id, s.id, s.user_id
    from outbound.sessions as s
    join outbound.memberships as m on m.org_id = s.org_id and m.user_id = s.user_id and m.active
    join outbound.users as u on u.id = s.user_id and u.disabled_at is null
    where s.token_hash = wanted_hash and s.revoked_at is null and s.expires_at > now()
$$;

create function outbound.organisation_ids() returns setof uuid language sql stable security definer
set search_path = outbound, pg_temp as $$ select id from outbound.organisations order by id $$;

-- Whether this organisation already has a door that the caller may not see.
create function outbound.address_of(wanted_canonical text) returns uuid language sql stable security definer
set search_path = outbound, pg_temp as $$
    select a.id from outbound.addresses as a
    where a.org_id = outbound.current_org() and a.canonical = wanted_canonical
$$;

-- The turf around a position, whoever asks: a neighbour's door must not become the caller's.
create function outbound.turf_at(lat double precision, lon double precision)
returns table (id uuid, type text, priority_weight int, geometry jsonb)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select t.id, t.type, t.priority_weight, t.geometry from outbound.territories as t
    where
        t.org_id = outbound.current_org() and t.active
        and lon between t.west and t.east and lat between t.south and t.north
$$;

-- A member's role and the territories it reaches: those assigned, with all below. A VIEWER reads only.
create function outbound.scope_of(wanted_org uuid, wanted_user uuid)
returns table (member_role text, readable uuid[], writable uuid[])
language sql stable security definer set search_path = outbound, pg_temp as $$
    with recursive reach (territory_id, may_write) as (
        select a.territory_id, a.role <> 'VIEWER'
        from outbound.territory_assignments as a
        where a.org_id = wanted_org and a.user_id = wanted_user and a.unassigned_at is null
        union
        select t.id, r.may_write
        from reach as r
        join outbound.territories as t on t.org_id = wanted_org and t.parent_id = r.territory_id
    )
    select
        m.role,
        coalesce((select array_agg(distinct r.territory_id) from reach as r), '{}'),
        coalesce((select array_agg(distinct r.territory_id) from reach as r where r.may_write), '{}')
    from outbound.memberships as m
    join outbound.users as u on u.id = m.user_id and u.disabled_at is null
    where m.org_id = wanted_org and m.user_id = wanted_user and m.active
    -- Inside an organisation, no other one can be asked about.
    and (outbound.current_org() is null or outbound.current_org() = wanted_org)
$$;

create function outbound.leave_tombstone() returns trigger language plpgsql security definer
set search_path = outbound, pg_temp as $$
begin
    insert into outbound.tombstones (org_id, id, table_name, row_id)
    values (old.org_id, gen_random_uuid(), tg_table_name, old.id);
    return null;
end
$$;

-- Each is open to who needs it: before an organisation is entered, or inside one.
do $$
declare
    f text;
    callers text;
begin
    for f, callers in values
        ('sign_in_candidate(text)', 'outbound_app'),
        ('organisations_of(uuid)', 'outbound_app'),
        ('session_of(bytea)', 'outbound_app'),
        ('organisation_ids()', 'outbound_app'),
        ('person_of(text)', 'outbound_job'),
        ('address_of(text)', 'outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_job'),
        ('turf_at(double precision, double precision)',
            'outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_job'),
        ('scope_of(uuid, uuid)',
            'outbound_app, outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops,'
            ' outbound_job'),
        ('leave_tombstone()', 'outbound_definer')
    loop
        execute format('revoke all on function outbound.%s from public', f);
        execute format('grant execute on function outbound.%s to %s', f, callers);
        execute format('alter function outbound.%s owner to outbound_definer', f);
    end loop;
end
$$;
revoke create on schema outbound from outbound_definer;

-- Enters an organisation as a member: sets the context of this transaction and names the role to take.
create function outbound.enter(wanted_org uuid, wanted_user uuid) returns text
language plpgsql as $$
declare
    scope record;
begin
    select * into scope from outbound.scope_of(wanted_org, wanted_user);
    if not found then
        return null;
    end if;
    perform
        set_config('app.org_id', wanted_org::text, true),
        set_config('app.user_id', wanted_user::text, true),
        set_config('app.readable_territories', scope.readable::text, true),
        set_config('app.writable_territories', scope.writable::text, true);
    return case scope.member_role
        when 'SALES_REP' then 'outbound_rep'
        when 'SALES_MANAGER' then
            case when cardinality(scope.readable) = 0 then 'outbound_org_manager' else 'outbound_manager' end
        when 'FRANCHISE_OWNER' then 'outbound_franchise'
        when 'OPS' then 'outbound_ops'
    end;
end
$$;

-- Extraction: every extracted row says which transaction wrote it last; a deleted one leaves a tombstone.
create function outbound.stamp() returns trigger language plpgsql as $$
begin
    new.xact := pg_current_xact_id();
    new.updated_at := now();
    return new;
end
$$;

do $$
declare
    t text;
begin
    for t in
        select table_name from information_schema.columns
        where table_schema = 'outbound' and column_name = 'xact' and table_name <> 'tombstones'
    loop
        execute format('create index %I on outbound.%I (org_id, xact)', 'ix_' || t || '_xact', t);
        execute format(
            'create trigger stamp before update on outbound.%I for each row execute function outbound.stamp()', t);
        execute format(
            'create trigger leave_tombstone after delete on outbound.%I'
            ' for each row execute function outbound.leave_tombstone()', t);
    end loop;
end
$$;

-- outbound_etl reads every organisation, but no name, contact, street line, note or position.
do $$
declare
    t text;
    visible text;
begin
    for t in
        select table_name from information_schema.columns
        where table_schema = 'outbound' and column_name = 'xact'
        union select unnest(array['organisations', 'memberships', 'users', 'lake_heads'])
    loop
        select string_agg(quote_ident(column_name), ', ') into visible
        from information_schema.columns
        where
            table_schema = 'outbound' and table_name = t
            and (table_name, column_name) not in (values
                ('users', 'email'), ('users', 'password_hash'), ('users', 'name'),
                ('addresses', 'house_number'), ('addresses', 'street'), ('addresses', 'unit'),
                ('addresses', 'canonical'), ('addresses', 'position'),
                ('leads', 'first_name'), ('leads', 'last_name'), ('leads', 'phone'), ('leads', 'email'),
                ('leads', 'consent'), ('leads', 'external_ref'),
                ('activities', 'notes'), ('activities', 'position'), ('activities', 'attachments'),
                ('tasks', 'title'), ('messages', 'provider_ref'),
                ('trips', 'name'), ('trips', 'start_position'), ('trips', 'end_position'),
                ('trip_stops', 'notes'),
                ('prospect_imports', 'file_url'), ('prospect_imports', 'file_name'), ('prospect_imports', 'error')
            );
        execute format('grant select (%s) on outbound.%I to outbound_etl', visible, t);
        execute format('create policy etl on outbound.%I for select to outbound_etl using (true)', t);
    end loop;
end
$$;

create policy job on outbound.lake_heads to outbound_job using (true) with check (true);
grant select, insert, delete on outbound.lake_heads to outbound_job;
