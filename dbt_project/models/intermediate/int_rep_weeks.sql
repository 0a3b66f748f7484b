{%- set keys = ['org_id', 'territory_id', 'week_start'] -%}
{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'week', 'keys': ['org_id', 'territory_id', 'week_start']}
) }}

select
    touches.org_id,
    touches.territory_id,
    touches.week_start,
    touches.user_id,
    cast(count(*) as bigint) as touches,
    {{ count_where("channel = 'DOOR_KNOCK'") }} as door_touches,
    {{ count_where("channel = 'CALL'") }} as calls,
    {{ count_where("channel = 'SMS'") }} as sms,
    {{ count_where("channel = 'EMAIL'") }} as emails,
    {{ count_where("channel = 'MEETING'") }} as meetings,
    {{ count_where("channel in ('CADENCE_SMS', 'CADENCE_EMAIL')") }} as cadence_messages,
    {%- for result in touch_results() %}
    {{ count_where("result = '" ~ result ~ "'") }} as result_{{ result | lower }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('int_touches') }} as touches
where true {{ and_in_touched_weeks(ref('int_touched'), 'touches.week_start') }}
    {{ and_touched(ref('int_touched'), 'week', keys, 'touches') }}
group by touches.org_id, touches.territory_id, touches.week_start, touches.user_id
