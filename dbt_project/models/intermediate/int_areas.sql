-- The area that a territory is, or lies in; zeros above areas and outside.
with areas as (
    select
        closure.org_id,
        closure.territory_id,
        closure.ancestor_id as area_id,
        row_number() over (
            partition by closure.org_id, closure.territory_id order by closure.depth asc nulls last
        ) as place
    from {{ ref('int_territory_closure') }} as closure
    inner join {{ ref('stg_territories') }} as territories
        on closure.org_id = territories.org_id and closure.ancestor_id = territories.id
    where territories.type = 'AREA'
)

select
    zones.org_id,
    zones.territory_id,
    coalesce(areas.area_id, {{ nobody() }}) as area_id
from {{ ref('int_zones') }} as zones
left join areas
    on zones.org_id = areas.org_id and zones.territory_id = areas.territory_id and areas.place = 1
