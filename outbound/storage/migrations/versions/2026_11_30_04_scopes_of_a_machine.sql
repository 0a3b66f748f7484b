-- What the living key of a machine carries; nothing where it has none, and null for a person, whom no scopes bound.
-- Asked whenever a member's transaction begins, so that nobody who begins one can forget it.
grant create on schema outbound to outbound_definer;
create function outbound.scopes_of_machine(wanted_org uuid, wanted_user uuid) returns text[]
language sql stable security definer set search_path = outbound, pg_temp as $$
    select case when u.is_machine then coalesce(
        (
            select k.scopes from outbound.api_keys as k
            where
                k.org_id = wanted_org and k.user_id = wanted_user and k.revoked_at is null
                and (k.expires_at is null or k.expires_at > now())
            order by k.id
            limit 1
        ),
        '{}'
    ) end
    from outbound.users as u
    where u.id = wanted_user
$$;
revoke all on function outbound.scopes_of_machine(uuid, uuid) from public;
grant execute on function outbound.scopes_of_machine(uuid, uuid) to outbound_app;
alter function outbound.scopes_of_machine(uuid, uuid) owner to outbound_definer;
revoke create on schema outbound from outbound_definer;
