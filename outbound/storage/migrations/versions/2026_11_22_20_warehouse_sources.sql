-- What a door was until it changed: past weeks are judged by the doors and territories of their time. A door that had
-- no position counted nowhere, so giving it one changes no past.
create table outbound.door_changes (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    address_id UUID NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cell BIGINT NOT NULL,
    territory_id UUID,
    do_not_knock BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_door_changes PRIMARY KEY (org_id, id),
    CONSTRAINT fk_door_changes_org_id_address_id FOREIGN KEY(org_id, address_id) REFERENCES outbound.addresses (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_door_changes_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE SET NULL (territory_id)
);
CREATE INDEX ix_door_changes_address ON outbound.door_changes (org_id, address_id, changed_at);
CREATE INDEX ix_door_changes_territory ON outbound.door_changes (org_id, territory_id);
CREATE INDEX ix_door_changes_xact ON outbound.door_changes (org_id, xact);

create trigger stamp before update on outbound.door_changes
for each row execute function outbound.stamp();
create trigger leave_tombstone after delete on outbound.door_changes
for each row execute function outbound.leave_tombstone();

alter table outbound.door_changes enable row level security;
alter table outbound.door_changes force row level security;
grant select on outbound.door_changes to outbound_app;

create policy job on outbound.door_changes to outbound_job
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
grant select, insert, update, delete on outbound.door_changes to outbound_job;
create policy organisation on outbound.door_changes for select to outbound_franchise, outbound_org_manager
using (org_id = (select outbound.current_org()));
grant select on outbound.door_changes to outbound_franchise, outbound_org_manager;
create policy eraser on outbound.door_changes to outbound_eraser
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
grant select, delete on outbound.door_changes to outbound_eraser;
create policy etl on outbound.door_changes for select to outbound_etl using (true);
grant select on outbound.door_changes to outbound_etl;
create policy definer on outbound.door_changes for insert to outbound_definer with check (true);
grant insert on outbound.door_changes to outbound_definer;

-- Whoever moves a door: an edit, a drawn border, a territory that goes, a knock that asks to be left alone.
grant create on schema outbound to outbound_definer;
create function outbound.note_door_change() returns trigger language plpgsql security definer
set search_path = outbound, pg_temp as $$
begin
    insert into outbound.door_changes (org_id, id, address_id, changed_at, cell, territory_id, do_not_knock)
    values (old.org_id, gen_random_uuid(), old.id, now(), old.cell, old.territory_id, old.do_not_knock);
    return null;
end
$$;
revoke all on function outbound.note_door_change() from public;
grant execute on function outbound.note_door_change() to outbound_definer;
alter function outbound.note_door_change() owner to outbound_definer;
revoke create on schema outbound from outbound_definer;

create trigger note_door_change after update of cell, territory_id, do_not_knock on outbound.addresses
for each row
when (
    old.cell is not null
    and (
        old.cell is distinct from new.cell or old.territory_id is distinct from new.territory_id
        or old.do_not_knock is distinct from new.do_not_knock
    )
)
execute function outbound.note_door_change();
