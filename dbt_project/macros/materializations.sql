{# On DuckDB nobody reads the build, so a table is replaced in one statement, and an increment needs to ask nothing of
   the catalog: the adapter's own ways rename twice and look columns up thrice, for every model in every run. #}
{% materialization table, adapter='duckdb' %}
    {%- set target_relation = prepared_table() -%}
    {% call statement('main') -%}
        create or replace table {{ target_relation }} as {{ compiled_code }}
    {%- endcall %}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% materialization incremental, adapter='duckdb' %}
    {%- set target_relation = prepared_table() -%}
    {%- if is_incremental() %}
        {#- What is removed is named by other tables, so new rows need no place to wait in meanwhile. -#}
        {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy')) %}
        {% call statement('main') -%}
            {{ strategy({
                'target_relation': target_relation,
                'temp_relation': '(\n' ~ compiled_code ~ '\n) as new_rows',
                'dest_columns': [],
            }) }}
        {%- endcall %}
    {%- else %}
        {% call statement('main') -%}
            create or replace table {{ target_relation }} as {{ compiled_code }}
        {%- endcall %}
    {%- endif %}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% macro prepared_table() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {{ return(this.incorporate(type='table')) }}
{%- endmacro %}
