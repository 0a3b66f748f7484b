-- Whoever holds a link may set a password by it. Only where the mailbox got the link, or who runs the server gave it,
-- is the password the person's own; until then the person belongs to the one organisation whose owner held the link.

alter table outbound.users add column email_verified_at TIMESTAMP WITH TIME ZONE;
alter table outbound.invitations add column mailed BOOLEAN DEFAULT false NOT NULL;
alter table outbound.sessions add column opened_by TEXT;
grant select (email_verified_at) on outbound.users
to outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops, outbound_job;

-- Of those who are here: proved, but for who came by an invitation (nobody wrote down whether it was mailed), and who
-- was ever made a link by an owner.
update outbound.users as u set email_verified_at = u.created_at
where
    not u.is_machine
    and not exists (
        select from outbound.invitations as i
        join outbound.memberships as m on m.org_id = i.org_id and m.user_id = i.accepted_by_id
        where i.accepted_by_id = u.id and m.created_at = u.created_at
    )
    and not exists (
        select from outbound.password_resets as r
        where r.user_id = u.id and r.made_by_id is not null and r.used_at is not null
    );

-- Addresses are folded once, by the program, and compared exactly. It folds A to Z alone: further letters fold
-- otherwise here than there, and two of them may fold to one.
alter table outbound.users drop constraint ck_users_email_lower;
alter table outbound.users add constraint ck_users_email_folded
check (email = translate(email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'));
alter table outbound.invitations drop constraint ck_invitations_email_lower;
alter table outbound.invitations add constraint ck_invitations_email_folded
check (email = translate(email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'));

grant create on schema outbound to outbound_definer;
create policy definer_ends_links on outbound.password_resets for update to outbound_definer
using (true) with check (true);
grant update (used_at, updated_at) on outbound.password_resets to outbound_definer;
grant update (email_verified_at) on outbound.users to outbound_definer;

create or replace function outbound.sign_in_candidate(wanted_email text)
returns table (user_id uuid, password_hash text) language sql stable security definer
set search_path = outbound, pg_temp as $$
    select u.id, u.password_hash from outbound.users as u
    where u.email = wanted_email and u.disabled_at is null
$$;

create or replace function outbound.person_of(wanted_email text) returns uuid language sql stable security definer
set search_path = outbound, pg_temp as $$
    select u.id from outbound.users as u where u.email = wanted_email
$$;

-- Who made a key is told with it, and as what they are a member now: a key is as good as its maker's right to make it.
drop function outbound.api_key_of(uuid, bytea);
create function outbound.api_key_of(wanted_id uuid, wanted_hash bytea)
returns table (org_id uuid, user_id uuid, scopes text[], last_used_at timestamptz, maker_role text)
language sql stable security definer set search_path = outbound, pg_temp as $$
    select k.org_id, k.user_id, k.scopes, k.last_used_at, (
        select c.role from outbound.memberships as c
        join outbound.users as p on p.id = c.user_id and p.disabled_at is null
        where c.org_id = k.org_id and c.user_id = k.created_by_id and c.active
    )
    from outbound.api_keys as k
    join outbound.memberships as m on m.org_id = k.org_id and m.user_id = k.user_id and m.active
    join outbound.users as u on u.id = k.user_id and u.disabled_at is null
    where
        k.id = wanted_id and k.secret_hash = wanted_hash and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > now())
$$;

-- Waits for whoever else changes what a person is, and keeps them waiting to the end of the transaction: a password
-- and a membership do not pass each other by. Says whether the address is proved.
create function outbound.hold_person(wanted_user uuid) returns boolean
language plpgsql security definer set search_path = outbound, pg_temp as $$
begin
    return (
        select u.email_verified_at is not null from outbound.users as u where u.id = wanted_user for no key update
    );
end
$$;

-- Whether a person has, or had, a place in another organisation than this one.
create function outbound.ever_elsewhere(wanted_user uuid) returns boolean
language sql stable security definer set search_path = outbound, pg_temp as $$
    select exists (
        select from outbound.memberships as m
        where m.user_id = wanted_user and m.org_id is distinct from outbound.current_org()
    )
$$;

-- A new password ends every sign-in of the person but the one that is kept, and every link to set another. A member
-- sets only their own. `proves` says whether it was set by a link that proves the address; null leaves that as it is.
drop function outbound.set_password(uuid, text, uuid);
create function outbound.set_password(wanted_user uuid, new_hash text, kept_session uuid, proves boolean default null)
returns bigint
language plpgsql security definer set search_path = outbound, pg_temp as $$
declare
    ended bigint;
begin
    if outbound.current_org() is null
        or coalesce(outbound.current_member(), wanted_user) <> wanted_user
        or (outbound.current_member() is not null and proves is not null)
        or not exists (
            select from outbound.memberships as m
            where m.org_id = outbound.current_org() and m.user_id = wanted_user and m.active
        )
    then
        raise exception 'Nobody sets the password of another.' using errcode = 'insufficient_privilege';
    end if;
    update outbound.users as u set
        password_hash = new_hash,
        updated_at = now(),
        email_verified_at = case
            when proves is null then u.email_verified_at
            when proves then coalesce(u.email_verified_at, now())
        end
    where u.id = wanted_user and not u.is_machine;
    update outbound.password_resets as r set used_at = now(), updated_at = now()
    where r.user_id = wanted_user and r.used_at is null;
    update outbound.sessions as s set revoked_at = now(), updated_at = now()
    where s.user_id = wanted_user and s.revoked_at is null and s.id is distinct from kept_session;
    get diagnostics ended = row_count;
    return ended;
end
$$;

-- Ends the sign-ins that an organisation's own provider opened, once it is another one, or none.
create function outbound.end_provider_sign_ins() returns bigint
language sql security definer set search_path = outbound, pg_temp as $$
    with ended as (
        update outbound.sessions as s set revoked_at = now(), updated_at = now()
        where s.org_id = outbound.current_org() and s.opened_by = 'oidc' and s.revoked_at is null
        returning 1
    )
    select count(*) from ended
$$;

-- A place that is added, or comes back: links that others made for the person end, in every organisation; and who
-- was never proved to be the person gets none beside the one they have.
create function outbound.keep_place() returns trigger
language plpgsql security definer set search_path = outbound, pg_temp as $$
begin
    if not outbound.hold_person(new.user_id) and exists (
        select from outbound.users as u where u.id = new.user_id and not u.is_machine
    ) and exists (
        select from outbound.memberships as m where m.user_id = new.user_id and m.org_id <> new.org_id
    ) then
        raise exception 'An address that nobody proved gets no second membership.' using errcode = 'check_violation';
    end if;
    update outbound.password_resets as r set used_at = now(), updated_at = now()
    where r.user_id = new.user_id and r.made_by_id is not null and r.used_at is null;
    return new;
end
$$;
create trigger place_added before insert on outbound.memberships
for each row when (new.active) execute function outbound.keep_place();
create trigger place_back before update of active on outbound.memberships
for each row when (new.active and not old.active) execute function outbound.keep_place();

do $$
declare
    f text;
    callers text;
    members text := 'outbound_rep, outbound_manager, outbound_org_manager, outbound_franchise, outbound_ops';
begin
    for f, callers in values
        ('api_key_of(uuid, bytea)', 'outbound_app'),
        ('hold_person(uuid)', 'outbound_franchise, outbound_job, outbound_definer'),
        ('ever_elsewhere(uuid)', 'outbound_franchise, outbound_job'),
        ('set_password(uuid, text, uuid, boolean)', members || ', outbound_job'),
        ('end_provider_sign_ins()', 'outbound_franchise, outbound_job'),
        ('keep_place()', 'outbound_definer')
    loop
        execute format('revoke all on function outbound.%s from public', f);
        execute format('grant execute on function outbound.%s to %s', f, callers);
        execute format('alter function outbound.%s owner to outbound_definer', f);
    end loop;
end
$$;
revoke create on schema outbound from outbound_definer;
