with recursive closure (org_id, ancestor_id, territory_id, depth) as (
    select
        org_id,
        id as ancestor_id,
        id as territory_id,
        0 as depth
    from {{ ref('stg_territories') }}

    union all

    select
        closure.org_id,
        territories.parent_id as ancestor_id,
        closure.territory_id,
        closure.depth + 1 as depth
    from closure
    inner join {{ ref('stg_territories') }} as territories
        on closure.org_id = territories.org_id and closure.ancestor_id = territories.id
    where territories.parent_id is not null and closure.depth < 10
)

select
    org_id,
    ancestor_id,
    territory_id,
    depth
from closure
