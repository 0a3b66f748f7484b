with versions as (
    select org_id, territory_id, occurred_at from {{ versions_of_changed('activities') }} as activities
    union all
    select org_id, territory_id, delivered_at as occurred_at from {{ versions_of_changed('messages') }} as messages
    where delivered_at is not null
)

select distinct
    zones.org_id,
    zones.territory_id,
    {{ week_in_zone('versions.occurred_at', 'zones.zone') }} as week_start
from versions
inner join {{ ref('int_zones') }} as zones
    on
        versions.org_id = zones.org_id
        and coalesce(versions.territory_id, {{ nobody() }}) = zones.territory_id
