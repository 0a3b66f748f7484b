create table outbound.prospect_imports (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    uploaded_by UUID NOT NULL,
    source TEXT NOT NULL,
    status TEXT DEFAULT 'processing' NOT NULL,
    stats JSONB,
    file_url TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    error TEXT,
    finished_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_prospect_imports PRIMARY KEY (org_id, id),
    CONSTRAINT fk_prospect_imports_org_id_uploaded_by FOREIGN KEY(org_id, uploaded_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_prospect_imports_source CHECK ("source" in ('CSV', 'Purchase', 'Manual')),
    CONSTRAINT ck_prospect_imports_status CHECK ("status" in ('processing', 'completed', 'failed')),
    CONSTRAINT fk_prospect_imports_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_prospect_imports_status ON outbound.prospect_imports (org_id, status);

create table outbound.import_rejects (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    import_id UUID NOT NULL,
    line BIGINT NOT NULL,
    reason TEXT NOT NULL,
    raw JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_import_rejects PRIMARY KEY (org_id, id),
    CONSTRAINT fk_import_rejects_org_id_import_id FOREIGN KEY(org_id, import_id) REFERENCES outbound.prospect_imports (org_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_import_rejects_import ON outbound.import_rejects (org_id, import_id, line);

create table outbound.leads (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_type TEXT DEFAULT 'inbound' NOT NULL,
    pipeline_stage TEXT DEFAULT 'COLD' NOT NULL,
    stage_entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    address_id UUID,
    territory_id UUID,
    campaign_id UUID,
    import_id UUID,
    created_by_id UUID,
    owner_id UUID,
    last_activity_at TIMESTAMP WITH TIME ZONE,
    last_activity_id UUID,
    next_action_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    first_name TEXT,
    last_name TEXT,
    phone TEXT,
    email TEXT,
    language TEXT,
    yard_size_sqft INTEGER,
    estimated_value_cents BIGINT,
    source TEXT,
    consent JSONB,
    external_ref TEXT,
    cell BIGINT,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_leads PRIMARY KEY (org_id, id),
    CONSTRAINT fk_leads_org_id_address_id FOREIGN KEY(org_id, address_id) REFERENCES outbound.addresses (org_id, id),
    CONSTRAINT fk_leads_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE SET NULL (territory_id),
    CONSTRAINT fk_leads_org_id_campaign_id FOREIGN KEY(org_id, campaign_id) REFERENCES outbound.campaigns (org_id, id) ON DELETE SET NULL (campaign_id),
    CONSTRAINT fk_leads_org_id_import_id FOREIGN KEY(org_id, import_id) REFERENCES outbound.prospect_imports (org_id, id) ON DELETE SET NULL (import_id),
    CONSTRAINT fk_leads_org_id_created_by_id FOREIGN KEY(org_id, created_by_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_leads_org_id_owner_id FOREIGN KEY(org_id, owner_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_leads_lead_type CHECK ("lead_type" in ('inbound', 'outbound', 'partner')),
    CONSTRAINT ck_leads_pipeline_stage CHECK ("pipeline_stage" in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED')),
    CONSTRAINT ck_leads_estimated_value_cents CHECK (estimated_value_cents >= 0),
    CONSTRAINT ck_leads_yard_size_sqft CHECK (yard_size_sqft > 0),
    CONSTRAINT fk_leads_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_leads_address ON outbound.leads (org_id, address_id);
CREATE INDEX ix_leads_cell ON outbound.leads (org_id, cell);
CREATE INDEX ix_leads_owner ON outbound.leads (org_id, owner_id, id);
CREATE INDEX ix_leads_stage ON outbound.leads (org_id, pipeline_stage, due_at);
CREATE INDEX ix_leads_territory ON outbound.leads (org_id, territory_id, id);
CREATE UNIQUE INDEX uq_leads_open_at_address ON outbound.leads (org_id, address_id, lead_type) WHERE address_id is not null and pipeline_stage in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED');

create table outbound.trips (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    created_by_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    name TEXT,
    territory_id UUID,
    start_position BYTEA,
    start_cell BIGINT,
    end_position BYTEA,
    end_cell BIGINT,
    optimization TEXT DEFAULT 'WALKING' NOT NULL,
    planned_start TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    status TEXT DEFAULT 'planned' NOT NULL,
    distance_meters INTEGER,
    duration_minutes INTEGER,
    actual_distance_meters INTEGER,
    actual_duration_minutes INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_trips PRIMARY KEY (org_id, id),
    CONSTRAINT fk_trips_org_id_created_by_id FOREIGN KEY(org_id, created_by_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_trips_org_id_owner_id FOREIGN KEY(org_id, owner_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_trips_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE SET NULL (territory_id),
    CONSTRAINT ck_trips_optimization CHECK ("optimization" in ('FASTEST', 'SHORTEST', 'WALKING')),
    CONSTRAINT ck_trips_status CHECK ("status" in ('planned', 'in_progress', 'completed', 'cancelled')),
    CONSTRAINT ck_trips_distances CHECK (distance_meters >= 0 and actual_distance_meters >= 0),
    CONSTRAINT ck_trips_durations CHECK (duration_minutes >= 0 and actual_duration_minutes >= 0),
    CONSTRAINT ck_trips_completed CHECK ((status = 'completed') = (completed_at is not null)),
    CONSTRAINT fk_trips_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_trips_owner ON outbound.trips (org_id, owner_id, planned_start);
CREATE INDEX ix_trips_territory ON outbound.trips (org_id, territory_id);

create table outbound.trip_stops (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    trip_id UUID NOT NULL,
    lead_id UUID,
    address_id UUID,
    "order" INTEGER NOT NULL,
    planned_at TIMESTAMP WITH TIME ZONE,
    arrival_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    status TEXT DEFAULT 'pending' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_trip_stops PRIMARY KEY (org_id, id),
    CONSTRAINT fk_trip_stops_org_id_trip_id FOREIGN KEY(org_id, trip_id) REFERENCES outbound.trips (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_trip_stops_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE SET NULL (lead_id),
    CONSTRAINT fk_trip_stops_org_id_address_id FOREIGN KEY(org_id, address_id) REFERENCES outbound.addresses (org_id, id),
    CONSTRAINT uq_trip_stops_org_id_trip_id_order UNIQUE (org_id, trip_id, "order") DEFERRABLE,
    CONSTRAINT ck_trip_stops_status CHECK ("status" in ('pending', 'skipped', 'completed')),
    CONSTRAINT ck_trip_stops_order CHECK ("order" >= 1),
    CONSTRAINT ck_trip_stops_completed CHECK ((status = 'completed') = (completed_at is not null))
);
CREATE INDEX ix_trip_stops_lead ON outbound.trip_stops (org_id, lead_id);

create table outbound.activities (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    address_id UUID,
    user_id UUID,
    type TEXT NOT NULL,
    channel TEXT,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    result TEXT,
    notes TEXT,
    position BYTEA,
    cell BIGINT,
    attachments JSONB,
    duration_secs INTEGER,
    follow_up_at TIMESTAMP WITH TIME ZONE,
    territory_id UUID,
    owner_id UUID,
    trip_stop_id UUID,
    clock_offset_ms BIGINT,
    clock_suspect BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_activities PRIMARY KEY (org_id, id),
    CONSTRAINT fk_activities_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_activities_org_id_address_id FOREIGN KEY(org_id, address_id) REFERENCES outbound.addresses (org_id, id),
    CONSTRAINT fk_activities_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE SET NULL (territory_id),
    CONSTRAINT fk_activities_org_id_trip_stop_id FOREIGN KEY(org_id, trip_stop_id) REFERENCES outbound.trip_stops (org_id, id) ON DELETE SET NULL (trip_stop_id),
    CONSTRAINT fk_activities_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_activities_org_id_owner_id FOREIGN KEY(org_id, owner_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_activities_type CHECK ("type" in ('DOOR_KNOCK', 'CALL', 'SMS', 'EMAIL', 'NOTE', 'TASK', 'MEETING')),
    CONSTRAINT ck_activities_result CHECK ("result" in ('NOT_HOME', 'INTERESTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'NOT_INTERESTED', 'NOT_QUALIFIED', 'DO_NOT_CONTACT', 'LEFT_MATERIAL')),
    CONSTRAINT ck_activities_duration_secs CHECK (duration_secs >= 0)
);
CREATE INDEX ix_activities_lead ON outbound.activities (org_id, lead_id, occurred_at);
CREATE INDEX ix_activities_territory ON outbound.activities (org_id, territory_id, occurred_at);
CREATE INDEX ix_activities_user ON outbound.activities (org_id, user_id, occurred_at);

create table outbound.lead_stage_changes (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    from_stage TEXT,
    to_stage TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    user_id UUID,
    owner_id UUID,
    territory_id UUID,
    due_at TIMESTAMP WITH TIME ZONE,
    activity_id UUID,
    acted_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_lead_stage_changes PRIMARY KEY (org_id, id),
    CONSTRAINT fk_lead_stage_changes_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_lead_stage_changes_org_id_activity_id FOREIGN KEY(org_id, activity_id) REFERENCES outbound.activities (org_id, id) ON DELETE SET NULL (activity_id),
    CONSTRAINT fk_lead_stage_changes_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE SET NULL (territory_id),
    CONSTRAINT fk_lead_stage_changes_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_lead_stage_changes_org_id_owner_id FOREIGN KEY(org_id, owner_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_lead_stage_changes_org_id_acted_by FOREIGN KEY(org_id, acted_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_lead_stage_changes_from_stage CHECK ("from_stage" in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED')),
    CONSTRAINT ck_lead_stage_changes_to_stage CHECK ("to_stage" in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED'))
);
CREATE INDEX ix_lead_stage_changes_lead ON outbound.lead_stage_changes (org_id, lead_id, occurred_at);

create table outbound.tasks (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    assignee_id UUID,
    title TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    state TEXT DEFAULT 'open' NOT NULL,
    completed_at TIMESTAMP WITH TIME ZONE,
    activity_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_tasks PRIMARY KEY (org_id, id),
    CONSTRAINT fk_tasks_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_tasks_org_id_activity_id FOREIGN KEY(org_id, activity_id) REFERENCES outbound.activities (org_id, id) ON DELETE SET NULL (activity_id),
    CONSTRAINT fk_tasks_org_id_assignee_id FOREIGN KEY(org_id, assignee_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_tasks_state CHECK ("state" in ('open', 'done', 'cancelled')),
    CONSTRAINT ck_tasks_completed CHECK ((state = 'done') = (completed_at is not null))
);
CREATE INDEX ix_tasks_assignee ON outbound.tasks (org_id, assignee_id, state, due_at);
CREATE INDEX ix_tasks_lead ON outbound.tasks (org_id, lead_id);

create table outbound.shifts (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_shifts PRIMARY KEY (org_id, id),
    CONSTRAINT fk_shifts_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_shifts_period CHECK (ended_at >= started_at),
    CONSTRAINT fk_shifts_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_shifts_user ON outbound.shifts (org_id, user_id, started_at);
