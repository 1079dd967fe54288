{#- The connected components of a graph. The model's SQL gives its links: left_node, right_node, both text and never NULL;
    a node without neighbours is given as a link to itself; repeats and direction do not matter.
    The model has node_key and component_key, the smallest node_key of the component, so that a component keeps its
    name whatever the order of the rows and whatever becomes of the others.

    Method: nodes are numbered (text_id; two texts under one number fail the run). Round by round every node goes to the
    smallest number around it and links between what remains are kept, each once: randomised contraction (Bögeholz, Brand
    and Todor, In-database connected component analysis, 2020), the numbers being hashes and so in random order. A component
    that has become one node has no links left and costs nothing any more; a chain of a million nodes needs 27 rounds, what
    a house has about five.

    A small graph is a table. A large one is a view over tables that a later run changes in part, numbers and few texts:
        <model>__nodes   node_id, component_id, node_check, node_key: every node, its number, that of its component, and 15
                         bits more of the text,
        <model>__names   component_id, node_key: the smallest node of a component (named as everywhere, or an erasure would
                         not find it),
        <model>__merged  component_id, merged_into: components that became part of another one since the last full run;
                         their nodes stay as they are,
        <model>__links   left_id, right_id: the numbers of the ends of every link of the last run,
        <model>__state   signature: one row, by which a run knows that the others are whole and of the same code. Who else
                         takes rows out, as an erasure does, makes the next run a full one.
    The links given are compared with those kept. Where links only came, each component they meet stands as one node in a
    small graph that is worked out as above; a component that lost a link is worked out from the links it has now; all
    other rows stay. The result equals a full run. A full run is made with --full-refresh, when the model's code or the
    engine's numbering changed, when a table is missing or not as the last run left it, and when more than a quarter changed.

    Config:
        max_rounds (default 50): a graph that has not come to rest by then fails the run, for an unfinished map would
            hand one person's history to nobody.
        incremental_from (default 200000): a graph with fewer links is always worked out whole, and nothing is kept.
        links_are_changes (default false): the SQL has a third column, is_removed, and gives all links (none removed)
            while components_are_kept() is false, later at least the links that came and went since the last run. Saves
            reading and comparing all links; a change that is not told is not seen before the next --full-refresh.
    Example: {{ config(materialized='connected_components') }} select left_node, right_node from {{ ref('links') }} -#}
{% materialization connected_components, default %}
    {%- set at = components_tables() -%}
    {%- set kept_is_whole = components_are_kept() -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- do components_fill(at, {at.given: components_numbered(sql)}) -%}
    {%- if kept_is_whole and components_changed(at) -%}
        {%- set target = components_in_part(at) -%}
    {%- elif components_told() or components_count(at.given) >= config.get('incremental_from', 200000) -%}
        {%- set target = components_in_full(at) -%}
    {%- else -%}
        {%- set target = components_in_a_table(at) -%}
    {%- endif -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- Whether this run will change what is there instead of making it anew. In a model's SQL it says whether
    links_are_changes may give changes alone. -#}
{% macro components_are_kept() -%}
    {%- if not execute or flags.FULL_REFRESH or flags.WHICH not in ['build', 'run'] -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set at = components_tables() -%}
    {%- for relation in [this.incorporate(type='view')] + components_kept(at) -%}
        {%- set found = load_cached_relation(relation) -%}
        {%- if found is none or found.type != relation.type -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {%- set matching = 'select count(*) as kept_components from ' ~ at.state ~ ' where signature = ' ~ components_signature(at) -%}
    {{ return(run_query(matching).columns[0].values()[0] | int > 0) }}
{%- endmacro %}

{#- Whether the model names its changes itself. -#}
{% macro components_told() %}{{ return(config.get('links_are_changes', false)) }}{% endmacro %}

{#- All tables of a run by name: those that are kept, and scratch tables. `news` are the links that may bring something new,
    `scratch` is what the names of scratch tables begin with, and `made` are those that were made so far. -#}
{% macro components_tables() -%}
    {%- set scratch = scratch_table(this, '') -%}
    {%- set at = {'scratch': scratch, 'made': []} -%}
    {%- for name in ['nodes', 'names', 'merged', 'links', 'state'] -%}
        {%- do at.update({name: this.incorporate(path={'identifier': this.identifier ~ '__' ~ name}, type='table')}) -%}
    {%- endfor -%}
    {%- for name in ['given', 'rights', 'lefts', 'folded', 'roots', 'placed', 'least',
                     'compared', 'met', 'changed', 'loosened', 'work', 'fresh', 'known', 'renamed', 'moved'] -%}
        {%- do at.update({name: scratch.incorporate(path={'identifier': scratch.identifier ~ name})}) -%}
    {%- endfor -%}
    {%- do at.update({'news': at.given if components_told() else at.compared}) -%}
    {{ return(at) }}
{%- endmacro %}

{#- The tables that are kept from run to run. -#}
{% macro components_kept(at) %}{{ return([at.nodes, at.names, at.merged, at.links, at.state]) }}{% endmacro %}

{#- What the kept tables depend on: the model's code, the kind of state (the third, whose numbers are never negative), how
    the engine numbers texts, and how many rows each has. SQL text. -#}
{% macro components_signature(at) -%}
    {%- set parts = ["'" ~ local_md5(model.raw_code) ~ ":3'", 'cast(' ~ text_id("'rendezvous'") ~ ' as string)'] -%}
    {%- for table in components_kept(at) if table != at.state -%}
        {%- do parts.append('cast((select count(*) from ' ~ table ~ ') as string)') -%}
    {%- endfor -%}
    {{ return(parts | join(" || ':' || ")) }}
{%- endmacro %}

{#- Finds the links that came and went (`changed`), with the components of their ends. Returns whether a run in part is the
    better way. -#}
{% macro components_changed(at) -%}
    {%- if components_told() -%}
        {%- do components_fill(at, {at.met: components_met(at), at.changed: components_placed_as_told(at)}) -%}
        {{ return(true) }}
    {%- elif components_count(at.given) < config.get('incremental_from', 200000) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- do components_fill(at, {at.compared: components_compared(at)}) -%}
    {%- if components_count(at.compared) * 4 > components_count(at.links) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- do components_fill(at, {at.met: components_met(at), at.changed: components_placed_links(at)}) -%}
    {{ return(true) }}
{%- endmacro %}

{#- What is kept brought up to date with the links that came and went. -#}
{% macro components_in_part(at) -%}
    {%- do components_fill(at, {at.loosened: components_loosened(at), at.work: components_work(at)}) -%}
    {%- set heads = components_rounds(at, at.work) -%}
    {%- do components_fill(at, {
        at.roots: components_roots(heads), at.fresh: components_fresh(at), at.known: components_known(at),
        at.renamed: components_renamed(at), at.moved: components_moved(at),
    }) -%}
    {%- do components_refuse_ambiguous(components_ambiguous_in_part(at)) -%}
    {% call statement('main') -%}
        {{ all_or_nothing(components_applied(at)) }}
    {%- endcall %}
    {%- do components_forget(at.made) -%}
    {{ return(this.incorporate(type='view')) }}
{%- endmacro %}

{#- The components of a large graph as a view, and what the next run compares with. View and state leave first and come
    last, so a run that dies leaves nothing that could be read. All but these is done before the transaction: DuckDB gives
    back the memory of what is dropped when it is over, and writing a table is quick where memory is left. -#}
{% macro components_in_full(at) -%}
    {%- set target = this.incorporate(type='view') -%}
    {%- do components_find(at) -%}
    {%- do components_give_way([this] + components_kept(at)) -%}
    {%- do components_statement('create or replace table ' ~ at.links ~ ' as select left_id, right_id from ' ~ at.given, false) -%}
    {%- do components_forget([at.given]) -%}
    {%- do components_statement(create_unpacked(at.nodes,
        {'node_id': 'int64', 'component_id': 'int64', 'node_check': 'smallint', 'node_key': 'string'},
        'select node_id, component_id, ' ~ text_check('node_key') ~ ' as node_check, node_key from ('
        ~ components_placed(at) ~ ') as placed'), false) -%}
    {%- do components_statement(create_unpacked(at.names,
        {'component_id': 'int64', 'node_key': 'string'}, components_names(at.nodes)), false) -%}
    {%- do components_statement('create or replace table ' ~ at.merged
        ~ ' as select left_id as component_id, left_id as merged_into from ' ~ at.links ~ ' where false', false) -%}
    {%- do components_refuse_ambiguous(components_ambiguous(at, at.links, at.names)) -%}
    {%- do components_forget(at.made) -%}
    {% call statement('main') -%}
        create or replace view {{ target }} as {{ view_body(target, components_viewed(at)) }}
    {%- endcall %}
    {%- do components_statement('create or replace table ' ~ at.state ~ ' as select ' ~ components_signature(at) ~ ' as signature') -%}
    {{ return(target) }}
{%- endmacro %}

{#- The components of a small graph as a table, and nothing beside it. -#}
{% macro components_in_a_table(at) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- do components_find(at) -%}
    {%- do components_fill(at, {at.placed: components_placed(at), at.least: components_names(at.placed)}) -%}
    {%- do components_refuse_ambiguous(components_ambiguous(at, at.given, at.least)) -%}
    {%- do components_give_way(components_kept(at)) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and not existing.is_table -%}
        {%- do components_give_way([this]) -%}
    {%- endif -%}
    {% call statement('main') -%}
        {{ create_unpacked(target, {'node_key': 'string', 'component_key': 'string'}, components_named(at)) }}
    {%- endcall %}
    {%- do components_forget(at.made) -%}
    {{ return(target) }}
{%- endmacro %}

{#- Drops relations that are there. -#}
{% macro components_give_way(relations) -%}
    {%- for relation in relations -%}
        {%- set existing = load_cached_relation(relation) -%}
        {%- if existing is not none -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- Finds the components of the links given, on numbers: the scratch tables lefts, rights, folded and roots. -#}
{% macro components_find(at) -%}
    {%- do components_fill(at, {
        at.rights: components_rights(at), at.lefts: components_lefts(at), at.folded: components_folded(at),
    }) -%}
    {%- do components_fill(at, {at.roots: components_roots(components_rounds(at, at.folded))}) -%}
{%- endmacro %}

{#- Contracts links round by round until none is left; returns the tables of heads, one per round. Two rounds go at one
    time: one too many, over an empty table, takes less than to ask in between. -#}
{% macro components_rounds(at, links) -%}
    {%- set limit = config.get('max_rounds', 50) -%}
    {%- set now = namespace(links=links) -%}
    {%- set heads = [] -%}
    {%- for done in range(0, limit + 2, 2) -%}
        {%- if run_query(components_unrest(now.links)).columns[0].values()[0] | int == 0 -%}
            {{ return(heads) }}
        {%- elif done < limit -%}
            {%- set rounds = {} -%}
            {%- for number in [done, done + 1] -%}
                {%- set head = at.scratch.incorporate(path={'identifier': at.scratch.identifier ~ 'heads_' ~ number}) -%}
                {%- set round = at.scratch.incorporate(path={'identifier': at.scratch.identifier ~ 'round_' ~ number}) -%}
                {%- do rounds.update({
                    head: components_heads(now.links), round: components_contracted(now.links, head),
                }) -%}
                {%- do heads.append(head) -%}
                {%- set now.links = round -%}
            {%- endfor -%}
            {%- do components_fill(at, rounds) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error(
        model.name ~ ': the components have not come to rest after ' ~ limit ~ ' rounds; raise max_rounds, or look for'
        ~ ' a graph that no longer has the shape of people and their identifiers'
    ) }}
{%- endmacro %}

{#- Fails the run if a query counts numbers that stand for more than one text. -#}
{% macro components_refuse_ambiguous(query) -%}
    {%- set found = run_query(query).columns[0].values()[0] | int -%}
    {%- if found > 0 -%}
        {{ exceptions.raise_compiler_error(
            model.name ~ ': ' ~ found ~ ' of the numbers that stand for nodes stand for two; their people would be merged.'
            ~ ' The macro text_id needs more bits for a graph of this size'
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- Fills scratch tables, before the transaction in which the model changes: a dictionary of their relations and SQL. They
    go at one time: a later run is short enough for each question to count. -#}
{% macro components_fill(at, tables) -%}
    {%- do at.made.extend(tables) -%}
    {%- do components_statement(create_scratch(tables), false) -%}
{%- endmacro %}

{#- Drops scratch tables. -#}
{% macro components_forget(tables) -%}
    {%- do components_statement('drop table if exists ' ~ tables | join(';\ndrop table if exists '), false) -%}
{%- endmacro %}

{% macro components_count(relation) -%}
    {{ return(run_query('select count(*) as links from ' ~ relation).columns[0].values()[0] | int) }}
{%- endmacro %}

{% macro components_statement(sql, in_transaction=true) -%}
    {% call statement('components', auto_begin=in_transaction) %}{{ sql }}{% endcall %}
{%- endmacro %}
