{%- set reached = ['contacted', 'follow_up', 'scheduled', 'won', 'lost', 'not_qualified'] -%}
{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'moved lead', 'keys': ['org_id', 'lead_id']}
) }}

with leads as (
    select
        history.org_id,
        history.lead_id,
        min(case when history.stage = 'SCHEDULED' then history.entered_at end) as scheduled_at,
        min(case when history.stage = 'WON' then history.entered_at end) as won_at,
        {%- for stage in reached %}
        max(case when history.stage = '{{ stage | upper }}' then 1 else 0 end) as {{ stage }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stage_history') }} as history
    where true {{ and_touched(ref('int_touched'), 'moved lead', ['org_id', 'lead_id'], 'history') }}
    group by history.org_id, history.lead_id
)

select
    leads.org_id,
    leads.lead_id,
    first_stays.territory_id,
    first_stays.week_start,
    {%- for stage in reached %}
    leads.{{ stage }},
    {%- endfor %}
    {{ seconds_between('first_stays.entered_at', 'leads.scheduled_at') }} as seconds_to_scheduled,
    {{ seconds_between('first_stays.entered_at', 'leads.won_at') }} as seconds_to_won
from leads
inner join {{ ref('stage_history') }} as first_stays
    on leads.org_id = first_stays.org_id and leads.lead_id = first_stays.lead_id
where first_stays.stay = 1
