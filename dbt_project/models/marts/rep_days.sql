{%- set counted = ['touches', 'door_touches', 'calls', 'sms', 'emails', 'meetings', 'contacts'] -%}
{%- set keys = ['org_id', 'user_id', 'day', 'territory_id'] -%}
with moves as (
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
        org_id,
        user_id,
        day,
        territory_id,
        {{ count_where("to_stage = 'SCHEDULED'") }} as scheduled,
        {{ count_where("to_stage = 'WON'") }} as won
    from moves
    group by org_id, user_id, day, territory_id
),

walked as (
    select
        org_id,
        owner_id as user_id,
        day,
        territory_id,
        cast(count(*) as bigint) as trips_completed,
        {{ total('closes') }} as trip_closes,
        {{ total('actual_distance_meters') }} as trip_meters,
        {{ total('actual_duration_minutes') }} as trip_minutes
    from {{ ref('trips') }}
    where status = 'completed'
    group by org_id, owner_id, day, territory_id
),

all_keys as (
    select {{ keys | join(', ') }} from {{ ref('int_rep_days') }}
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
{%- for side, model in [('touches', ref('int_rep_days')), ('won', 'won'), ('walked', 'walked')] %}
left join {{ model }}{{ ' as touches' if side == 'touches' }}
    on
        all_keys.org_id = {{ side }}.org_id
        and all_keys.user_id = {{ side }}.user_id
        and all_keys.day = {{ side }}.day
        and all_keys.territory_id = {{ side }}.territory_id
{%- endfor %}
