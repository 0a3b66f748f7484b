-- Who may see and write which rows: the row-level security of every table, as the migrations leave it.
-- Written by `make policies` from the catalogue of a migrated database; a test fails when it is stale.

-- outbound.activities
alter table outbound.activities enable row level security;
alter table outbound.activities force row level security;
create policy definer on outbound.activities for select
  to outbound_definer
  using (true);
create policy eraser on outbound.activities for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.activities for select
  to outbound_etl
  using (true);
create policy follows_lead on outbound.activities for select
  to outbound_ops
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = activities.org_id) AND (l.id = activities.lead_id))))));
create policy job on outbound.activities for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.activities for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own_hand on outbound.activities as restrictive for insert
  to outbound_manager, outbound_rep
  with check ((user_id = (SELECT outbound.current_member() AS current_member)));
create policy scoped on outbound.activities for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((user_id = (SELECT outbound.current_member() AS current_member)) OR (owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])) OR (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = activities.org_id) AND (l.id = activities.lead_id)))))));
create policy scoped_insert on outbound.activities for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = activities.org_id) AND (l.id = activities.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])))))) OR ((user_id = (SELECT outbound.current_member() AS current_member)) AND (EXISTS (SELECT FROM outbound.lead_then(activities.lead_id, activities.occurred_at) lead_then(address_id, cell, owner_id, territory_id)))))));
create policy takes_back on outbound.activities for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));

-- outbound.activity_outcomes
alter table outbound.activity_outcomes enable row level security;
alter table outbound.activity_outcomes force row level security;
create policy eraser on outbound.activity_outcomes for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.activity_outcomes for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy member_reads on outbound.activity_outcomes for select
  to outbound_manager, outbound_ops, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.activity_outcomes for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.addresses
alter table outbound.addresses enable row level security;
alter table outbound.addresses force row level security;
create policy definer on outbound.addresses for select
  to outbound_definer
  using (true);
create policy definer_update on outbound.addresses for update
  to outbound_definer
  using (true)
  with check (true);
create policy eraser on outbound.addresses for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.addresses for select
  to outbound_etl
  using (true);
create policy job on outbound.addresses for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.addresses for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scheduled_or_later on outbound.addresses for select
  to outbound_ops
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = addresses.org_id) AND (l.address_id = addresses.id))))));
create policy scoped on outbound.addresses for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])) OR (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = addresses.org_id) AND (l.address_id = addresses.id) AND (l.owner_id = (SELECT outbound.current_member() AS current_member))))))));
create policy scoped_insert on outbound.addresses for insert
  to outbound_manager, outbound_rep
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped_update on outbound.addresses for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])) OR (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = addresses.org_id) AND (l.address_id = addresses.id) AND (l.owner_id = (SELECT outbound.current_member() AS current_member))))))))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.api_keys
alter table outbound.api_keys enable row level security;
alter table outbound.api_keys force row level security;
create policy definer on outbound.api_keys for select
  to outbound_definer
  using (true);
create policy eraser on outbound.api_keys for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.api_keys for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.api_keys for all
  to outbound_franchise
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.attachments
alter table outbound.attachments enable row level security;
alter table outbound.attachments force row level security;
create policy eraser on outbound.attachments for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy follows_lead on outbound.attachments for select
  to outbound_manager, outbound_ops, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = attachments.org_id) AND (l.id = attachments.lead_id))))));
create policy organisation on outbound.attachments for all
  to outbound_franchise, outbound_job, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own_delete on outbound.attachments for delete
  to outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = attachments.org_id) AND (l.id = attachments.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])))))) AND (uploaded_by = (SELECT outbound.current_member() AS current_member))));
