{%- set keys = ['org_id', 'user_id', 'day'] -%}
{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'day', 'keys': ['org_id', 'user_id', 'day']}
) }}

-- Materialized in an increment: PostgreSQL cannot tell how many rows a day in a zone leaves, and would look through
-- these touches again for each day that is counted again.
with touches as {{ 'materialized' if is_incremental() }} (
    select
        touches.org_id,
        touches.user_id,
        {{ day_in_zone('touches.occurred_at', 'organisations.zone') }} as day,
        touches.territory_id,
        touches.channel,
        touches.result,
        touches.occurred_at
    from {{ ref('int_touches') }} as touches
    inner join {{ ref('stg_organisations') }} as organisations on touches.org_id = organisations.org_id
    where
        touches.user_id <> {{ nobody() }}
        {%- if is_incremental() %}
        and touches.occurred_at >= (
            select cast(min(first_day.starts_on) - 1 as timestamp) at time zone 'UTC'
            from {{ ref('int_touched') }} as first_day
            where first_day.what = 'day'
        )
        and touches.occurred_at < (
            select cast(max(last_day.starts_on) + 2 as timestamp) at time zone 'UTC'
            from {{ ref('int_touched') }} as last_day
            where last_day.what = 'day'
        )
        {%- endif %}
)

select
    touches.org_id,
    touches.user_id,
    touches.day,
    touches.territory_id,
    cast(count(*) as bigint) as touches,
    {{ count_where("touches.channel = 'DOOR_KNOCK'") }} as door_touches,
    {{ count_where("touches.channel = 'CALL'") }} as calls,
    {{ count_where("touches.channel = 'SMS'") }} as sms,
    {{ count_where("touches.channel = 'EMAIL'") }} as emails,
    {{ count_where("touches.channel = 'MEETING'") }} as meetings,
    {{ count_where('touches.result in ' ~ contact_results()) }} as contacts,
    {%- for result in touch_results() %}
    {{ count_where("touches.result = '" ~ result ~ "'") }} as result_{{ result | lower }},
    {%- endfor %}
    min(touches.occurred_at) as first_touch_at,
    max(touches.occurred_at) as last_touch_at
from touches
where true {{ and_touched(ref('int_touched'), 'day', keys, 'touches') }}
group by touches.org_id, touches.user_id, touches.day, touches.territory_id
