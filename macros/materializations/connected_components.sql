{#- A table of the connected components of a graph. The model's SQL gives its edges: left_node, right_node, both text
    and never NULL; a node without neighbours is given as an edge to itself; repeats and direction do not matter.
    The table has node_key and component_key, the smallest node_key of the component, so that a component keeps its
    name whatever the order of the rows and whatever becomes of the others.
    Config: max_rounds (default 50). A graph that has not come to rest by then fails the run: an unfinished map
    would hand one person's history to nobody. A chain of 1,000 nodes needs about ten rounds.
    Method: large-star and small-star, by turns (Kiveris et al., Connected Components in MapReduce and Beyond, 2014):
    O(log n) rounds in practice of plain SQL, the edges never outnumber those given.
    Example: {{ config(materialized='connected_components') }} select left_node, right_node from {{ ref('links') }} -#}
{% materialization connected_components, default %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set given = target.incorporate(path={'identifier': target.identifier ~ '__given'}) -%}
    {%- set halves = [
        target.incorporate(path={'identifier': target.identifier ~ '__even'}),
        target.incorporate(path={'identifier': target.identifier ~ '__odd'}),
    ] -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- do components_statement('create or replace table ' ~ given ~ ' as ' ~ sql) -%}
    {%- do components_statement('create or replace table ' ~ halves[0] ~ ' as ' ~ components_edges(given)) -%}
    {%- set rounds = components_rounds(halves) -%}

    {%- if existing is not none and not existing.is_table -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {% call statement('main') -%}
        create or replace table {{ target }} as {{ components_labels(given, halves[rounds % 2]) }}
    {%- endcall %}
    {%- for relation in [given] + halves -%}
        {%- do adapter.drop_relation(relation) -%}
    {%- endfor -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- Contracts edges round by round until every component is a star; returns the number of rounds. -#}
{% macro components_rounds(halves) -%}
    {%- set limit = config.get('max_rounds', 50) -%}
    {%- for done in range(limit + 1) -%}
        {%- set unrest = run_query(components_unrest(halves[done % 2])).columns[0].values()[0] | int -%}
        {%- if unrest == 0 -%}
            {{ return(done) }}
        {%- elif done < limit -%}
            {%- do components_statement(
                'create or replace table ' ~ halves[(done + 1) % 2] ~ ' as ' ~ components_round(halves[done % 2])
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error(
        model.name ~ ': the components have not come to rest after ' ~ limit ~ ' rounds; raise max_rounds, or look for'
        ~ ' a graph that no longer has the shape of people and their identifiers'
    ) }}
{%- endmacro %}

{% macro components_statement(sql) -%}
    {% call statement('components') %}{{ sql }}{% endcall %}
{%- endmacro %}