create policy own_late on outbound.attachments for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (uploaded_by = (SELECT outbound.current_member() AS current_member)) AND (EXISTS (SELECT FROM outbound.activities a WHERE ((a.org_id = attachments.org_id) AND (a.id = attachments.activity_id) AND (a.lead_id = attachments.lead_id) AND (a.user_id = (SELECT outbound.current_member() AS current_member)))))));
create policy own_late_insert on outbound.attachments for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (uploaded_by = (SELECT outbound.current_member() AS current_member)) AND (EXISTS (SELECT FROM outbound.activities a WHERE ((a.org_id = attachments.org_id) AND (a.id = attachments.activity_id) AND (a.lead_id = attachments.lead_id) AND (a.user_id = (SELECT outbound.current_member() AS current_member)))))));
create policy own_late_update on outbound.attachments for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (uploaded_by = (SELECT outbound.current_member() AS current_member)) AND (EXISTS (SELECT FROM outbound.activities a WHERE ((a.org_id = attachments.org_id) AND (a.id = attachments.activity_id) AND (a.lead_id = attachments.lead_id) AND (a.user_id = (SELECT outbound.current_member() AS current_member)))))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (uploaded_by = (SELECT outbound.current_member() AS current_member)) AND (EXISTS (SELECT FROM outbound.activities a WHERE ((a.org_id = attachments.org_id) AND (a.id = attachments.activity_id) AND (a.lead_id = attachments.lead_id) AND (a.user_id = (SELECT outbound.current_member() AS current_member)))))));
create policy scoped_delete on outbound.attachments for delete
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = attachments.org_id) AND (l.id = attachments.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));
create policy scoped_insert on outbound.attachments for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = attachments.org_id) AND (l.id = attachments.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])))))) AND (uploaded_by = (SELECT outbound.current_member() AS current_member))));
create policy scoped_update on outbound.attachments for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = attachments.org_id) AND (l.id = attachments.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = attachments.org_id) AND (l.id = attachments.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));

-- outbound.audit_entries
alter table outbound.audit_entries enable row level security;
alter table outbound.audit_entries force row level security;
create policy definer on outbound.audit_entries for select
  to outbound_definer
  using (true);
create policy eraser on outbound.audit_entries for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.audit_entries for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy manager_reads on outbound.audit_entries for select
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((acted_by = (SELECT outbound.current_member() AS current_member)) OR (acted_for = (SELECT outbound.current_member() AS current_member)) OR CASE entity WHEN 'lead'::text THEN (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = audit_entries.org_id) AND (l.id = audit_entries.entity_id)))) WHEN 'activity'::text THEN (EXISTS (SELECT FROM outbound.activities c WHERE ((c.org_id = audit_entries.org_id) AND (c.id = audit_entries.entity_id)))) WHEN 'task'::text THEN (EXISTS (SELECT FROM outbound.tasks t WHERE ((t.org_id = audit_entries.org_id) AND (t.id = audit_entries.entity_id)))) WHEN 'address'::text THEN (EXISTS (SELECT FROM outbound.addresses d WHERE ((d.org_id = audit_entries.org_id) AND (d.id = audit_entries.entity_id)))) WHEN 'trip'::text THEN (EXISTS (SELECT FROM outbound.trips p WHERE ((p.org_id = audit_entries.org_id) AND (p.id = audit_entries.entity_id)))) WHEN 'territory'::text THEN (entity_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])) ELSE false END)));
create policy organisation on outbound.audit_entries for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own_entries on outbound.audit_entries for insert
  to outbound_manager, outbound_ops, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (acted_by = (SELECT outbound.current_member() AS current_member))));
create policy own_name on outbound.audit_entries as restrictive for insert
  to outbound_franchise, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  with check ((acted_by = (SELECT outbound.current_member() AS current_member)));

-- outbound.bulk_change_items
alter table outbound.bulk_change_items enable row level security;
alter table outbound.bulk_change_items force row level security;
create policy eraser on outbound.bulk_change_items for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.bulk_change_items for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.bulk_change_items for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own on outbound.bulk_change_items for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.bulk_changes b WHERE ((b.org_id = bulk_change_items.org_id) AND (b.id = bulk_change_items.bulk_id))))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.bulk_changes b WHERE ((b.org_id = bulk_change_items.org_id) AND (b.id = bulk_change_items.bulk_id))))));

-- outbound.bulk_changes
alter table outbound.bulk_changes enable row level security;
alter table outbound.bulk_changes force row level security;
create policy eraser on outbound.bulk_changes for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.bulk_changes for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.bulk_changes for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own on outbound.bulk_changes for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (created_by_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (created_by_id = (SELECT outbound.current_member() AS current_member))));

-- outbound.cadence_steps
alter table outbound.cadence_steps enable row level security;
alter table outbound.cadence_steps force row level security;
create policy eraser on outbound.cadence_steps for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.cadence_steps for select
  to outbound_etl
  using (true);
