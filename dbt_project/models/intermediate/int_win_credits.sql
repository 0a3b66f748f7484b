{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'win', 'keys': ['org_id', 'id']}
) }}

with wins as (
    select
        changes.org_id,
        changes.id,
        changes.lead_id,
        changes.occurred_at
    from {{ ref('stg_lead_stage_changes') }} as changes
    where
        changes.to_stage = 'WON'
        and (changes.from_stage is null or changes.from_stage <> 'WON')
        {{ and_touched(ref('int_touched'), 'win', ['org_id', 'id'], 'changes') }}
),

candidates as (
    select
        wins.org_id,
        wins.id,
        wins.lead_id,
        stops.trip_id,
        row_number() over (
            partition by wins.org_id, wins.id
            order by stops.completed_at desc nulls last, stops.id desc nulls last
        ) as place
    from wins
    inner join {{ ref('stg_trip_stops') }} as stops on wins.org_id = stops.org_id and wins.lead_id = stops.lead_id
    inner join {{ ref('stg_trips') }} as trips on stops.org_id = trips.org_id and stops.trip_id = trips.id
    where
        stops.status = 'completed'
        and trips.status = 'completed'
        and stops.completed_at <= wins.occurred_at
        and stops.completed_at >= wins.occurred_at - interval '30 days'
)

select
    org_id,
    id,
    lead_id,
    trip_id
from candidates
where place = 1
