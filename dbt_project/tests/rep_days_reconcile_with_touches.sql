-- Every touch by a member is counted on exactly one day, in the territory whose weeks it counts for.
with days as (
    select org_id, user_id, territory_id, {{ total('touches') }} as touches
    from {{ ref('rep_days') }}
    group by org_id, user_id, territory_id
),

weeks as (
    select org_id, user_id, territory_id, {{ total('touches') }} as touches
    from {{ ref('int_rep_weeks') }}
    where user_id <> {{ nobody() }}
    group by org_id, user_id, territory_id
)

select distinct coalesce(days.org_id, weeks.org_id) as org_id
from days
full outer join weeks
    on
        days.org_id = weeks.org_id
        and days.user_id = weeks.user_id
        and days.territory_id = weeks.territory_id
where coalesce(days.touches, 0) <> coalesce(weeks.touches, 0)