create policy job on outbound.cadence_steps for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy manager_writes on outbound.cadence_steps for all
  to outbound_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy member_reads on outbound.cadence_steps for select
  to outbound_manager, outbound_ops, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.cadence_steps for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.cadences
alter table outbound.cadences enable row level security;
alter table outbound.cadences force row level security;
create policy eraser on outbound.cadences for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.cadences for select
  to outbound_etl
  using (true);
create policy job on outbound.cadences for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy manager_writes on outbound.cadences for all
  to outbound_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy member_reads on outbound.cadences for select
  to outbound_manager, outbound_ops, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.cadences for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.campaigns
alter table outbound.campaigns enable row level security;
alter table outbound.campaigns force row level security;
create policy eraser on outbound.campaigns for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.campaigns for select
  to outbound_etl
  using (true);
create policy job on outbound.campaigns for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy manager_writes on outbound.campaigns for all
  to outbound_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy member_reads on outbound.campaigns for select
  to outbound_manager, outbound_ops, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.campaigns for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.captures
alter table outbound.captures enable row level security;
alter table outbound.captures force row level security;
create policy eraser on outbound.captures for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.captures for all
  to outbound_franchise, outbound_job, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.departures
alter table outbound.departures enable row level security;
alter table outbound.departures force row level security;
create policy definer on outbound.departures for insert
  to outbound_definer
  with check (true);
create policy definer_reads on outbound.departures for select
  to outbound_definer
  using (true);
create policy eraser on outbound.departures for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.departures for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.departures for select
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy was_theirs on outbound.departures for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])))));

-- outbound.door_changes
alter table outbound.door_changes enable row level security;
alter table outbound.door_changes force row level security;
create policy definer on outbound.door_changes for insert
  to outbound_definer
  with check (true);
create policy eraser on outbound.door_changes for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.door_changes for select
  to outbound_etl
  using (true);
create policy job on outbound.door_changes for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.door_changes for select
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.erasures
alter table outbound.erasures enable row level security;
alter table outbound.erasures force row level security;
create policy eraser on outbound.erasures for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.erasures for select
  to outbound_etl
  using (true);
create policy organisation on outbound.erasures for all
  to outbound_franchise, outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.geocoder_answers
alter table outbound.geocoder_answers enable row level security;
alter table outbound.geocoder_answers force row level security;
create policy eraser on outbound.geocoder_answers for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.geocoder_answers for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.geocoders
alter table outbound.geocoders enable row level security;
alter table outbound.geocoders force row level security;
create policy definer on outbound.geocoders for all
  to outbound_definer
  using (true)
  with check (true);

-- outbound.geocoding_attempts
alter table outbound.geocoding_attempts enable row level security;
alter table outbound.geocoding_attempts force row level security;
create policy eraser on outbound.geocoding_attempts for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.geocoding_attempts for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.import_changes
alter table outbound.import_changes enable row level security;
alter table outbound.import_changes force row level security;
create policy eraser on outbound.import_changes for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy follows_import on outbound.import_changes for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.prospect_imports i WHERE ((i.org_id = import_changes.org_id) AND (i.id = import_changes.import_id))))))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.import_changes for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.import_changes for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.import_mappings
alter table outbound.import_mappings enable row level security;
alter table outbound.import_mappings force row level security;
create policy eraser on outbound.import_mappings for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.import_mappings for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy managers on outbound.import_mappings for all
  to outbound_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.import_mappings for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.import_progress
alter table outbound.import_progress enable row level security;
alter table outbound.import_progress force row level security;
create policy eraser on outbound.import_progress for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy follows_import on outbound.import_progress for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.prospect_imports i WHERE ((i.org_id = import_progress.org_id) AND (i.id = import_progress.import_id))))))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.import_progress for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.import_progress for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.import_rejects
alter table outbound.import_rejects enable row level security;
alter table outbound.import_rejects force row level security;
create policy eraser on outbound.import_rejects for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.import_rejects for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy manager_rejects on outbound.import_rejects for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.prospect_imports i WHERE ((i.org_id = import_rejects.org_id) AND (i.id = import_rejects.import_id))))))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.import_rejects for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.import_rows
alter table outbound.import_rows enable row level security;
alter table outbound.import_rows force row level security;
create policy eraser on outbound.import_rows for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy follows_import on outbound.import_rows for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.prospect_imports i WHERE ((i.org_id = import_rows.org_id) AND (i.id = import_rows.import_id))))))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.import_rows for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.import_rows for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.invitations
alter table outbound.invitations enable row level security;
alter table outbound.invitations force row level security;
create policy definer on outbound.invitations for select
  to outbound_definer
  using (true);
