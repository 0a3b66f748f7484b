create table outbound.message_templates (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject TEXT,
    body TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_message_templates PRIMARY KEY (org_id, id),
    CONSTRAINT uq_message_templates_org_id_name UNIQUE (org_id, name),
    CONSTRAINT ck_message_templates_channel CHECK ("channel" in ('SMS', 'EMAIL')),
    CONSTRAINT fk_message_templates_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

create table outbound.cadences (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    target_stage TEXT NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_cadences PRIMARY KEY (org_id, id),
    CONSTRAINT uq_cadences_org_id_name UNIQUE (org_id, name),
    CONSTRAINT ck_cadences_target_stage CHECK ("target_stage" in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED')),
    CONSTRAINT fk_cadences_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

create table outbound.cadence_steps (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    cadence_id UUID NOT NULL,
    "order" INTEGER NOT NULL,
    channel TEXT NOT NULL,
    template_id UUID,
    wait_minutes INTEGER DEFAULT 0 NOT NULL,
    sla_minutes INTEGER,
    auto_complete BOOLEAN DEFAULT false NOT NULL,
    metadata JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_cadence_steps PRIMARY KEY (org_id, id),
    CONSTRAINT fk_cadence_steps_org_id_cadence_id FOREIGN KEY(org_id, cadence_id) REFERENCES outbound.cadences (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_cadence_steps_org_id_template_id FOREIGN KEY(org_id, template_id) REFERENCES outbound.message_templates (org_id, id),
    CONSTRAINT uq_cadence_steps_org_id_cadence_id_order UNIQUE (org_id, cadence_id, "order"),
    CONSTRAINT ck_cadence_steps_channel CHECK ("channel" in ('SMS', 'EMAIL', 'CALL', 'TASK', 'VISIT')),
    CONSTRAINT ck_cadence_steps_wait_minutes CHECK (wait_minutes >= 0),
    CONSTRAINT ck_cadence_steps_sla_minutes CHECK (sla_minutes > 0),
    CONSTRAINT ck_cadence_steps_order CHECK ("order" >= 1)
);

create table outbound.lead_cadence_enrollments (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    cadence_id UUID NOT NULL,
    current_step_id UUID,
    status TEXT DEFAULT 'active' NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_executed_at TIMESTAMP WITH TIME ZONE,
    next_run_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_lead_cadence_enrollments PRIMARY KEY (org_id, id),
    CONSTRAINT fk_lead_cadence_enrollments_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_lead_cadence_enrollments_org_id_cadence_id FOREIGN KEY(org_id, cadence_id) REFERENCES outbound.cadences (org_id, id),
    CONSTRAINT fk_lead_cadence_enrollments_org_id_current_step_id FOREIGN KEY(org_id, current_step_id) REFERENCES outbound.cadence_steps (org_id, id) ON DELETE SET NULL (current_step_id),
    CONSTRAINT ck_lead_cadence_enrollments_status CHECK ("status" in ('active', 'paused', 'completed', 'cancelled'))
);
CREATE INDEX ix_lead_cadence_enrollments_due ON outbound.lead_cadence_enrollments (org_id, next_run_at) WHERE status = 'active';
CREATE INDEX ix_lead_cadence_enrollments_lead ON outbound.lead_cadence_enrollments (org_id, lead_id);
CREATE UNIQUE INDEX uq_lead_cadence_enrollments_running ON outbound.lead_cadence_enrollments (org_id, lead_id) WHERE status in ('active', 'paused');

create table outbound.messages (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    enrollment_id UUID,
    step_id UUID,
    channel TEXT NOT NULL,
    direction TEXT DEFAULT 'outbound' NOT NULL,
    status TEXT DEFAULT 'queued' NOT NULL,
    reason TEXT,
    scheduled_for TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    provider_ref TEXT,
    territory_id UUID,
    owner_id UUID,
    cell BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (org_id, id),
    CONSTRAINT fk_messages_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_messages_org_id_enrollment_id FOREIGN KEY(org_id, enrollment_id) REFERENCES outbound.lead_cadence_enrollments (org_id, id) ON DELETE SET NULL (enrollment_id),
    CONSTRAINT fk_messages_org_id_step_id FOREIGN KEY(org_id, step_id) REFERENCES outbound.cadence_steps (org_id, id) ON DELETE SET NULL (step_id),
    CONSTRAINT fk_messages_org_id_territory_id FOREIGN KEY(org_id, territory_id) REFERENCES outbound.territories (org_id, id) ON DELETE SET NULL (territory_id),
    CONSTRAINT fk_messages_org_id_owner_id FOREIGN KEY(org_id, owner_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_messages_channel CHECK ("channel" in ('SMS', 'EMAIL')),
    CONSTRAINT ck_messages_direction CHECK ("direction" in ('outbound', 'inbound')),
    CONSTRAINT ck_messages_status CHECK ("status" in ('queued', 'sent', 'delivered', 'failed', 'suppressed')),
    CONSTRAINT ck_messages_delivered CHECK ((status = 'delivered') = (delivered_at is not null)),
    CONSTRAINT ck_messages_reason CHECK (status not in ('suppressed', 'failed') or reason is not null)
);
CREATE INDEX ix_messages_lead ON outbound.messages (org_id, lead_id);
CREATE UNIQUE INDEX uq_messages_once ON outbound.messages (org_id, enrollment_id, step_id) WHERE enrollment_id is not null and step_id is not null;

create table outbound.onboarding_handoffs (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    scheduled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    status TEXT DEFAULT 'pending' NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    value_cents BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_onboarding_handoffs PRIMARY KEY (org_id, id),
    CONSTRAINT fk_onboarding_handoffs_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_onboarding_handoffs_status CHECK ("status" in ('pending', 'quoted', 'accepted', 'declined')),
    CONSTRAINT ck_onboarding_handoffs_value_cents CHECK (value_cents >= 0)
);
CREATE UNIQUE INDEX uq_onboarding_handoffs_open ON outbound.onboarding_handoffs (org_id, lead_id) WHERE status in ('pending', 'quoted');

create table outbound.activity_outcomes (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    result TEXT NOT NULL,
    stage TEXT NOT NULL,
    to_stage TEXT NOT NULL,
    cadence_id UUID,
    next_action_minutes INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_activity_outcomes PRIMARY KEY (org_id, id),
    CONSTRAINT uq_activity_outcomes_org_id_result_stage UNIQUE (org_id, result, stage),
    CONSTRAINT fk_activity_outcomes_org_id_cadence_id FOREIGN KEY(org_id, cadence_id) REFERENCES outbound.cadences (org_id, id) ON DELETE SET NULL (cadence_id),
    CONSTRAINT ck_activity_outcomes_result CHECK ("result" in ('NOT_HOME', 'INTERESTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'NOT_INTERESTED', 'NOT_QUALIFIED', 'DO_NOT_CONTACT', 'LEFT_MATERIAL')),
    CONSTRAINT ck_activity_outcomes_stage CHECK ("stage" in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED')),
    CONSTRAINT ck_activity_outcomes_to_stage CHECK ("to_stage" in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED')),
    CONSTRAINT ck_activity_outcomes_next_action_minutes CHECK (next_action_minutes >= 0),
    CONSTRAINT fk_activity_outcomes_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

create table outbound.stage_policies (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    stage TEXT NOT NULL,
    sla_minutes INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_stage_policies PRIMARY KEY (org_id, id),
    CONSTRAINT uq_stage_policies_org_id_stage UNIQUE (org_id, stage),
    CONSTRAINT ck_stage_policies_stage CHECK ("stage" in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED', 'WON', 'LOST', 'NOT_QUALIFIED')),
    CONSTRAINT ck_stage_policies_sla_minutes CHECK (sla_minutes > 0),
    CONSTRAINT fk_stage_policies_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
