{%- set counted = ['touches', 'door_touches', 'calls', 'sms', 'emails', 'meetings', 'contacts'] -%}
{%- set results = [] -%}
{%- for result in touch_results() %}{% do results.append('result_' ~ result | lower) %}{% endfor -%}
{%- set moved = ['scheduled', 'won'] -%}
{%- set walked = ['trips_completed', 'trip_closes', 'trip_meters', 'trip_minutes'] -%}
{%- set keys = ['org_id', 'user_id', 'day'] -%}
{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'credited day', 'keys': ['org_id', 'user_id', 'day']}
) }}

-- Materialized in an increment: PostgreSQL cannot tell how many rows a day in a zone leaves, and would look through
-- these moves again for each day that is counted again.
with moves as {{ 'materialized' if is_incremental() }} (
    select
        entries.org_id,
        entries.owner_id as user_id,
        {{ day_in_zone('entries.occurred_at', 'organisations.zone') }} as day,
        entries.territory_id,
        entries.to_stage
    from {{ ref('int_stage_entries') }} as entries
    inner join {{ ref('stg_organisations') }} as organisations on entries.org_id = organisations.org_id
    where entries.moved and entries.to_stage in ('SCHEDULED', 'WON') and entries.owner_id <> {{ nobody() }}
),

-- Put together by adding up, not by joining: what PostgreSQL thinks of days would make it compare each with each.
parts as (
    select
        touches.org_id,
        touches.user_id,
        touches.day,
        touches.territory_id,
        {%- for column in counted + results %}
        touches.{{ column }},
        {%- endfor %}
        touches.first_touch_at,
        touches.last_touch_at,
        {%- for column in moved + walked %}
        0 as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_rep_days') }} as touches
    where true {{ and_touched(ref('int_touched'), 'credited day', keys, 'touches') }}

    union all

    select
        moves.org_id,
        moves.user_id,
        moves.day,
        moves.territory_id,
        {%- for column in counted + results %}
        0 as {{ column }},
        {%- endfor %}
        cast(null as timestamptz) as first_touch_at,
        cast(null as timestamptz) as last_touch_at,
        {%- for column in moved %}
        case when moves.to_stage = '{{ column | upper }}' then 1 else 0 end as {{ column }},
        {%- endfor %}
        {%- for column in walked %}
        0 as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from moves
    where true {{ and_touched(ref('int_touched'), 'credited day', keys, 'moves') }}

    union all

    select
        trips.org_id,
        trips.owner_id as user_id,
        trips.day,
        trips.territory_id,
        {%- for column in counted + results %}
        0 as {{ column }},
        {%- endfor %}
        cast(null as timestamptz) as first_touch_at,
        cast(null as timestamptz) as last_touch_at,
        {%- for column in moved %}
        0 as {{ column }},
        {%- endfor %}
        1 as trips_completed,
        trips.closes as trip_closes,
        trips.actual_distance_meters as trip_meters,
        trips.actual_duration_minutes as trip_minutes
    from {{ ref('trips') }} as trips
    where
        trips.status = 'completed'
        {{ and_touched(ref('int_touched'), 'credited day', ['org_id', 'owner_id', 'day'], 'trips') }}
)

select
    org_id,
    user_id,
    day,
    territory_id,
    {%- for column in counted + results %}
    {{ total(column) }} as {{ column }},
    {%- endfor %}
    min(first_touch_at) as first_touch_at,
    max(last_touch_at) as last_touch_at,
    {%- for column in moved + walked %}
    {{ total(column) }} as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from parts
group by org_id, user_id, day, territory_id
