{# Nobody reads the build while it is made, so a table is replaced where it stands, and an increment needs to ask nothing
   of the catalog: the adapters' own ways rename twice and look columns up thrice, for every model in every run. #}
{% materialization table, adapter='duckdb' %}
    {{ return(built_table()) }}
{% endmaterialization %}

{% materialization table, adapter='postgres' %}
    {{ return(built_table()) }}
{% endmaterialization %}

{% materialization incremental, adapter='duckdb' %}
    {{ return(built_increment() if is_incremental() else built_table()) }}
{% endmaterialization %}

{% materialization incremental, adapter='postgres' %}
    {{ return(built_increment() if is_incremental() else built_table()) }}
{% endmaterialization %}


{% macro built_table() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- set target = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        {{ adapter.dispatch('replace_table')(target) }}
    {%- endcall %}
    {% do adapter.dispatch('make_ready')(target) %}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

{% macro duckdb__replace_table(target) -%}
    create or replace table {{ target }} as {{ compiled_code }}
{%- endmacro %}

{% macro postgres__replace_table(target) -%}
    {{ work_in_memory() }}
    drop table if exists {{ target }} cascade;
    create table {{ target }} as {{ compiled_code }}
{%- endmacro %}

{% macro duckdb__make_ready(target) -%}
{%- endmacro %}

{# PostgreSQL plans well only for tables it has counted, and its own counting comes too late for a build. #}
{% macro postgres__make_ready(target) -%}
    {% do create_indexes(target) %}
    {% do run_query('analyze ' ~ target) %}
{%- endmacro %}


{# What is removed is named by other tables, so new rows need no place to wait in meanwhile. #}
{% macro built_increment() -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set removed = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy')) -%}
    {% call statement('main') -%}
        {{ work_in_memory() }}
        {{ removed({'target_relation': target}) }}
        insert into {{ target }} {{ adapter.dispatch('by_name')() }} select * from (
            {{ compiled_code }}
        ) as new_rows;
        {{ adapter.dispatch('count_if_grown')(target) }}
    {%- endcall %}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

{% macro duckdb__by_name() -%}
    by name
{%- endmacro %}

{# The columns stand in the order of the query that made the table: another query is another project, built anew. #}
{% macro postgres__by_name() -%}
{%- endmacro %}

{% macro duckdb__count_if_grown(target) -%}
{%- endmacro %}

{# To count a large table takes longer than to add a hundredth to it, and tells the planner nothing new. #}
{% macro postgres__count_if_grown(target) -%}
    do $$ begin
        if (
            select pg_relation_size(oid) / current_setting('block_size')::bigint > 1.1 * relpages
            from pg_class where oid = '{{ target }}'::regclass
        ) then analyze {{ target }}; end if;
    end $$
{%- endmacro %}


{% macro work_in_memory() -%}
    {{ adapter.dispatch('work_in_memory')() }}
{%- endmacro %}

{% macro duckdb__work_in_memory() -%}
{%- endmacro %}

{# The 4 MB that PostgreSQL gives a join or a sum unless told are meant for many sessions: a build is two, and would write
   most of what it joins to disk and read it again. #}
{% macro postgres__work_in_memory() -%}
    set local work_mem = '64MB';
{%- endmacro %}
