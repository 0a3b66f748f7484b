-- Somebody whom nobody proved, and who was shut out of the one organisation they had, can get a link from nobody: who
-- runs the server gives them a name and a password anew. Whatever signed them in before ends. Says whether that is so.
grant create on schema outbound to outbound_definer;
create function outbound.stand_for(wanted_user uuid, new_name text, new_hash text) returns boolean
language plpgsql security definer set search_path = outbound, pg_temp as $$
begin
    if outbound.current_member() is not null or outbound.hold_person(wanted_user) or exists (
        select from outbound.memberships as m where m.user_id = wanted_user and m.active
    ) then
        return false;
    end if;
    update outbound.users as u
    set name = new_name, password_hash = new_hash, email_verified_at = now(), updated_at = now()
    where u.id = wanted_user and not u.is_machine and u.disabled_at is null;
    if not found then
        return false;
    end if;
    update outbound.password_resets as r set used_at = now(), updated_at = now()
    where r.user_id = wanted_user and r.used_at is null;
    update outbound.sessions as s set revoked_at = now(), updated_at = now()
    where s.user_id = wanted_user and s.revoked_at is null;
    return true;
end
$$;
revoke all on function outbound.stand_for(uuid, text, text) from public;
grant execute on function outbound.stand_for(uuid, text, text) to outbound_job;
alter function outbound.stand_for(uuid, text, text) owner to outbound_definer;

-- Whether somebody has a place in any organisation now.
create function outbound.has_a_place(wanted_user uuid) returns boolean
language sql stable security definer set search_path = outbound, pg_temp as $$
    select exists (select from outbound.memberships as m where m.user_id = wanted_user and m.active)
$$;
revoke all on function outbound.has_a_place(uuid) from public;
grant execute on function outbound.has_a_place(uuid) to outbound_job;
alter function outbound.has_a_place(uuid) owner to outbound_definer;
revoke create on schema outbound from outbound_definer;
