{{ config(
    materialized='incremental',
    incremental_strategy='replace_changed',
    meta={'lake_tables': ['activities', 'messages']},
    indexes=[
        {'columns': ['org_id', 'id']},
        {'columns': ['occurred_at', 'week_start'], 'type': 'brin'},
    ]
) }}

with touches as (
    select
        org_id,
        id,
        lead_id,
        user_id,
        territory_id,
        cell,
        type as channel,
        result,
        occurred_at,
        trip_stop_id
    from {{ ref('stg_activities') }}
    where
        type in {{ touch_types() }}
        and user_id is not null
        {%- if is_incremental() %} and batch > {{ built_batch() }}{% endif %}

    union all

    select
        org_id,
        id,
        lead_id,
        null as user_id,
        territory_id,
        cell,
        'CADENCE_' || channel as channel,
        null as result,
        delivered_at as occurred_at,
        null as trip_stop_id
    from {{ ref('stg_messages') }}
    where
        direction = 'outbound'
        and status = 'delivered'
        and enrollment_id is not null
        {%- if is_incremental() %} and batch > {{ built_batch() }}{% endif %}
)

select
    touches.org_id,
    touches.id,
    touches.lead_id,
    coalesce(touches.user_id, {{ nobody() }}) as user_id,
    coalesce(touches.territory_id, {{ nobody() }}) as territory_id,
    touches.cell,
    touches.channel,
    touches.result,
    touches.occurred_at,
    touches.trip_stop_id,
    {{ week_in_zone('touches.occurred_at', 'zones.zone') }} as week_start
from touches
inner join {{ ref('int_zones') }} as zones
    on
        touches.org_id = zones.org_id
        and coalesce(touches.territory_id, {{ nobody() }}) = zones.territory_id
