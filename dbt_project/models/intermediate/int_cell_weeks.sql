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
    touches.cell,
    cast(count(*) as bigint) as touches,
    {{ count_where("touches.channel = 'DOOR_KNOCK'") }} as door_touches
from {{ ref('int_touches') }} as touches
where
    touches.cell is not null
    {{ and_in_touched_weeks(ref('int_touched'), 'touches.week_start') }}
    {{ and_touched(ref('int_touched'), 'week', keys, 'touches') }}
group by touches.org_id, touches.territory_id, touches.week_start, touches.cell
