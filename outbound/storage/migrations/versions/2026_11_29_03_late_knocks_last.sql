-- Nearly every activity is of a lead that is still the caller's. As a policy of its own, whether it was theirs at the
-- time is asked first, for each row; here it is asked of the few others.
drop policy was_mine_then on outbound.activities;
drop policy scoped_insert on outbound.activities;
create policy scoped_insert on outbound.activities for insert to outbound_rep, outbound_manager
with check (
    org_id = (select outbound.current_org())
    and (
        exists (
            select from outbound.leads as l
            where
                l.org_id = activities.org_id and l.id = activities.lead_id
                and (
                    l.owner_id = (select outbound.current_member())
                    or l.territory_id = any((select outbound.writable_territories())::uuid[])
                )
        )
        or (
            user_id = (select outbound.current_member())
            and exists (select from outbound.lead_then(lead_id, occurred_at))
        )
    )
);
