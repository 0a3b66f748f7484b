{# Incremental strategies of our own, which say what an increment removes first: what is no longer so, also where nothing
   takes its place. #}

{# For models keyed by (org_id, id): `meta.lake_tables` names the tables whose changed rows are replaced. #}
{% macro get_incremental_replace_changed_sql(arg_dict) -%}
    {%- for table in config.get('meta')['lake_tables'] %}
    delete from {{ arg_dict['target_relation'] }} where (org_id, id) in {{ changed_keys(table) }};
    {%- endfor %}
{%- endmacro %}


{# For what is made of many rows: `meta.touched` is what `int_touched` calls the keys to be counted again, `meta.keys`
   the columns that hold them: a second one beside the organisation is the id, a third the date. #}
{% macro get_incremental_replace_touched_sql(arg_dict) -%}
    {%- set meta = config.get('meta') -%}
    {%- set touched = arg_dict['target_relation'].incorporate(path={'identifier': 'int_touched'}) %}
    delete from {{ arg_dict['target_relation'] }}
    where ({{ meta['keys'] | join(', ') }}) in {{ touched_keys(touched, meta['touched'], meta['keys']) }};
{%- endmacro %}


{% macro touched_keys(touched, what, keys) -%}
    (select org_id, id{{ ', starts_on' if keys | length > 2 }} from {{ touched }} where what = '{{ what }}')
{%- endmacro %}


{# In an incremental run: only rows whose keys are to be counted again. #}
{% macro and_touched(touched, what, keys, alias) -%}
    {%- if is_incremental() -%}
    and ({% for key in keys %}{{ alias }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %}) in {{
        touched_keys(touched, what, keys)
    }}
    {%- endif -%}
{%- endmacro %}


{# In an incremental run: only from the first to the last of the weeks that are to be counted again, which lie together
   where rows are kept, so that the others are not read. #}
{% macro and_in_touched_weeks(touched, week) -%}
    {%- if is_incremental() -%}
    and {{ week }} >= (select min(first_week.starts_on) from {{ touched }} as first_week where first_week.what = 'week')
    and {{ week }} <= (select max(last_week.starts_on) from {{ touched }} as last_week where last_week.what = 'week')
    {%- endif -%}
{%- endmacro %}
