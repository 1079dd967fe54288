{#- How far two client records agree in one thing: a SQL case over the rows `one` and `other` of match_evidence that gives
    the name of a level, from the best to 'differ', or NULL when either says nothing. The levels and what each weighs
    stand in the seed match_weights. Example: match_level('birth_date'). -#}
{% macro match_level(comparison) -%}
    {%- set column = match_columns()[comparison] -%}
    {%- set silent = "one." ~ column ~ " is null or other." ~ column ~ " is null" -%}
    {%- if comparison in ['given_name', 'family_name'] -%}
        {#- The Latin spelling follows from the native name: it would say the same twice. -#}
        {%- set silent = silent ~ " or (one.native_name is not null and other.native_name is not null)" -%}
    {%- endif -%}
    {%- set cases = ["case when " ~ silent ~ " then null"] -%}
    {%- do cases.append("when one." ~ column ~ " = other." ~ column ~ " then 'exact'") -%}
    {%- for level, condition in match_conditions(comparison) -%}
        {%- do cases.append("when " ~ condition ~ " then '" ~ level ~ "'") -%}
    {%- endfor -%}
    {{ return(cases | join(" ") ~ " else 'differ' end") }}
{%- endmacro %}

{#- The levels of one comparison between exact and differ, each with its condition; the first that holds counts. -#}
{% macro match_conditions(comparison) -%}
    {{ return({
        'given_name': name_levels('given_name'),
        'family_name': name_levels('family_name'),
        'native_name': [],
        'birth_date': birth_date_levels(),
        'phone': [('close', match_within('phone', 1))],
        'email': [('mailbox', 'one.mailbox = other.mailbox')],
        'street': street_levels('street'),
        'building': street_levels('building'),
        'place': place_levels(),
    }[comparison]) }}
{%- endmacro %}

{#- The names of the levels of one comparison, the best first. -#}
{% macro match_levels(comparison) -%}
    {{ return(['exact'] + match_conditions(comparison) | map(attribute=0) | list + ['differ']) }}
{%- endmacro %}

{#- What is compared, and in which column of match_evidence it stands. The order is that in which weights are added up. -#}
{% macro match_columns() -%}
    {{ return({
        'given_name': 'given_name', 'family_name': 'family_name', 'native_name': 'native_name', 'birth_date': 'birth_day',
        'phone': 'phone', 'email': 'email', 'street': 'street', 'building': 'building',
        'place': 'postal_code',
    }) }}
{%- endmacro %}

{#- The comparisons in which a rare value weighs more than a common one: exact agreement weighs by how often the house
    has the value. -#}
{% macro match_rarity() -%}
    {{ return(['given_name', 'family_name', 'native_name', 'phone', 'email', 'street', 'building', 'place']) }}
{%- endmacro %}

{#- The edit distance of one column of both records. -#}
{% macro match_edits(column) -%}
    {{ return(edit_distance("one." ~ column, "other." ~ column)) }}
{%- endmacro %}

{#- Whether so many edits or fewer part one column of both records. Lengths that differ by more spare the counting. -#}
{% macro match_within(column, edits) -%}
    {{ return("abs(length(one." ~ column ~ ") - length(other." ~ column ~ ")) <= " ~ edits ~ " and "
        ~ match_edits(column) ~ " <= " ~ edits) }}
{%- endmacro %}

{#- Given name and family name: changed places (the family name only if both did, or one accident would count twice), a letter or two off (never in short names, where a letter makes another
    name), or one the beginning of the other (Marie and Marie-Claire, Jones and Jones-Vauclair). -#}
{% macro name_levels(column) -%}
    {%- set both = "one." ~ column ~ ", other." ~ column -%}
    {%- set one, other = "one." ~ column, "other." ~ column -%}
    {{ return([
        ('swapped', "one.given_name = other.family_name " ~ {'given_name': 'or', 'family_name': 'and'}[column]
            ~ " one.family_name = other.given_name"),
        ('one_edit', "length(" ~ one ~ ") >= 4 and length(" ~ other ~ ") >= 4 and " ~ match_within(column, 1)),
        ('begins', "starts_with(" ~ one ~ ", " ~ other ~ ") or starts_with(" ~ other ~ ", " ~ one ~ ")"),
        ('two_edits', "length(" ~ one ~ ") >= 6 and length(" ~ other ~ ") >= 6 and " ~ match_within(column, 2)),
    ]) }}
{%- endmacro %}

{#- Birth date: day and month exchanged, one figure off, two figures off or exchanged, the year alone. -#}
{% macro birth_date_levels() -%}
    {{ return([
        ('swapped', "substr(one.birth_day, 1, 4) = substr(other.birth_day, 1, 4)"
            ~ " and substr(one.birth_day, 5, 2) = substr(other.birth_day, 7, 2)"
            ~ " and substr(one.birth_day, 7, 2) = substr(other.birth_day, 5, 2)"),
        ('one_edit', match_within('birth_day', 1)),
        ('two_edits', match_within('birth_day', 2)),
        ('year', "substr(one.birth_day, 1, 4) = substr(other.birth_day, 1, 4)"),
    ]) }}
{%- endmacro %}

{#- An address line: two letters off, one letter in three, or written into the other line (the second line only if
    both changed places, or one accident would count twice). -#}
{% macro street_levels(column) -%}
    {{ return([
        ('close', "length(one." ~ column ~ ") >= 7 and " ~ match_within(column, 2)),
        ('similar', match_edits(column) ~ " * 6 <= length(one." ~ column ~ ") + length(other." ~ column ~ ")"),
        ('swapped', "ends_with(one.street, other.building) " ~ {'street': 'or', 'building': 'and'}[column]
            ~ " ends_with(other.street, one.building)"),
    ]) }}
{%- endmacro %}

{#- Place: the postal code a figure off or two exchanged in a city spelt nearly the same; the city alone. -#}
{% macro place_levels() -%}
    {{ return([
        ('close', match_within('postal_code', 2) ~ " and length(one.city) >= 4 and " ~ match_within('city', 2)),
        ('city', "one.city = other.city"),
    ]) }}
{%- endmacro %}
