{#- By what two client records must agree for them to be compared at all: each rule a text over match_evidence, NULL where
    it says nothing. Whoever shares one value of one rule is compared once. Example: match_blocks().items(). -#}
{% macro match_blocks() -%}
    {{ return({
        'phone': "phone",
        'email': "email",
        'mailbox_and_family': "mailbox || '|' || substr(family_name, 1, 2)",
        'birth_date': "birth_day",
        'street': "street",
        'place': "postal_code",
        'city': "city",
        'names': "given_name || '|' || family_name",
        'names_and_year': "given_name || '|' || family_name || '|' || substr(birth_day, 1, 4)",
        'native_name': "native_name",
        'native_name_and_year': "native_name || '|' || substr(birth_day, 1, 4)",
        'birth_date_and_given': "birth_day || '|' || substr(given_name, 1, 2)",
        'birth_date_and_family': "birth_day || '|' || substr(family_name, 1, 2)",
        'place_and_given': "postal_code || '|' || substr(given_name, 1, 3)",
        'place_and_family': "postal_code || '|' || substr(family_name, 1, 3)",
        'given_and_initial': "substr(given_name, 1, 4) || '|' || substr(family_name, 1, 1)",
        'family_and_initial': "substr(family_name, 1, 4) || '|' || substr(given_name, 1, 1)",
    }) }}
{%- endmacro %}
