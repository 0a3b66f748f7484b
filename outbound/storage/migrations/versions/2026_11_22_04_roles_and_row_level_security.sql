-- Who may see which rows. One database role per application role, entered with SET LOCAL ROLE, so that each
-- policy holds its scope alone and indexes serve it. With no context set, every tenant table reads empty.

do $$
declare
    role_name text;
begin
    foreach role_name in array array[
        'outbound_rep', 'outbound_manager', 'outbound_org_manager', 'outbound_franchise', 'outbound_ops',
        'outbound_job', 'outbound_definer'
    ] loop
        begin
            execute format('create role %I nologin noinherit', role_name);
        exception when duplicate_object or unique_violation then null;  -- roles belong to the whole server
        end;
    end loop;
    foreach role_name in array array['outbound_app', 'outbound_etl'] loop
        begin
            execute format('create role %I login noinherit nosuperuser nobypassrls', role_name);
        exception when duplicate_object or unique_violation then null;
        end;
    end loop;
end
$$;

grant outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job
to outbound_app;
grant outbound_definer to current_user;
grant usage on schema outbound to
outbound_app, outbound_etl, outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise,
outbound_ops, outbound_job, outbound_definer;
grant create on schema outbound to outbound_definer;

-- The context of a transaction. Policies wrap each call in a scalar subquery, so it is evaluated once.
create function outbound.current_org() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.org_id', true), '')::uuid $$;

create function outbound.current_member() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

create function outbound.readable_territories() returns uuid[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('app.readable_territories', true), '')::uuid[], '{}') $$;

create function outbound.writable_territories() returns uuid[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('app.writable_territories', true), '')::uuid[], '{}') $$;

-- Forced on every table: the owner of the schema reads nothing either.
do $$
declare
    t text;
begin
    for t in select tablename from pg_tables where schemaname = 'outbound' and tablename <> 'alembic_version' loop
        execute format('alter table outbound.%I enable row level security', t);
        execute format('alter table outbound.%I force row level security', t);
        execute format('grant select on outbound.%I to outbound_app', t);  -- no policy names it: reads empty
    end loop;
end
$$;
revoke select on outbound.users from outbound_app;
grant select (id) on outbound.users to outbound_app;

-- Jobs work on one organisation at a time and see all of it.
do $$
declare
    t text;
begin
    for t in
        select table_name from information_schema.columns
        where table_schema = 'outbound' and column_name = 'org_id'
    loop
        execute format(
            'create policy job on outbound.%I to outbound_job'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format('grant select, insert, update, delete on outbound.%I to outbound_job', t);
    end loop;
end
$$;
revoke update, delete on outbound.audit_entries, outbound.tombstones from outbound_job;
revoke insert on outbound.tombstones from outbound_job;

-- The whole organisation: franchise owners, and managers to whom no territory is assigned.
do $$
declare
    t text;
begin
    for t in
        select table_name from information_schema.columns
        where table_schema = 'outbound' and column_name = 'org_id'
        and table_name not in ('tombstones', 'lake_heads', 'sessions')
    loop
        execute format(
            'create policy organisation on outbound.%I to outbound_franchise, outbound_org_manager'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format(
            'grant select, insert, update, delete on outbound.%I to outbound_franchise, outbound_org_manager', t);
    end loop;
end
$$;
revoke update, delete on outbound.audit_entries, outbound.activities, outbound.lead_stage_changes
from outbound_franchise, outbound_org_manager;
revoke insert, update, delete on outbound.memberships from outbound_org_manager;

-- Whoever adds to the log signs with their own name; only jobs write for nobody.
create policy own_name on outbound.audit_entries as restrictive for insert
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops
with check (acted_by = (select outbound.current_member()));

-- What every member may read of their organisation.
do $$
declare
    t text;
begin
    foreach t in array array[
        'memberships', 'campaigns', 'cadences', 'cadence_steps', 'message_templates', 'stage_policies',
        'activity_outcomes'
    ] loop
        execute format(
            'create policy member_reads on outbound.%I for select'
            ' to outbound_rep, outbound_manager, outbound_ops'
            ' using (org_id = (select outbound.current_org()))', t);
        execute format('grant select on outbound.%I to outbound_rep, outbound_manager, outbound_ops', t);
    end loop;
    foreach t in array array[
        'campaigns', 'cadences', 'cadence_steps', 'message_templates', 'stage_policies', 'activity_outcomes'
    ] loop
        execute format(
            'create policy manager_writes on outbound.%I to outbound_manager'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format('grant insert, update, delete on outbound.%I to outbound_manager', t);
    end loop;
end
$$;

create policy own_organisation on outbound.organisations for select
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job
using (id = (select outbound.current_org()));
create policy owner_edits on outbound.organisations for update to outbound_franchise, outbound_job
using (id = (select outbound.current_org())) with check (id = (select outbound.current_org()));
grant select on outbound.organisations
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job;
grant update on outbound.organisations to outbound_franchise, outbound_job;

create policy founded on outbound.organisations for insert to outbound_job
with check (id = (select outbound.current_org()));
grant insert on outbound.organisations to outbound_job;

-- People are global; a colleague is one who shares the organisation. Password hashes are granted to none here.
create policy colleagues on outbound.users for select
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job
using (exists (
    select from outbound.memberships as m
    where m.user_id = users.id and m.org_id = (select outbound.current_org())
));
grant select (id, email, name, is_demo, disabled_at, created_at, updated_at) on outbound.users
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job;

create policy invited on outbound.users for insert to outbound_job with check (true);
grant insert on outbound.users to outbound_job;

create policy own_sessions on outbound.sessions
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops
using (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
) with check (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
);
grant select, insert, update, delete on outbound.sessions
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops;
