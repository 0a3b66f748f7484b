{# The last batch that earlier runs have built; 0 when everything is built anew, which outbound.warehouse also tells dbt
   by --full-refresh. Read only when a model runs, so that another batch does not make dbt parse everything again. #}
{% macro built_batch() -%}
    {%- if execute -%}
        {{ env_var('OUTBOUND_BUILT_BATCH', '0') }}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}


{# The lake's first batch: up to it, each row is there once. #}
{% macro base_batch() -%}
    {%- if execute -%}
        {{ env_var('OUTBOUND_BASE_BATCH', '1') }}
    {%- else -%}
        1
    {%- endif -%}
{%- endmacro %}


{# Keys of the rows that batches since the last build brought or took away. #}
{% macro changed_keys(table) -%}
    (
        select org_id, id from {{ source('lake', table) }} where batch > {{ built_batch() }}
        union
        select org_id, row_id as id from {{ source('lake', 'tombstones') }}
        where table_name = '{{ table }}' and batch > {{ built_batch() }}
    )
{%- endmacro %}


{# The version of each row that the highest batch holds, without rows that are gone. Only batches after the base
   are grouped: that holds each row once. `only_new`: in an incremental run, rows of new batches only. #}
{% macro latest_version(table, only_new=true) -%}
    (
        select version.*
        from {{ source('lake', table) }} as version
        left join (
            select org_id, id, max(batch) as batch
            from (
                select org_id, id, batch from {{ source('lake', table) }} where batch > {{ base_batch() }}
                union all
                select org_id, row_id as id, batch from {{ source('lake', 'tombstones') }}
                where table_name = '{{ table }}'
            ) as changes
            group by org_id, id
        ) as latest on latest.org_id = version.org_id and latest.id = version.id
        where (latest.batch is null or version.batch >= latest.batch)
        {%- if only_new and is_incremental() %} and version.batch > {{ built_batch() }}{% endif %}
    )
{%- endmacro %}


{# Every version, old and new, of the rows that changed: what they counted for, and what they count for now.
   Empty when everything is built anew. #}
{% macro versions_of_changed(table) -%}
    (
        select version.*
        from {{ source('lake', table) }} as version
        where {{ built_batch() }} > 0 and (version.org_id, version.id) in {{ changed_keys(table) }}
    )
{%- endmacro %}
