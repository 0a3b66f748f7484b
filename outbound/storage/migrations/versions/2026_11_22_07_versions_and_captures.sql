-- Optimistic locking for what people edit, and a memory of what was sent under a client's id.
alter table outbound.organisations add column version INTEGER DEFAULT 1 NOT NULL;
alter table outbound.territories add column version INTEGER DEFAULT 1 NOT NULL;
alter table outbound.addresses add column version INTEGER DEFAULT 1 NOT NULL;
alter table outbound.campaigns add column version INTEGER DEFAULT 1 NOT NULL;
alter table outbound.tasks add column version INTEGER DEFAULT 1 NOT NULL;
alter table outbound.trips add column version INTEGER DEFAULT 1 NOT NULL;
alter table outbound.cadences add column version INTEGER DEFAULT 1 NOT NULL;
alter table outbound.message_templates add column version INTEGER DEFAULT 1 NOT NULL;

create table outbound.captures (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_captures PRIMARY KEY (org_id, id),
    CONSTRAINT fk_captures_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
alter table outbound.captures enable row level security;
alter table outbound.captures force row level security;
create policy organisation on outbound.captures
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
grant select on outbound.captures to outbound_app;
grant select, insert on outbound.captures
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job;

-- New columns of extracted tables are read by the extraction too.
do $$
declare
    t text;
begin
    foreach t in array array['organisations', 'territories', 'addresses', 'campaigns', 'tasks', 'trips', 'cadences']
    loop
        execute format('grant select (version) on outbound.%I to outbound_etl', t);
    end loop;
end
$$;
grant select (version) on outbound.addresses to outbound_ops;
