-- Leads that are put away, merged, tagged, searched and changed in bulk; buildings; segments.

-- A lead with activities is history: it is put away, never deleted. A merged one is put away behind its survivor.
alter table outbound.leads add column archived_at TIMESTAMP WITH TIME ZONE;
alter table outbound.leads add column merged_into_id UUID;
alter table outbound.leads add constraint fk_leads_org_id_merged_into_id
FOREIGN KEY (org_id, merged_into_id) REFERENCES outbound.leads (org_id, id);
drop index outbound.uq_leads_open_at_address;
CREATE UNIQUE INDEX uq_leads_open_at_address ON outbound.leads (org_id, address_id, lead_type) WHERE address_id is not null and archived_at is null and pipeline_stage in ('COLD', 'CONTACTED', 'FOLLOW_UP', 'SCHEDULED');
grant select (archived_at) on outbound.leads to outbound_etl;
CREATE INDEX ix_leads_merged_into ON outbound.leads (org_id, merged_into_id) WHERE merged_into_id is not null;
CREATE INDEX ix_leads_campaign ON outbound.leads (org_id, campaign_id, id) WHERE campaign_id is not null;
CREATE INDEX ix_leads_owner_due ON outbound.leads (org_id, owner_id, due_at, id) WHERE due_at is not null;
CREATE INDEX ix_leads_territory_due ON outbound.leads (org_id, territory_id, due_at, id) WHERE due_at is not null;
CREATE INDEX ix_leads_last_activity ON outbound.leads (org_id, last_activity_at, id) WHERE last_activity_at is not null;
CREATE INDEX ix_leads_stage_entered ON outbound.leads (org_id, stage_entered_at, id);

-- What belongs to a survivor goes where it goes, so that who reads the one reads the other's history.
create function outbound.carry_merged() returns trigger language plpgsql as $$
begin
    update outbound.leads as l set owner_id = new.owner_id, territory_id = new.territory_id
    where l.org_id = new.org_id and l.merged_into_id = new.id;
    return null;
end
$$;
create trigger carry_merged after update of owner_id, territory_id on outbound.leads
for each row
when (old.owner_id is distinct from new.owner_id or old.territory_id is distinct from new.territory_id)
execute function outbound.carry_merged();

-- A building is a door's line without its unit; both columns answer a search by the first letters.
alter table outbound.addresses
add column building TEXT COLLATE "C" GENERATED ALWAYS AS (
    case
        when unit = '' then canonical
        when unit ~* '\m(bldg|building|bld|floor|flr|fl|dept|department|hangar|hanger|hngr|lot|pier|slip|space|spc|stop|trailer|trlr|tower|basement|bsmt|front|frnt|lobby|lbby|lower|lowr|office|ofc|penthouse|ph|rear|side|upper|uppr)\M'
        then regexp_replace(canonical, '( (BLDG|FL|DEPT|HNGR|LOT|PIER|SLIP|SPC|STOP|TRLR|TOWER) [^ ,]+| (BSMT|FRNT|LBBY|LOWR|OFC|PH|REAR|SIDE|UPPR))*( # [^ ,]+)?(, .*)?$', '\5')
        else regexp_replace(canonical, ' # [^ ,]+(, .*)?$', '\1')
    end
) STORED,
add column street_key TEXT COLLATE "C" GENERATED ALWAYS AS (
    case
        when house_number = '' and street = '' then null
        when house_number = '' then canonical
        else substr(canonical, strpos(canonical, ' ') + 1)
    end
) STORED,
add column do_not_knock_reason TEXT,
add column do_not_knock_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX ix_addresses_building ON outbound.addresses (org_id, building);
CREATE INDEX ix_addresses_street ON outbound.addresses (org_id, street_key);
grant select (building, street_key, do_not_knock_reason, do_not_knock_at) on outbound.addresses to outbound_ops;

-- Words of a text: small letters without accents, cut at whatever is no letter or digit.
create function outbound.words_of_any(value text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct left(word, 64)), '{}')
    from regexp_split_to_table(
        lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]', '', 'g')),
        '[\s\u0001-/:-@\[-`{-\u00a0\u2010-\u2027]+'
    ) as word
    where word <> ''
$$;

