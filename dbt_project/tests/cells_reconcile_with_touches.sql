-- Touches whose door has a cell are counted in exactly one cell of one territory-week.
with expected as (
    select org_id, cast(count(*) as bigint) as touches
    from {{ ref('int_touches') }}
    where cell is not null
    group by org_id
),

found as (
    select org_id, {{ total('touches') }} as touches from {{ ref('coverage_cells') }} group by org_id
)

select coalesce(expected.org_id, found.org_id) as org_id
from expected
full outer join found on expected.org_id = found.org_id
where coalesce(expected.touches, 0) <> coalesce(found.touches, 0)
