-- Every territory in every week, and whether someone owned it or a territory above it in that week.
with grid as (
    select
        zones.org_id,
        zones.territory_id,
        weeks.week_start,
        {{ start_of_day('weeks.week_start', 'zones.zone') }} as starts_at,
        {{ start_of_day('weeks.week_start + 7', 'zones.zone') }} as ends_at
    from {{ ref('int_zones') }} as zones
    inner join {{ ref('int_weeks') }} as weeks on zones.org_id = weeks.org_id
),

ownership as (
    select
        closure.org_id,
        closure.territory_id,
        assignments.assigned_at,
        assignments.unassigned_at
    from {{ ref('int_territory_closure') }} as closure
    inner join {{ ref('stg_territory_assignments') }} as assignments
        on closure.org_id = assignments.org_id and closure.ancestor_id = assignments.territory_id
    where assignments.role = 'OWNER'
),

owned as (
    select distinct
        grid.org_id,
        grid.territory_id,
        grid.week_start
    from grid
    inner join ownership
        on
            grid.org_id = ownership.org_id
            and grid.territory_id = ownership.territory_id
            and grid.ends_at > ownership.assigned_at
            and (ownership.unassigned_at is null or grid.starts_at < ownership.unassigned_at)
)

select
    grid.org_id,
    grid.territory_id,
    grid.week_start,
    owned.territory_id is not null as had_owner
from grid
left join owned
    on
        grid.org_id = owned.org_id
        and grid.territory_id = owned.territory_id
        and grid.week_start = owned.week_start
