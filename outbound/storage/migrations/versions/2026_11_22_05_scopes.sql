-- What reps, managers of some territories and operations may see and change within their organisation.

-- Reps, and managers with territories: what is theirs, and what lies in their territories.
-- The parent counts, so that one cut a moment ago is seen by who cut it.
create policy scoped on outbound.territories for select to outbound_rep, outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        id = any((select outbound.readable_territories())::uuid[])
        or parent_id = any((select outbound.readable_territories())::uuid[])
    )
);
create policy scoped_update on outbound.territories for update to outbound_manager
using (
    org_id = (select outbound.current_org()) and id = any((select outbound.writable_territories())::uuid[])
) with check (org_id = (select outbound.current_org()));
create policy scoped_delete on outbound.territories for delete to outbound_manager
using (
    org_id = (select outbound.current_org()) and id = any((select outbound.writable_territories())::uuid[])
);
create policy scoped_insert on outbound.territories for insert to outbound_manager
with check (
    org_id = (select outbound.current_org())
    and parent_id = any((select outbound.writable_territories())::uuid[])
);
grant select on outbound.territories to outbound_rep;
grant select, insert, update, delete on outbound.territories to outbound_manager;

create policy scoped on outbound.territory_assignments for select to outbound_rep, outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        user_id = (select outbound.current_member())
        or territory_id = any((select outbound.readable_territories())::uuid[])
    )
);
create policy scoped_write on outbound.territory_assignments to outbound_manager
using (
    org_id = (select outbound.current_org())
    and territory_id = any((select outbound.writable_territories())::uuid[])
) with check (
    org_id = (select outbound.current_org())
    and territory_id = any((select outbound.writable_territories())::uuid[])
);
grant select on outbound.territory_assignments to outbound_rep;
grant select, insert, update, delete on outbound.territory_assignments to outbound_manager;

create policy scoped on outbound.leads for select to outbound_rep, outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        owner_id = (select outbound.current_member())
        or territory_id = any((select outbound.readable_territories())::uuid[])
    )
);
create policy scoped_insert on outbound.leads for insert to outbound_rep, outbound_manager
with check (
    org_id = (select outbound.current_org())
    and (
        owner_id = (select outbound.current_member())
        or territory_id = any((select outbound.writable_territories())::uuid[])
    )
);
create policy scoped_update on outbound.leads for update to outbound_rep, outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        owner_id = (select outbound.current_member())
        or territory_id = any((select outbound.writable_territories())::uuid[])
    )
) with check (
    org_id = (select outbound.current_org())
    and (
        owner_id = (select outbound.current_member())
        or territory_id = any((select outbound.writable_territories())::uuid[])
    )
);
grant select, insert, update on outbound.leads to outbound_rep, outbound_manager;

-- Facts carry the territory and owner of their time, so that they need no join to be judged.
do $$
declare
    t text;
    actor text;
begin
    for t, actor in values ('activities', 'user_id'), ('lead_stage_changes', 'user_id'), ('messages', 'owner_id')
    loop
        execute format(
            'create policy scoped on outbound.%I for select to outbound_rep, outbound_manager using ('
            ' org_id = (select outbound.current_org()) and ('
            '  %I = (select outbound.current_member()) or owner_id = (select outbound.current_member())'
            '  or territory_id = any((select outbound.readable_territories())::uuid[])))', t, actor);
        execute format('grant select, insert on outbound.%I to outbound_rep, outbound_manager', t);
    end loop;
end
$$;
-- What belongs to a lead is read by who reads the lead, and written by who may change it: never by a VIEWER.
do $$
declare
    t text;
    reads text := 'org_id = (select outbound.current_org()) and exists ('
        ' select from outbound.leads as l where l.org_id = %1$I.org_id and l.id = %1$I.lead_id)';
    writes text := 'org_id = (select outbound.current_org()) and exists ('
        ' select from outbound.leads as l where l.org_id = %1$I.org_id and l.id = %1$I.lead_id'
        ' and (l.owner_id = (select outbound.current_member())'
        '  or l.territory_id = any((select outbound.writable_territories())::uuid[])))';
begin
    foreach t in array array['activities', 'lead_stage_changes', 'messages'] loop
        execute format(
            'create policy scoped_insert on outbound.%1$I for insert to outbound_rep, outbound_manager'
            ' with check (' || writes || ')', t);
    end loop;
    foreach t in array array['tasks', 'lead_cadence_enrollments', 'onboarding_handoffs'] loop
        execute format(
            'create policy follows_lead on outbound.%1$I for select to outbound_rep, outbound_manager'
            ' using (' || reads || ')', t);
        execute format(
            'create policy scoped_insert on outbound.%1$I for insert to outbound_rep, outbound_manager'
            ' with check (' || writes || ')', t);
        execute format(
            'create policy scoped_update on outbound.%1$I for update to outbound_rep, outbound_manager'
            ' using (' || writes || ') with check (' || writes || ')', t);
        execute format('grant select, insert, update on outbound.%I to outbound_rep, outbound_manager', t);
    end loop;
end
$$;
create policy own_hand on outbound.activities as restrictive for insert to outbound_rep, outbound_manager
with check (user_id = (select outbound.current_member()));