create policy eraser on outbound.invitations for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.invitations for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.invitations for all
  to outbound_franchise
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.key_proofs
alter table outbound.key_proofs enable row level security;
alter table outbound.key_proofs force row level security;
create policy owner on outbound.key_proofs for all
  to postgres
  using (true)
  with check (true);

-- outbound.lake_heads
alter table outbound.lake_heads enable row level security;
alter table outbound.lake_heads force row level security;
create policy etl on outbound.lake_heads for select
  to outbound_etl
  using (true);
create policy job on outbound.lake_heads for all
  to outbound_job
  using (true)
  with check (true);

-- outbound.lead_cadence_enrollments
alter table outbound.lead_cadence_enrollments enable row level security;
alter table outbound.lead_cadence_enrollments force row level security;
create policy definer on outbound.lead_cadence_enrollments for select
  to outbound_definer
  using (true);
create policy eraser on outbound.lead_cadence_enrollments for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.lead_cadence_enrollments for select
  to outbound_etl
  using (true);
create policy follows_lead on outbound.lead_cadence_enrollments for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_cadence_enrollments.org_id) AND (l.id = lead_cadence_enrollments.lead_id))))));
create policy job on outbound.lead_cadence_enrollments for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.lead_cadence_enrollments for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped_insert on outbound.lead_cadence_enrollments for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_cadence_enrollments.org_id) AND (l.id = lead_cadence_enrollments.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));
create policy scoped_update on outbound.lead_cadence_enrollments for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_cadence_enrollments.org_id) AND (l.id = lead_cadence_enrollments.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_cadence_enrollments.org_id) AND (l.id = lead_cadence_enrollments.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));

-- outbound.lead_merges
alter table outbound.lead_merges enable row level security;
alter table outbound.lead_merges force row level security;
create policy eraser on outbound.lead_merges for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.lead_merges for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.lead_merges for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped on outbound.lead_merges for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_merges.org_id) AND (l.id = lead_merges.survivor_id))))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_merges.org_id) AND (l.id = lead_merges.survivor_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));

-- outbound.lead_stage_changes
alter table outbound.lead_stage_changes enable row level security;
alter table outbound.lead_stage_changes force row level security;
create policy definer on outbound.lead_stage_changes for select
  to outbound_definer
  using (true);
create policy eraser on outbound.lead_stage_changes for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.lead_stage_changes for select
  to outbound_etl
  using (true);
create policy job on outbound.lead_stage_changes for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.lead_stage_changes for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped on outbound.lead_stage_changes for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((user_id = (SELECT outbound.current_member() AS current_member)) OR (owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])) OR (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_stage_changes.org_id) AND (l.id = lead_stage_changes.lead_id)))))));
create policy scoped_insert on outbound.lead_stage_changes for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_stage_changes.org_id) AND (l.id = lead_stage_changes.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));
create policy takes_back on outbound.lead_stage_changes for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));

-- outbound.lead_tags
alter table outbound.lead_tags enable row level security;
alter table outbound.lead_tags force row level security;
create policy eraser on outbound.lead_tags for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy follows_lead on outbound.lead_tags for select
  to outbound_manager, outbound_ops, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_tags.org_id) AND (l.id = lead_tags.lead_id))))));
create policy job on outbound.lead_tags for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.lead_tags for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped_delete on outbound.lead_tags for delete
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_tags.org_id) AND (l.id = lead_tags.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));
create policy scoped_insert on outbound.lead_tags for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_tags.org_id) AND (l.id = lead_tags.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));

-- outbound.lead_tokens
alter table outbound.lead_tokens enable row level security;
alter table outbound.lead_tokens force row level security;
create policy definer on outbound.lead_tokens for all
  to outbound_definer
  using (true)
  with check (true);
