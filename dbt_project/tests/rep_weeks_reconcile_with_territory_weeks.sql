-- What members did and what cadences delivered is all there is, in each territory over all of its weeks: a member's week
-- is the organisation's, a territory's its own.
with members as (
    select org_id, territory_id, {{ total('touches') }} as touches
    from {{ ref('rep_weeks') }}
    group by org_id, territory_id
),

territories as (
    select org_id, territory_id, {{ total('touches - cadence_messages') }} as touches
    from {{ ref('territory_weeks') }}
    group by org_id, territory_id
)

select distinct territories.org_id
from territories
left join members
    on territories.org_id = members.org_id and territories.territory_id = members.territory_id
where territories.touches <> coalesce(members.touches, 0)
