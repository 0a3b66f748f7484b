-- Apart from `trips`, which also counts what was done at every stop: the marts of weeks need none of that.
{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'trip', 'keys': ['org_id', 'id']}
) }}

with closes as (
    select
        credits.org_id,
        credits.trip_id,
        cast(count(*) as bigint) as closes
    from {{ ref('int_win_credits') }} as credits
    where true {{ and_touched(ref('int_touched'), 'trip', ['org_id', 'trip_id'], 'credits') }}
    group by credits.org_id, credits.trip_id
)

select
    trips.org_id,
    trips.id,
    zones.territory_id,
    {{ week_in_zone('trips.completed_at', 'zones.zone') }} as week_start,
    cast(coalesce(closes.closes, 0) as bigint) as closes
from {{ ref('stg_trips') }} as trips
inner join {{ ref('int_zones') }} as zones
    on
        trips.org_id = zones.org_id
        and coalesce(trips.territory_id, {{ nobody() }}) = zones.territory_id
left join closes on trips.org_id = closes.org_id and trips.id = closes.trip_id
where
    trips.status = 'completed'
    {{ and_touched(ref('int_touched'), 'trip', ['org_id', 'id'], 'trips') }}