create policy eraser on outbound.lead_tokens for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy follows_lead on outbound.lead_tokens for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = lead_tokens.org_id) AND (l.id = lead_tokens.lead_id))))));
create policy job on outbound.lead_tokens for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.lead_tokens for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.leads
alter table outbound.leads enable row level security;
alter table outbound.leads force row level security;
create policy definer on outbound.leads for all
  to outbound_definer
  using (true)
  with check (true);
create policy eraser on outbound.leads for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.leads for select
  to outbound_etl
  using (true);
create policy job on outbound.leads for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.leads for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scheduled_or_later on outbound.leads for select
  to outbound_ops
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (pipeline_stage = ANY (ARRAY['SCHEDULED'::text, 'WON'::text]))));
create policy scoped on outbound.leads for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])))));
create policy scoped_insert on outbound.leads for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])))));
create policy scoped_update on outbound.leads for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])))));

-- outbound.location_looks
alter table outbound.location_looks enable row level security;
alter table outbound.location_looks force row level security;
create policy eraser on outbound.location_looks for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.location_looks for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own on outbound.location_looks for select
  to outbound_franchise, outbound_manager, outbound_org_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));
create policy own_name on outbound.location_looks for insert
  to outbound_franchise, outbound_manager, outbound_org_manager
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (looked_by = (SELECT outbound.current_member() AS current_member))));

-- outbound.match_pairs
alter table outbound.match_pairs enable row level security;
alter table outbound.match_pairs force row level security;
create policy eraser on outbound.match_pairs for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy follows on outbound.match_pairs for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND CASE WHEN (import_id IS NOT NULL) THEN (EXISTS (SELECT FROM outbound.prospect_imports i WHERE ((i.org_id = match_pairs.org_id) AND (i.id = match_pairs.import_id)))) ELSE ((EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = match_pairs.org_id) AND (l.id = match_pairs.lead_id)))) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = match_pairs.org_id) AND (l.id = match_pairs.other_lead_id))))) END))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.match_pairs for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.match_pairs for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.match_thresholds
alter table outbound.match_thresholds enable row level security;
alter table outbound.match_thresholds force row level security;
create policy eraser on outbound.match_thresholds for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy everybody on outbound.match_thresholds for select
  to outbound_franchise, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.match_thresholds for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy owner_writes on outbound.match_thresholds for all
  to outbound_franchise
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.memberships
alter table outbound.memberships enable row level security;
alter table outbound.memberships force row level security;
create policy definer on outbound.memberships for select
  to outbound_definer
  using (true);
create policy eraser on outbound.memberships for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy eraser_everywhere on outbound.memberships for select
  to outbound_eraser
  using (true);
create policy etl on outbound.memberships for select
  to outbound_etl
  using (true);
create policy job on outbound.memberships for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy member_reads on outbound.memberships for select
  to outbound_manager, outbound_ops, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.memberships for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.message_templates
alter table outbound.message_templates enable row level security;
alter table outbound.message_templates force row level security;
create policy eraser on outbound.message_templates for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.message_templates for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy manager_writes on outbound.message_templates for all
  to outbound_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy member_reads on outbound.message_templates for select
  to outbound_manager, outbound_ops, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.message_templates for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.messages
alter table outbound.messages enable row level security;
alter table outbound.messages force row level security;
create policy eraser on outbound.messages for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.messages for select
  to outbound_etl
  using (true);
create policy job on outbound.messages for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.messages for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped on outbound.messages for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])) OR (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = messages.org_id) AND (l.id = messages.lead_id)))))));
create policy scoped_insert on outbound.messages for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = messages.org_id) AND (l.id = messages.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));

-- outbound.notifications
alter table outbound.notifications enable row level security;
alter table outbound.notifications force row level security;
create policy eraser on outbound.notifications for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.notifications for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own on outbound.notifications for select
  to outbound_franchise, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));
create policy own_name on outbound.notifications for insert
  to outbound_franchise, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (caused_by = (SELECT outbound.current_member() AS current_member))));
create policy own_update on outbound.notifications for update
  to outbound_franchise, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));

-- outbound.onboarding_handoffs
alter table outbound.onboarding_handoffs enable row level security;
alter table outbound.onboarding_handoffs force row level security;
create policy eraser on outbound.onboarding_handoffs for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.onboarding_handoffs for select
  to outbound_etl
  using (true);
