-- Cells of resolution 8, and of 7, hold together what the cells of resolution 9 hold, week by week and territory by
-- territory.
with fine as (
    select
        org_id,
        territory_id,
        week_start,
        {{ total('doors') }} as doors,
        {{ total('touches') }} as touches,
        {{ count_where('covered') }} as covered
    from {{ ref('coverage_cells') }}
    group by org_id, territory_id, week_start
),

coarse as (
    select
        org_id,
        territory_id,
        week_start,
        {{ total('doors') }} as doors,
        {{ total('touches') }} as touches,
        {{ total('covered_cells') }} as covered
    from {{ ref('coverage_rollups') }}
    group by org_id, territory_id, week_start
)

select distinct coalesce(fine.org_id, coarse.org_id) as org_id
from fine
full outer join coarse
    on
        fine.org_id = coarse.org_id
        and fine.territory_id = coarse.territory_id
        and fine.week_start = coarse.week_start
where
    2 * coalesce(fine.doors, 0) <> coalesce(coarse.doors, 0)
    or 2 * coalesce(fine.touches, 0) <> coalesce(coarse.touches, 0)
    or 2 * coalesce(fine.covered, 0) <> coalesce(coarse.covered, 0)
