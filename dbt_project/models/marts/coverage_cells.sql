with grid as (
    -- A door stands in one cell of one territory a week: where it stood when the week ended.
    select
        weeks.org_id,
        doors.territory_id,
        weeks.week_start,
        doors.cell,
        {{ total('doors.doors') }} as doors
    from {{ ref('int_weeks') }} as weeks
    inner join {{ ref('int_doors') }} as doors
        on
            weeks.org_id = doors.org_id
            and weeks.week_start >= doors.first_week
            and (doors.week_after is null or weeks.week_start < doors.week_after)
    group by weeks.org_id, doors.territory_id, weeks.week_start, doors.cell
),

cells as (
    select
        coalesce(grid.org_id, touched.org_id) as org_id,
        coalesce(grid.territory_id, touched.territory_id) as territory_id,
        coalesce(grid.week_start, touched.week_start) as week_start,
        coalesce(grid.cell, touched.cell) as cell,
        coalesce(grid.doors, 0) as doors,
        coalesce(touched.door_touches, 0) as door_touches,
        coalesce(touched.touches, 0) as touches
    from grid
    full outer join {{ ref('int_cell_weeks') }} as touched
        on
            grid.org_id = touched.org_id
            and grid.territory_id = touched.territory_id
            and grid.week_start = touched.week_start
            and grid.cell = touched.cell
)

select
    org_id,
    territory_id,
    week_start,
    cell,
    {{ cell_hex('cell') }} as cell_hex,
    {{ h3_parent('cell', 8) }} as cell_8,
    {{ h3_parent('cell', 7) }} as cell_7,
    doors,
    door_touches,
    touches,
    doors > 0 as workable,
    doors > 0 and door_touches > 0 as covered,
    max(case when door_touches > 0 then week_start end) over (
        partition by org_id, territory_id, cell
        order by week_start asc nulls last
        rows between unbounded preceding and current row
    ) as last_knocked
from cells
