-- Imports in phases: each row with its fate before anything is written, how far a phase is, and what undo takes back.

alter table outbound.prospect_imports drop constraint ck_prospect_imports_status;
alter table outbound.prospect_imports add constraint ck_prospect_imports_status
CHECK ("status" in ('uploaded', 'processing', 'ready', 'completed', 'paused', 'failed', 'undone'));
-- The phase that is to be run next; none for imports from before there were phases.
alter table outbound.prospect_imports add column phase TEXT;
alter table outbound.prospect_imports add constraint ck_prospect_imports_phase
CHECK ("phase" in ('reading', 'locating', 'matching', 'assigning', 'writing', 'completed', 'undoing', 'undone'));
-- What was asked for: review, cadence_id, campaign_id.
alter table outbound.prospect_imports add column options JSONB DEFAULT '{}' NOT NULL;
-- How often it was set going: each time one run.
alter table outbound.prospect_imports add column turn INTEGER DEFAULT 1 NOT NULL;

-- A lead's import is asked for by undo, by reports, and whenever an import is deleted.
CREATE INDEX ix_leads_import ON outbound.leads (org_id, import_id, id) WHERE import_id is not null;

create table outbound.import_rows (
    org_id UUID NOT NULL,
    import_id UUID NOT NULL,
    line BIGINT NOT NULL,
    fate TEXT,
    reason TEXT,
    raw JSONB,
    house_number TEXT,
    street TEXT,
    unit TEXT,
    city TEXT,
    state TEXT,
    postcode TEXT,
    canonical TEXT,
    first_name TEXT,
    last_name TEXT,
    phone TEXT,
    email TEXT,
    language TEXT,
    external_ref TEXT,
    yard_size_sqft INTEGER,
    position BYTEA,
    cell BIGINT,
    location_source TEXT,
    location_accuracy DOUBLE PRECISION,
    location_confidence REAL,
    territory_id UUID,
    owner_id UUID,
    door_id UUID,
    lead_id UUID,
    change_id UUID,
    matched_lead_id UUID,
    matched_line BIGINT,
    match_score REAL,
    match_evidence JSONB,
    decision TEXT,
    written_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_import_rows PRIMARY KEY (org_id, import_id, line),
    CONSTRAINT fk_import_rows_org_id_import_id FOREIGN KEY(org_id, import_id) REFERENCES outbound.prospect_imports (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_import_rows_org_id_matched_lead_id FOREIGN KEY(org_id, matched_lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE SET NULL (matched_lead_id),
    CONSTRAINT ck_import_rows_fate CHECK ("fate" in ('new', 'same', 'unsure', 'duplicate', 'outside', 'rejected')),
    CONSTRAINT ck_import_rows_location_source CHECK ("location_source" in ('file', 'pin', 'address_point', 'interpolated', 'geocoder', 'zip_centroid')),
    CONSTRAINT ck_import_rows_decision CHECK ("decision" in ('same', 'new'))
) with (fillfactor = 45);
-- Each phase rewrites most rows once: room in the page keeps new versions off the index.
CREATE INDEX ix_import_rows_matched_lead ON outbound.import_rows (org_id, matched_lead_id) WHERE matched_lead_id is not null;

-- What an import did to rows that were there before, or added beside its leads. It only ever fills what is empty, or
-- puts a door's exact place where a rough one stood: undo gives ``columns`` what stood there before (``former``,
-- nothing where it is silent). Without columns the row is the import's own.
create table outbound.import_changes (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    import_id UUID NOT NULL,
    line BIGINT,
    entity TEXT NOT NULL,
    entity_id UUID NOT NULL,
    columns JSONB,
    former JSONB,
    former_position BYTEA,
    version INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_import_changes PRIMARY KEY (org_id, id),
    CONSTRAINT fk_import_changes_org_id_import_id FOREIGN KEY(org_id, import_id) REFERENCES outbound.prospect_imports (org_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_import_changes_import ON outbound.import_changes (org_id, import_id, entity, entity_id);

-- How far a phase is, written by a connection of its own while the phase's transaction is open.
create table outbound.import_progress (
    org_id UUID NOT NULL,
    import_id UUID NOT NULL,
    phase TEXT NOT NULL,
    rows BIGINT NOT NULL,
    total BIGINT,
    share REAL,
    rate REAL,
    seconds_left REAL,
    began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_import_progress PRIMARY KEY (org_id, import_id),
    CONSTRAINT fk_import_progress_org_id_import_id FOREIGN KEY(org_id, import_id) REFERENCES outbound.prospect_imports (org_id, id) ON DELETE CASCADE
);

-- Which column held what, by the source of a list: suggested the next time.
create table outbound.import_mappings (
    org_id UUID NOT NULL,
    source_key TEXT NOT NULL,
    columns JSONB NOT NULL,
    uses INTEGER DEFAULT 1 NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_import_mappings PRIMARY KEY (org_id, source_key),
    CONSTRAINT fk_import_mappings_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE,
    CONSTRAINT fk_import_mappings_org_id_created_by_id FOREIGN KEY(org_id, created_by_id) REFERENCES outbound.memberships (org_id, user_id)
);

do $$
declare
    t text;
begin
    foreach t in array array['import_rows', 'import_changes', 'import_progress', 'import_mappings'] loop
        execute format('alter table outbound.%I enable row level security', t);
        execute format('alter table outbound.%I force row level security', t);
        execute format('grant select on outbound.%I to outbound_app', t);
        execute format(
            'create policy job on outbound.%I to outbound_job'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format('grant select, insert, update, delete on outbound.%I to outbound_job', t);
        execute format(
            'create policy eraser on outbound.%I to outbound_eraser'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format('grant select, delete on outbound.%I to outbound_eraser', t);
        execute format(
            'create policy organisation on outbound.%I to outbound_franchise, outbound_org_manager'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format('grant select on outbound.%I to outbound_franchise, outbound_org_manager', t);
    end loop;
    -- A manager with territories reads and decides what belongs to their own imports.
    foreach t in array array['import_rows', 'import_changes', 'import_progress'] loop
        execute format(
            'create policy follows_import on outbound.%I to outbound_manager'
            ' using (org_id = (select outbound.current_org()) and exists ('
            ' select from outbound.prospect_imports as i where i.org_id = %I.org_id and i.id = %I.import_id))'
            ' with check (org_id = (select outbound.current_org()))', t, t, t);
        execute format('grant select on outbound.%I to outbound_manager', t);
    end loop;
end
$$;
grant update on outbound.import_rows to outbound_manager, outbound_org_manager, outbound_franchise;
create policy managers on outbound.import_mappings to outbound_manager
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
grant select, insert, update, delete on outbound.import_mappings
to outbound_manager, outbound_org_manager, outbound_franchise;