create policy follows_lead on outbound.onboarding_handoffs for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = onboarding_handoffs.org_id) AND (l.id = onboarding_handoffs.lead_id))))));
create policy job on outbound.onboarding_handoffs for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy ops_decides on outbound.onboarding_handoffs for all
  to outbound_ops
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.onboarding_handoffs for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped_insert on outbound.onboarding_handoffs for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = onboarding_handoffs.org_id) AND (l.id = onboarding_handoffs.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));
create policy scoped_update on outbound.onboarding_handoffs for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = onboarding_handoffs.org_id) AND (l.id = onboarding_handoffs.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = onboarding_handoffs.org_id) AND (l.id = onboarding_handoffs.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));

-- outbound.organisation_deletions
alter table outbound.organisation_deletions enable row level security;
alter table outbound.organisation_deletions force row level security;
create policy eraser on outbound.organisation_deletions for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.organisation_deletions for all
  to outbound_franchise, outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.organisation_exports
alter table outbound.organisation_exports enable row level security;
alter table outbound.organisation_exports force row level security;
create policy eraser on outbound.organisation_exports for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.organisation_exports for all
  to outbound_franchise, outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.organisations
alter table outbound.organisations enable row level security;
alter table outbound.organisations force row level security;
create policy definer on outbound.organisations for select
  to outbound_definer
  using (true);
create policy eraser on outbound.organisations for all
  to outbound_eraser
  using ((id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.organisations for select
  to outbound_etl
  using (true);
create policy founded on outbound.organisations for insert
  to outbound_job
  with check ((id = (SELECT outbound.current_org() AS current_org)));
create policy own_organisation on outbound.organisations for select
  to outbound_franchise, outbound_job, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using ((id = (SELECT outbound.current_org() AS current_org)));
create policy owner_edits on outbound.organisations for update
  to outbound_franchise, outbound_job
  using ((id = (SELECT outbound.current_org() AS current_org)))
  with check ((id = (SELECT outbound.current_org() AS current_org)));

-- outbound.password_resets
alter table outbound.password_resets enable row level security;
alter table outbound.password_resets force row level security;
create policy definer on outbound.password_resets for select
  to outbound_definer
  using (true);
create policy definer_ends_links on outbound.password_resets for update
  to outbound_definer
  using (true)
  with check (true);
create policy eraser on outbound.password_resets for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.password_resets for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.password_resets for all
  to outbound_franchise
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.prospect_imports
alter table outbound.prospect_imports enable row level security;
alter table outbound.prospect_imports force row level security;
create policy definer on outbound.prospect_imports for select
  to outbound_definer
  using (true);
create policy eraser on outbound.prospect_imports for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.prospect_imports for select
  to outbound_etl
  using (true);
create policy job on outbound.prospect_imports for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy manager_imports on outbound.prospect_imports for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (uploaded_by = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (uploaded_by = (SELECT outbound.current_member() AS current_member))));
create policy organisation on outbound.prospect_imports for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.refresh_tokens
alter table outbound.refresh_tokens enable row level security;
alter table outbound.refresh_tokens force row level security;
create policy definer on outbound.refresh_tokens for select
  to outbound_definer
  using (true);
create policy eraser on outbound.refresh_tokens for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.refresh_tokens for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own_tokens on outbound.refresh_tokens for all
  to outbound_franchise, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));

-- outbound.rep_positions
alter table outbound.rep_positions enable row level security;
alter table outbound.rep_positions force row level security;
create policy eraser on outbound.rep_positions for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.rep_positions for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.rep_positions for select
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own on outbound.rep_positions for all
  to outbound_franchise, outbound_manager, outbound_org_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));
create policy scoped on outbound.rep_positions for select
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.territory_assignments a WHERE ((a.org_id = rep_positions.org_id) AND (a.user_id = rep_positions.user_id) AND (a.unassigned_at IS NULL) AND (a.territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])))))));

-- outbound.segments
alter table outbound.segments enable row level security;
alter table outbound.segments force row level security;
create policy eraser on outbound.segments for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.segments for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own on outbound.segments for all
  to outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (owner_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (owner_id = (SELECT outbound.current_member() AS current_member)) AND (NOT shared)));
