-- Photos and files of leads. The bytes lie in the store of blobs, under their hash.
create table outbound.attachments (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    activity_id UUID,
    uploaded_by UUID,
    state TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    width INTEGER,
    height INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_attachments PRIMARY KEY (org_id, id),
    CONSTRAINT fk_attachments_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_attachments_org_id_activity_id FOREIGN KEY(org_id, activity_id) REFERENCES outbound.activities (org_id, id) ON DELETE SET NULL (activity_id),
    CONSTRAINT fk_attachments_org_id_uploaded_by FOREIGN KEY(org_id, uploaded_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_attachments_state CHECK ("state" in ('pending', 'stored')),
    CONSTRAINT ck_attachments_media_type CHECK ("media_type" in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
    CONSTRAINT ck_attachments_size CHECK (size > 0)
);
CREATE INDEX ix_attachments_lead ON outbound.attachments (org_id, lead_id, id);
CREATE INDEX ix_attachments_sha256 ON outbound.attachments (org_id, sha256);
CREATE INDEX ix_attachments_activity ON outbound.attachments (org_id, activity_id) WHERE activity_id is not null;

alter table outbound.attachments enable row level security;
alter table outbound.attachments force row level security;
grant select on outbound.attachments to outbound_app;

create policy organisation on outbound.attachments
to outbound_franchise, outbound_org_manager, outbound_job
using (org_id = (select outbound.current_org())) with check (org_id = (select outbound.current_org()));
grant select, insert, update, delete on outbound.attachments
to outbound_franchise, outbound_org_manager, outbound_job;

-- Read by who reads the lead, written by who may change it; a rep takes back only what they handed in. A photo of
-- one's own activity arrives, and is completed, also when the lead has been given to somebody else meanwhile.
do $$
declare
    reads text := 'org_id = (select outbound.current_org()) and exists ('
        ' select from outbound.leads as l where l.org_id = attachments.org_id and l.id = attachments.lead_id)';
    writes text := 'org_id = (select outbound.current_org()) and exists ('
        ' select from outbound.leads as l where l.org_id = attachments.org_id and l.id = attachments.lead_id'
        ' and (l.owner_id = (select outbound.current_member())'
        '  or l.territory_id = any((select outbound.writable_territories())::uuid[])))';
    own text := ' and uploaded_by = (select outbound.current_member())';
    late text := 'org_id = (select outbound.current_org()) and uploaded_by = (select outbound.current_member())'
        ' and exists (select from outbound.activities as a where a.org_id = attachments.org_id'
        ' and a.id = attachments.activity_id and a.lead_id = attachments.lead_id'
        ' and a.user_id = (select outbound.current_member()))';
begin
    execute 'create policy follows_lead on outbound.attachments for select'
        || ' to outbound_rep, outbound_manager, outbound_ops using (' || reads || ')';
    execute 'create policy scoped_insert on outbound.attachments for insert'
        || ' to outbound_rep, outbound_manager with check (' || writes || own || ')';
    execute 'create policy scoped_update on outbound.attachments for update'
        || ' to outbound_rep, outbound_manager using (' || writes || ') with check (' || writes || ')';
    execute 'create policy own_late on outbound.attachments for select'
        || ' to outbound_rep, outbound_manager using (' || late || ')';
    execute 'create policy own_late_insert on outbound.attachments for insert'
        || ' to outbound_rep, outbound_manager with check (' || late || ')';
    execute 'create policy own_late_update on outbound.attachments for update'
        || ' to outbound_rep, outbound_manager using (' || late || ') with check (' || late || ')';
    execute 'create policy scoped_delete on outbound.attachments for delete'
        || ' to outbound_manager using (' || writes || ')';
    execute 'create policy own_delete on outbound.attachments for delete'
        || ' to outbound_rep using (' || writes || own || ')';
end
$$;
grant select on outbound.attachments to outbound_ops;
grant select, insert, update, delete on outbound.attachments to outbound_rep, outbound_manager;
