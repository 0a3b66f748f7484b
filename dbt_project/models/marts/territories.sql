with recursive named (org_id, id, path) as (
    select
        org_id,
        id,
        name as path
    from {{ ref('stg_territories') }}
    where parent_id is null

    union all

    select
        children.org_id,
        children.id,
        named.path || ' / ' || children.name as path
    from named
    inner join {{ ref('stg_territories') }} as children
        on named.org_id = children.org_id and named.id = children.parent_id
)

select
    territories.org_id,
    territories.id,
    territories.name,
    territories.type,
    territories.parent_id,
    named.path,
    territories.zone,
    territories.active,
    territories.priority_weight
from {{ ref('stg_territories') }} as territories
left join named on territories.org_id = named.org_id and territories.id = named.id