-- Most texts are short and plain. This one and the next are single expressions, so that the planner inlines them:
-- a list of 100,000 leads has its words in a second or two.
create function outbound.words_of(value text) returns text[] language sql immutable parallel safe as $$
    select case
        when octet_length(value) <= 64 and value !~ '[^ -~]'
        then array_remove(string_to_array(regexp_replace(lower(value), '[^a-z0-9]+', ' ', 'g'), ' '), '')
        else outbound.words_of_any(value)
    end
$$;

-- What a lead is found by: each word of its name, its number whole and from its last digits, its e-mail address.
-- A word may come twice.
create function outbound.lead_words(first_name text, last_name text, phone text, email text) returns text[]
language sql immutable parallel safe as $$
    select
        outbound.words_of(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))
        || array_remove(array_remove(array[
            right(regexp_replace(phone, '^\+1|\D', '', 'g'), 30),
            right(regexp_replace(phone, '^\+1|\D', '', 'g'), 7),
            right(regexp_replace(phone, '^\+1|\D', '', 'g'), 4),
            left(lower(email), 254)
        ], ''), null)
$$;

-- No foreign key: the triggers below are the only ones who write, and a check for each word would cost more than all.
create table outbound.lead_tokens (
    org_id UUID NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    lead_id UUID NOT NULL,
    CONSTRAINT pk_lead_tokens PRIMARY KEY (org_id, token, lead_id)
);

