select
    org_id,
    id as territory_id,
    zone
from {{ ref('stg_territories') }}

union all

select
    org_id,
    {{ nobody() }} as territory_id,
    zone
from {{ ref('stg_organisations') }}
