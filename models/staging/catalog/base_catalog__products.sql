-- Grain: one landed row = one version of a stock keeping unit, typed and judged. The
-- site may name a product otherwise: web_item_id is what its hits carry. Of what
-- themes are made is screened: a name of belief says nothing of who looks at it.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('sku') }} as sku,
        {{ clean_text('product_id') }} as product_id,
        {{ clean_text('product_name') }} as product_name,
        {{ screened_text('category') }} as category,
        {{ screened_text('subcategory') }} as subcategory,
        {{ screened_text('collection') }} as collection,
        {{ screened_text('material') }} as material,
        {{ clean_text('colour') }} as colour,
        {{ clean_text('size') }} as size,
        {{ clean_text('gender') }} as gender,
        {{ read_amount('list_price', least=0) }} as list_price,
        {{ upper_code(clean_text('currency_code')) }} as currency_code,
        {{ read_date('launched_on') }} as launched_on,
        {{ read_date('discontinued_on') }} as discontinued_on,
        {{ clean_text('web_item_id') }} as web_item_id,
        {{ unreadable_fields({
            'list_price': read_amount('list_price', least=0),
            'currency_code': known_currency('currency_code'),
            'launched_on': read_date('launched_on'),
            'discontinued_on': read_date('discontinued_on'),
            'category': screened_text('category'),
            'subcategory': screened_text('subcategory'),
            'collection': screened_text('collection'),
            'material': screened_text('material'),
        }) }} as unreadable_fields,
        {{ key([
            'sku', 'product_id', 'product_name', 'category', 'subcategory',
            'collection', 'material', 'colour', 'size', 'gender', 'list_price',
            'currency_code', 'launched_on', 'discontinued_on', 'web_item_id',
        ]) }} as record_key,
        _file,
        _line
    from {{ source('catalog', 'products') }}

),

judged as (

    select
        typed.*,
        case
            when sku is null then 'unusable_key'
        end as flaw
    from typed

),

base_catalog__products as (

    select
        sku,
        product_id,
        product_name,
        category,
        subcategory,
        collection,
        material,
        colour,
        size,
        gender,
        list_price,
        currency_code,
        launched_on,
        discontinued_on,
        web_item_id,
        coalesce(flaw, {{ superseded(['sku']) }}) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_catalog__products
