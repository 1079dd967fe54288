{#- A DATE moved by n working days (Monday to Friday, n from 0): from a weekend it counts as from the Friday before, so the
    Monday is day one. Holidays count as working days, which makes a deadline earlier and never later. NULL if either is.
    Example: add_business_days('received_on', 'confirm_business_days'). -#}
{% macro add_business_days(day, n) -%}
    {#- 1 January 1900 was a Monday. -#}
    {%- set weekday = "mod(" ~ days_between("date '1900-01-01'", day) ~ ", 7)" -%}
    {%- set start = "case when " ~ weekday ~ " > 4 then 4 else " ~ weekday ~ " end" -%}
    {%- set weekends = "case when (" ~ start ~ ") + mod(" ~ n ~ ", 5) > 4 then 2 else 0 end" -%}
    {%- set moved = "((" ~ start ~ ") - " ~ weekday ~ " + 7 * cast(floor(" ~ n ~ " / 5) as int64) + mod(" ~ n ~ ", 5) + " ~ weekends ~ ")" -%}
    {{ return(add_days(day, moved)) }}
{%- endmacro %}
