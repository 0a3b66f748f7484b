-- Stays of doors: between two changes a door had one cell and one territory, and was to be knocked or not. What it was
-- before its first change counts from when the door was recorded; what it is now has no end.
with changes as (
    select
        org_id,
        address_id,
        changed_at,
        cell,
        territory_id,
        do_not_knock,
        lag(changed_at) over (
            partition by org_id, address_id order by changed_at asc nulls last, id asc nulls last
        ) as changed_before
    from {{ ref('stg_door_changes') }}
),

last_changes as (
    select org_id, address_id, max(changed_at) as changed_at
    from {{ ref('stg_door_changes') }}
    group by org_id, address_id
),

stays as (
    select
        addresses.org_id,
        coalesce(addresses.territory_id, {{ nobody() }}) as territory_id,
        addresses.cell,
        coalesce(last_changes.changed_at, addresses.created_at) as since,
        cast(null as timestamptz) as until
    from {{ ref('stg_addresses') }} as addresses
    left join last_changes
        on addresses.org_id = last_changes.org_id and addresses.id = last_changes.address_id
    where addresses.cell is not null and not addresses.do_not_knock

    union all

    select
        changes.org_id,
        coalesce(changes.territory_id, {{ nobody() }}) as territory_id,
        changes.cell,
        coalesce(changes.changed_before, addresses.created_at) as since,
        changes.changed_at as until
    from changes
    inner join {{ ref('stg_addresses') }} as addresses
        on changes.org_id = addresses.org_id and changes.address_id = addresses.id
    where not changes.do_not_knock
),

weekly as (
    select
        stays.org_id,
        stays.territory_id,
        stays.cell,
        {{ week_in_zone('stays.since', 'organisations.zone') }} as first_week,
        {{ week_in_zone('stays.until', 'organisations.zone') }} as week_after
    from stays
    inner join {{ ref('stg_organisations') }} as organisations on stays.org_id = organisations.org_id
)

select
    org_id,
    territory_id,
    cell,
    first_week,
    week_after,
    cast(count(*) as bigint) as doors
from weekly
where week_after is null or first_week < week_after
group by org_id, territory_id, cell, first_week, week_after