-- A rep sees the doors of their territories and those of their leads; any door of the organisation may be named.
create policy scoped on outbound.addresses for select to outbound_rep, outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        territory_id = any((select outbound.readable_territories())::uuid[])
        or exists (
            select from outbound.leads as l
            where
                l.org_id = addresses.org_id and l.address_id = addresses.id
                and l.owner_id = (select outbound.current_member())
        )
    )
);
create policy scoped_insert on outbound.addresses for insert to outbound_rep, outbound_manager
with check (org_id = (select outbound.current_org()));
create policy scoped_update on outbound.addresses for update to outbound_rep, outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        territory_id = any((select outbound.writable_territories())::uuid[])
        or exists (
            select from outbound.leads as l
            where
                l.org_id = addresses.org_id and l.address_id = addresses.id
                and l.owner_id = (select outbound.current_member())
        )
    )
) with check (org_id = (select outbound.current_org()));
grant select, insert, update on outbound.addresses to outbound_rep, outbound_manager;

-- A trip is its owner's, or its territory's; a stop is its trip's.
do $$
declare
    own text := 'org_id = (select outbound.current_org()) and (owner_id = (select outbound.current_member())'
        ' or territory_id = any((select outbound.%s_territories())::uuid[]))';
    stop text := 'org_id = (select outbound.current_org()) and exists (select from outbound.trips as t'
        ' where t.org_id = trip_stops.org_id and t.id = trip_stops.trip_id%s)';
    writable text := ' and (t.owner_id = (select outbound.current_member())'
        ' or t.territory_id = any((select outbound.writable_territories())::uuid[]))';
    t text;
    reads text;
    writes text;
begin
    for t, reads, writes in values
        ('trips', format(own, 'readable'), format(own, 'writable')),
        ('trip_stops', format(stop, ''), format(stop, writable))
    loop
        execute format(
            'create policy scoped on outbound.%I for select to outbound_rep, outbound_manager using (%s)', t, reads);
        execute format(
            'create policy scoped_write on outbound.%I to outbound_rep, outbound_manager'
            ' using (%s) with check (%s)', t, writes, writes);
    end loop;
end
$$;
grant select, insert, update on outbound.trips to outbound_rep, outbound_manager;
grant select, insert, update, delete on outbound.trip_stops to outbound_rep, outbound_manager;

create policy own_shifts on outbound.shifts to outbound_rep
using (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
) with check (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
);
create policy manager_shifts on outbound.shifts to outbound_manager
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
grant select, insert, update on outbound.shifts to outbound_rep, outbound_manager;

create policy manager_imports on outbound.prospect_imports to outbound_manager
using (
    org_id = (select outbound.current_org()) and uploaded_by = (select outbound.current_member())
) with check (
    org_id = (select outbound.current_org()) and uploaded_by = (select outbound.current_member())
);
create policy manager_rejects on outbound.import_rejects to outbound_manager
using (
    org_id = (select outbound.current_org())
    and exists (
        select from outbound.prospect_imports as i
        where i.org_id = import_rejects.org_id and i.id = import_rejects.import_id
    )
) with check (org_id = (select outbound.current_org()));
grant select, insert, update on outbound.prospect_imports, outbound.import_rejects to outbound_manager;

-- The log: all may add what they did themselves; owners read it all, managers their own and their leads'.
create policy own_entries on outbound.audit_entries for insert to outbound_rep, outbound_manager, outbound_ops
with check (
    org_id = (select outbound.current_org()) and acted_by = (select outbound.current_member())
);
create policy manager_reads on outbound.audit_entries for select to outbound_manager
using (
    org_id = (select outbound.current_org())
    and (
        acted_by = (select outbound.current_member())
        or exists (
            select from outbound.leads as l
            where l.org_id = audit_entries.org_id and l.id = audit_entries.entity_id
        )
    )
);
grant insert on outbound.audit_entries to outbound_rep, outbound_manager, outbound_ops;
grant select on outbound.audit_entries to outbound_manager;

create function outbound.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The audit log is never changed: % of outbound.% was refused.', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
create trigger never_changed before update or delete on outbound.audit_entries
for each row execute function outbound.refuse_change();
create trigger never_emptied before truncate on outbound.audit_entries
for each statement execute function outbound.refuse_change();

-- Operations: leads that reached SCHEDULED, what belongs to them, and never a position.
create policy scheduled_or_later on outbound.leads for select to outbound_ops
using (org_id = (select outbound.current_org()) and pipeline_stage in ('SCHEDULED', 'WON'));
grant select on outbound.leads to outbound_ops;
create policy scheduled_or_later on outbound.addresses for select to outbound_ops
using (
    org_id = (select outbound.current_org())
    and exists (
        select from outbound.leads as l where l.org_id = addresses.org_id and l.address_id = addresses.id
    )
);
create policy ops_reads on outbound.territories for select to outbound_ops
using (org_id = (select outbound.current_org()));
grant select on outbound.territories to outbound_ops;
create policy ops_decides on outbound.onboarding_handoffs to outbound_ops
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
grant select, update on outbound.onboarding_handoffs to outbound_ops;
create policy follows_lead on outbound.activities for select to outbound_ops
using (
    org_id = (select outbound.current_org())
    and exists (
        select from outbound.leads as l where l.org_id = activities.org_id and l.id = activities.lead_id
    )
);
do $$
declare
    t text;
    visible text;
begin
    foreach t in array array['addresses', 'activities'] loop
        select string_agg(quote_ident(column_name), ', ') into visible
        from information_schema.columns
        where table_schema = 'outbound' and table_name = t and column_name not in ('position', 'cell');
        execute format('grant select (%s) on outbound.%I to outbound_ops', visible, t);
    end loop;
end
$$;
