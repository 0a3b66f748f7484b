-- What phones send: operations that are remembered, those that wait for something, and activities taken back.

-- One row an operation that must not be judged twice: what it came to, or what it waits for. Activities and other
-- captured rows are their own memory; they stand here only while they wait.
create table outbound.sync_operations (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    waits_for_kind TEXT,
    waits_for_id UUID,
    payload BYTEA,
    expires_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sync_operations PRIMARY KEY (org_id, id),
    CONSTRAINT fk_sync_operations_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE,
    CONSTRAINT fk_sync_operations_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_sync_operations_status CHECK ("status" in ('applied', 'conflict', 'rejected', 'deferred', 'expired')),
    CONSTRAINT ck_sync_operations_waiting CHECK ((status = 'deferred') = (payload is not null))
);
CREATE INDEX ix_sync_operations_waiting ON outbound.sync_operations (org_id, user_id, occurred_at) WHERE status = 'deferred';
CREATE INDEX ix_sync_operations_waits_for ON outbound.sync_operations (org_id, waits_for_id) WHERE status = 'deferred';

alter table outbound.sync_operations enable row level security;
alter table outbound.sync_operations force row level security;
create policy own on outbound.sync_operations
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise
using (org_id = (select outbound.current_org()) and user_id = (select outbound.current_member()))
with check (org_id = (select outbound.current_org()) and user_id = (select outbound.current_member()));
create policy job on outbound.sync_operations to outbound_job
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
grant select on outbound.sync_operations to outbound_app;
grant select, insert, update on outbound.sync_operations
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;
grant select, insert, update, delete on outbound.sync_operations to outbound_job;

-- What left somebody's reach: whose it was, and where it lay, before. A trigger writes it, so that no way of
-- handing a lead over can forget to.
create table outbound.departures (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    table_name TEXT NOT NULL,
    row_id UUID NOT NULL,
    owner_id UUID,
    territory_id UUID,
    left_xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_departures PRIMARY KEY (org_id, id),
    CONSTRAINT fk_departures_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_departures_xact ON outbound.departures (org_id, left_xact);

alter table outbound.departures enable row level security;
alter table outbound.departures force row level security;
create policy was_theirs on outbound.departures for select to outbound_rep, outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        owner_id = (select outbound.current_member())
        or territory_id = any((select outbound.readable_territories())::uuid[])
    )
);
create policy organisation on outbound.departures for select to outbound_org_manager, outbound_franchise
using (org_id = (select outbound.current_org()));
create policy job on outbound.departures to outbound_job
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
create policy definer on outbound.departures for insert to outbound_definer with check (true);
grant select on outbound.departures
to outbound_app, outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;
grant select, delete on outbound.departures to outbound_job;
grant insert on outbound.departures to outbound_definer;

create function outbound.note_departure() returns trigger language plpgsql security definer
set search_path = outbound, pg_temp as $$
begin
    insert into outbound.departures (org_id, id, table_name, row_id, owner_id, territory_id)
    values (old.org_id, gen_random_uuid(), tg_table_name, old.id, old.owner_id, old.territory_id);
    return null;
end
$$;
revoke all on function outbound.note_departure() from public;
grant execute on function outbound.note_departure() to outbound_definer;
grant create on schema outbound to outbound_definer;
alter function outbound.note_departure() owner to outbound_definer;
revoke create on schema outbound from outbound_definer;

create trigger note_departure after update on outbound.leads for each row
when (old.owner_id is distinct from new.owner_id or old.territory_id is distinct from new.territory_id)
execute function outbound.note_departure();
create trigger note_departure after update on outbound.trips for each row
when (old.owner_id is distinct from new.owner_id or old.territory_id is distinct from new.territory_id)
execute function outbound.note_departure();

-- Ids of deleted rows say nothing but that they are gone; a phone must forget them.
create policy member_reads on outbound.tombstones for select
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise
using (org_id = (select outbound.current_org()));
grant select on outbound.tombstones
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;
CREATE INDEX ix_tombstones_org_xact ON outbound.tombstones (org_id, xact);

-- An activity that was a slip of the finger: it stays, and counts for nothing; so does the move it made.
alter table outbound.activities add column undone_at TIMESTAMP WITH TIME ZONE;
alter table outbound.lead_stage_changes add column undone_at TIMESTAMP WITH TIME ZONE;
create policy takes_back on outbound.activities for update
to outbound_rep, outbound_manager
using (org_id = (select outbound.current_org()) and user_id = (select outbound.current_member()))
with check (org_id = (select outbound.current_org()) and user_id = (select outbound.current_member()));
create policy takes_back on outbound.lead_stage_changes for update
to outbound_rep, outbound_manager
using (org_id = (select outbound.current_org()) and user_id = (select outbound.current_member()))
with check (org_id = (select outbound.current_org()) and user_id = (select outbound.current_member()));
grant update (undone_at, updated_at) on outbound.activities, outbound.lead_stage_changes
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;
grant select (undone_at) on outbound.activities, outbound.lead_stage_changes to outbound_etl;
grant select (undone_at) on outbound.activities to outbound_ops;
