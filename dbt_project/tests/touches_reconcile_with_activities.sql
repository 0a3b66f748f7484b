-- Every activity that is a touch, and every delivered cadence message, is counted in exactly one territory-week:
-- none is lost to a missing territory, none is counted twice.
with taken as (
    select org_id, 1 as touches
    from {{ ref('stg_activities') }}
    where type in {{ touch_types() }} and user_id is not null

    union all

    select org_id, 1 as touches
    from {{ ref('stg_messages') }}
    where direction = 'outbound' and status = 'delivered' and enrollment_id is not null
),

expected as (
    select org_id, {{ total('touches') }} as touches from taken group by org_id
),

found as (
    select org_id, {{ total('touches') }} as touches from {{ ref('territory_weeks') }} group by org_id
)

select coalesce(expected.org_id, found.org_id) as org_id
from expected
full outer join found on expected.org_id = found.org_id
where coalesce(expected.touches, 0) <> coalesce(found.touches, 0)
