-- Signing in: tokens, machines, throttling, invitations, resets, another sign-in of an organisation's own.

alter table outbound.memberships add column version INTEGER DEFAULT 1 NOT NULL;

-- A machine is a member with neither address nor password: it enters by its key alone.
alter table outbound.users add column is_machine BOOLEAN DEFAULT false NOT NULL;
alter table outbound.users alter column email drop not null;
alter table outbound.users add constraint ck_users_signs_in
check (case when is_machine then email is null and password_hash is null else email is not null end);
grant select (is_machine) on outbound.users
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job;

-- A client's session has no secret of its own: its refresh tokens lead to it.
alter table outbound.sessions alter column token_hash drop not null;
alter table outbound.sessions add column kind TEXT DEFAULT 'browser' NOT NULL;
alter table outbound.sessions add column label TEXT;
alter table outbound.sessions add column last_used_at TIMESTAMP WITH TIME ZONE;
alter table outbound.sessions add constraint ck_sessions_kind check ("kind" in ('browser', 'client'));
alter table outbound.sessions add constraint ck_sessions_secret check ((kind = 'browser') = (token_hash is not null));
create index ix_sessions_user on outbound.sessions (org_id, user_id);

create table outbound.refresh_tokens (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    session_id UUID NOT NULL,
    user_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (org_id, id),
    CONSTRAINT fk_refresh_tokens_org_id_session_id FOREIGN KEY(org_id, session_id) REFERENCES outbound.sessions (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_refresh_tokens_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id)
);
create index ix_refresh_tokens_session on outbound.refresh_tokens (org_id, session_id);
create unique index uq_refresh_tokens_token_hash on outbound.refresh_tokens (token_hash);

