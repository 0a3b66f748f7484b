-- The middle of a ZIP code is where none of its doors stands: what a door was while that was all one knew of it counts
-- nowhere, as without a position, so that finding it changes no past.
drop trigger note_door_change on outbound.addresses;
create trigger note_door_change after update of cell, territory_id, do_not_knock on outbound.addresses
for each row
when (
    old.cell is not null
    and old.location_source is distinct from 'zip_centroid'
    and (
        old.cell is distinct from new.cell or old.territory_id is distinct from new.territory_id
        or old.do_not_knock is distinct from new.do_not_knock
    )
)
execute function outbound.note_door_change();
delete from outbound.door_changes as c
using outbound.addresses as a
where a.org_id = c.org_id and a.id = c.address_id and a.location_source = 'zip_centroid';
