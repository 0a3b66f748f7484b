-- Erasure of a person, rotation of keys, export and deletion of an organisation, and what operators count.

-- When a person was erased: the row stays, under a new id, for the counts.
alter table outbound.leads add column erased_at TIMESTAMP WITH TIME ZONE;
grant select (erased_at) on outbound.leads to outbound_etl;

-- A tombstone of a person who was erased: phones drop what they hold, the lake never learns the id.
alter table outbound.tombstones add column erased BOOLEAN DEFAULT false NOT NULL;
grant select (erased) on outbound.tombstones to outbound_etl;

-- Who was erased, by the id they have since. The lake begins anew where one is missing from its first snapshot.
create table outbound.erasures (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE NOT NULL,
    erased_by UUID,
    former TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    erased_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_erasures PRIMARY KEY (org_id, id),
    CONSTRAINT uq_erasures_org_id_former UNIQUE (org_id, former),
    CONSTRAINT fk_erasures_org_id_erased_by FOREIGN KEY(org_id, erased_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_erasures_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

-- An export that may be fetched for a while, and an organisation's wish to be deleted.
create table outbound.organisation_exports (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    requested_by UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_organisation_exports PRIMARY KEY (org_id, id),
    CONSTRAINT fk_organisation_exports_org_id_requested_by FOREIGN KEY(org_id, requested_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_organisation_exports_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

create table outbound.organisation_deletions (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    requested_by UUID NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_organisation_deletions PRIMARY KEY (org_id, id),
    CONSTRAINT ck_organisation_deletions_waiting CHECK (due_at >= requested_at),
    CONSTRAINT fk_organisation_deletions_org_id_requested_by FOREIGN KEY(org_id, requested_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_organisation_deletions_org_id_withdrawn_by FOREIGN KEY(org_id, withdrawn_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_organisation_deletions_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_organisation_deletions_pending ON outbound.organisation_deletions (org_id) WHERE withdrawn_at is null;

do $$
declare
    t text;
begin
    foreach t in array array['erasures', 'organisation_exports', 'organisation_deletions'] loop
        execute format('alter table outbound.%I enable row level security', t);
        execute format('alter table outbound.%I force row level security', t);
        execute format('grant select on outbound.%I to outbound_app', t);
        execute format(
            'create policy organisation on outbound.%I to outbound_franchise, outbound_job'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format('grant select, insert on outbound.%I to outbound_franchise, outbound_job', t);
    end loop;
end
$$;
revoke insert on outbound.erasures from outbound_franchise;
grant delete on outbound.organisation_exports to outbound_job;
grant update on outbound.organisation_deletions to outbound_franchise;
grant select (org_id, id, erased_in) on outbound.erasures to outbound_etl;
create policy etl on outbound.erasures for select to outbound_etl using (true);
grant update, delete on outbound.captures to outbound_job;

-- Sealing the same content anew under another key is no change of the row.
create or replace function outbound.stamp() returns trigger language plpgsql as $$
declare
    -- What is sealed, and what the table derives from its other columns after this.
    apart constant text[] := array['position', 'start_position', 'end_position', 'building', 'street_key'];
begin
    if current_setting('app.resealing', true) = 'on' and current_user = 'outbound_job'
        and to_jsonb(new) - apart = to_jsonb(old) - apart
    then
        return new;
    end if;
    new.xact := pg_current_xact_id();
    new.updated_at := now();
    return new;
end
$$;

-- The one role that may touch the log and delete what a trigger or a right keeps otherwise. Nobody enters it; its
-- hands are the functions below, and jobs alone may call them.
do $$
begin
    create role outbound_eraser nologin noinherit;
exception when duplicate_object or unique_violation then null;  -- roles belong to the whole server
end
$$;
grant outbound_eraser to current_user;
grant usage, create on schema outbound to outbound_eraser;

do $$
declare
    t text;
begin
    for t in
        select c.table_name from information_schema.columns as c
        join information_schema.tables as b using (table_schema, table_name)
        where c.table_schema = 'outbound' and c.column_name = 'org_id' and b.table_type = 'BASE TABLE'
    loop
        execute format(
            'create policy eraser on outbound.%I to outbound_eraser'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format('grant select, delete on outbound.%I to outbound_eraser', t);
    end loop;
end
$$;
create policy eraser on outbound.organisations to outbound_eraser using (id = (select outbound.current_org()));
grant select, delete on outbound.organisations to outbound_eraser;
create policy eraser on outbound.users to outbound_eraser using (true);
grant select (id), delete on outbound.users to outbound_eraser;
grant update on outbound.audit_entries to outbound_eraser;
create policy eraser_everywhere on outbound.memberships for select to outbound_eraser using (true);

create or replace function outbound.refuse_change() returns trigger language plpgsql as $$
begin
    if current_user = 'outbound_eraser' and tg_op in ('UPDATE', 'DELETE') then
        return case tg_op when 'UPDATE' then new else old end;
    end if;
    raise exception 'The audit log is never changed: % of outbound.% was refused.', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

create or replace function outbound.leave_tombstone() returns trigger language plpgsql security definer
set search_path = outbound, pg_temp as $$
begin
    -- An organisation that goes leaves nobody behind who would have to be told.
    if current_setting('app.deleting', true) is distinct from old.org_id::text then
        insert into outbound.tombstones (org_id, id, table_name, row_id, erased)
        values (
            old.org_id, gen_random_uuid(), tg_table_name, old.id,
            coalesce(current_setting('app.erasing', true) = old.id::text, false)
        );
    end if;
    return null;
end
$$;

-- The log goes on telling what was done with an erased lead, under the id it has since.
create function outbound.erase_from_log(former uuid, present uuid) returns int
language plpgsql security definer set search_path = outbound, pg_temp as $$
declare
    changed int;
begin
    update outbound.audit_entries set
        entity_id = case entity_id when former then present else entity_id end,
        before = replace(before::text, former::text, present::text)::jsonb,
        after = replace(after::text, former::text, present::text)::jsonb
    where
        org_id = outbound.current_org()
        and (
            entity_id = former or strpos(before::text, former::text) > 0 or strpos(after::text, former::text) > 0
        );
    get diagnostics changed = row_count;
    return changed;
end
$$;

-- What was kept for phones that were long away.
create function outbound.forget_tombstones(before_then timestamptz) returns int
language plpgsql security definer set search_path = outbound, pg_temp as $$
declare
    gone int;
begin
    delete from outbound.tombstones
    where org_id = outbound.current_org() and erased and created_at < before_then;
    get diagnostics gone = row_count;
    return gone;
end
$$;

-- Deletes the organisation of this transaction, once its waiting period is over: every row of every table, those who
-- refer to others first, and the people who belong to no other.
create function outbound.delete_organisation(at_this_time timestamptz) returns bigint
language plpgsql security definer set search_path = outbound, pg_temp as $$
declare
    gone uuid := outbound.current_org();
    people uuid[];
    left_over text[];
    t text;
    deleted bigint := 0;
    n bigint;
    progress boolean := true;
    blocking text[];
begin
    if not exists (
        select from outbound.organisation_deletions
        where org_id = gone and withdrawn_at is null and due_at <= at_this_time
    ) then
        raise exception 'This organisation is not to be deleted now.' using errcode = 'insufficient_privilege';
    end if;
    perform set_config('app.deleting', gone::text, true);
    select array_agg(m.user_id) into people from outbound.memberships as m
    where m.org_id = gone and not exists (
        select from outbound.memberships as o where o.user_id = m.user_id and o.org_id <> gone
    );
    -- Tables that nobody else of the rest refers to, again and again.
    select array_agg(distinct c.conrelid::regclass::text) into left_over from pg_constraint as c
    where c.contype = 'p' and c.connamespace = 'outbound'::regnamespace and exists (
        select from pg_attribute as a
        where a.attrelid = c.conrelid and a.attname = 'org_id' and not a.attisdropped
    );
    while cardinality(left_over) > 0 loop
        -- References that would be blanked or cascade come first too, where that is possible: it costs less.
        blocking := case when progress then array['a', 'r', 'c', 'n', 'd'] else array['a', 'r'] end;
        progress := false;
        foreach t in array left_over loop
            if not exists (
                select from pg_constraint as c
                where
                    c.contype = 'f' and c.confrelid = t::regclass and c.conrelid <> c.confrelid
                    and c.conrelid::regclass::text = any(left_over)
                    and c.confdeltype::text = any(blocking)
            ) then
                execute format('delete from %s where org_id = $1', t) using gone;
                get diagnostics n = row_count;
                deleted := deleted + n;
                left_over := array_remove(left_over, t);
                progress := true;
            end if;
        end loop;
        if not progress and cardinality(blocking) = 2 then
            raise exception 'The tables % refer to each other.', left_over;
        end if;
    end loop;
    delete from outbound.organisations where id = gone;
    delete from outbound.users where id = any(people);
    return deleted + 1;
end
$$;

-- Counts for operators, of all organisations together.
create policy definer on outbound.prospect_imports for select to outbound_definer using (true);
create policy definer on outbound.lead_cadence_enrollments for select to outbound_definer using (true);
create policy definer on outbound.sync_operations for select to outbound_definer using (true);
grant select (org_id, status) on outbound.prospect_imports to outbound_definer;
grant select (org_id, status, next_run_at) on outbound.lead_cadence_enrollments to outbound_definer;
grant select (org_id, status) on outbound.sync_operations to outbound_definer;
create function outbound.backlog() returns table (what text, waiting bigint) language sql stable security definer
set search_path = outbound, pg_temp as $$
    select 'imports_waiting', count(*) from outbound.prospect_imports where status = 'processing'
    union all
    select 'enrollments_due', count(*) from outbound.lead_cadence_enrollments
    where status = 'active' and next_run_at <= now()
    union all
    select 'sync_deferred', count(*) from outbound.sync_operations where status = 'deferred'
$$;

grant create on schema outbound to outbound_definer;
do $$
declare
    f text;
    holder text;
    callers text;
begin
    for f, holder, callers in values
        ('erase_from_log(uuid, uuid)', 'outbound_eraser', 'outbound_job'),
        ('forget_tombstones(timestamptz)', 'outbound_eraser', 'outbound_job'),
        ('delete_organisation(timestamptz)', 'outbound_eraser', 'outbound_job'),
        ('backlog()', 'outbound_definer', 'outbound_app')
    loop
        execute format('revoke all on function outbound.%s from public', f);
        execute format('grant execute on function outbound.%s to %s', f, callers);
        execute format('alter function outbound.%s owner to %s', f, holder);
    end loop;
end
$$;
revoke create on schema outbound from outbound_definer, outbound_eraser;
