with closes as (
    select
        org_id,
        trip_id,
        cast(count(*) as bigint) as closes
    from {{ ref('int_win_credits') }}
    group by org_id, trip_id
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
where trips.status = 'completed'
