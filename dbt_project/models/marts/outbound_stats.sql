{%- set added_up = [
    'touches', 'door_touches', 'calls', 'sms', 'emails', 'meetings', 'cadence_messages', 'scheduled', 'won',
    'doors', 'sla_due', 'sla_missed', 'cold_cohort', 'cold_without_follow_up', 'trips_completed', 'trip_closes'
] -%}
{%- set other_stages = ['cold', 'contacted', 'follow_up', 'lost', 'not_qualified'] -%}
with closure as (
    select
        org_id,
        ancestor_id,
        territory_id
    from {{ ref('int_territory_closure') }}

    union all

    select
        org_id,
        {{ nobody() }} as ancestor_id,
        {{ nobody() }} as territory_id
    from {{ ref('stg_organisations') }}
),

sums as (
    select
        closure.org_id,
        closure.ancestor_id as territory_id,
        weeks.week_start,
        {%- for column in added_up %}
        {{ total('weeks.' ~ column) }} as {{ column }},
        {%- endfor %}
        {%- for result in touch_results() %}
        {{ total('weeks.result_' ~ result | lower) }} as result_{{ result | lower }},
        {%- endfor %}
        {%- for stage in other_stages %}
        {{ total('weeks.entered_' ~ stage) }} as entered_{{ stage }},
        {%- endfor %}
        max(case when weeks.had_owner then 1 else 0 end) = 1 as had_owner
    from closure
    inner join {{ ref('territory_weeks') }} as weeks
        on closure.org_id = weeks.org_id and closure.territory_id = weeks.territory_id
    group by closure.org_id, closure.ancestor_id, weeks.week_start
),

cells as (
    -- A cell on the border of two territories counts once in the one above them.
    select
        closure.org_id,
        closure.ancestor_id as territory_id,
        cells.week_start,
        cells.cell,
        max(case when cells.workable then 1 else 0 end) as workable,
        max(case when cells.covered then 1 else 0 end) as covered,
        max(case when cells.workable and cells.touches > 0 then 1 else 0 end) as reached,
        max(case when cells.workable and weeks.had_owner then 1 else 0 end) as assigned_workable,
        max(case when cells.covered and weeks.had_owner then 1 else 0 end) as assigned_covered
    from {{ ref('coverage_cells') }} as cells
    inner join {{ ref('int_territory_weeks') }} as weeks
        on
            cells.org_id = weeks.org_id
            and cells.territory_id = weeks.territory_id
            and cells.week_start = weeks.week_start
    inner join closure on cells.org_id = closure.org_id and cells.territory_id = closure.territory_id
    group by closure.org_id, closure.ancestor_id, cells.week_start, cells.cell
),

coverage as (
    select
        org_id,
        territory_id,
        week_start,
        {{ total('workable') }} as workable_cells,
        {{ total('covered') }} as covered_cells,
        {{ total('reached') }} as reached_cells,
        {{ total('assigned_workable') }} as assigned_workable_cells,
        {{ total('assigned_covered') }} as assigned_covered_cells
    from cells
    group by org_id, territory_id, week_start
)

select
    sums.org_id,
    sums.territory_id,
    sums.week_start,
    sums.touches,
    sums.door_touches,
    sums.calls,
    sums.sms,
    sums.emails,
    sums.meetings,
    sums.cadence_messages,
    sums.result_not_home as not_home,
    sums.result_interested as interested,
    sums.result_follow_up as follow_ups,
    sums.result_scheduled as said_scheduled,
    sums.result_won as said_won,
    sums.result_not_interested as not_interested,
    sums.result_not_qualified as not_qualified,
    sums.result_do_not_contact as do_not_contact,
    sums.result_left_material as left_material,
    {%- for stage in other_stages %}
    sums.entered_{{ stage }},
    {%- endfor %}
    sums.scheduled,
    sums.won,
    sums.sla_due,
    sums.sla_missed,
    {{ ratio('sums.sla_missed', 'sums.sla_due') }} as sla_ratio,
    sums.doors,
    coalesce(coverage.workable_cells, 0) as workable_cells,
    coalesce(coverage.covered_cells, 0) as covered_cells,
    coalesce(coverage.reached_cells, 0) as reached_cells,
    coalesce(coverage.assigned_workable_cells, 0) as assigned_workable_cells,
    coalesce(coverage.assigned_covered_cells, 0) as assigned_covered_cells,
    {{ ratio(
        'coverage.assigned_workable_cells - coverage.assigned_covered_cells', 'coverage.assigned_workable_cells'
    ) }} as gap_ratio,
    sums.had_owner,
    sums.cold_cohort,
    sums.cold_without_follow_up,
    {{ ratio('sums.cold_without_follow_up', 'sums.cold_cohort') }} as cold_ratio,
    sums.trips_completed,
    sums.trip_closes,
    {{ ratio('sums.trip_closes', 'sums.trips_completed') }} as closes_per_trip
from sums
left join coverage
    on
        sums.org_id = coverage.org_id
        and sums.territory_id = coverage.territory_id
        and sums.week_start = coverage.week_start
