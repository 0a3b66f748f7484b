-- Where reps are and who looked, what people are told of, and what shifts and territories need to be edited.

-- A retired territory holds no door any more; history keeps naming it.
alter table outbound.territories add column retired_at TIMESTAMP WITH TIME ZONE;
alter table outbound.territories add constraint ck_territories_retired CHECK (retired_at is null or not active);

alter table outbound.shifts add column end_inferred BOOLEAN DEFAULT false NOT NULL;
alter table outbound.shifts add column clock_suspect BOOLEAN DEFAULT false NOT NULL;
alter table outbound.shifts add column version INTEGER DEFAULT 1 NOT NULL;

create table outbound.rep_positions (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    shift_id UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    position BYTEA NOT NULL,
    cell BIGINT NOT NULL,
    accuracy FLOAT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_rep_positions PRIMARY KEY (org_id, id),
    CONSTRAINT fk_rep_positions_org_id_shift_id FOREIGN KEY(org_id, shift_id) REFERENCES outbound.shifts (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_rep_positions_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_rep_positions_accuracy CHECK (accuracy >= 0)
);
CREATE INDEX ix_rep_positions_user ON outbound.rep_positions (org_id, user_id, occurred_at, id);
CREATE INDEX ix_rep_positions_time ON outbound.rep_positions (org_id, occurred_at);
CREATE INDEX ix_rep_positions_shift ON outbound.rep_positions (org_id, shift_id);

create table outbound.location_looks (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    looked_by UUID NOT NULL,
    looked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT NOT NULL,
    window_from TIMESTAMP WITH TIME ZONE NOT NULL,
    window_until TIMESTAMP WITH TIME ZONE NOT NULL,
    request_id TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_location_looks PRIMARY KEY (org_id, id),
    CONSTRAINT fk_location_looks_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_location_looks_org_id_looked_by FOREIGN KEY(org_id, looked_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_location_looks_kind CHECK ("kind" in ('latest', 'trail')),
    CONSTRAINT ck_location_looks_window CHECK (window_until >= window_from),
    CONSTRAINT fk_location_looks_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_location_looks_user ON outbound.location_looks (org_id, user_id, looked_at, id);

create table outbound.notifications (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    kind TEXT NOT NULL,
    lead_id UUID,
    task_id UUID,
    territory_id UUID,
    caused_by UUID,
    payload JSONB,
    read_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_notifications PRIMARY KEY (org_id, id),
    CONSTRAINT fk_notifications_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_notifications_org_id_caused_by FOREIGN KEY(org_id, caused_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_notifications_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_notifications_org_id_task_id FOREIGN KEY(org_id, task_id) REFERENCES outbound.tasks (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_notifications_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_notifications_kind CHECK ("kind" in ('lead_assigned', 'task_assigned', 'territory_assigned')),
    CONSTRAINT fk_notifications_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_notifications_user ON outbound.notifications (org_id, user_id, id);
CREATE INDEX ix_notifications_unread ON outbound.notifications (org_id, user_id, id) WHERE read_at is null;
CREATE INDEX ix_notifications_lead ON outbound.notifications (org_id, lead_id) WHERE lead_id is not null;
CREATE INDEX ix_notifications_task ON outbound.notifications (org_id, task_id) WHERE task_id is not null;

CREATE INDEX ix_audit_entries_time ON outbound.audit_entries (org_id, occurred_at, id);

do $$
declare
    t text;
begin
    foreach t in array array['rep_positions', 'location_looks', 'notifications'] loop
        execute format('alter table outbound.%I enable row level security', t);
        execute format('alter table outbound.%I force row level security', t);
        execute format('grant select on outbound.%I to outbound_app', t);
        execute format(
            'create policy job on outbound.%I to outbound_job'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
    end loop;
end
$$;
grant select, insert, update, delete on outbound.rep_positions, outbound.notifications to outbound_job;
grant select, insert, delete on outbound.location_looks to outbound_job;

-- Positions: one's own to report, read and delete; a manager reads those of the people in their territories,
-- the whole organisation is read by who sees it whole. Operations never.
create policy own on outbound.rep_positions
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise
using (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
) with check (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
);
create policy scoped on outbound.rep_positions for select to outbound_manager
using (
    org_id = (select outbound.current_org())
    and exists (
        select from outbound.territory_assignments as a
        where
            a.org_id = rep_positions.org_id and a.user_id = rep_positions.user_id and a.unassigned_at is null
            and a.territory_id = any((select outbound.readable_territories())::uuid[])
    )
);
create policy organisation on outbound.rep_positions for select to outbound_franchise, outbound_org_manager
using (org_id = (select outbound.current_org()));
grant select, insert, delete on outbound.rep_positions
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;

-- Who was looked at reads who looked; a look is signed with one's own name and never taken back.
create policy own on outbound.location_looks for select
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise
using (org_id = (select outbound.current_org()) and user_id = (select outbound.current_member()));
create policy own_name on outbound.location_looks for insert
to outbound_manager, outbound_org_manager, outbound_franchise
with check (org_id = (select outbound.current_org()) and looked_by = (select outbound.current_member()));
grant select on outbound.location_looks to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;
grant insert on outbound.location_looks to outbound_manager, outbound_org_manager, outbound_franchise;

-- Anybody's act may tell a colleague something; only the colleague reads it.
create policy own on outbound.notifications for select
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops
using (org_id = (select outbound.current_org()) and user_id = (select outbound.current_member()));
create policy own_update on outbound.notifications for update
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops
using (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
) with check (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
);
create policy own_name on outbound.notifications for insert
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops
with check (org_id = (select outbound.current_org()) and caused_by = (select outbound.current_member()));
grant select, insert, update on outbound.notifications
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops;

-- Shifts are written by who works them; a manager reads those of the people in their territories.
drop policy manager_shifts on outbound.shifts;
create policy manager_own_shifts on outbound.shifts to outbound_manager
using (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
) with check (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
);
create policy scoped on outbound.shifts for select to outbound_manager
using (
    org_id = (select outbound.current_org())
    and exists (
        select from outbound.territory_assignments as a
        where
            a.org_id = shifts.org_id and a.user_id = shifts.user_id and a.unassigned_at is null
            and a.territory_id = any((select outbound.readable_territories())::uuid[])
    )
);

-- A task is deleted by who may change its lead.
create policy scoped_delete on outbound.tasks for delete to outbound_rep, outbound_manager
using (
    org_id = (select outbound.current_org())
    and exists (
        select from outbound.leads as l
        where
            l.org_id = tasks.org_id and l.id = tasks.lead_id
            and (
                l.owner_id = (select outbound.current_member())
                or l.territory_id = any((select outbound.writable_territories())::uuid[])
            )
    )
);
grant delete on outbound.tasks to outbound_rep, outbound_manager;

-- A manager reads of the log what they did, what was done for them, and what concerns leads and turf in reach.
drop policy manager_reads on outbound.audit_entries;
create policy manager_reads on outbound.audit_entries for select to outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        acted_by = (select outbound.current_member())
        or acted_for = (select outbound.current_member())
        or case entity
            when 'lead' then exists (
                select from outbound.leads as l
                where l.org_id = audit_entries.org_id and l.id = audit_entries.entity_id
            )
            when 'activity' then exists (
                select from outbound.activities as c
                where c.org_id = audit_entries.org_id and c.id = audit_entries.entity_id
            )
            when 'task' then exists (
                select from outbound.tasks as t
                where t.org_id = audit_entries.org_id and t.id = audit_entries.entity_id
            )
            when 'address' then exists (
                select from outbound.addresses as d
                where d.org_id = audit_entries.org_id and d.id = audit_entries.entity_id
            )
            when 'trip' then exists (
                select from outbound.trips as p
                where p.org_id = audit_entries.org_id and p.id = audit_entries.entity_id
            )
            when 'territory' then entity_id = any((select outbound.readable_territories())::uuid[])
            else false
        end
    )
);

-- The rules of an organisation are its owner's to change, whoever may manage.
drop policy manager_writes on outbound.stage_policies;
drop policy manager_writes on outbound.activity_outcomes;
revoke insert, update, delete on outbound.stage_policies, outbound.activity_outcomes
from outbound_manager, outbound_org_manager;

-- Operations read the map with who works it.
create policy ops_reads on outbound.territory_assignments for select to outbound_ops
using (org_id = (select outbound.current_org()));
grant select on outbound.territory_assignments to outbound_ops;
