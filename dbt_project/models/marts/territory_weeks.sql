{%- set counted = [
    'touches', 'door_touches', 'calls', 'sms', 'emails', 'meetings', 'cadence_messages'
] -%}
{%- set other_stages = ['cold', 'contacted', 'follow_up', 'lost', 'not_qualified'] -%}
{%- set owed = "entries.to_stage in ('COLD', 'CONTACTED')" -%}
with touches as (
    select
        org_id,
        territory_id,
        week_start,
        {%- for column in counted %}
        {{ total(column) }} as {{ column }},
        {%- endfor %}
        {%- for result in touch_results() %}
        {{ total('result_' ~ result | lower) }} as result_{{ result | lower }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_rep_weeks') }}
    group by org_id, territory_id, week_start
),

coverage as (
    select
        org_id,
        territory_id,
        week_start,
        {{ total('doors') }} as doors,
        {{ count_where('workable') }} as workable_cells,
        {{ count_where('covered') }} as covered_cells,
        {{ count_where('workable and touches > 0') }} as reached_cells
    from {{ ref('coverage_cells') }}
    group by org_id, territory_id, week_start
),

stages as (
    select
        entries.org_id,
        entries.territory_id,
        entries.week_start,
        {%- for stage in pipeline_stages() %}
        {{ count_where("entries.moved and entries.to_stage = '" ~ stage ~ "'") }} as entered_{{ stage | lower }},
        {%- endfor %}
        {{ count_where('entries.owed_by <= state.as_of') }} as sla_due,
        {{ count_where('entries.owed_by <= state.as_of and not entries.followed_up') }} as sla_missed,
        {{ count_where(owed ~ ' and entries.owed_by <= state.as_of') }} as cold_cohort,
        {{ count_where(owed ~ ' and entries.owed_by <= state.as_of and not entries.followed_up') }}
            as cold_without_follow_up
    from {{ ref('int_stage_entries') }} as entries
    cross join {{ source('lake', 'state') }} as state
    group by entries.org_id, entries.territory_id, entries.week_start
),

trips as (
    select
        org_id,
        territory_id,
        week_start,
        cast(count(*) as bigint) as trips_completed,
        {{ total('closes') }} as trip_closes
    from {{ ref('int_trips') }}
    group by org_id, territory_id, week_start
)

select
    weeks.org_id,
    weeks.territory_id,
    weeks.week_start,
    {%- for column in counted %}
    coalesce(touches.{{ column }}, 0) as {{ column }},
    {%- endfor %}
    {%- for result in touch_results() %}
    coalesce(touches.result_{{ result | lower }}, 0) as result_{{ result | lower }},
    {%- endfor %}
    {%- for stage in other_stages %}
    coalesce(stages.entered_{{ stage }}, 0) as entered_{{ stage }},
    {%- endfor %}
    coalesce(stages.entered_scheduled, 0) as scheduled,
    coalesce(stages.entered_won, 0) as won,
    coalesce(stages.sla_due, 0) as sla_due,
    coalesce(stages.sla_missed, 0) as sla_missed,
    coalesce(coverage.doors, 0) as doors,
    coalesce(coverage.workable_cells, 0) as workable_cells,
    coalesce(coverage.covered_cells, 0) as covered_cells,
    coalesce(coverage.reached_cells, 0) as reached_cells,
    case when weeks.had_owner then coalesce(coverage.workable_cells, 0) else 0 end as assigned_workable_cells,
    case when weeks.had_owner then coalesce(coverage.covered_cells, 0) else 0 end as assigned_covered_cells,
    coalesce(stages.cold_cohort, 0) as cold_cohort,
    coalesce(stages.cold_without_follow_up, 0) as cold_without_follow_up,
    coalesce(trips.trips_completed, 0) as trips_completed,
    coalesce(trips.trip_closes, 0) as trip_closes,
    weeks.had_owner
from {{ ref('int_territory_weeks') }} as weeks
{%- for side in ['touches', 'coverage', 'stages', 'trips'] %}
left join {{ side }}
    on
        weeks.org_id = {{ side }}.org_id
        and weeks.territory_id = {{ side }}.territory_id
        and weeks.week_start = {{ side }}.week_start
{%- endfor %}