create policy own_and_shared on outbound.segments for all
  to outbound_franchise, outbound_manager, outbound_org_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR shared)))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR shared)));
create policy own_or_shared on outbound.segments for select
  to outbound_franchise, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR shared)));

-- outbound.sessions
alter table outbound.sessions enable row level security;
alter table outbound.sessions force row level security;
create policy definer on outbound.sessions for select
  to outbound_definer
  using (true);
create policy definer_ends on outbound.sessions for update
  to outbound_definer
  using (true)
  with check (true);
create policy eraser on outbound.sessions for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.sessions for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own_sessions on outbound.sessions for all
  to outbound_franchise, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));

-- outbound.shifts
alter table outbound.shifts enable row level security;
alter table outbound.shifts force row level security;
create policy eraser on outbound.shifts for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.shifts for select
  to outbound_etl
  using (true);
create policy job on outbound.shifts for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy manager_own_shifts on outbound.shifts for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));
create policy organisation on outbound.shifts for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own_shifts on outbound.shifts for all
  to outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));
create policy scoped on outbound.shifts for select
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.territory_assignments a WHERE ((a.org_id = shifts.org_id) AND (a.user_id = shifts.user_id) AND (a.unassigned_at IS NULL) AND (a.territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])))))));

-- outbound.sign_in_providers
alter table outbound.sign_in_providers enable row level security;
alter table outbound.sign_in_providers force row level security;
create policy definer on outbound.sign_in_providers for select
  to outbound_definer
  using (true);
create policy eraser on outbound.sign_in_providers for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.sign_in_providers for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.sign_in_providers for all
  to outbound_franchise
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.stage_policies
alter table outbound.stage_policies enable row level security;
alter table outbound.stage_policies force row level security;
create policy eraser on outbound.stage_policies for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.stage_policies for select
  to outbound_etl
  using (true);
create policy job on outbound.stage_policies for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy member_reads on outbound.stage_policies for select
  to outbound_manager, outbound_ops, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.stage_policies for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.sync_operations
alter table outbound.sync_operations enable row level security;
alter table outbound.sync_operations force row level security;
create policy definer on outbound.sync_operations for select
  to outbound_definer
  using (true);
create policy eraser on outbound.sync_operations for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy job on outbound.sync_operations for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy own on outbound.sync_operations for all
  to outbound_franchise, outbound_manager, outbound_org_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (user_id = (SELECT outbound.current_member() AS current_member))));

-- outbound.tasks
alter table outbound.tasks enable row level security;
alter table outbound.tasks force row level security;
create policy definer on outbound.tasks for select
  to outbound_definer
  using (true);
create policy eraser on outbound.tasks for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.tasks for select
  to outbound_etl
  using (true);
create policy follows_lead on outbound.tasks for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = tasks.org_id) AND (l.id = tasks.lead_id))))));
create policy job on outbound.tasks for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.tasks for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped_delete on outbound.tasks for delete
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = tasks.org_id) AND (l.id = tasks.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));
create policy scoped_insert on outbound.tasks for insert
  to outbound_manager, outbound_rep
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = tasks.org_id) AND (l.id = tasks.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));
create policy scoped_update on outbound.tasks for update
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = tasks.org_id) AND (l.id = tasks.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.leads l WHERE ((l.org_id = tasks.org_id) AND (l.id = tasks.lead_id) AND ((l.owner_id = (SELECT outbound.current_member() AS current_member)) OR (l.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));

-- outbound.territories
alter table outbound.territories enable row level security;
alter table outbound.territories force row level security;
create policy definer on outbound.territories for select
  to outbound_definer
  using (true);
create policy eraser on outbound.territories for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.territories for select
  to outbound_etl
  using (true);
create policy job on outbound.territories for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy ops_reads on outbound.territories for select
  to outbound_ops
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.territories for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped on outbound.territories for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])) OR (parent_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])))));
create policy scoped_delete on outbound.territories for delete
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))));
create policy scoped_insert on outbound.territories for insert
  to outbound_manager
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (parent_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))));
create policy scoped_update on outbound.territories for update
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.territory_assignments
alter table outbound.territory_assignments enable row level security;
alter table outbound.territory_assignments force row level security;
create policy definer on outbound.territory_assignments for select
  to outbound_definer
  using (true);
