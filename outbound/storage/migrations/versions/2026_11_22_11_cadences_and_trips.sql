-- Cadences that are edited while leads run through them: a step that goes is retired, never deleted, so that what it
-- sent keeps its name. An edition counts the changes of the steps; an enrolment says which one it began under.
alter table outbound.cadences
    add column edition INTEGER DEFAULT 1 NOT NULL,
    add column retired_at TIMESTAMP WITH TIME ZONE,
    drop constraint uq_cadences_org_id_name;
CREATE UNIQUE INDEX uq_cadences_name ON outbound.cadences (org_id, name) WHERE retired_at is null;

alter table outbound.cadence_steps
    add column first_edition INTEGER DEFAULT 1 NOT NULL,
    add column last_edition INTEGER,
    add constraint ck_cadence_steps_editions CHECK (last_edition >= first_edition),
    drop constraint uq_cadence_steps_org_id_cadence_id_order;
CREATE UNIQUE INDEX uq_cadence_steps_order ON outbound.cadence_steps (org_id, cadence_id, "order")
WHERE last_edition is null;

alter table outbound.lead_cadence_enrollments
    add column edition INTEGER DEFAULT 1 NOT NULL,
    add column paused_at TIMESTAMP WITH TIME ZONE,
    add column ended_because TEXT,
    add constraint ck_lead_cadence_enrollments_ended_because CHECK (
        "ended_because" in ('finished', 'by_hand', 'stage_left', 'cadence_retired', 'do_not_contact')
    );
CREATE INDEX ix_lead_cadence_enrollments_cadence ON outbound.lead_cadence_enrollments (org_id, cadence_id, id);

alter table outbound.message_templates
    add column retired_at TIMESTAMP WITH TIME ZONE,
    drop constraint uq_message_templates_org_id_name;
CREATE UNIQUE INDEX uq_message_templates_name ON outbound.message_templates (org_id, name) WHERE retired_at is null;

alter table outbound.messages
    add column template_id UUID,
    add constraint fk_messages_org_id_template_id FOREIGN KEY (org_id, template_id)
    REFERENCES outbound.message_templates (org_id, id);

-- A step makes its task once, whatever the executor does.
alter table outbound.tasks
    add column enrollment_id UUID,
    add column step_id UUID,
    add constraint fk_tasks_org_id_enrollment_id FOREIGN KEY (org_id, enrollment_id)
    REFERENCES outbound.lead_cadence_enrollments (org_id, id) ON DELETE SET NULL (enrollment_id),
    add constraint fk_tasks_org_id_step_id FOREIGN KEY (org_id, step_id)
    REFERENCES outbound.cadence_steps (org_id, id) ON DELETE SET NULL (step_id);
CREATE UNIQUE INDEX uq_tasks_once ON outbound.tasks (org_id, enrollment_id, step_id)
WHERE enrollment_id is not null and step_id is not null;

-- How a trip's distance was estimated; what a stop's late messages are judged by.
alter table outbound.trips
    add column distance_basis TEXT,
    add column cancelled_at TIMESTAMP WITH TIME ZONE,
    add constraint ck_trips_distance_basis CHECK ("distance_basis" in ('straight_line', 'streets'));
alter table outbound.trip_stops
    add column skip_reason TEXT,
    add column decided_at TIMESTAMP WITH TIME ZONE,
    add column noted_at TIMESTAMP WITH TIME ZONE;
grant delete on outbound.trips to outbound_rep, outbound_manager;

CREATE INDEX ix_onboarding_handoffs_lead ON outbound.onboarding_handoffs (org_id, lead_id);

grant select (edition, retired_at) on outbound.cadences to outbound_etl;
grant select (first_edition, last_edition) on outbound.cadence_steps to outbound_etl;
grant select (edition, paused_at, ended_because) on outbound.lead_cadence_enrollments to outbound_etl;
grant select (template_id) on outbound.messages to outbound_etl;
grant select (enrollment_id, step_id) on outbound.tasks to outbound_etl;
grant select (distance_basis, cancelled_at) on outbound.trips to outbound_etl;
grant select (decided_at) on outbound.trip_stops to outbound_etl;
