{#- A table of the connected components of a graph. The model's SQL gives its links: left_node, right_node, both text
    and never NULL; a node without neighbours is given as a link to itself; repeats and direction do not matter.
    The table has node_key and component_key, the smallest node_key of the component, so that a component keeps its
    name whatever the order of the rows and whatever becomes of the others.

    Method: nodes are numbered (text_id; two texts under one number fail the run). Round by round every node goes to the
    smallest number around it and links between what remains are kept, each once: randomised contraction (Bögeholz, Brand
    and Todor, In-database connected component analysis, 2020), the numbers being hashes and so in random order. A component
    that has become one node has no links left and costs nothing any more; a chain of a million nodes needs 27 rounds, what
    a house has about five.

    A later run changes what changed. It keeps beside the table
        <model>__links   left_id, right_id: the numbers of the ends of every link of the last run,
        <model>__state   signature: one row, by which a run knows that table and links are whole and of the same code. Who
                         else takes rows out, as an erasure does, makes the next run a full one.
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
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set kept_is_whole = components_are_kept() -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set given = components_given() -%}
    {%- set changed = components_changed(target, given) if kept_is_whole else none -%}
    {%- if changed is none -%}
        {%- if existing is not none and not existing.is_table -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- do components_in_full(target, given) -%}
    {%- else -%}
        {%- do components_in_part(target, changed) -%}
    {%- endif -%}
    {%- do components_forget(['given', 'changed', 'ends', 'met', 'loosened', 'work', 'labels', 'moved', 'placed', 'names']) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- Whether this run will change the table that is there instead of making it anew. In a model's SQL it says whether
    links_are_changes may give changes alone. -#}
{% macro components_are_kept() -%}
    {%- if not execute or flags.FULL_REFRESH or flags.WHICH not in ['build', 'run'] -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for name in ['', '__links', '__state'] -%}
        {%- set found = adapter.get_relation(this.database, this.schema, this.identifier ~ name) -%}
        {%- if found is none or not found.is_table -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {%- set matching = 'select count(*) as kept_components from ' ~ components_kept('state')
        ~ ' where signature = ' ~ components_signature() -%}
    {{ return(run_query(matching).columns[0].values()[0] | int > 0) }}
{%- endmacro %}

{#- What the kept tables depend on: the model's code, the kind of number (the second, never negative), how the engine
    numbers texts, and how many rows stand in the table and among the links. SQL text. -#}
{% macro components_signature() -%}
    {%- set parts = ["'" ~ local_md5(model.raw_code) ~ ":2'", 'cast(' ~ text_id("'rendezvous'") ~ ' as string)'] -%}
    {%- for kept in [this, components_kept('links')] -%}
        {%- do parts.append('cast((select count(*) from ' ~ kept ~ ') as string)') -%}
    {%- endfor -%}
    {{ return(parts | join(" || ':' || ")) }}
{%- endmacro %}

{#- A table kept from run to run: links or state. -#}
{% macro components_kept(name) -%}
    {{ return(this.incorporate(path={'identifier': this.identifier ~ '__' ~ name}, type='table')) }}
{%- endmacro %}

{#- The model's links into a scratch table. -#}
{% macro components_given() -%}
    {%- set columns = ', is_removed' if config.get('links_are_changes', false) else '' -%}
    {{ return(components_scratch('given', components_numbered(sql, columns))) }}
{%- endmacro %}

{#- The links that came and went, as a scratch table, and whom they meet; none where a full run is the better way. -#}
{% macro components_changed(target, given) -%}
    {%- set kept = components_kept('links') -%}
    {%- if config.get('links_are_changes', false) -%}
        {%- set met = components_meet(target, given) -%}
        {{ return(components_scratch('changed', components_told(given, kept, met))) }}
    {%- elif components_count(given) < config.get('incremental_from', 200000) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set changed = components_scratch('changed', components_compared(given, kept)) -%}
    {%- if components_count(changed) * 4 > components_count(kept) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- do components_meet(target, changed) -%}
    {{ return(changed) }}
{%- endmacro %}

{#- The scratch table `met`: those ends of links that are in the table of components already. -#}
{% macro components_meet(target, links) -%}
    {%- set ends = components_scratch('ends', components_ends(links)) -%}
    {%- set met = components_scratch('met', components_met(target, ends)) -%}
    {%- do components_refuse_ambiguous(components_met_ambiguous(ends, met)) -%}
    {{ return(met) }}
{%- endmacro %}

{#- The whole table from all links, and what the next run compares with. The state leaves first and comes last. All but
    table and state is done before the transaction: DuckDB gives back the memory of what is dropped when it is over, and
    writing the table is quick where memory is left. -#}
{% macro components_in_full(target, given) -%}
    {%- set named = components_place(given) -%}
    {%- set is_kept = config.get('links_are_changes', false)
        or components_count(given) >= config.get('incremental_from', 200000) -%}
    {%- do components_statement('drop table if exists ' ~ components_kept('state'), false) -%}
    {%- if is_kept -%}
        {%- do components_statement('create or replace table ' ~ components_kept('links')
            ~ ' as select left_id, right_id from ' ~ given, false) -%}
    {%- else -%}
        {%- do components_statement('drop table if exists ' ~ components_kept('links'), false) -%}
    {%- endif -%}
    {%- do components_forget(['given']) -%}
    {% call statement('main') -%}
        {{ create_plain_texts(target, ['node_key', 'component_key'], named) }}
    {%- endcall %}
    {%- if is_kept -%}
        {%- do components_statement('create or replace table ' ~ components_kept('state')
            ~ ' as select ' ~ components_signature() ~ ' as signature') -%}
    {%- endif -%}
{%- endmacro %}

{#- The table brought up to date with the links that came and went. -#}
{% macro components_in_part(target, changed) -%}
    {%- set kept = components_kept('links') -%}
    {%- set met = scratch_table(this, 'met') -%}
    {%- set loosened = components_scratch('loosened', components_loosened(target, met, changed)) -%}
    {%- set work = components_work(changed, met, loosened, kept) -%}
    {%- set named = components_place(components_scratch('work', components_numbered(work))) -%}
    {%- set labels = components_scratch('labels', named) -%}
    {%- set moved = components_scratch('moved', components_moved(target, labels, loosened)) -%}
    {% call statement('main') -%}
        {{ components_applied(target, kept, changed, met, loosened, labels, moved) }}
    {%- endcall %}
{%- endmacro %}

{#- The SQL of every node of a graph under the name of its component, over scratch tables. Where a node belongs is worked
    out on numbers; each text is taken along once. -#}
{% macro components_place(graph) -%}
    {%- set rights = components_scratch('rights', components_rights(graph)) -%}
    {%- set lefts = components_scratch('lefts', components_lefts(graph, rights)) -%}
    {%- set folded = components_scratch('folded', components_folded(graph, lefts)) -%}
    {%- set heads = components_rounds(folded) -%}
    {%- set roots = components_scratch('roots', components_roots(heads)) -%}
    {%- set placed = components_scratch('placed', components_placed(lefts, rights, roots)) -%}
    {%- set names = components_scratch('names', components_names(placed)) -%}
    {%- do components_refuse_ambiguous(components_ambiguous(graph, lefts, rights, folded, roots, names)) -%}
    {%- set done = ['rights', 'lefts', 'folded', 'roots', 'round_' ~ heads | length] -%}
    {%- for _ in heads -%}
        {%- do done.append('heads_' ~ loop.index0) -%}
    {%- endfor -%}
    {%- do components_forget(done) -%}
    {{ return(components_named(placed, names)) }}
{%- endmacro %}

{#- Contracts links round by round until none is left; returns the tables of heads, one per round. -#}
{% macro components_rounds(links) -%}
    {%- set limit = config.get('max_rounds', 50) -%}
    {%- set now = namespace(links=links) -%}
    {%- set heads = [] -%}
    {%- for done in range(limit + 1) -%}
        {%- if run_query(components_unrest(now.links)).columns[0].values()[0] | int == 0 -%}
            {{ return(heads) }}
        {%- elif done < limit -%}
            {%- do heads.append(components_scratch('heads_' ~ done, components_heads(now.links))) -%}
            {%- set now.links = components_scratch('round_' ~ (done + 1), components_contracted(now.links, heads[-1])) -%}
            {%- do components_forget(['round_' ~ done]) -%}
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

{#- Fills a scratch table of this model, before the transaction in which the model changes; returns it. -#}
{% macro components_scratch(name, rows) -%}
    {%- set relation = scratch_table(this, name) -%}
    {%- do components_statement(create_scratch(relation, rows), false) -%}
    {{ return(relation) }}
{%- endmacro %}

{#- Drops scratch tables by name, at one go: a later run is short enough for each question to count. -#}
{% macro components_forget(names) -%}
    {%- set statements = [] -%}
    {%- for name in names -%}
        {%- do statements.append('drop table if exists ' ~ scratch_table(this, name)) -%}
    {%- endfor -%}
    {%- do components_statement(statements | join(';\n'), false) -%}
{%- endmacro %}

{% macro components_count(relation) -%}
    {{ return(run_query('select count(*) as links from ' ~ relation).columns[0].values()[0] | int) }}
{%- endmacro %}

{% macro components_statement(sql, in_transaction=true) -%}
    {% call statement('components', auto_begin=in_transaction) %}{{ sql }}{% endcall %}
{%- endmacro %}
