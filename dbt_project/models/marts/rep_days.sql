{%- set counted = ['touches', 'door_touches', 'calls', 'sms', 'emails', 'meetings', 'contacts'] -%}
{%- set keys = ['org_id', 'user_id', 'day', 'territory_id'] -%}
{%- set counted_again = 'credited day' -%}
{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'credited day', 'keys': ['org_id', 'user_id', 'day']}
) }}

with touches as (
    select touches.*
    from {{ ref('int_rep_days') }} as touches
    where true {{ and_touched(ref('int_touched'), counted_again, ['org_id', 'user_id', 'day'], 'touches') }}
),

moves as (
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

won as (
    select
        moves.org_id,
        moves.user_id,
        moves.day,
        moves.territory_id,
        {{ count_where("moves.to_stage = 'SCHEDULED'") }} as scheduled,
        {{ count_where("moves.to_stage = 'WON'") }} as won
    from moves
    where true {{ and_touched(ref('int_touched'), counted_again, ['org_id', 'user_id', 'day'], 'moves') }}
    group by moves.org_id, moves.user_id, moves.day, moves.territory_id
),

walked as (
    select
        trips.org_id,
        trips.owner_id as user_id,
        trips.day,
        trips.territory_id,
        cast(count(*) as bigint) as trips_completed,
        {{ total('trips.closes') }} as trip_closes,
        {{ total('trips.actual_distance_meters') }} as trip_meters,
        {{ total('trips.actual_duration_minutes') }} as trip_minutes
    from {{ ref('trips') }} as trips
    where
        trips.status = 'completed'
        {{ and_touched(ref('int_touched'), counted_again, ['org_id', 'owner_id', 'day'], 'trips') }}
    group by trips.org_id, trips.owner_id, trips.day, trips.territory_id
),

all_keys as (
    select {{ keys | join(', ') }} from touches
    union
    select {{ keys | join(', ') }} from won
    union
    select {{ keys | join(', ') }} from walked
)

select
    all_keys.org_id,
    all_keys.user_id,
    all_keys.day,
    all_keys.territory_id,
    {%- for column in counted %}
    coalesce(touches.{{ column }}, 0) as {{ column }},
    {%- endfor %}
    {%- for result in touch_results() %}
    coalesce(touches.result_{{ result | lower }}, 0) as result_{{ result | lower }},
    {%- endfor %}
    touches.first_touch_at,
    touches.last_touch_at,
    coalesce(won.scheduled, 0) as scheduled,
    coalesce(won.won, 0) as won,
    coalesce(walked.trips_completed, 0) as trips_completed,
    coalesce(walked.trip_closes, 0) as trip_closes,
    coalesce(walked.trip_meters, 0) as trip_meters,
    coalesce(walked.trip_minutes, 0) as trip_minutes
from all_keys
{%- for side in ['touches', 'won', 'walked'] %}
left join {{ side }}
    on
        all_keys.org_id = {{ side }}.org_id
        and all_keys.user_id = {{ side }}.user_id
        and all_keys.day = {{ side }}.day
        and all_keys.territory_id = {{ side }}.territory_id
{%- endfor %}
