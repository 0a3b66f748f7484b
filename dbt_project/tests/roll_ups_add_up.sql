-- Territories without a parent, with what lies outside every territory, hold all touches of the organisation.
with expected as (
    select org_id, week_start, {{ total('touches') }} as touches, {{ total('doors') }} as doors
    from {{ ref('territory_weeks') }}
    group by org_id, week_start
),

found as (
    select
        stats.org_id,
        stats.week_start,
        {{ total('stats.touches') }} as touches,
        {{ total('stats.doors') }} as doors
    from {{ ref('outbound_stats') }} as stats
    left join {{ ref('territories') }} as territories
        on stats.org_id = territories.org_id and stats.territory_id = territories.id
    where territories.parent_id is null
    group by stats.org_id, stats.week_start
)

select distinct coalesce(expected.org_id, found.org_id) as org_id
from expected
full outer join found on expected.org_id = found.org_id and expected.week_start = found.week_start
where
    coalesce(expected.touches, 0) <> coalesce(found.touches, 0)
    or coalesce(expected.doors, 0) <> coalesce(found.doors, 0)
