-- In no week do more doors stand in cells than were recorded by then; from the week of an organisation's last door
-- change on, all of them that may be knocked and have a position do, each in exactly one cell of one territory.
with doors as (
    select
        addresses.org_id,
        {{ week_in_zone('addresses.created_at', 'organisations.zone') }} as first_week,
        cast(count(*) as bigint) as recorded,
        {{ count_where('addresses.cell is not null and not addresses.do_not_knock') }} as knockable
    from {{ ref('stg_addresses') }} as addresses
    inner join {{ ref('stg_organisations') }} as organisations on addresses.org_id = organisations.org_id
    group by addresses.org_id, {{ week_in_zone('addresses.created_at', 'organisations.zone') }}
),

expected as (
    select
        weeks.org_id,
        weeks.week_start,
        {{ total('doors.recorded') }} as recorded,
        {{ total('doors.knockable') }} as knockable
    from {{ ref('int_weeks') }} as weeks
    left join doors on weeks.org_id = doors.org_id and weeks.week_start >= doors.first_week
    group by weeks.org_id, weeks.week_start
),

settled as (
    select
        changes.org_id,
        max({{ week_in_zone('changes.changed_at', 'organisations.zone') }}) as week_start
    from {{ ref('stg_door_changes') }} as changes
    inner join {{ ref('stg_organisations') }} as organisations on changes.org_id = organisations.org_id
    group by changes.org_id
),

found as (
    select org_id, week_start, {{ total('doors') }} as doors
    from {{ ref('coverage_cells') }}
    group by org_id, week_start
)

select distinct expected.org_id
from expected
left join found on expected.org_id = found.org_id and expected.week_start = found.week_start
left join settled on expected.org_id = settled.org_id
where
    coalesce(found.doors, 0) > expected.recorded
    or (
        (settled.week_start is null or expected.week_start >= settled.week_start)
        and coalesce(found.doors, 0) <> expected.knockable
    )
