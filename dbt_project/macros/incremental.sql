{# Incremental strategies of our own: both remove what is no longer so, also where nothing takes its place. #}

{# For models keyed by (org_id, id): `meta.lake_tables` names the tables whose changed rows are replaced. #}
{% macro get_incremental_replace_changed_sql(arg_dict) -%}
    {%- for table in config.get('meta')['lake_tables'] %}
    delete from {{ arg_dict['target_relation'] }} where (org_id, id) in {{ changed_keys(table) }};
    {%- endfor %}
    {{ insert_all(arg_dict) }}
{%- endmacro %}


{# For aggregates: `meta.touched` names the model that lists what is counted again, by `meta.keys`. #}
{% macro get_incremental_replace_touched_sql(arg_dict) -%}
    {%- set meta = config.get('meta') -%}
    {%- set keys = meta['keys'] | join(', ') -%}
    {%- set touched = arg_dict['target_relation'].incorporate(path={'identifier': meta['touched']}) %}
    delete from {{ arg_dict['target_relation'] }} where ({{ keys }}) in (select {{ keys }} from {{ touched }});
    {{ insert_all(arg_dict) }}
{%- endmacro %}


{% macro insert_all(arg_dict) -%}
    {{ adapter.dispatch('insert_all')(arg_dict) }}
{%- endmacro %}

{% macro duckdb__insert_all(arg_dict) -%}
    insert into {{ arg_dict['target_relation'] }} by name select * from {{ arg_dict['temp_relation'] }}
{%- endmacro %}

{% macro default__insert_all(arg_dict) -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{%- endmacro %}


{# In an incremental run: only what the named model lists. #}
{% macro and_touched(touched, keys, alias) -%}
    {%- if is_incremental() -%}
    and ({% for key in keys %}{{ alias }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %}) in (
        select {{ keys | join(', ') }} from {{ touched }}
    )
    {%- endif -%}
{%- endmacro %}