create policy eraser on outbound.territory_assignments for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.territory_assignments for select
  to outbound_etl
  using (true);
create policy job on outbound.territory_assignments for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy ops_reads on outbound.territory_assignments for select
  to outbound_ops
  using ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.territory_assignments for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped on outbound.territory_assignments for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((user_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])))));
create policy scoped_write on outbound.territory_assignments for all
  to outbound_manager
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))));

-- outbound.throttles
alter table outbound.throttles enable row level security;
alter table outbound.throttles force row level security;
create policy definer on outbound.throttles for all
  to outbound_definer
  using (true)
  with check (true);

-- outbound.tombstones
alter table outbound.tombstones enable row level security;
alter table outbound.tombstones force row level security;
create policy definer on outbound.tombstones for insert
  to outbound_definer
  with check (true);
create policy definer_reads on outbound.tombstones for select
  to outbound_definer
  using (true);
create policy eraser on outbound.tombstones for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.tombstones for select
  to outbound_etl
  using (true);
create policy job on outbound.tombstones for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy member_reads on outbound.tombstones for select
  to outbound_franchise, outbound_manager, outbound_org_manager, outbound_rep
  using ((org_id = (SELECT outbound.current_org() AS current_org)));

-- outbound.trip_stops
alter table outbound.trip_stops enable row level security;
alter table outbound.trip_stops force row level security;
create policy definer on outbound.trip_stops for select
  to outbound_definer
  using (true);
create policy eraser on outbound.trip_stops for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.trip_stops for select
  to outbound_etl
  using (true);
create policy job on outbound.trip_stops for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.trip_stops for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped on outbound.trip_stops for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.trips t WHERE ((t.org_id = trip_stops.org_id) AND (t.id = trip_stops.trip_id))))));
create policy scoped_write on outbound.trip_stops for all
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.trips t WHERE ((t.org_id = trip_stops.org_id) AND (t.id = trip_stops.trip_id) AND ((t.owner_id = (SELECT outbound.current_member() AS current_member)) OR (t.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND (EXISTS (SELECT FROM outbound.trips t WHERE ((t.org_id = trip_stops.org_id) AND (t.id = trip_stops.trip_id) AND ((t.owner_id = (SELECT outbound.current_member() AS current_member)) OR (t.territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[]))))))));

-- outbound.trips
alter table outbound.trips enable row level security;
alter table outbound.trips force row level security;
create policy definer on outbound.trips for select
  to outbound_definer
  using (true);
create policy eraser on outbound.trips for all
  to outbound_eraser
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy etl on outbound.trips for select
  to outbound_etl
  using (true);
create policy job on outbound.trips for all
  to outbound_job
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy organisation on outbound.trips for all
  to outbound_franchise, outbound_org_manager
  using ((org_id = (SELECT outbound.current_org() AS current_org)))
  with check ((org_id = (SELECT outbound.current_org() AS current_org)));
create policy scoped on outbound.trips for select
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.readable_territories() AS readable_territories)::uuid[])))));
create policy scoped_write on outbound.trips for all
  to outbound_manager, outbound_rep
  using (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])))))
  with check (((org_id = (SELECT outbound.current_org() AS current_org)) AND ((owner_id = (SELECT outbound.current_member() AS current_member)) OR (territory_id = ANY ((SELECT outbound.writable_territories() AS writable_territories)::uuid[])))));

-- outbound.users
alter table outbound.users enable row level security;
alter table outbound.users force row level security;
create policy colleagues on outbound.users for select
  to outbound_franchise, outbound_job, outbound_manager, outbound_ops, outbound_org_manager, outbound_rep
  using ((EXISTS (SELECT FROM outbound.memberships m WHERE ((m.user_id = users.id) AND (m.org_id = (SELECT outbound.current_org() AS current_org))))));
create policy definer on outbound.users for select
  to outbound_definer
  using (true);
create policy definer_adds on outbound.users for insert
  to outbound_definer
  with check (is_machine);
create policy definer_writes on outbound.users for update
  to outbound_definer
  using (true)
  with check (true);
create policy eraser on outbound.users for all
  to outbound_eraser
  using (true);
create policy etl on outbound.users for select
  to outbound_etl
  using (true);
create policy invited on outbound.users for insert
  to outbound_job
  with check (true);
