"""The materialization connected_components against networkx: many graphs in one table, one dbt run."""

from __future__ import annotations

import csv
import os
import random
import shutil
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb
import networkx
import pytest
from dbt.cli.main import dbtRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

MACROS = Path(__file__).resolve().parents[2] / "macros"
PROJECT = """
name: rendezvous
profile: small
macro-paths: ["{macros}/materializations", "{macros}/portable"]
models: {{rendezvous: {{+materialized: connected_components}}}}
"""
PROFILE = "small: {{target: t, outputs: {{t: {{type: duckdb, path: '{path}', threads: 1}}}}}}"
MODEL = """
select left_node, right_node
from read_csv('{edges}', header = true, all_varchar = true)
where graph {which}
"""

Edge = tuple[str, str]


def shapes() -> dict[str, list[Edge]]:
    """Graphs with a name: each is prone to one mistake."""
    line = [f"{number:04d}" for number in range(1000)]
    mixed = random.Random(3).sample(line, len(line))
    clique = [(a, b) for a in line[:12] for b in line[:12]]
    return {
        "chain": list(zip(line, line[1:])),
        "mixed_chain": list(zip(mixed, mixed[1:])),
        "ring": list(zip(mixed[:300], mixed[1:300] + mixed[:1])),
        "star_of_smallest": [(line[0], leaf) for leaf in line[1:]],
        "star_of_greatest": [(line[-1], leaf) for leaf in line[:-1]],
        "alone": [("x", "x")],
        "repeated": [("b", "a"), ("a", "b"), ("a", "b"), ("b", "b")],
        "bridge": [(f"l{a}", f"l{b}") for a, b in clique] + [(f"r{a}", f"r{b}") for a, b in clique]
        + [("l0003", "r0007")],
        "tree": [(line[number], line[(number - 1) // 2]) for number in range(1, 1000)],
        "comb": list(zip(mixed[:200], mixed[1:200])) + list(zip(mixed[:200], mixed[200:400])),
        "letters": [("é", "e"), ("王", "Z"), ("Z", "z"), ("", "é")],
    }  # fmt: skip


def random_graphs() -> dict[str, list[Edge]]:
    """What hypothesis thinks of, from no edges but loops to one dense lump."""
    found: list[list[Edge]] = []
    node = st.integers(0, 14).map(str)

    @settings(max_examples=150, database=None, deadline=None, derandomize=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.lists(st.tuples(node, node), min_size=1, max_size=24))
    def collect(edges: list[Edge]) -> None:
        found.append(edges)

    collect()
    return {f"random_{number}": edges for number, edges in enumerate(found)}


@dataclass
class Done:
    """What a run of dbt came to: 0 for success, and what it printed."""

    returncode: int
    stdout: str


def run_dbt(folder: Path, *arguments: str) -> Done:
    """`dbt run` in a fork of this process, where dbt is imported already: most of a small run is its start."""
    with (folder / "printed.txt").open("w+", encoding="utf-8") as printed:
        child = os.fork()
        if not child:
            code = 1
            try:
                os.chdir(folder)
                sys.stdout = sys.stderr = printed
                code = not dbtRunner().invoke(["run", "--profiles-dir", str(folder), *arguments]).success
                printed.flush()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        printed.seek(0)
        return Done(os.waitstatus_to_exitcode(status), printed.read())


def dbt(folder: Path, models: dict[str, str], graphs: dict[str, list[Edge]], shuffle: int) -> Done:
    """Builds the models over all graphs; the graph's name is part of each node's."""
    rows = [(name, f"{name}/{left}", f"{name}/{right}") for name, edges in graphs.items() for left, right in edges]
    random.Random(shuffle).shuffle(rows)
    (folder / "models").mkdir(parents=True, exist_ok=True)
    with (folder / "edges.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("graph", "left_node", "right_node"))
        writer.writerows(rows)
    (folder / "dbt_project.yml").write_text(PROJECT.format(macros=MACROS))
    (folder / "profiles.yml").write_text(PROFILE.format(path=folder / "graphs.duckdb"))
    for name, text in models.items():
        (folder / "models" / f"{name}.sql").write_text(text.replace("{edges}", str(folder / "edges.csv")))
    return run_dbt(folder)


@pytest.fixture(scope="module")
def graphs() -> dict[str, list[Edge]]:
    return shapes() | random_graphs()


@pytest.fixture(scope="module")
def built(graphs: dict[str, list[Edge]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graphs")
    models = {
        "components": MODEL.replace("{which}", "is not null"),
        "empty": MODEL.replace("{which}", "= 'no such graph'"),
    }
    done = dbt(folder, models, graphs, shuffle=1)
    assert done.returncode == 0, done.stdout
    return folder


def read(folder: Path, table: str) -> dict[str, str]:
    """Read under another name than it was built by: what is a view must not depend on it."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder / 'graphs.duckdb'}' as copied (read_only)")
        rows = connection.execute(f"select node_key, component_key from copied.{table}").fetchall()
    assert len(rows) == len({node for node, _ in rows}), "a node stands in two components"
    return dict(rows)


def test_components_equal_networkx_in_every_graph(built: Path, graphs: dict[str, list[Edge]]) -> None:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for node, component in read(built, "components").items():
        found[node.split("/")[0]][node.partition("/")[2]] = component.partition("/")[2]
    assert set(found) == set(graphs)
    for name, edges in graphs.items():
        parts = networkx.connected_components(networkx.Graph(edges))
        expected = {node: min(part) for part in parts for node in part}
        assert found[name] == expected, name


def test_a_chain_of_a_thousand_nodes_is_one_component(built: Path) -> None:
    found = {component for node, component in read(built, "components").items() if node.startswith("mixed_chain/")}
    assert found == {"mixed_chain/0000"}


def test_order_of_rows_and_a_second_run_change_nothing(built: Path, graphs: dict[str, list[Edge]]) -> None:
    first = read(built, "components")
    done = dbt(built, {}, graphs, shuffle=2)
    assert done.returncode == 0, done.stdout
    assert read(built, "components") == first


def test_no_edges_give_an_empty_table(built: Path) -> None:
    assert read(built, "empty") == {}


def test_nothing_is_left_behind(built: Path) -> None:
    with duckdb.connect(str(built / "graphs.duckdb"), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert tables == {"components", "empty"}


def test_a_graph_that_does_not_come_to_rest_fails_the_run(tmp_path: Path) -> None:
    model = "{{ config(max_rounds=2) }}" + MODEL.replace("{which}", "is not null")
    done = dbt(tmp_path, {"components": model}, {"chain": shapes()["mixed_chain"]}, shuffle=1)
    assert done.returncode == 1
    assert "not come to rest after 2 rounds" in done.stdout
    assert not (tmp_path / "graphs.duckdb").exists() or "components" not in _tables(tmp_path)


def _tables(folder: Path) -> set[str]:
    with duckdb.connect(str(folder / "graphs.duckdb"), read_only=True) as connection:
        return {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}


# -- a later run changes what changed

KEPT = "{{ config(incremental_from=0, post_hook=\"{{ var('hook', 'select 1') }}\") }}"
TOLD = """{{ config(links_are_changes=true) }}
select left_node, right_node, is_removed = 'yes' as is_removed
from read_csv('{edges}', header = true, all_varchar = true)
where graph is not null
    {% if components_are_kept() %} and (change <> 'stays' or left_node like '%/1') -- some are told again
    {% else %} and is_removed = 'no' {% endif %}
"""


def links_in_steps(steps: int) -> list[set[Edge]]:
    """The links of many graphs after each step: hypothesis draws which of a pool of links are there. Half of the graphs
    only grow until the last step but one, so that whole components are merged again and again before one loses a link.
    Far more links stay as they are, so that the changes are few enough to be worked out in part."""
    drawn: list[list[list[Edge]]] = []
    node = st.integers(0, 9).map(str)
    links = st.lists(st.tuples(node, node), max_size=14)

    @settings(max_examples=120, database=None, deadline=None, derandomize=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.lists(links, min_size=steps, max_size=steps))
    def collect(each: list[list[Edge]]) -> None:
        drawn.append(each)

    collect()
    for each in drawn[::2]:
        for step in range(1, steps):
            each[step] = each[step] if step == steps - 2 else each[step - 1] + each[step]
    still = {(f"still/{n}", f"still/{n + n % 3}") for n in range(20_000)}
    moving = [
        {(f"{number}/{a}", f"{number}/{b}") for number, graph in enumerate(drawn) for a, b in graph[step]}
        for step in range(steps)
    ]
    line = [f"line/{number:03d}" for number in range(100 * steps)]
    chain = set(zip(line, line[1:]))
    for step, each in enumerate(moving):
        each |= still | (chain - {(line[100 * step], line[100 * step + 1])})
    return moving


def land_links(folder: Path, now: set[Edge], before: set[Edge]) -> None:
    """Writes what is there now and what went since, each link with what became of it."""
    rows = [("came" if link not in before else "stays", "no", *link) for link in sorted(now)]
    rows += [("went", "yes", *link) for link in sorted(before - now)]
    random.Random(len(rows)).shuffle(rows)
    with (folder / "edges.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("change", "is_removed", "left_node", "right_node"), *rows])


def small_project(folder: Path, **models: str) -> None:
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT.format(macros=MACROS))
    (folder / "profiles.yml").write_text(PROFILE.format(path=folder / "graphs.duckdb"))
    for name, text in models.items():
        text = text.replace("{edges}", str(folder / "edges.csv")).replace("graph is not null", "true")
        (folder / "models" / f"{name}.sql").write_text(text)


def components_of(links: set[Edge]) -> dict[str, str]:
    parts = networkx.connected_components(networkx.Graph(links))
    return {node: least for part in parts for least in [min(part)] for node in part}


def execute(folder: Path, *statements: str) -> list[tuple]:
    with duckdb.connect(str(folder / "graphs.duckdb")) as connection:
        return [connection.execute(statement).fetchall() for statement in statements][-1]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[set[Edge]], list[dict[str, dict[str, str]]]]:
    """Five steps of changes over one graph: their folder, the links after each and what both models made of them. After
    the first a name that nothing meets is spoilt on purpose."""
    folder = tmp_path_factory.mktemp("grown")
    compared = KEPT + MODEL.replace("graph {which}", "is_removed = 'no'")
    small_project(folder, compared=compared, told=TOLD)
    steps = links_in_steps(5)
    found = []
    for number, now in enumerate(steps):
        land_links(folder, now, steps[number - 1] if number else set())
        done = run_dbt(folder)
        assert done.returncode == 0, done.stdout
        found.append({table: read(folder, table) for table in ("compared", "told")})
        if number == 0:
            spoil = "update {}__names set node_key = 'spoilt' where node_key = 'still/0'"
            execute(folder, spoil.format("compared"), spoil.format("told"))
    return folder, steps, found


@pytest.mark.parametrize("table", ["compared", "told"])
def test_after_links_came_and_went_the_components_equal_networkx(grown, table: str) -> None:
    _, steps, found = grown
    for number, (now, each) in enumerate(zip(steps, found)):
        spoilt = {"still/0": "spoilt"} if number else {}  # no later run looked at a component without a change
        assert each[table] == components_of(now) | spoilt, number


def test_what_is_kept_equals_the_links_given(grown) -> None:
    folder, steps, _ = grown
    for table in ("compared", "told"):
        kept = execute(folder, f"select count(*), count(distinct (left_id, right_id)) from {table}__links")
        assert kept == [(len(steps[-1]), len(steps[-1]))]


@pytest.mark.parametrize("table", ["compared", "told"])
def test_every_component_is_named_once_and_is_part_of_one_that_is_named(grown, table: str) -> None:
    folder, steps, _ = grown
    parts = f"select component_id from {table}__nodes union select component_id from {table}__merged"
    named = f"select coalesce(merged_into, component_id) from ({parts}) left join {table}__merged using (component_id)"
    names = execute(folder, f"select component_id from {table}__names order by 1")
    assert names == execute(folder, f"select distinct * from ({named}) order by 1")
    assert len(names) == len(set(components_of(steps[-1]).values()))
    merged = f"select count(*), count(distinct component_id) from {table}__merged"
    assert execute(folder, merged)[0][0] == execute(folder, merged)[0][1] > 0


def changed_once(folder: Path) -> set[Edge]:
    """A small graph that keeps its links, and then two changes to them."""
    small_project(folder, compared=KEPT + MODEL.replace("graph {which}", "is_removed = 'no'"))
    before = {(f"n{n}", f"n{n}") for n in range(100)} | {("n1", "n2"), ("n2", "n3")}
    land_links(folder, before, set())
    assert run_dbt(folder).returncode == 0
    now = (before - {("n1", "n2")}) | {("n7", "new")}
    land_links(folder, now, before)
    return now


def test_a_run_that_fails_half_way_is_made_good_by_the_next(tmp_path: Path) -> None:
    now = changed_once(tmp_path)
    before = read(tmp_path, "compared")
    failed = run_dbt(tmp_path, "--vars", "hook: select error('stopped on the way')")
    assert failed.returncode == 1 and "stopped on the way" in failed.stdout
    assert read(tmp_path, "compared") == before  # DuckDB takes back what the model had done
    # BigQuery keeps what a full run has made so far: its state is the first thing to go and the last to come.
    execute(tmp_path, "drop table compared__state", "drop view compared")
    assert run_dbt(tmp_path).returncode == 0
    assert read(tmp_path, "compared") == components_of(now)


def test_what_somebody_else_took_rows_out_of_is_made_anew(tmp_path: Path) -> None:
    """As an erasure does, of which the links tell only half: here of a component that no change meets."""
    now = changed_once(tmp_path)
    for table in ("nodes", "names", "links"):
        execute(tmp_path, f"delete from compared__{table} where rowid = 50")
        assert run_dbt(tmp_path).returncode == 0
        assert read(tmp_path, "compared") == components_of(now)
        assert execute(tmp_path, "select count(*) from compared__links") == [(len(now),)]


def test_a_graph_that_grows_is_a_view_and_one_that_shrinks_leaves_nothing_beside(tmp_path: Path) -> None:
    links = {(f"n{n}", f"n{n + n % 3}") for n in range(30)}
    kept = {f"compared__{name}" for name in ("nodes", "names", "merged", "links", "state")}
    model = MODEL.replace("graph {which}", "is_removed = 'no'").replace("{edges}", str(tmp_path / "edges.csv"))
    small_project(tmp_path, compared=model)
    land_links(tmp_path, links, set())
    for kept_from, tables in [(31, {"compared"}), (30, kept), (31, {"compared"})]:
        text = f"{{{{ config(incremental_from={kept_from}) }}}}{model}"
        (tmp_path / "models" / "compared.sql").write_text(text)
        done = run_dbt(tmp_path)
        assert done.returncode == 0, done.stdout
        assert read(tmp_path, "compared") == components_of(links)
        assert _tables(tmp_path) == tables


def test_other_code_and_full_refresh_work_everything_out(tmp_path: Path) -> None:
    now = changed_once(tmp_path)
    spoil = "update compared__names set node_key = 'spoilt' where node_key = 'n50'"
    execute(tmp_path, spoil)
    assert run_dbt(tmp_path, "--full-refresh").returncode == 0
    assert read(tmp_path, "compared") == components_of(now)
    execute(tmp_path, spoil)
    path = tmp_path / "models" / "compared.sql"
    path.write_text(path.read_text() + "-- other code")
    assert run_dbt(tmp_path).returncode == 0
    assert read(tmp_path, "compared") == components_of(now)


def test_two_nodes_under_one_number_fail_the_run(tmp_path: Path) -> None:
    """The number is 63 bits of a hash; here it is the text's length."""
    small_project(tmp_path, compared=KEPT + MODEL.replace("graph {which}", "is_removed = 'no'"))
    for name in ("materializations", "portable"):
        shutil.copytree(MACROS / name, tmp_path / "macros" / name)
    text_id = tmp_path / "macros" / "portable" / "text_id.sql"
    text_id.write_text(text_id.read_text().replace("hash({{ x }}) >> 1", "length({{ x }})"))
    (tmp_path / "dbt_project.yml").write_text(PROJECT.format(macros=tmp_path / "macros"))
    before = {("a", "bb"), ("ccc", "dddd"), ("alone77", "alone77")} | {("x" * n, "x" * n) for n in range(20, 40)}
    land_links(tmp_path, before, set())
    assert run_dbt(tmp_path).returncode == 0
    on_the_left, on_the_right, on_both = ("eee", "bb"), ("fffff", "gg"), ("hh", "dddd")
    both_alone, alone_and_left, both_new = ("other77", "other77"), ("iii", "iii"), ("m" * 50, "n" * 50)
    for came, arguments in [
        (on_the_left, []),
        (on_the_right, []),
        (both_new, []),
        (on_the_left, ["--full-refresh"]),
        (on_the_right, ["--full-refresh"]),
        (on_both, ["--full-refresh"]),
        (both_alone, ["--full-refresh"]),
        (alone_and_left, ["--full-refresh"]),
    ]:
        land_links(tmp_path, before | {came}, before)
        done = run_dbt(tmp_path, *arguments)
        assert done.returncode == 1 and "of the numbers that stand for nodes stand for two" in done.stdout, came
