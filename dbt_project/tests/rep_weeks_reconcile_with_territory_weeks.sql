-- What members did and what cadences delivered is all there is.
with members as (
    select org_id, week_start, {{ total('touches') }} as touches
    from {{ ref('rep_weeks') }}
    group by org_id, week_start
),

territories as (
    select org_id, week_start, {{ total('touches - cadence_messages') }} as touches
    from {{ ref('territory_weeks') }}
    group by org_id, week_start
)

select distinct territories.org_id
from territories
left join members on territories.org_id = members.org_id and territories.week_start = members.week_start
where territories.touches <> coalesce(members.touches, 0)
