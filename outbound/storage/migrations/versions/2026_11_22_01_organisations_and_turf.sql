-- The westernmost (axis 0) or southernmost (axis 1) coordinate of a GeoJSON MultiPolygon, or the farthest one.
create function outbound.edge(geometry jsonb, axis int, farthest boolean) returns double precision
language sql immutable strict parallel safe as $$
    select case when farthest then max(c.value) else min(c.value) end
    from jsonb_path_query(geometry, '$.coordinates[*][*][*]') as point,
        lateral (select (point ->> axis)::double precision as value) as c
$$;

create table outbound.organisations (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    zone TEXT NOT NULL,
    go_live_on DATE,
    is_demo BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_organisations PRIMARY KEY (id),
    CONSTRAINT ck_organisations_slug CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT uq_organisations_slug UNIQUE (slug)
);

create table outbound.users (
    id UUID NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT,
    is_demo BOOLEAN DEFAULT false NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT ck_users_email_lower CHECK (email = lower(email)),
    CONSTRAINT uq_users_email UNIQUE (email)
);

create table outbound.memberships (
    org_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role TEXT NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_memberships PRIMARY KEY (org_id, user_id),
    CONSTRAINT ck_memberships_role CHECK ("role" in ('SALES_REP', 'SALES_MANAGER', 'FRANCHISE_OWNER', 'OPS')),
    CONSTRAINT fk_memberships_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE,
    CONSTRAINT fk_memberships_user_id FOREIGN KEY(user_id) REFERENCES outbound.users (id)
);
CREATE INDEX ix_memberships_user_id ON outbound.memberships (user_id);

create table outbound.sessions (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (org_id, id),
    CONSTRAINT fk_sessions_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_sessions_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_sessions_expires_at ON outbound.sessions (expires_at) WHERE revoked_at is null;
CREATE UNIQUE INDEX uq_sessions_token_hash ON outbound.sessions (token_hash);

create table outbound.territories (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    type TEXT NOT NULL,
    color TEXT,
    geometry JSONB NOT NULL,
    west FLOAT GENERATED ALWAYS AS (outbound.edge(geometry, 0, false)) STORED NOT NULL,
    south FLOAT GENERATED ALWAYS AS (outbound.edge(geometry, 1, false)) STORED NOT NULL,
    east FLOAT GENERATED ALWAYS AS (outbound.edge(geometry, 0, true)) STORED NOT NULL,
    north FLOAT GENERATED ALWAYS AS (outbound.edge(geometry, 1, true)) STORED NOT NULL,
    parent_id UUID,
    priority_weight INTEGER DEFAULT 1 NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    zone TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_territories PRIMARY KEY (org_id, id),
    CONSTRAINT uq_territories_org_id_slug UNIQUE (org_id, slug),
    CONSTRAINT fk_territories_org_id_parent_id FOREIGN KEY(org_id, parent_id) REFERENCES outbound.territories (org_id, id),
    CONSTRAINT ck_territories_type CHECK ("type" in ('REGION', 'AREA', 'MICRO')),
    CONSTRAINT ck_territories_own_parent CHECK (parent_id <> id),
    CONSTRAINT ck_territories_geometry CHECK (geometry ->> 'type' = 'MultiPolygon'),
    CONSTRAINT ck_territories_color CHECK (color is null or color ~ '^#[0-9a-f]{6}$'),
    CONSTRAINT ck_territories_priority_weight CHECK (priority_weight between 1 and 1000),
    CONSTRAINT fk_territories_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_territories_parent ON outbound.territories (org_id, parent_id);

create table outbound.territory_assignments (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    territory_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role TEXT NOT NULL,
    assigned_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    unassigned_at TIMESTAMP WITH TIME ZONE,
    is_primary BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_territory_assignments PRIMARY KEY (org_id, id),
    CONSTRAINT fk_territory_assignments_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_territory_assignments_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_territory_assignments_role CHECK ("role" in ('OWNER', 'CONTRIBUTOR', 'VIEWER')),
    CONSTRAINT ck_territory_assignments_period CHECK (unassigned_at is null or unassigned_at >= assigned_at)
);
CREATE INDEX ix_territory_assignments_user ON outbound.territory_assignments (org_id, user_id);
CREATE UNIQUE INDEX uq_territory_assignments_current ON outbound.territory_assignments (org_id, territory_id, user_id) WHERE unassigned_at is null;

create table outbound.addresses (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    house_number TEXT DEFAULT '' NOT NULL,
    street TEXT DEFAULT '' NOT NULL,
    unit TEXT DEFAULT '' NOT NULL,
    city TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    postcode TEXT DEFAULT '' NOT NULL,
    country TEXT DEFAULT 'US' NOT NULL,
    canonical TEXT NOT NULL,
    position BYTEA,
    cell BIGINT,
    territory_id UUID,
    location_source TEXT,
    location_accuracy FLOAT,
    do_not_knock BOOLEAN DEFAULT false NOT NULL,
    curfew TIME WITHOUT TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_addresses PRIMARY KEY (org_id, id),
    CONSTRAINT uq_addresses_org_id_canonical UNIQUE (org_id, canonical),
    CONSTRAINT fk_addresses_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE SET NULL (territory_id),
    CONSTRAINT ck_addresses_location_source CHECK ("location_source" in ('file', 'pin', 'address_point', 'interpolated', 'geocoder', 'zip_centroid')),
    CONSTRAINT ck_addresses_position_and_cell CHECK ((position is null) = (cell is null)),
    CONSTRAINT fk_addresses_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_addresses_cell ON outbound.addresses (org_id, cell);
CREATE INDEX ix_addresses_territory ON outbound.addresses (org_id, territory_id);

create table outbound.campaigns (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    starts_on DATE,
    ends_on DATE,
    active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_campaigns PRIMARY KEY (org_id, id),
    CONSTRAINT uq_campaigns_org_id_name UNIQUE (org_id, name),
    CONSTRAINT ck_campaigns_period CHECK (ends_on is null or ends_on >= starts_on),
    CONSTRAINT fk_campaigns_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

create table outbound.audit_entries (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    acted_by UUID,
    acted_for UUID,
    entity TEXT NOT NULL,
    entity_id UUID NOT NULL,
    action TEXT NOT NULL,
    before JSONB,
    after JSONB,
    request_id TEXT,
    source TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_entries PRIMARY KEY (org_id, id),
    CONSTRAINT fk_audit_entries_org_id_acted_by FOREIGN KEY(org_id, acted_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_audit_entries_org_id_acted_for FOREIGN KEY(org_id, acted_for) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_audit_entries_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_audit_entries_entity ON outbound.audit_entries (org_id, entity, entity_id, occurred_at);

create table outbound.tombstones (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    table_name TEXT NOT NULL,
    row_id UUID NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_tombstones PRIMARY KEY (org_id, id),
    CONSTRAINT fk_tombstones_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_tombstones_xact ON outbound.tombstones (xact);

create table outbound.lake_heads (
    generation UUID NOT NULL,
    batch BIGINT NOT NULL,
    snapshot TEXT NOT NULL,
    system_identifier TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_lake_heads PRIMARY KEY (generation, batch)
);
