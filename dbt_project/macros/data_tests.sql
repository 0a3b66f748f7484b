{# The built-in tests, answering with the organisation of each bad row: an organisation is held back by its own rows
   alone. #}
{% test not_null(model, column_name) %}
select org_id from {{ model }} where {{ column_name }} is null
{% endtest %}


{% test unique(model, column_name) %}
select org_id
from {{ model }}
where {{ column_name }} is not null
group by org_id, {{ column_name }}
having count(*) > 1
{% endtest %}


{% test accepted_values(model, column_name, values, quote=True) %}
select org_id
from {{ model }}
where
    {{ column_name }} is not null
    and {{ column_name }} not in ({% for value in values %}'{{ value }}'{{ ', ' if not loop.last }}{% endfor %})
{% endtest %}


{# Within the organisation. Zeros stand for nobody and refer to nothing. #}
{% test relationships(model, column_name, to, field) %}
select child.org_id
from {{ model }} as child
left join {{ to }} as parent on child.org_id = parent.org_id and child.{{ column_name }} = parent.{{ field }}
where
    child.{{ column_name }} is not null
    and child.{{ column_name }} <> {{ nobody() }}
    and parent.{{ field }} is null
{% endtest %}


{# No two rows have the same values in these columns, and none lacks one of them but `may_lack`. `changed`: a table of the lake; only rows that the last batches
   changed are looked at, since the others passed before. #}
{% test unique_grain(model, columns, changed=none, may_lack=[]) %}
{%- set listed = columns | join(', ') %}
select org_id
from {{ model }}
{%- if changed and built_batch() | int > 0 %}
where (org_id, id) in {{ changed_keys(changed) }}
{%- endif %}
group by {{ listed }}
having count(*) > 1

union all

select org_id
from {{ model }}
where {% for column in columns if column not in may_lack %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}


{# A condition that holds for every row. #}
{% test holds(model, condition) %}
select org_id from {{ model }} where not coalesce({{ condition }}, true)
{% endtest %}
