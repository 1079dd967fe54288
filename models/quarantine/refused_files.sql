-- Grain: one file of which no row was read: refused as a whole, or of no table of the contract.
with landing_refused as (

    select
        path,
        reason
    from {{ source('landing', 'refused_files') }}

),

refused_files as (

    select
        {{ system_of_path('path') }} as source_system,
        {{ table_of_path('path') }} as table_name,
        path as file,
        reason
    from landing_refused

)

select * from refused_files
