{%- for resolution in [8, 7] %}
select
    org_id,
    territory_id,
    week_start,
    {{ resolution }} as resolution,
    cell_{{ resolution }} as cell,
    {{ cell_hex('cell_' ~ resolution) }} as cell_hex,
    {{ total('doors') }} as doors,
    {{ total('door_touches') }} as door_touches,
    {{ total('touches') }} as touches,
    {{ count_where('workable') }} as workable_cells,
    {{ count_where('covered') }} as covered_cells
from {{ ref('coverage_cells') }}
group by org_id, territory_id, week_start, cell_{{ resolution }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
