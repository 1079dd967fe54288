-- Grain: one piece to lay out at one appointment, up to ten. A page of the site stands
-- for several pieces: the one that lies in that boutique is taken, else the first by
-- sku. Pieces the catalogue gave up are not offered.
with candidates as (

    select * from {{ ref('int_appointments__candidates') }}

),

one_piece_per_page as (

    select *
    from candidates
    qualify row_number() over (
        partition by appointment_id, site_product_id
        order by is_available_in_store desc nulls last, sku asc nulls last
    ) = 1

),

one_row_per_piece as (

    select *
    from one_piece_per_page
    qualify row_number() over (
        partition by appointment_id, sku
        order by score desc nulls last, site_product_id asc nulls last
    ) = 1

),

int_appointments__items as (

    select
        appointment_id,
        row_number() over (
            partition by appointment_id
            order by
                score desc nulls last, last_acted_on desc nulls last, sku asc nulls last
        ) as rank,
        sku,
        round(score, 4) as score,
        coalesce(
            'viewed on ' || {{ counted('nullif(view_day_count, 0)', 'day') }} || ', ',
            ''
        )
        || coalesce('wish-listed on ' || {{ day_month('last_wish_on') }} || ', ', '')
        || coalesce(
            'put in the basket on ' || {{ day_month('last_basket_on') }} || ', ', ''
        )
        || case
            when view_day_count = 0 and coalesce(last_wish_on, last_basket_on) is null
                then 'picked from a list, '
            else ''
        end
        || 'last ' || {{ days_ago_text('last_acted_on') }} as reason,
        is_available_in_store,
        product_name,
        material,
        colour,
        size
    from one_row_per_piece
    qualify rank <= 10

)

select * from int_appointments__items
