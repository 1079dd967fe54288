{#- The name of a GA360 e-commerce action code. Code 0 tells nothing by itself: a hit with impressions shows a list, one
    with promotions shows or clicks them, any other does 'none'. Never NULL.
    Example: ga360_action('action_code', 'impression_count', 'promotion_count', 'is_promotion_click'). -#}
{% macro ga360_action(code, impressions='0', promotions='0', is_promotion_click='false') -%}
    case {{ code }}
            when '1' then 'list_click'
            when '2' then 'detail'
            when '3' then 'add'
            when '4' then 'remove'
            when '5' then 'checkout'
            when '6' then 'purchase'
            when '7' then 'refund'
            when '8' then 'checkout_option'
            else
                case
                    when {{ impressions }} > 0 then 'list_view'
                    when {{ is_promotion_click }} then 'promo_click'
                    when {{ promotions }} > 0 then 'promo_view'
                    else 'none'
                end
        end
{%- endmacro %}
