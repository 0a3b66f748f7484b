-- Pairs that may be one lead, what people said of them, and how sure a match must be.

-- Doors of one house number in one ZIP code: where a street is written in two ways.
CREATE INDEX ix_addresses_number ON outbound.addresses (org_id, postcode, house_number);

-- A row of a list with a lead or another row, or two leads. ``decision`` is what was said; taken back, it is empty again.
create table outbound.match_pairs (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    import_id UUID,
    line BIGINT,
    matched_line BIGINT,
    lead_id UUID,
    other_lead_id UUID,
    score REAL NOT NULL,
    evidence JSONB NOT NULL,
    because TEXT,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decision TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by UUID,
    merged_id UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_match_pairs PRIMARY KEY (org_id, id),
    CONSTRAINT uq_match_pairs_org_id_import_id_line UNIQUE (org_id, import_id, line),
    CONSTRAINT uq_match_pairs_org_id_lead_id_other_lead_id UNIQUE (org_id, lead_id, other_lead_id),
    CONSTRAINT fk_match_pairs_org_id_import_id FOREIGN KEY(org_id, import_id) REFERENCES outbound.prospect_imports (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_match_pairs_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_match_pairs_org_id_other_lead_id FOREIGN KEY(org_id, other_lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_match_pairs_org_id_merged_id FOREIGN KEY(org_id, merged_id) REFERENCES outbound.leads (org_id, id) ON DELETE SET NULL (merged_id),
    CONSTRAINT fk_match_pairs_org_id_decided_by FOREIGN KEY(org_id, decided_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_match_pairs_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE,
    CONSTRAINT ck_match_pairs_decision CHECK ("decision" in ('same', 'new')),
    CONSTRAINT ck_match_pairs_decided CHECK ((decision is null) = (decided_at is null)),
    CONSTRAINT ck_match_pairs_score CHECK (score between 0 and 1),
    CONSTRAINT ck_match_pairs_what CHECK (
        (import_id is not null or (lead_id is not null and other_lead_id is not null)) and lead_id <> other_lead_id
    )
);
CREATE INDEX ix_match_pairs_waiting ON outbound.match_pairs (org_id, id) WHERE decision is null;
CREATE INDEX ix_match_pairs_other_lead ON outbound.match_pairs (org_id, other_lead_id) WHERE other_lead_id is not null;
CREATE INDEX ix_match_pairs_lead ON outbound.match_pairs (org_id, lead_id) WHERE lead_id is not null;

-- From which probability on two records are one, and from which on a person is asked; one row an organisation.
create table outbound.match_thresholds (
    org_id UUID NOT NULL,
    same REAL NOT NULL,
    unsure REAL NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_match_thresholds PRIMARY KEY (org_id),
    CONSTRAINT fk_match_thresholds_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE,
    CONSTRAINT ck_match_thresholds_order CHECK (same between 0.5 and 1 and unsure between 0 and same)
);

do $$
declare
    t text;
    own text := '(org_id = (select outbound.current_org()))';
begin
    foreach t in array array['match_pairs', 'match_thresholds'] loop
        execute format('alter table outbound.%I enable row level security', t);
        execute format('alter table outbound.%I force row level security', t);
        execute format('grant select on outbound.%I to outbound_app', t);
        execute format('create policy job on outbound.%I to outbound_job using %s with check %s', t, own, own);
        execute format('grant select, insert, update, delete on outbound.%I to outbound_job', t);
        execute format('create policy eraser on outbound.%I to outbound_eraser using %s with check %s', t, own, own);
        execute format('grant select, delete on outbound.%I to outbound_eraser', t);
    end loop;
    execute format(
        'create policy organisation on outbound.match_pairs to outbound_franchise, outbound_org_manager'
        ' using %s with check %s', own, own);
    execute format(
        'create policy everybody on outbound.match_thresholds for select'
        ' to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops using %s', own);
    execute format(
        'create policy owner_writes on outbound.match_thresholds to outbound_franchise using %s with check %s', own, own);
end
$$;
grant select, update on outbound.match_pairs to outbound_franchise, outbound_org_manager, outbound_manager;
grant select on outbound.match_thresholds
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops;
grant insert, update on outbound.match_thresholds to outbound_franchise;

-- A manager with territories is asked about their own lists, and about leads that they may both read.
create policy follows on outbound.match_pairs to outbound_manager
using (
    org_id = (select outbound.current_org())
    and case
        when import_id is not null then exists (
            select from outbound.prospect_imports as i
            where i.org_id = match_pairs.org_id and i.id = match_pairs.import_id
        )
        else exists (
            select from outbound.leads as l where l.org_id = match_pairs.org_id and l.id = match_pairs.lead_id
        ) and exists (
            select from outbound.leads as l where l.org_id = match_pairs.org_id and l.id = match_pairs.other_lead_id
        )
    end
) with check (org_id = (select outbound.current_org()));