create table outbound.api_keys (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT[] NOT NULL,
    secret_hash BYTEA NOT NULL,
    created_by_id UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_api_keys PRIMARY KEY (org_id, id),
    CONSTRAINT fk_api_keys_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_api_keys_org_id_created_by_id FOREIGN KEY(org_id, created_by_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_api_keys_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
create unique index uq_api_keys_id on outbound.api_keys (id);

create table outbound.invitations (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    invited_by_id UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE,
    accepted_by_id UUID,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_invitations PRIMARY KEY (org_id, id),
    CONSTRAINT fk_invitations_org_id_invited_by_id FOREIGN KEY(org_id, invited_by_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_invitations_org_id_accepted_by_id FOREIGN KEY(org_id, accepted_by_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_invitations_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE,
    CONSTRAINT ck_invitations_role CHECK ("role" in ('SALES_REP', 'SALES_MANAGER', 'FRANCHISE_OWNER', 'OPS')),
    CONSTRAINT ck_invitations_email_lower CHECK (email = lower(email)),
    CONSTRAINT ck_invitations_outcome CHECK (accepted_at is null or revoked_at is null),
    CONSTRAINT ck_invitations_accepted CHECK ((accepted_at is null) = (accepted_by_id is null))
);
create unique index uq_invitations_token_hash on outbound.invitations (token_hash);
create unique index uq_invitations_open on outbound.invitations (org_id, email)
where accepted_at is null and revoked_at is null;

create table outbound.password_resets (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    made_by_id UUID,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_password_resets PRIMARY KEY (org_id, id),
    CONSTRAINT fk_password_resets_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_password_resets_org_id_made_by_id FOREIGN KEY(org_id, made_by_id) REFERENCES outbound.memberships (org_id, user_id),
    CONSTRAINT fk_password_resets_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
create unique index uq_password_resets_token_hash on outbound.password_resets (token_hash);
create index ix_password_resets_user on outbound.password_resets (org_id, user_id);

create table outbound.sign_in_providers (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret BYTEA NOT NULL,
    allowed_domain TEXT NOT NULL,
    enabled BOOLEAN DEFAULT true NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sign_in_providers PRIMARY KEY (org_id, id),
    CONSTRAINT uq_sign_in_providers_org_id UNIQUE (org_id),
    CONSTRAINT fk_sign_in_providers_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);

-- Before an organisation is known: who failed how often. Subjects are keyed hashes of addresses, never addresses.
create table outbound.throttles (
    subject BYTEA NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    last_failed_at TIMESTAMP WITH TIME ZONE,
    blocked_until TIMESTAMP WITH TIME ZONE,
    trusted_until TIMESTAMP WITH TIME ZONE,
    forget_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_throttles PRIMARY KEY (subject)
);
create index ix_throttles_forget_at on outbound.throttles (forget_at);

do $$
declare
    t text;
begin
    foreach t in array array[
        'refresh_tokens', 'api_keys', 'invitations', 'password_resets', 'sign_in_providers', 'throttles'
    ] loop
        execute format('alter table outbound.%I enable row level security', t);
        execute format('alter table outbound.%I force row level security', t);
        execute format('grant select on outbound.%I to outbound_app', t);
        if t <> 'throttles' then
            execute format(
                'create policy job on outbound.%I to outbound_job using (org_id = (select outbound.current_org()))'
                ' with check (org_id = (select outbound.current_org()))', t);
            execute format('grant select, insert, update, delete on outbound.%I to outbound_job', t);
        end if;
    end loop;
    foreach t in array array['api_keys', 'invitations', 'password_resets', 'sign_in_providers'] loop
        execute format(
            'create policy organisation on outbound.%I to outbound_franchise'
            ' using (org_id = (select outbound.current_org()))'
            ' with check (org_id = (select outbound.current_org()))', t);
        execute format('grant select, insert, update, delete on outbound.%I to outbound_franchise', t);
    end loop;
end
$$;
create policy own_tokens on outbound.refresh_tokens
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops
using (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
) with check (
    org_id = (select outbound.current_org()) and user_id = (select outbound.current_member())
);
grant select, insert, update, delete on outbound.refresh_tokens
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops;

-- The narrow doors.
grant create on schema outbound to outbound_definer;
create policy definer on outbound.refresh_tokens for select to outbound_definer using (true);
create policy definer on outbound.api_keys for select to outbound_definer using (true);
create policy definer on outbound.invitations for select to outbound_definer using (true);
create policy definer on outbound.password_resets for select to outbound_definer using (true);
create policy definer on outbound.sign_in_providers for select to outbound_definer using (true);
create policy definer on outbound.throttles to outbound_definer using (true) with check (true);
create policy definer_writes on outbound.users for update to outbound_definer using (true) with check (true);
create policy definer_adds on outbound.users for insert to outbound_definer with check (is_machine);
create policy definer_ends on outbound.sessions for update to outbound_definer using (true) with check (true);
grant select on outbound.refresh_tokens, outbound.api_keys, outbound.invitations, outbound.password_resets
to outbound_definer;
grant select (org_id, enabled) on outbound.sign_in_providers to outbound_definer;
grant select, insert, update, delete on outbound.throttles to outbound_definer;
grant update (name, password_hash, updated_at) on outbound.users to outbound_definer;
grant insert (id, name, is_machine) on outbound.users to outbound_definer;
grant update (revoked_at, updated_at) on outbound.sessions to outbound_definer;

drop function outbound.session_of(bytea);
create function outbound.session_of(wanted_hash bytea)
returns table (org_id uuid, session_id uuid, user_id uuid, last_used_at timestamptz)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select s.org_id, s.id, s.user_id, s.last_used_at
    from outbound.sessions as s
    join outbound.memberships as m on m.org_id = s.org_id and m.user_id = s.user_id and m.active
    join outbound.users as u on u.id = s.user_id and u.disabled_at is null
    where s.token_hash = wanted_hash and s.revoked_at is null and s.expires_at > now()
$$;

-- Whether the session that an access token names still lives.
create function outbound.session_lives(wanted_org uuid, wanted_session uuid, wanted_user uuid) returns boolean
language sql stable security definer set search_path = outbound, pg_temp as $$
    select exists (
        select from outbound.sessions as s
        join outbound.memberships as m on m.org_id = s.org_id and m.user_id = s.user_id and m.active
        join outbound.users as u on u.id = s.user_id and u.disabled_at is null
        where
            s.org_id = wanted_org and s.id = wanted_session and s.user_id = wanted_user
            and s.revoked_at is null and s.expires_at > now()
    )
$$;

-- A refresh token of a living session, spent or not.
create function outbound.refresh_token_of(wanted_hash bytea)
returns table (org_id uuid, token_id uuid, session_id uuid, user_id uuid)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select t.org_id, t.id, t.session_id, t.user_id
    from outbound.refresh_tokens as t
    where t.token_hash = wanted_hash and outbound.session_lives(t.org_id, t.session_id, t.user_id)
$$;

-- A living API key, by its id and the hash of its secret.
create function outbound.api_key_of(wanted_id uuid, wanted_hash bytea)
returns table (org_id uuid, user_id uuid, scopes text[], last_used_at timestamptz)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select k.org_id, k.user_id, k.scopes, k.last_used_at
    from outbound.api_keys as k
    join outbound.memberships as m on m.org_id = k.org_id and m.user_id = k.user_id and m.active
    join outbound.users as u on u.id = k.user_id and u.disabled_at is null
    where
        k.id = wanted_id and k.secret_hash = wanted_hash and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > now())
$$;

-- The invitation of a link, and whether a person of that address is known.
create function outbound.invitation_of(wanted_hash bytea)
returns table (org_id uuid, invitation_id uuid, email text, organisation text, known boolean)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select i.org_id, i.id, i.email, o.name, exists (select from outbound.users as u where u.email = i.email)
    from outbound.invitations as i join outbound.organisations as o on o.id = i.org_id
    where i.token_hash = wanted_hash and i.accepted_at is null and i.revoked_at is null
$$;

create function outbound.reset_of(wanted_hash bytea)
returns table (org_id uuid, reset_id uuid, user_id uuid)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select r.org_id, r.id, r.user_id
    from outbound.password_resets as r
    join outbound.memberships as m on m.org_id = r.org_id and m.user_id = r.user_id and m.active
    join outbound.users as u on u.id = r.user_id and u.disabled_at is null
    where r.token_hash = wanted_hash and r.used_at is null
$$;

-- The organisation that a slug names, where it has a sign-in of its own.
create function outbound.provider_of(wanted_slug text) returns uuid
language sql stable security definer set search_path = outbound, pg_temp as $$
    select o.id from outbound.organisations as o
    join outbound.sign_in_providers as p on p.org_id = o.id and p.enabled
    where o.slug = wanted_slug
$$;

-- Whether a member of this organisation belongs to another one too: then its owner may not reset their password.
create function outbound.belongs_elsewhere(wanted_user uuid) returns boolean
language sql stable security definer set search_path = outbound, pg_temp as $$
    select exists (
        select from outbound.memberships as m
        where m.user_id = wanted_user and m.active and m.org_id <> outbound.current_org()
    ) and exists (
        select from outbound.memberships as m
        where m.user_id = wanted_user and m.org_id = outbound.current_org()
    )
$$;

-- A new password ends every sign-in of the person but the one that is kept. A member sets only their own.
create function outbound.set_password(wanted_user uuid, new_hash text, kept_session uuid) returns bigint
language plpgsql security definer set search_path = outbound, pg_temp as $$
declare
    ended bigint;
begin
    if outbound.current_org() is null
        or coalesce(outbound.current_member(), wanted_user) <> wanted_user
        or not exists (
            select from outbound.memberships as m
            where m.org_id = outbound.current_org() and m.user_id = wanted_user and m.active
        )
    then
        raise exception 'Nobody sets the password of another.' using errcode = 'insufficient_privilege';
    end if;
    update outbound.users as u set password_hash = new_hash, updated_at = now()
    where u.id = wanted_user and not u.is_machine;
    update outbound.sessions as s set revoked_at = now(), updated_at = now()
    where s.user_id = wanted_user and s.revoked_at is null and s.id is distinct from kept_session;
    get diagnostics ended = row_count;
    return ended;
end
$$;

-- Ends the caller's own sign-ins, in every organisation.
create function outbound.end_own_sign_ins() returns bigint
language sql security definer set search_path = outbound, pg_temp as $$
    with ended as (
        update outbound.sessions as s set revoked_at = now(), updated_at = now()
        where s.user_id = outbound.current_member() and s.revoked_at is null
        returning 1
    )
    select count(*) from ended
$$;

-- Ends a leaver's sign-ins in this organisation.
create function outbound.end_sign_ins_of(wanted_user uuid) returns bigint
language sql security definer set search_path = outbound, pg_temp as $$
    with ended as (
        update outbound.sessions as s set revoked_at = now(), updated_at = now()
        where s.org_id = outbound.current_org() and s.user_id = wanted_user and s.revoked_at is null
        returning 1
    )
    select count(*) from ended
$$;

create function outbound.rename_self(new_name text) returns void
language sql security definer set search_path = outbound, pg_temp as $$
    update outbound.users as u set name = new_name, updated_at = now() where u.id = outbound.current_member()
$$;

create function outbound.add_machine(new_id uuid, new_name text) returns void
language sql security definer set search_path = outbound, pg_temp as $$
    insert into outbound.users (id, name, is_machine) values (new_id, new_name, true)
$$;

create function outbound.throttles_of(wanted bytea[])
returns table (subject bytea, blocked_until timestamptz, trusted_until timestamptz)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select t.subject, t.blocked_until, t.trusted_until from outbound.throttles as t where t.subject = any(wanted)
$$;

-- Counts a failure, beginning anew after an hour without one; forgets some of what is long over.
create function outbound.throttle_count(wanted bytea, moment timestamptz) returns int
language sql security definer set search_path = outbound, pg_temp as $$
    delete from outbound.throttles as t where t.subject in (
        select o.subject from outbound.throttles as o
        where o.forget_at < moment and o.subject <> wanted order by o.forget_at limit 20 for update skip locked
    );
    insert into outbound.throttles as t (subject, failures, last_failed_at, forget_at)
    values (wanted, 1, moment, moment + interval '1 day')
    on conflict (subject) do update set
        failures = case when t.last_failed_at > moment - interval '1 hour' then t.failures + 1 else 1 end,
        last_failed_at = moment,
        forget_at = greatest(t.forget_at, excluded.forget_at)
    returning failures
$$;

create function outbound.throttle_block(wanted bytea, until timestamptz) returns void
language sql security definer set search_path = outbound, pg_temp as $$
    update outbound.throttles as t set blocked_until = greatest(t.blocked_until, until) where t.subject = wanted
$$;

-- A success: nothing is held against these any more, and the first is trusted for a while.
create function outbound.throttle_forgive(wanted bytea[], trusted bytea, until timestamptz) returns void
language sql security definer set search_path = outbound, pg_temp as $$
    update outbound.throttles as t set failures = 0, blocked_until = null where t.subject = any(wanted);
    insert into outbound.throttles as t (subject, trusted_until, forget_at) values (trusted, until, until)
    on conflict (subject) do update set
        failures = 0, blocked_until = null, trusted_until = excluded.trusted_until,
        forget_at = greatest(t.forget_at, excluded.forget_at)
$$;

do $$
declare
    f text;
    callers text;
    members text := 'outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops';
begin
    for f, callers in values
        ('session_of(bytea)', 'outbound_app'),
        ('session_lives(uuid, uuid, uuid)', 'outbound_app, outbound_definer'),
        ('refresh_token_of(bytea)', 'outbound_app'),
        ('api_key_of(uuid, bytea)', 'outbound_app'),
        ('invitation_of(bytea)', 'outbound_app'),
        ('reset_of(bytea)', 'outbound_app'),
        ('provider_of(text)', 'outbound_app'),
        ('throttles_of(bytea[])', 'outbound_app'),
        ('throttle_count(bytea, timestamptz)', 'outbound_app'),
        ('throttle_block(bytea, timestamptz)', 'outbound_app'),
        ('throttle_forgive(bytea[], bytea, timestamptz)', 'outbound_app'),
        ('belongs_elsewhere(uuid)', 'outbound_franchise, outbound_job'),
        ('set_password(uuid, text, uuid)', members || ', outbound_job'),
        ('end_own_sign_ins()', members),
        ('end_sign_ins_of(uuid)', 'outbound_franchise, outbound_job'),
        ('rename_self(text)', members),
        ('add_machine(uuid, text)', 'outbound_franchise, outbound_job')
    loop
        execute format('revoke all on function outbound.%s from public', f);
        execute format('grant execute on function outbound.%s to %s', f, callers);
        execute format('alter function outbound.%s owner to outbound_definer', f);
    end loop;
end
$$;
revoke create on schema outbound from outbound_definer;