create table outbound.lead_tags (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    tag TEXT NOT NULL,
    created_by_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_lead_tags PRIMARY KEY (org_id, id),
    CONSTRAINT fk_lead_tags_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_lead_tags_org_id_created_by_id FOREIGN KEY(org_id, created_by_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT uq_lead_tags_org_id_lead_id_tag UNIQUE (org_id, lead_id, tag),
    CONSTRAINT ck_lead_tags_tag CHECK (length(tag) between 1 and 50)
);
CREATE INDEX ix_lead_tags_tag ON outbound.lead_tags (org_id, tag, lead_id);

create table outbound.lead_merges (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    survivor_id UUID NOT NULL,
    merged_id UUID NOT NULL,
    merged_at TIMESTAMP WITH TIME ZONE NOT NULL,
    merged_by UUID,
    filled JSONB NOT NULL,
    before JSONB NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_lead_merges PRIMARY KEY (org_id, id),
    CONSTRAINT fk_lead_merges_org_id_survivor_id FOREIGN KEY(org_id, survivor_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_lead_merges_org_id_merged_id FOREIGN KEY(org_id, merged_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_lead_merges_org_id_merged_by FOREIGN KEY(org_id, merged_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_lead_merges_org_id_undone_by FOREIGN KEY(org_id, undone_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_lead_merges_two_leads CHECK (survivor_id <> merged_id)
);
CREATE INDEX ix_lead_merges_survivor ON outbound.lead_merges (org_id, survivor_id);
CREATE UNIQUE INDEX uq_lead_merges_standing ON outbound.lead_merges (org_id, merged_id) WHERE undone_at is null;

create table outbound.bulk_changes (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    action TEXT NOT NULL,
    params JSONB NOT NULL,
    filter JSONB,
    matched INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    skipped JSONB NOT NULL,
    created_by_id UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by UUID,
    undone JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_bulk_changes PRIMARY KEY (org_id, id),
    CONSTRAINT fk_bulk_changes_org_id_created_by_id FOREIGN KEY(org_id, created_by_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_bulk_changes_org_id_undone_by FOREIGN KEY(org_id, undone_by) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT ck_bulk_changes_action CHECK ("action" in ('reassign', 'stage', 'tag', 'untag', 'campaign')),
    CONSTRAINT fk_bulk_changes_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

create table outbound.bulk_change_items (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    bulk_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    before JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_bulk_change_items PRIMARY KEY (org_id, id),
    CONSTRAINT fk_bulk_change_items_org_id_bulk_id FOREIGN KEY(org_id, bulk_id) REFERENCES outbound.bulk_changes (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_bulk_change_items_org_id_lead_id FOREIGN KEY(org_id, lead_id) REFERENCES outbound.leads (org_id, id) ON DELETE CASCADE,
    CONSTRAINT uq_bulk_change_items_org_id_bulk_id_lead_id UNIQUE (org_id, bulk_id, lead_id)
);
CREATE INDEX ix_bulk_change_items_lead ON outbound.bulk_change_items (org_id, lead_id);

create table outbound.segments (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    filter JSONB NOT NULL,
    shared BOOLEAN DEFAULT false NOT NULL,
    owner_id UUID NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_segments PRIMARY KEY (org_id, id),
    CONSTRAINT fk_segments_org_id_owner_id FOREIGN KEY(org_id, owner_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT uq_segments_org_id_owner_id_name UNIQUE (org_id, owner_id, name),
    CONSTRAINT fk_segments_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

do $$
declare
    t text;
    everything text := '(org_id = (select outbound.current_org()))';
begin
    foreach t in array array[
        'lead_tokens', 'lead_tags', 'lead_merges', 'bulk_changes', 'bulk_change_items', 'segments'
    ] loop
        execute format('alter table outbound.%I enable row level security', t);
        execute format('alter table outbound.%I force row level security', t);
        execute format('grant select on outbound.%I to outbound_app', t);
        execute format('create policy job on outbound.%I to outbound_job using %s with check %s', t, everything, everything);
        execute format('grant select, insert, update, delete on outbound.%I to outbound_job', t);
        if t <> 'segments' then
            execute format(
                'create policy organisation on outbound.%I to outbound_franchise, outbound_org_manager'
                ' using %s with check %s', t, everything, everything);
        end if;
    end loop;
end
$$;
grant select on outbound.lead_tokens to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;
grant select, insert, delete on outbound.lead_tags
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;
grant select, insert, update on outbound.lead_merges, outbound.bulk_changes
to outbound_manager, outbound_org_manager, outbound_franchise;
grant select, insert on outbound.bulk_change_items to outbound_manager, outbound_org_manager, outbound_franchise;
grant select, insert, update, delete on outbound.segments
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise;
grant select on outbound.lead_tags, outbound.segments to outbound_ops;

-- What belongs to a lead is read by who reads the lead, and written by who may change it.
do $$
declare
    reads text := 'org_id = (select outbound.current_org()) and exists (select from outbound.leads as l'
        ' where l.org_id = %1$I.org_id and l.id = %1$I.%2$I)';
    writes text := 'org_id = (select outbound.current_org()) and exists (select from outbound.leads as l'
        ' where l.org_id = %1$I.org_id and l.id = %1$I.%2$I and (l.owner_id = (select outbound.current_member())'
        ' or l.territory_id = any((select outbound.writable_territories())::uuid[])))';
    t text;
    c text;
begin
    execute format(
        'create policy follows_lead on outbound.lead_tokens for select to outbound_rep, outbound_manager'
        ' using (' || reads || ')', 'lead_tokens', 'lead_id');
    execute format(
        'create policy follows_lead on outbound.lead_tags for select to outbound_rep, outbound_manager, outbound_ops'
        ' using (' || reads || ')', 'lead_tags', 'lead_id');
    execute format(
        'create policy scoped_insert on outbound.lead_tags for insert to outbound_rep, outbound_manager'
        ' with check (' || writes || ')', 'lead_tags', 'lead_id');
    execute format(
        'create policy scoped_delete on outbound.lead_tags for delete to outbound_rep, outbound_manager'
        ' using (' || writes || ')', 'lead_tags', 'lead_id');
    execute format(
        'create policy scoped on outbound.lead_merges to outbound_manager'
        ' using (' || reads || ') with check (' || writes || ')', 'lead_merges', 'survivor_id');

    -- The whole story of a lead is read by who reads the lead, whoever had it at the time.
    for t, c in values ('activities', 'user_id'), ('lead_stage_changes', 'user_id'), ('messages', 'owner_id') loop
        execute format('drop policy scoped on outbound.%I', t);
        execute format(
            'create policy scoped on outbound.%1$I for select to outbound_rep, outbound_manager using ('
            ' org_id = (select outbound.current_org()) and ('
            '  %2$I = (select outbound.current_member()) or owner_id = (select outbound.current_member())'
            '  or territory_id = any((select outbound.readable_territories())::uuid[])'
            '  or exists (select from outbound.leads as l where l.org_id = %1$I.org_id and l.id = %1$I.lead_id)))',
            t, c);
    end loop;
end
$$;
create policy own on outbound.bulk_changes to outbound_manager
using (org_id = (select outbound.current_org()) and created_by_id = (select outbound.current_member()))
with check (org_id = (select outbound.current_org()) and created_by_id = (select outbound.current_member()));
create policy own on outbound.bulk_change_items to outbound_manager
using (
    org_id = (select outbound.current_org())
    and exists (
        select from outbound.bulk_changes as b
        where b.org_id = bulk_change_items.org_id and b.id = bulk_change_items.bulk_id
    )
) with check (
    org_id = (select outbound.current_org())
    and exists (
        select from outbound.bulk_changes as b
        where b.org_id = bulk_change_items.org_id and b.id = bulk_change_items.bulk_id
    )
);

-- A segment is its maker's; a shared one is read by all, and managers keep it in order.
create policy own_or_shared on outbound.segments for select
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops
using (
    org_id = (select outbound.current_org()) and (owner_id = (select outbound.current_member()) or shared)
);
create policy own on outbound.segments to outbound_rep
using (org_id = (select outbound.current_org()) and owner_id = (select outbound.current_member()))
with check (
    org_id = (select outbound.current_org()) and owner_id = (select outbound.current_member()) and not shared
);
create policy own_and_shared on outbound.segments to outbound_manager, outbound_org_manager, outbound_franchise
using (
    org_id = (select outbound.current_org()) and (owner_id = (select outbound.current_member()) or shared)
) with check (
    org_id = (select outbound.current_org()) and (owner_id = (select outbound.current_member()) or shared)
);

-- Search words follow their lead by trigger, so that no bulk write can forget them.
create policy definer on outbound.lead_tokens to outbound_definer using (true) with check (true);
grant select, insert, delete on outbound.lead_tokens to outbound_definer;
grant create on schema outbound to outbound_definer;

create function outbound.add_lead_tokens() returns trigger language plpgsql security definer
set search_path = outbound, pg_temp as $$
begin
    insert into outbound.lead_tokens (org_id, token, lead_id)
    select l.org_id, w.word, l.id
    from new_leads as l
    cross join lateral unnest(outbound.lead_words(l.first_name, l.last_name, l.phone, l.email)) as w (word)
    on conflict do nothing;
    return null;
end
$$;
create trigger add_lead_tokens after insert on outbound.leads
referencing new table as new_leads for each statement execute function outbound.add_lead_tokens();

create function outbound.renew_lead_tokens() returns trigger language plpgsql security definer
set search_path = outbound, pg_temp as $$
declare
    former text[] := outbound.lead_words(old.first_name, old.last_name, old.phone, old.email);
    present text[] := '{}';
begin
    if tg_op = 'UPDATE' then
        present := outbound.lead_words(new.first_name, new.last_name, new.phone, new.email);
        insert into outbound.lead_tokens (org_id, token, lead_id)
        select new.org_id, w.word, new.id from unnest(present) as w (word)
        on conflict do nothing;
    end if;
    delete from outbound.lead_tokens as t
    where
        t.org_id = old.org_id and t.lead_id = old.id
        and t.token = any(former) and not t.token = any(present);
    return null;
end
$$;
create trigger renew_lead_tokens after update of first_name, last_name, phone, email on outbound.leads
for each row
when (
    old.first_name is distinct from new.first_name or old.last_name is distinct from new.last_name
    or old.phone is distinct from new.phone or old.email is distinct from new.email
)
execute function outbound.renew_lead_tokens();
create trigger drop_lead_tokens after delete on outbound.leads
for each row execute function outbound.renew_lead_tokens();

-- A knock that arrives after its lead has left the rep: theirs is who owned the lead, or worked its territory,
-- when it happened. The fact is kept, and what it asks for (being left alone) is done; the lead is not moved.
create policy definer on outbound.leads to outbound_definer using (true) with check (true);
create policy definer on outbound.lead_stage_changes for select to outbound_definer using (true);
create policy definer on outbound.activities for select to outbound_definer using (true);
create policy definer_update on outbound.addresses for update to outbound_definer using (true) with check (true);
grant select (org_id, id, address_id, cell, last_activity_at) on outbound.leads to outbound_definer;
grant update (last_activity_at, last_activity_id) on outbound.leads to outbound_definer;
grant select (org_id, id, lead_id, occurred_at, owner_id, territory_id) on outbound.lead_stage_changes
to outbound_definer;
grant select (org_id, id, lead_id, user_id, occurred_at, result) on outbound.activities to outbound_definer;
grant select (do_not_knock), update (do_not_knock, do_not_knock_at) on outbound.addresses to outbound_definer;

create function outbound.lead_then(wanted_lead uuid, moment timestamptz)
returns table (address_id uuid, cell bigint, owner_id uuid, territory_id uuid)
language sql stable security definer set search_path = outbound, pg_temp as $$
    with recursive standing as (
        select s.owner_id, s.territory_id from (
            (
                select c.owner_id, c.territory_id, 1 as place from outbound.lead_stage_changes as c
                where c.org_id = outbound.current_org() and c.lead_id = wanted_lead and c.occurred_at <= moment
                order by c.occurred_at desc, c.id desc limit 1
            )
            union all
            (
                select c.owner_id, c.territory_id, 2 from outbound.lead_stage_changes as c
                where c.org_id = outbound.current_org() and c.lead_id = wanted_lead
                order by c.occurred_at, c.id limit 1
            )
        ) as s
        order by s.place limit 1
    ), above (id) as (
        select s.territory_id from standing as s
        union
        select t.parent_id from above as b
        join outbound.territories as t on t.org_id = outbound.current_org() and t.id = b.id
    )
    select l.address_id, l.cell, s.owner_id, s.territory_id
    from standing as s
    join outbound.leads as l on l.org_id = outbound.current_org() and l.id = wanted_lead
    where
        s.owner_id = outbound.current_member()
        or exists (
            select from outbound.territory_assignments as a
            join above as b on b.id = a.territory_id
            where
                a.org_id = outbound.current_org() and a.user_id = outbound.current_member()
                and a.role <> 'VIEWER' and a.assigned_at <= moment
                and (a.unassigned_at is null or a.unassigned_at > moment)
        )
$$;

create function outbound.touch_late(wanted_activity uuid) returns void language plpgsql security definer
set search_path = outbound, pg_temp as $$
declare
    a record;
begin
    select c.lead_id, c.occurred_at, c.result into a from outbound.activities as c
    where c.org_id = outbound.current_org() and c.id = wanted_activity and c.user_id = outbound.current_member();
    if not found or not exists (select from outbound.lead_then(a.lead_id, a.occurred_at)) then
        return;
    end if;
    update outbound.leads as l set last_activity_at = a.occurred_at, last_activity_id = wanted_activity
    where
        l.org_id = outbound.current_org() and l.id = a.lead_id
        and (l.last_activity_at is null or l.last_activity_at < a.occurred_at);
    if a.result = 'DO_NOT_CONTACT' then
        update outbound.addresses as d set do_not_knock = true, do_not_knock_at = a.occurred_at
        where
            d.org_id = outbound.current_org() and not d.do_not_knock
            and d.id = (
                select l.address_id from outbound.leads as l
                where l.org_id = outbound.current_org() and l.id = a.lead_id
            );
    end if;
end
$$;

do $$
declare
    f text;
begin
    foreach f in array array[
        'add_lead_tokens()', 'renew_lead_tokens()', 'lead_then(uuid, timestamptz)', 'touch_late(uuid)'
    ] loop
        execute format('revoke all on function outbound.%s from public', f);
        execute format('alter function outbound.%s owner to outbound_definer', f);
    end loop;
end
$$;
revoke create on schema outbound from outbound_definer;
grant execute on function outbound.lead_then(uuid, timestamptz), outbound.touch_late(uuid)
to outbound_rep, outbound_manager;

create policy was_mine_then on outbound.activities for insert to outbound_rep, outbound_manager
with check (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
    and exists (select from outbound.lead_then(lead_id, occurred_at))
);

-- Leads that were there before; the owner of the tables reads them for once.
alter table outbound.leads no force row level security;
alter table outbound.lead_tokens no force row level security;
insert into outbound.lead_tokens (org_id, token, lead_id)
select l.org_id, w.word, l.id
from outbound.leads as l
cross join lateral unnest(outbound.lead_words(l.first_name, l.last_name, l.phone, l.email)) as w (word)
on conflict do nothing;
alter table outbound.leads force row level security;
alter table outbound.lead_tokens force row level security;
