{# The parent of an H3 cell at a coarser resolution: bits 52-55 hold the resolution, three bits a digit follow from
   resolution 1 at bit 42 down to resolution 15 at bit 0, and unused digits are all ones. #}
{% macro h3_parent(cell, resolution) -%}
    {%- set unused = 2 ** (3 * (15 - resolution)) - 1 -%}
    {%- set all_bits = 2 ** 63 - 1 -%}
    {%- set cleared = all_bits - 15 * 2 ** 52 -%}
    ((({{ cell }} & cast({{ cleared }} as bigint)) | cast({{ resolution * 2 ** 52 }} as bigint))
    | cast({{ unused }} as bigint))
{%- endmacro %}


{# The usual spelling of a cell: hexadecimal, lower case. #}
{% macro cell_hex(cell) -%}
    lower(to_hex({{ cell }}))
{%- endmacro %}
